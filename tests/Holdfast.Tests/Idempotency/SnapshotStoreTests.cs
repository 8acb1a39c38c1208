using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Idempotency;
using Holdfast.Tests.Journal;
using Holdfast.Tests.Resilience;

namespace Holdfast.Tests.Idempotency;

/// <summary>Snapshots of a program's own state.</summary>
public sealed class SnapshotStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snapshots-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> States => new(
        "{\"rows\":[1,2],\"note\":\"naïve — 你好\"}", "{}", "[1,2]", "", "plain text", "{not json",
        "{\"big\":\"" + new string('x', SnapshotStore.CompressedOver) + "\"}",
        string.Concat(Enumerable.Range(0, 40_000).Select(n => n.ToString("x8", null))));

    [Theory]
    [MemberData(nameof(States))]
    public async Task What_was_kept_is_read_back_byte_for_byte(string text)
    {
        var state = Encoding.UTF8.GetBytes(text);
        var store = Store();
        var made = await store.CreateAsync("nightly", state, ["a", "b \"c\""], 42, Token);
        var read = store.Load(made.Id);
        Assert.Equal(state, read.State.ToArray());
        Assert.Equal(("nightly", 42, made.Created, made.Id), (read.Run, read.Events, read.Created, read.Id));
        Assert.Equal(["a", "b \"c\""], read.Completed);
        using var json = JsonDocument.Parse(File.ReadAllBytes(store.PathOf(made.Id)));
        Assert.Equal("2026-11-20T12:00:00.000000Z", json.RootElement.GetProperty("created").GetString());
        var isLarge = state.Length > SnapshotStore.CompressedOver;
        Assert.Equal(isLarge, json.RootElement.GetProperty("encoding").GetString() == "br+base64");
        Assert.True(!isLarge || new FileInfo(store.PathOf(made.Id)).Length < state.Length);
    }

    [Fact]
    public async Task Ids_sort_to_the_microsecond_also_when_the_clock_stands_or_goes_back()
    {
        var time = new FakeTime();
        var store = new SnapshotStore(_folder, time);
        var ids = new List<string>();
        foreach (var step in new[] { 0L, 0, 1, 10, 1_000_000, -50_000_000, 0 })
        {
            time.Advance(TimeSpan.FromTicks(step));
            ids.Add((await store.CreateAsync("r", "{}"u8.ToArray(), [], 0, Token)).Id);
        }

        Assert.Equal("20261120-120000-000000", ids[0]);
        Assert.Equal(ids, store.List());
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(ids[^1], store.Latest(out var skipped)!.Id);
        Assert.Empty(skipped);
    }

    [Fact]
    public async Task Writers_side_by_side_lose_no_snapshot()
    {
        var time = new FakeTime();
        var made = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            n => new SnapshotStore(_folder, time).CreateAsync("r", Encoding.UTF8.GetBytes($"{n}"), [], n, Token)));
        var store = Store();
        Assert.Equal(40, store.List().Count);
        Assert.All(made, each => Assert.Equal(each.State.ToArray(), store.Load(each.Id).State.ToArray()));
    }

    [Fact]
    public async Task A_state_is_copied_and_never_moved()
    {
        var file = Path.Combine(_folder, "state.db");
        await File.WriteAllTextAsync(file, "{\"n\":1}", Token);
        var store = new SnapshotStore(Path.Combine(_folder, "kept"));
        var made = await store.CreateFromFileAsync("r", file, ["a"], 1, Token);
        Assert.Equal("{\"n\":1}", await File.ReadAllTextAsync(file, Token));
        await File.WriteAllTextAsync(file, "changed", Token);
        Assert.Equal("{\"n\":1}", Encoding.UTF8.GetString(store.Load(made.Id).State.Span));

        var buffer = "{\"n\":2}"u8.ToArray();
        var second = await store.CreateAsync("r", buffer, [], 2, Token);
        buffer[^2] = (byte)'9';
        Assert.Equal("{\"n\":2}", Encoding.UTF8.GetString(second.State.Span));
        await Assert.ThrowsAnyAsync<IOException>(() => store.CreateFromFileAsync("r", file + ".none", [], 0, Token));
        Assert.Equal(2, store.List().Count);
    }

    [Fact]
    public async Task SR5_a_moved_folder_is_the_same_store_and_names_no_path()
    {
        var before = Path.Combine(_folder, "before");
        var made = await new SnapshotStore(before).CreateAsync("r", "{\"n\":1}"u8.ToArray(), ["a"], 7, Token);
        var after = Path.Combine(_folder, "after");
        Directory.Move(before, after);
        var store = new SnapshotStore(after);
        Assert.Equal(made.Id, store.Latest(out _)!.Id);
        Assert.DoesNotContain(_folder, File.ReadAllText(store.PathOf(made.Id)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("20261120-120000-00000")]
    [InlineData("20261320-120000-000000")]
    [InlineData("20261120-120000-000000/..")]
    [InlineData("20261120-120000-000000\n")]
    public void SR5_what_is_no_id_is_refused_by_name(string id)
    {
        var error = Assert.Throws<ArgumentException>(() => Store().Load(id));
        Assert.Contains($"\"{id}\" is no id of a snapshot", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_byte_changed_or_cut_makes_it_bad_and_the_one_before_is_taken()
    {
        var store = Store();
        var good = await store.CreateAsync("r", "{\"n\":1}"u8.ToArray(), ["a"], 5, Token);
        foreach (var state in new[] { "{\"n\":2,\"s\":\"é\"}", "no json", new string('y', 70_000) })
        {
            var last = await store.CreateAsync("r", Encoding.UTF8.GetBytes(state), ["a", "b"], 9, Token);
            var path = store.PathOf(last.Id);
            var whole = await File.ReadAllBytesAsync(path, Token);
            for (var i = 0; i < whole.Length; i++)
            {
                var changed = (byte[])whole.Clone();
                changed[i] ^= 1;
                await File.WriteAllBytesAsync(path, changed, Token);
                Assert.Equal(good.Id, store.Latest(out var skipped)!.Id);
                Assert.Equal(path, Assert.Single(skipped).Path);
            }

            foreach (var length in new[] { 0, 1, whole.Length / 2, whole.Length - 2, whole.Length - 1 })
            {
                await File.WriteAllBytesAsync(path, whole[..length], Token);
                Assert.Equal(good.Id, store.Latest(out _)!.Id);
            }

            await File.WriteAllBytesAsync(path, whole, Token);
            Assert.Equal(last.Id, store.Latest(out _)!.Id);
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_latest_can_be_that_of_one_run()
    {
        var store = Store();
        var first = await store.CreateAsync("a", "{}"u8.ToArray(), [], 0, Token);
        await store.CreateAsync("b", "{}"u8.ToArray(), [], 0, Token);
        Assert.Equal(first.Id, store.Latest(out _, "a")!.Id);
        Assert.Null(store.Latest(out _, "c"));
        Assert.Null(new SnapshotStore(Path.Combine(_folder, "none")).Latest(out _));
    }

    /// <summary>A run that makes many snapshots takes none away from the others of its folder.</summary>
    [Fact]
    public async Task Those_of_one_run_can_be_kept_apart_from_all_others()
    {
        var (time, store) = (new FakeTime(), Store());
        var ids = new List<string>();
        foreach (var run in new[] { "rare", "busy", "busy", "busy", "rare" })
        {
            time.Advance(TimeSpan.FromSeconds(1));
            ids.Add((await store.CreateAsync(run, "{}"u8.ToArray(), [], 0, Token)).Id);
        }

        var damaged = store.PathOf(ids[1]);
        File.WriteAllText(damaged, "{}");
        Assert.Equal(1, store.KeepLast(1, out var failed, run: "busy"));
        Assert.Equal([ids[0], ids[1], ids[3], ids[4]], store.List());
        Assert.Equal(damaged, Assert.Single(failed).Path);
        Assert.Equal(0, store.KeepLast(2, out _, run: "rare"));
        Assert.Equal(0, store.KeepLast(0, out _, run: "nobody"));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.KeepLast(-1, out _, run: "nobody"));
        Assert.Equal(2, store.KeepLast(0, out _, run: "rare"));
        Assert.Equal([ids[1], ids[3]], store.List());
    }

    [Fact]
    public async Task One_that_cannot_be_deleted_is_told_and_does_not_keep_the_others()
    {
        var storage = new FaultyStorage();
        var store = new SnapshotStore(storage, _folder, new FakeTime());
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add((await store.CreateAsync("r", "{}"u8.ToArray(), [], i, Token)).Id);
        }

        storage.Undeletable.Add(Path.GetFileName(store.PathOf(ids[0])));
        Assert.Equal(2, store.KeepLast(1, out var failed));
        Assert.Equal(store.PathOf(ids[0]), Assert.Single(failed).Path);
        Assert.Equal([ids[0], ids[3]], store.List());
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => store.KeepLast(-1, out _)).Message);
    }

    /// <summary>The oracle is a list: its last n.</summary>
    [Fact]
    public void Retention_keeps_the_last_n_of_whatever_was_made_and_deleted() => Prop.ForAll(
        Gen.Choose(-1, 6).ArrayOf(12).ToArbitrary(),
        steps =>
        {
            var folder = Path.Combine(_folder, $"model-{steps.GetHashCode():x}");
            var store = new SnapshotStore(folder, new FakeTime());
            var model = new List<string>();
            foreach (var step in steps)
            {
                if (step < 0)
                {
                    model.Add(store.CreateAsync("r", "{}"u8.ToArray(), [], model.Count).GetAwaiter().GetResult().Id);
                    continue;
                }

                var kept = model.TakeLast(step).ToList();
                Assert.Equal(model.Count - kept.Count, store.KeepLast(step, out var failed));
                Assert.Empty(failed);
                model = kept;
                Assert.Equal(model, store.List());
                Assert.Equal(model.LastOrDefault(), store.Latest(out _)?.Id);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public async Task Bad_input_is_refused_before_anything_is_written()
    {
        var store = new SnapshotStore(Path.Combine(_folder, "never"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.CreateAsync("", default, [], 0, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.CreateAsync("r", default, [null!], 0, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.CreateAsync("r", default, [], -1, Token));
        Assert.False(Directory.Exists(store.Folder));
    }

    private SnapshotStore Store() => new(_folder, new FakeTime());
}
