using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Idempotency;

namespace Holdfast.Tests.Idempotency;

public sealed class KeysAndHashesTests
{
    private static readonly JsonElement Vectors = Load("keys-and-hashes.json");

    [Fact]
    public void The_file_has_no_case_that_is_not_run()
        => Assert.Equal(["sha256", "unique_key", "write_if_changed"], Vectors.EnumerateObject().Select(p => p.Name));

    [Fact]
    public async Task Text_bytes_streams_and_files_have_the_hash_of_the_vector()
    {
        var cases = Vectors.GetProperty("sha256").EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        var file = Path.GetTempFileName();
        foreach (var vector in cases)
        {
            var (text, hex) = (vector.GetProperty("text").GetString()!, vector.GetProperty("hex").GetString()!);
            var bytes = Encoding.UTF8.GetBytes(text);
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
            using var stream = new MemoryStream(bytes);
            Assert.Equal(hex, ContentHash.OfText(text));
            Assert.Equal(hex, ContentHash.OfBytes(bytes));
            Assert.Equal(hex, ContentHash.OfFile(file));
            Assert.Equal(hex, await ContentHash.OfFileAsync(file, TestContext.Current.CancellationToken));
            Assert.Equal(hex, await ContentHash.OfStreamAsync(stream, TestContext.Current.CancellationToken));
        }

        File.Delete(file);
        Assert.Throws<ArgumentException>(() => ContentHash.OfText("half \uD800"));
        Assert.ThrowsAny<IOException>(() => ContentHash.OfFile(file));
    }

    [Fact]
    public void Unique_keys_differ_and_equal_as_the_vector_says()
    {
        foreach (var group in Vectors.GetProperty("unique_key").EnumerateObject())
        {
            Assert.True(group.Name is "differ" or "equal", $"unknown group {group.Name}");
            Assert.NotEqual(0, group.Value.GetArrayLength());
            foreach (var pair in group.Value.EnumerateArray())
            {
                var (a, b) = (UniqueKey.From(Parts(pair[0])), UniqueKey.From(Parts(pair[1])));
                Assert.Equal(group.Name == "equal", a == b);
                Assert.Matches("^[0-9a-f]{64}$", a);
            }
        }
    }

    [Fact]
    public void SR12_different_parts_never_share_a_key()
        => Prop.ForAll<NonEmptyArray<string>, NonEmptyArray<string>>((a, b) =>
        {
            var (left, right) = (Clean(a.Get), Clean(b.Get));
            return left.SequenceEqual(right) == (UniqueKey.From(left) == UniqueKey.From(right));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SR8_a_key_of_nothing_is_refused()
    {
        Assert.Throws<ArgumentException>(() => UniqueKey.From());
        Assert.Throws<ArgumentException>(() => UniqueKey.From("a", null!));
        Assert.Throws<ArgumentException>(() => UniqueKey.From("half \uD800"));
    }

    [Fact]
    public async Task Files_are_written_if_changed_as_the_vector_says()
    {
        var cases = Vectors.GetProperty("write_if_changed").EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        foreach (var vector in cases)
        {
            var folder = Directory.CreateTempSubdirectory("holdfast-file-");
            var path = Path.Combine(folder.FullName, "f");
            string? write = null;
            bool? wrote = null;
            foreach (var property in vector.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "before" when property.Value.ValueKind == JsonValueKind.String:
                        await File.WriteAllTextAsync(
                            path, property.Value.GetString(), TestContext.Current.CancellationToken);
                        break;
                    case "before" when property.Value.ValueKind == JsonValueKind.Null:
                        break;
                    case "parents" when property.Value.GetString() == "missing":
                        path = Path.Combine(folder.FullName, "a", "b", "f");
                        break;
                    case "write":
                        write = property.Value.GetString();
                        break;
                    case "wrote":
                        wrote = property.Value.GetBoolean();
                        break;
                    default:
                        Assert.Fail($"unknown field {property}");
                        break;
                }
            }

            Assert.Equal(!wrote, IdempotentFile.IsUnchanged(path, write!));
            Assert.Equal(
                wrote, await IdempotentFile.WriteIfChangedAsync(path, write!, TestContext.Current.CancellationToken));
            Assert.Equal(Encoding.UTF8.GetBytes(write!), await File.ReadAllBytesAsync(
                path, TestContext.Current.CancellationToken));
            Assert.True(IdempotentFile.IsUnchanged(path, write!));
            Assert.False(await IdempotentFile.WriteIfChangedAsync(
                path, Encoding.UTF8.GetBytes(write!), TestContext.Current.CancellationToken));
            Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Many_writers_of_one_file_leave_one_of_their_contents_whole_and_a_link_stays_a_link()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-file-");
        var path = Path.Combine(folder.FullName, "f");
        var contents = Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 10_000 + i)).ToList();
        await Task.WhenAll(contents.Select(content => IdempotentFile.WriteIfChangedAsync(path, content)));
        Assert.Contains(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), contents);
        Assert.Single(Directory.GetFiles(folder.FullName));

        var link = Path.Combine(folder.FullName, "link");
        File.CreateSymbolicLink(link, path);
        Assert.True(await IdempotentFile.WriteIfChangedAsync(link, "through", TestContext.Current.CancellationToken));
        Assert.Equal("through", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_that_somebody_deletes_meanwhile_is_written_like_one_that_was_never_there()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-file-");
        var path = Path.Combine(folder.FullName, "f");
        using var over = new CancellationTokenSource();
        var deleting = Task.Run(
            () =>
            {
                while (!over.IsCancellationRequested)
                {
                    File.Delete(path);
                }
            },
            TestContext.Current.CancellationToken);
        for (var i = 0; i < 2_000; i++)
        {
            _ = IdempotentFile.IsUnchanged(path, "text");
            await IdempotentFile.WriteIfChangedAsync(path, "text", TestContext.Current.CancellationToken);
        }

        await over.CancelAsync();
        await deleting;
        folder.Delete(recursive: true);
    }

    internal static JsonElement Load(string name)
        => JsonDocument.Parse(File.ReadAllBytes(
            Path.Combine(AppContext.BaseDirectory, "data", "vectors", name))).RootElement;

    private static string[] Parts(JsonElement parts)
        => parts.EnumerateArray().Select(part => part.GetString()!).ToArray();

    private static string[] Clean(string[] parts)
        => parts.Select(part => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(part ?? ""))).ToArray();
}
