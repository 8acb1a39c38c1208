using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Tests.Runtimes;

/// <summary>Names, environments, captures and declared outputs around an attempt.</summary>
public sealed class AttemptFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("holdfast-files-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("build", "build-")]
    [InlineData("import[a.csv]", "import-a.csv--")]
    [InlineData("../../etc/passwd", "-.-..-etc-passwd-")]
    [InlineData("..", "-.-")]
    [InlineData("naïve 🚀\n", "na-ve-----")]
    public void Folder_names_are_readable_and_stay_inside(string task, string start)
    {
        var name = AttemptPaths.FolderName(task);
        Assert.StartsWith(start, name, StringComparison.Ordinal);
        Assert.Equal(start.Length + 12, name.Length);
    }

    [Fact]
    public void SR5_folder_names_are_safe_and_tell_tasks_apart() =>
        Prop.ForAll<NonEmptyString, NonEmptyString>((a, b) =>
    {
        var (first, second) = (AttemptPaths.FolderName(a.Get), AttemptPaths.FolderName(b.Get));
        return first.Length <= 53
            && first[0] != '.'
            && first.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && (Encoding.UTF8.GetBytes(
                a.Get).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(b.Get)) == (first == second));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Header_comes_back_whatever_the_task_is_called() => Prop.ForAll<NonEmptyString>(task =>
    {
        // UTF-8 cannot carry half a surrogate pair, and neither can a plan file.
        var name = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(task.Get));
        var path = Path.Combine(_root, "h.attempt");
        var file = LinuxCalls.Open(path, LinuxCalls.ReadWrite | LinuxCalls.Create | LinuxCalls.Truncate, 0x180);
        var header = new AttemptHeader
        {
            Run = "r", Task = name, Attempt = 7, Boot = "b", StartedAtUs = 1, MonotonicUs = 2, BoottimeUs = 3,
            Inode = ulong.MaxValue >> 1,
            TimeoutMs = 4, GraceMs = 5, OutputBound = 6, Adopt = true, MarkFolder = "/x/" + name,
        };
        var errno = AttemptFile.Write(file, header);
        AttemptStarter.WriteLine(file, "start 5\n");
        AttemptStarter.WriteLine(file, "exit 255\n");
        var record = AttemptFile.Read(file);
        LinuxCalls.Close(file);
        return errno == 0
            && record.Header == header
            && record.StartPid == 5
            && record.ExitCode == 255
            && new FileInfo(path).Length % 512 == 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void SR6_every_cut_and_garbage_is_read_without_harm()
    {
        Prop.ForAll<byte[]>(bytes => AttemptFile.Parse(bytes) is { ExitCode: null }).QuickCheckThrowOnFailure();
        var whole = "holdfast-attempt 1\nrun r\n---\nstart 3\nexit 12\n"u8.ToArray();
        for (var cut = 0; cut < whole.Length; cut++)
        {
            Assert.Null(AttemptFile.Parse(whole.AsSpan(0, cut)).ExitCode);
        }

        Assert.Equal(12, AttemptFile.Parse(whole).ExitCode);
        Assert.Null(AttemptFile.Parse("holdfast-attempt 2\n---\nexit 1\n"u8).ExitCode);
    }

    [Fact]
    public void Environment_is_clean()
    {
        var parent = new Dictionary<string, string>
        {
            ["PATH"] = "/bin", ["LC_ALL"] = "C", ["XDG_RUNTIME_DIR"] = "/run", ["https_proxy"] = "p",
            ["NO_PROXY"] = "n",
            ["SSL_CERT_FILE"] = "c", ["AWS_SECRET"] = "s", ["GITHUB_SHA"] = "1", ["HOLDFAST_RUN"] = "outer",
            ["MAKEFLAGS"] = "-j",
        };
        var built = AttemptEnvironment.Build(
            parent, new Dictionary<string, string> { ["LC_ALL"] = "de", ["A"] = "b=c" }, ["GITHUB_*", "HOLDFAST_*"],
            new Dictionary<string, string> { ["KEY"] = "hush" }, Identity());
        Assert.Equal(
            [
                "A=b=c", "GITHUB_SHA=1", "HOLDFAST_ATTEMPT=2", "HOLDFAST_ATTEMPT_DIR=/w/a",
                "HOLDFAST_IDEMPOTENCY_KEY=k", "HOLDFAST_RUN=r",
                "HOLDFAST_TASK=t", "HOLDFAST_WORKSPACE=/w", "KEY=hush", "LC_ALL=de", "NO_PROXY=n", "PATH=/bin",
                "SSL_CERT_FILE=c",
                "XDG_RUNTIME_DIR=/run", "https_proxy=p",
            ],
            built);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/bin/holdfast")]
    public void What_nothing_is_added_to_is_in_byte_order_too(string? command)
    {
        var parent = new Dictionary<string, string> { ["PATH"] = "/bin", ["CURL_CA_BUNDLE"] = "c" };
        var built = AttemptEnvironment.Build(parent, [], [], [], Identity() with { OwnCommand = command });
        Assert.Equal(command is null ? 8 : 9, built.Count);
        Assert.Equal(built.Order(StringComparer.Ordinal), built);
    }

    [Theory]
    [InlineData("", "v", "\"\"")]
    [InlineData("A=B", "v", "A=B")]
    [InlineData("HOLDFAST_RUN", "v", "HOLDFAST_RUN")]
    [InlineData("A", "hu\0hush", "\"A\"")]
    public void Bad_variables_are_named_and_their_values_are_not(string key, string value, string named)
    {
        var error = Assert.Throws<ArgumentException>(() => AttemptEnvironment.Build(
            [], [], [], new Dictionary<string, string> { [key] = value }, Identity()));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GITHUB_SHA", "GITHUB_*", true)]
    [InlineData("GITHUB", "GITHUB_*", false)]
    [InlineData("A_B_C", "*_C", true)]
    [InlineData("A_B_C", "A*B*", true)]
    [InlineData("A_B_C", "A*D", false)]
    [InlineData("X", "**", true)]
    [InlineData("", "", true)]
    public void Patterns_match_whole_names(string name, string pattern, bool expected) =>
        Assert.Equal(expected, AttemptEnvironment.Matches(name, pattern));

    [Fact]
    public void SR14_outputs_must_exist_and_be_fresh()
    {
        File.WriteAllText(Path.Combine(_root, "stale"), "old");
        File.WriteAllText(Path.Combine(_root, "rewritten"), "old");
        var stamp = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(_root, "rewritten"), stamp);
        var check = OutputCheck.Before(_root, ["stale", "rewritten", "new", "missing", "folder"]);
        File.WriteAllText(Path.Combine(_root, "rewritten"), "new");
        File.SetLastWriteTimeUtc(Path.Combine(_root, "rewritten"), stamp);
        File.WriteAllText(Path.Combine(_root, "new"), "abc");
        Directory.CreateDirectory(Path.Combine(_root, "folder"));
        var report = check.After();
        Assert.Equal(["rewritten", "new"], report.Files.Select(f => f.Path));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", report.Files[1].Sha256);
        Assert.Equal(3, report.Files[1].Size);
        Assert.Equal(
            [("stale", OutputFault.Stale), ("missing", OutputFault.Missing), ("folder", OutputFault.Unreadable)],
            report.Faults.Select(f => (f.Path, f.Fault)));
        var adopted = OutputCheck.AfterAdoption(_root, ["new"], TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.Equal(OutputFault.Stale, adopted.Faults.Single().Fault);
        Assert.Empty(OutputCheck.AfterAdoption(_root, ["new"], TimeProvider.System.GetUtcNow().AddHours(-1)).Faults);
    }

    [Fact]
    public void A_pipe_as_output_is_refused_and_not_waited_for()
    {
        var check = OutputCheck.Before(_root, ["pipe"]);
        using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_root, "pipe"));
        made.WaitForExit();
        var fault = Assert.Single(check.After().Faults);
        Assert.Equal(
            (OutputFault.Unreadable, "the declared output pipe is a pipe, a socket or a device; declare a file"),
            (fault.Fault, fault.Detail));
    }

    [Fact]
    public void Ends_of_a_capture_are_bounded_and_whole()
    {
        var path = Path.Combine(_root, "c.out");
        Assert.Equal(string.Empty, CaptureReader.ReadEnds(path).Text);
        File.WriteAllText(path, "é1\n22\n333\nlast 429");
        var ends = CaptureReader.ReadEnds(path, headBytes: 1, tailBytes: 12);
        Assert.Equal(string.Empty, ends.Head);
        Assert.Equal("last 429", ends.Tail);
        Assert.Equal(4, ends.TailLine);
        Assert.Equal(ends.TotalBytes, ends.SkippedBytes + 8);
        Assert.Equal("é1\n22\n333\nlast 429", CaptureReader.ReadEnds(path).Text);
    }

    [Theory]
    [InlineData(150_000, 0)]
    [InlineData(150_000, 700_000)]
    [InlineData(20_000, 0)]
    [InlineData(3, 2_000_000)]
    public void Lines_behind_a_gap_have_the_numbers_that_they_have_in_the_whole(int count, int longOne)
    {
        var path = Path.Combine(_root, "g.out");
        File.WriteAllLines(path, Enumerable.Range(1, count).Select(
            i => i == count / 2 ? new string('x', longOne) : $"line {i} of the log"));
        var ends = Encoding.UTF8.GetString(CaptureReader.ReadEndBytes(path, out var gap)).Split('\n');
        var seen = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            if (ends[i].StartsWith("line ", StringComparison.Ordinal) && ends[i].EndsWith(" of the log"))
            {
                Assert.Equal($"line {gap.NumberOf(i + 1)} of the log", ends[i]);
                seen++;
            }
        }

        Assert.True(seen > Math.Min(count, 10_000) / 2, $"{seen} lines");
    }

    [Fact]
    public void A_capture_is_read_whole_as_long_as_it_was_and_only_where_its_ends_are_not_all_of_it()
    {
        var path = Path.Combine(_root, "w.out");
        Assert.Null(WholeCapture.Of(path));
        var bytes = new byte[CaptureReader.HeadBytes + CaptureReader.TailBytes];
        File.WriteAllBytes(path, bytes);
        Assert.Null(WholeCapture.Of(path));
        File.WriteAllBytes(path, [.. bytes, (byte)'a', (byte)'b']);
        using (var whole = WholeCapture.Of(path)!())
        {
            File.AppendAllText(path, "what is left behind of the task writes on");
            whole.Seek(-3, SeekOrigin.End);
            using var read = new MemoryStream();
            whole.CopyTo(read);
            Assert.Equal("\0ab"u8, read.ToArray());
            Assert.Equal(0, whole.Read(new byte[8]));
        }

        using (var file = File.OpenWrite(path))
        {
            file.SetLength(WholeCapture.MostBytes + 1);
        }

        Assert.Null(WholeCapture.Of(path));
    }

    [Fact]
    public void PR2_lines_of_any_bytes_come_back()
    {
        var path = Path.Combine(_root, "l.out");
        Prop.ForAll<byte[][]>(parts =>
        {
            var lines = parts.Select(p => p.Where(b => b is not (10 or 13)).ToArray()).Append([(byte)'x']).ToArray();
            File.WriteAllBytes(path, lines.SelectMany((l, i) => i == 0 ? l : l.Prepend((byte)10)).ToArray());
            var read = CaptureReader.Lines(path).ToList();
            return read.Select(l => l.Text).SequenceEqual(lines.Select(Encoding.UTF8.GetString))
                && !read[^1].IsComplete
                && read[^1].NextOffset == new FileInfo(path).Length;
        }).QuickCheckThrowOnFailure();

        // An overlong line comes in pieces, none of which splits a character.
        var text = string.Concat(Enumerable.Repeat("aé€🚀", 60_000));
        File.WriteAllText(path, text + "\nend\n");
        var pieces = CaptureReader.Lines(path).ToList();
        Assert.True(pieces.Count > 3);
        Assert.Equal(text + "end", string.Concat(pieces.Select(p => p.Text)));
    }

    private static AttemptIdentity Identity() => new()
    {
        Run = "r", Attempt = new AttemptId("t", 2), AttemptFolder = "/w/a", Workspace = "/w", IdempotencyKey = "k",
    };
}
