using System.Diagnostics;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.EndToEnd.Library;

/// <summary>
/// The sample, killed at random and started again until it ends: what happened in its world is counted.
/// </summary>
public sealed class OrderProcessingTests : IDisposable
{
    private const int Orders = 20;
    private const int MostStarts = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-orders-").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_order_is_paid_and_sent_once_however_often_the_program_is_killed(int seed)
    {
        var random = new Random(seed);
        var kills = 0;
        for (var start = 1; ; start++)
        {
            Assert.True(start < MostStarts, $"it had not ended after {MostStarts} starts");
            using var program = Start();

            // The first ones are killed early, so that some die before their first step and some in the middle.
            if (!program.WaitForExit(random.Next(40, 200 + (start * start * 10))))
            {
                program.Kill();
                program.WaitForExit();
                kills++;
                continue;
            }

            Assert.True(program.ExitCode == 0, program.StandardError.ReadToEnd());
            Assert.Contains("20 orders of 21000 cents", program.StandardOutput.ReadToEnd());
            break;
        }

        Assert.True(kills >= 2, $"it was killed {kills} times, which shows nothing");
        var names = Enumerable.Range(1, Orders).Select(n => $"order-{n}").Order().ToArray();
        Assert.Equal(names, Lines("payments.log").Select(l => l.Split(' ')[0]).Order());
        Assert.Equal(names, Lines("parcels.log").Order());
        AssertNothingDoneWasRepeated(kills);
    }

    // The journal says of each step when it succeeded; a call after that would be one too many.
    private void AssertNothingDoneWasRepeated(int kills)
    {
        var run = new RunFolder(Path.Combine(_folder, ".holdfast", "runs", "orders-of-today"));
        var state = RunDriver.Look(LocalStorage.Instance, run, new RunSpec { RunId = run.Id, Tasks = [] }).State;
        Assert.Equal((RunStatus.Succeeded, Orders * 4), (state.Status, state.Count(TaskStage.Succeeded)));
        var calls = Lines("calls.log").CountBy(call => call).ToDictionary();
        foreach (var task in state.Tasks)
        {
            var order = task.Name.Split('[', ']')[1];
            var call = $"{task.Name.Split('/')[1]} {order}" + (task.Name.EndsWith("tell", StringComparison.Ordinal)
                ? $" {int.Parse(order[6..]) * 100}" : "");
            // The start of what may simply be done again need not be on the disk: a kill may take its line along.
            var mayBeLost = task.Spec.Effect == Effect.Repeatable ? kills : 0;
            Assert.True(
                calls[call] <= task.Attempts + mayBeLost,
                $"{task.Name}: {calls[call]} calls, {task.Attempts} attempts");
            Assert.Equal(1, EventsOf(run, task.Name, "attempt_succeeded") + EventsOf(run, task.Name, "task_reconciled",
                "\"happened\""));
        }
    }

    private static int EventsOf(RunFolder run, string task, string type, string with = "") =>
        File.ReadLines(JournalFormat.PathIn(run.Path)).Count(line => line.Contains($"\"{type}\"")
            && line.Contains($"\"task\":\"{task}\"") && line.Contains(with));

    private string[] Lines(string name) => File.ReadAllLines(Path.Combine(_folder, name));

    private Process Start()
    {
        var root = RepositoryRoot();
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(root, "samples/OrderProcessing/bin/Release/net10.0/OrderProcessing.dll"));
        start.ArgumentList.Add(_folder);
        start.ArgumentList.Add($"{Orders}");
        return Process.Start(start)!;
    }

    internal static string RepositoryRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Holdfast.slnx")))
        {
            at = Path.GetDirectoryName(at) ?? throw new DirectoryNotFoundException("no Holdfast.slnx above the tests");
        }

        return at;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
