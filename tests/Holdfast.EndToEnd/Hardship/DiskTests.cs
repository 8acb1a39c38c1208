using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Disks that fail, fill up, or return something else than was written.</summary>
public sealed class DiskTests
{
    private const string Plan = """
        tasks:
          a: { run: "echo a >> log" }
          b: { needs: [ a ], run: "echo b >> log", effect: once }
          c: { needs: [ b ], run: "echo c >> log; [ -e mended ]", retry: none }
          d: { needs: [ c ], run: "echo d >> log" }
        """;

    // strace counts the syncs of each thread; nearly all are the committer's.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_sync_that_fails_ends_the_driver_with_8_and_loses_nothing(int which)
    {
        Around.Needs("strace");
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Write("mended", "");
        var ended = await Around.Shell(
            at, $"exec strace -f -qq -o trace -e trace=fdatasync -e inject=fdatasync:error=EIO:when={which} "
                + Around.Line("run plan.yaml --id r"));
        Assert.Contains("(INJECTED)", at.Read("trace"), StringComparison.Ordinal);
        ended.Is(8);
        Assert.Contains($"{at.Folder}/.holdfast/runs/r/journal.ndjson: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains("Input/output error (errno 5)", ended.Error, StringComparison.Ordinal);
        at.Run("run", "plan.yaml", "--id", "r").Is(0);
        Assert.Equal(["a", "b", "c", "d"], at.Lines("log"));
        at.Run("journal", "verify", "r").Is(0);

        // Whatever was shown as done had been kept.
        foreach (var task in new[] { "a", "b", "c", "d" })
        {
            if (ended.Out.Contains($"succeeded  {task} ", StringComparison.Ordinal))
            {
                Assert.Equal(1, at.Journal("r").Split($"\"type\":\"attempt_started\",\"task\":\"{task}\"").Length - 1);
            }
        }
    }

    [Fact]
    public async Task A_full_disk_stops_the_run_with_8_says_so_and_goes_on_when_there_is_room()
    {
        Around.NeedsRoot("a small file system");
        using var at = new Holding();
        var disk = Directory.CreateDirectory(Path.Combine(at.Folder, "disk")).FullName;
        at.Write("plan.yaml", """
            tasks:
              a: { run: "echo a >> log" }
              b: { needs: [ a ], run: "echo b >> log; head -c 1M /dev/zero > disk/fill 2> /dev/null; true" }
              c: { needs: [ b ], run: "echo c >> log", effect: once }
              d: { needs: [ c ], run: "echo d >> log" }
            """);
        (await Around.Shell(at, "mount -t tmpfs -o size=400k tmpfs disk")).Is(0);
        try
        {
            var ended = at.Run("run", "plan.yaml", "--id", "r", "--workspace", "disk/ws").Is(8);
            Assert.Contains($"{disk}/ws/runs/r/", ended.Error, StringComparison.Ordinal);
            Assert.Contains("no space left", ended.Error, StringComparison.Ordinal);
            Assert.Contains("holdfast resume r", ended.Error, StringComparison.Ordinal);
            Assert.Contains(
                "\"run_interrupted\",\"data\":{\"reason\":\"the disk is full",
                    at.Read("disk/ws/runs/r/journal.ndjson"), StringComparison.Ordinal);
            at.Run("resume", "r", "--workspace", "disk/ws").Is(8);
            File.Delete(Path.Combine(disk, "fill"));
            at.Run("resume", "r", "--workspace", "disk/ws").Is(0);
            Assert.Equal(["a", "b", "c", "d"], at.Lines("log"));
        }
        finally
        {
            (await Around.Shell(at, "umount disk")).Is(0);
        }
    }

    [Fact]
    public async Task A_program_whose_output_fills_the_disk_is_told_as_such()
    {
        Around.NeedsRoot("a small file system");
        using var at = new Holding();
        at.Write("plan.yaml", "tasks: { a: { run: \"head -c 2M /dev/zero | tr '\\\\0' x; exit 1\", retry: none } }\n");
        Directory.CreateDirectory(Path.Combine(at.Folder, "disk"));
        (await Around.Shell(at, "mount -t tmpfs -o size=800k tmpfs disk")).Is(0);
        try
        {
            at.Run("run", "plan.yaml", "--id", "r", "--workspace", "disk/ws");
            (await Around.Shell(at, "mount -o remount,size=4m disk")).Is(0);
            at.Run("resume", "r", "--workspace", "disk/ws").Is(1);
            var why = at.Run("why", "r", "--workspace", "disk/ws").Is(0).Out;
            Assert.Contains("runtime.disk_full", why, StringComparison.Ordinal);
            Assert.Contains("resource_exhausted", why, StringComparison.Ordinal);
            Assert.Contains("free space on its file system", why, StringComparison.Ordinal);
        }
        finally
        {
            (await Around.Shell(at, "umount disk")).Is(0);
        }
    }

    // Each size ends the first start at another file: the workspace, the plan, the journal, its reserve.
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(96)]
    public async Task A_disk_full_at_the_first_start_ends_it_with_8_and_once_there_is_room_the_same_command_works(
        int kib)
    {
        Around.NeedsRoot("a small file system");
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a >> log }\n");
        Directory.CreateDirectory(Path.Combine(at.Folder, "disk"));
        (await Around.Shell(at, $"mount -t tmpfs -o size={kib}k tmpfs disk")).Is(0);
        try
        {
            var ended = at.Run("run", "plan.yaml", "--id", "r", "--workspace", "disk/ws").Is(8);
            Assert.Contains($"{at.Folder}/disk/ws/", ended.Error, StringComparison.Ordinal);
            Assert.Contains("no space left", ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("name another", ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("resume", ended.Error, StringComparison.Ordinal); // nothing began
            Assert.Empty(at.Lines("log"));
            (await Around.Shell(at, "mount -o remount,size=4m disk")).Is(0);
            at.Run("run", "plan.yaml", "--id", "r", "--workspace", "disk/ws").Is(0);
            at.Run("journal", "verify", "r", "--workspace", "disk/ws").Is(0);
            Assert.Equal(["a"], at.Lines("log"));
        }
        finally
        {
            (await Around.Shell(at, "umount disk")).Is(0);
        }
    }

    [Fact]
    public void A_flipped_bit_is_found_named_repaired_and_the_run_goes_on()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "r").Is(1);
        var path = Path.Combine(at.Folder, ".holdfast/runs/r/journal.ndjson");
        var bytes = File.ReadAllBytes(path);
        var flipped = bytes.AsSpan().IndexOf("\"attempt_succeeded\""u8) + 5;
        bytes[flipped] ^= 1;
        File.WriteAllBytes(path, bytes);
        var line = bytes.AsSpan(0, flipped).Count((byte)'\n') + 1;
        foreach (var command in new string[][] { ["resume", "r"], ["status", "r"], ["why", "r"], ["retry", "r",
            "--failed"] })
        {
            var ended = at.Run(command).Is(8);
            Assert.Contains($"{path}: damaged at line {line}: crc; it was durable", ended.Error,
                StringComparison.Ordinal);
            Assert.Contains($"the events up to {line - 1} are safe", ended.Error, StringComparison.Ordinal);
            Assert.Contains("holdfast journal repair", ended.Error, StringComparison.Ordinal);
        }

