using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Tasks that behave badly: whatever they print and leave, their run ends, and says what it saw.</summary>
public sealed class TaskTests
{
    // PR1, PR2: nothing waits for a pipe that somebody holds open, and bytes are kept as they came.
    [Fact]
    public void Output_of_any_kind_is_kept_byte_for_byte_and_judged()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              binary: { run: "head -c 300000 /dev/urandom | tee copy" }
              no-newline: { run: "printf 'no newline'" }
              no-utf8: { run: "printf 'a\\377\\376b\\n\\303' >&2; exit 1", retry: none }
              zeroes: { run: "head -c 64M /dev/zero" }
              closes: { run: "exec >&- 2>&- <&-; echo done > closes.txt" }
              one-line: { run: "head -c 3M /dev/zero | tr '\\0' x" }
            """);
        var ended = at.Run("run", "plan.yaml", "--id", "r").Is(1);
        Assert.Contains("5 succeeded, 1 failed", ended.Out, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(at.Folder, "copy")), Capture(at, "binary", "out"));
        Assert.Equal("no newline"u8.ToArray(), Capture(at, "no-newline", "out"));
        Assert.Equal("a\u00ff\u00feb\n\u00c3".Select(c => (byte)c), Capture(at, "no-utf8", "err"));
        Assert.Equal(64 << 20, Capture(at, "zeroes", "out").Length);
        Assert.Equal("done\n", at.Read("closes.txt"));
        Assert.Equal("==> stdout <==\nno newline\n", at.Run("logs", "r", "no-newline").Is(0).Out);
        Assert.Contains("a\ufffd", at.Run("logs", "r", "no-utf8").Is(0).Out, StringComparison.Ordinal);
        foreach (var task in new[] { "binary", "zeroes", "one-line", "closes" })
        {
            at.Run("logs", "r", task, "--json").Is(0);
        }

        at.Run("why", "r").Is(0);
        at.Run("journal", "verify", "r").Is(0);
    }

    // The bound is 1 GiB; what came until then is kept, and every look at it stays quick.
    [Fact]
    public void A_task_that_never_stops_printing_is_ended_at_the_bound()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              flood: { run: "yes 'a line like many others' | tee -a /dev/stderr", retry: none }
              other: { run: "true" }
            """);
        var ended = at.Run("run", "plan.yaml", "--id", "r").Is(1);
        Assert.Contains("1 succeeded, 1 failed", ended.Out, StringComparison.Ordinal);
        Assert.Contains("\"ended_by\":\"output_bound\"", at.Journal("r"), StringComparison.Ordinal);
        var kept = new[] { "out", "err" }.Select(end => new FileInfo(PathOf(at, "flood", end)).Length).ToArray();
        Assert.InRange(kept.Max(), 1L << 29, 1L << 32);
        Assert.Contains("output_bound", at.Run("why", "r").Is(0).Out, StringComparison.Ordinal);
        Assert.Contains("a line like many others", at.Run("logs", "r", "flood", "-n", "3").Is(0).Out,
            StringComparison.Ordinal);
        at.Run("status", "r").Is(0);
    }

    [Fact]
    public void What_a_task_leaves_is_listed_and_lives_unless_the_plan_says_otherwise()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              daemon: { run: "setsid sh -c 'echo $$ > daemon.pid;
                  exec sleep 60' >/dev/null 2>&1 </dev/null & until [ -s daemon.pid ]; do sleep 0.02; done" }
              double: { run: "( ( sh -c 'echo $$ > double.pid; exec sleep 60' & ) & ); until [ -s double.pid ];
                  do sleep 0.02; done" }
              ended: { strays: end, run: "setsid sh -c 'echo $$ > ended.pid;
                  exec sleep 60' >/dev/null 2>&1 </dev/null & until [ -s ended.pid ]; do sleep 0.02; done" }
            """);
        try
        {
            at.Run("run", "plan.yaml", "--id", "r").Is(0);
            var events = at.Run("events", "r").Is(0).Out;
            foreach (var name in new[] { "daemon", "double" })
            {
                Assert.True(Around.Lives(at.Read($"{name}.pid")), $"{name} was ended");
                Assert.Contains($"\"{at.Read($"{name}.pid").Trim()} sleep\"", events, StringComparison.Ordinal);
            }

            Assert.False(Around.Lives(at.Read("ended.pid")), "what strays: end is for still lives");
        }
        finally
        {
            foreach (var name in new[] { "daemon", "double", "ended" })
            {
                if (Around.Lives(at.Read($"{name}.pid")))
                {
                    System.Diagnostics.Process.GetProcessById(int.Parse(at.Read($"{name}.pid"), null)).Kill();
                }
            }
        }
    }

    // PR1: only KILL ends it, and its children with it.
    [Fact]
    public void A_task_that_ignores_TERM_is_ended_with_all_its_children()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              deaf: { timeout: 1s, retry: none, run: "trap '' TERM INT HUP; sh -c 'echo $$ > child.pid; while :;
                  do sleep 0.05; done' & echo 'HTTP 429 Too Many Requests' >&2; while :; do sleep 0.05; done" }
              polite: { timeout: 1s, retry: none, run: "trap 'echo cleaned > cleaned; exit 0' TERM; while :;
                  do sleep 0.05; done" }
            """);
        var ended = at.Run("run", "plan.yaml", "--id", "r").Is(1);
        Assert.Contains("polite: timeout", ended.Out, StringComparison.Ordinal);
        Assert.Contains("deaf: rate_limited", ended.Out, StringComparison.Ordinal);
        Assert.Equal("cleaned\n", at.Read("cleaned"));
        Assert.False(Around.Lives(at.Read("child.pid")), "a child of the ended task still lives");
    }

    private static byte[] Capture(Holding at, string task, string stream) =>
        File.ReadAllBytes(PathOf(at, task, stream));

    private static string PathOf(Holding at, string task, string stream)
    {
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(at.Folder, ".holdfast/runs/r/output"),
            task + "-*"));
        return Path.Combine(folder, "1." + stream);
    }
}
