using System.Text;
using Holdfast.Cli.Driving;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Cli.Driving;

public sealed class RunHistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-history-").FullName;

    private Workspace Workspace =>
        Workspace.Open(LocalStorage.Instance, Path.Combine(_folder, ".holdfast"), create: true);

    private string FilePath => Path.Combine(_folder, ".holdfast", "history.ndjson");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Durations_of_a_plan_are_kept_and_the_newest_weighs_half()
    {
        var history = new RunHistory(Workspace);
        Append(history, "p", 1_000);
        Append(history, "other", 9_000);
        Append(history, "p", 3_000);
        Assert.Equal(TimeSpan.FromSeconds(2), history.DurationsOf("p")["a"]);
        Assert.Empty(history.DurationsOf("none"));
    }

    [Fact]
    public void A_half_written_line_is_passed_over_and_swallows_nothing()
    {
        var history = new RunHistory(Workspace);
        Append(history, "p", 1_000);
        File.AppendAllText(FilePath, "{\"at\":\"2026");
        Append(history, "p", 1_000);
        Assert.Equal(TimeSpan.FromSeconds(1), history.DurationsOf("p")["a"]);
        Assert.Equal(3, File.ReadAllLines(FilePath).Length);
    }

    [Fact]
    public void Garbage_is_passed_over_and_the_file_stays_bounded()
    {
        var history = new RunHistory(Workspace);
        File.WriteAllBytes(FilePath, Encoding.ASCII.GetBytes(new string('\0', 5 << 20)));
        Append(history, "p", 1_000);
        Assert.InRange(new FileInfo(FilePath).Length, 1, 3 << 20);
        Assert.Equal(TimeSpan.FromSeconds(1), history.DurationsOf("p")["a"]);
    }

    [Fact]
    public void What_had_ended_before_is_not_counted_again()
    {
        var history = new RunHistory(Workspace);
        history.Append("p", State(1_000), DateTimeOffset.UnixEpoch, [0]);
        Assert.False(File.Exists(FilePath));
    }

    private static void Append(RunHistory history, string plan, int ms) =>
        history.Append(plan, State(ms), DateTimeOffset.UnixEpoch, []);

    private static RunState State(int ms)
    {
        var state = new RunState(new RunSpec { RunId = "r", Tasks = [new TaskSpec("a")] });
        state.Apply(new AttemptStarted("command") { Task = "a", Attempt = 1 }, 1);
        var outcome = new Outcome { ExitCode = 0, Duration = TimeSpan.FromMilliseconds(ms) };
        state.Apply(new AttemptSucceeded(outcome) { Task = "a", Attempt = 1 }, 2);
        return state;
    }
}