        Assert.Equal(bytes, File.ReadAllBytes(path));
        at.Run("journal", "verify", "r").Is(8);
        at.Run("journal", "repair", "r").Is(0);
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(at.Folder, ".holdfast/runs/r/journal.damaged-1.ndjson")));
        at.Run("journal", "verify", "r").Is(0);
        at.Run("resume", "r").Is(1);
        at.Write("mended", "");
        at.Run("retry", "r", "--failed").Is(0);

        // The lost line was a's success: its attempt file still knows, so that nothing ran twice.
        Assert.Equal(["a", "b", "c", "c", "d"], at.Lines("log"));
    }

    [Fact]
    public void A_torn_tail_is_cut_with_a_note_and_nothing_promised_is_missing()
    {
        using var at = new Holding();
        at.Write("plan.yaml",
            "tasks:\n  long: { run: \"echo start >> log; until [ -e go ]; do sleep 0.02; done; echo end >> log\" }\n");
        var run = at.Start("run", "plan.yaml", "--id", "r");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var path = Path.Combine(at.Folder, ".holdfast/runs/r/journal.ndjson");
        var whole = File.ReadAllText(path).TrimEnd('\0');
        File.WriteAllText(path, whole + "{\"seq\":99,\"at\":\"2026-11-2");
        at.Run("status", "r").Is(0);
        Assert.StartsWith(whole, File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Contains("\"seq\":99", File.ReadAllText(path), StringComparison.Ordinal);
        at.Write("go", "");
        var resumed = at.Run("resume", "r").Is(0);
        Assert.Contains("that a crash left half written", resumed.Out, StringComparison.Ordinal);
        Assert.Equal(["start", "end"], at.Lines("log"));
        Assert.StartsWith(whole, at.Journal("r"), StringComparison.Ordinal);
        at.Run("journal", "verify", "r").Is(0);
    }

    [Fact]
    public void A_journal_cut_short_by_the_disk_is_judged_from_what_attempts_left()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Write("mended", "");
        at.Run("run", "plan.yaml", "--id", "r").Is(0);
        var path = Path.Combine(at.Folder, ".holdfast/runs/r/journal.ndjson");
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text[..(text.IndexOf("\"task\":\"c\"", StringComparison.Ordinal) + 40)]);
        at.Run("resume", "r").Is(0);
        Assert.Equal(["a", "b", "c", "d"], at.Lines("log").Distinct(StringComparer.Ordinal));
        Assert.Single(at.Lines("log"), "a");
        Assert.Single(at.Lines("log"), "b");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lost_journal_is_damage_and_no_new_run(bool emptied)
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "r").Is(1);
        var path = Path.Combine(at.Folder, ".holdfast/runs/r/journal.ndjson");
        File.Delete(path);
        if (emptied)
        {
            File.WriteAllText(path, "");
        }

        foreach (var command in new string[][] { ["resume", "r"], ["status", "r"], ["journal", "verify", "r"],
            ["journal", "repair", "r"] })
        {
            at.Run(command).Is(8);
        }

        Assert.Contains("the journal is lost although the run has output", at.Run("resume", "r").Error,
            StringComparison.Ordinal);
        Assert.Contains("damaged", at.Run("list").Is(0).Out, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], at.Lines("log"));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
