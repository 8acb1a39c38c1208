using Holdfast.Cli;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Plans.Runtimes;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>A clock that stands where it is put.</summary>
internal sealed class StandingClock : TimeProvider
{
    internal DateTimeOffset Now { get; set; } = new(2026, 11, 20, 9, 30, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>A workspace of its own for each test, with journals written by the engine's own writer.</summary>
internal sealed class LookKit : IDisposable
{
    internal const string PlanText =
        """
        name: nightly
        defaults: { timeout: 10m }
        secrets: { TOKEN: { file: token.txt } }
        tasks:
          build: { run: make all }
          unit: { needs: [ build ], run: make test, retry: { timeout: 1 } }
          pack: { needs: [ unit ], run: make pack }
          ship: { needs: [ pack ], run: make ship, effect: once }
        """;

    internal const string FanOutText =
        """
        name: fan
        tasks:
          build: { run: make all }
          each: { needs: [ build ], for-each: { items: [ a, b, c ] }, run: "echo ${{ item }}" }
          after: { needs: [ each ], run: make after }
        """;

    internal LookKit()
    {
        Folder = Directory.CreateTempSubdirectory("holdfast-look-").FullName;
        Workspace = Workspace.Open(LocalStorage.Instance, Path.Combine(Folder, ".holdfast"), create: true);
        File.WriteAllText(Path.Combine(Folder, "token.txt"), "hunter2hunter2\n");
    }

    internal string Folder { get; }

    internal Workspace Workspace { get; }

    internal StandingClock Clock { get; } = new();

    /// <summary>Runs a command line; the answer has this test's folder masked.</summary>
    internal (int Code, string Out, string Error) Run(params string[] args) => RunAs(CalledAs.Holdfast, false, args);

    /// <summary>As <see cref="Run"/>, called by another name, or on a terminal.</summary>
    internal (int Code, string Out, string Error) RunAs(CalledAs called, bool isTerminal, params string[] args)
    {
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();
        var code = CommandLine.Run(args, new CommandContext
        {
            Out = stdout,
            Error = stderr,
            Environment = _ => null,
            CurrentFolder = Folder,
            Time = Clock,
            Called = called,
            IsTerminal = isTerminal,
        });
        return (code, Masked(stdout), Masked(stderr));
    }

    /// <summary>Makes a run of the plan with these events; each comes a second after the one before it.</summary>
    internal RunFolder Make(string id, params RunEvent[] events) =>
        MakeOf(id == "fan" ? FanOutText : PlanText, id, events);

    /// <summary>As the other, of another plan.</summary>
    internal RunFolder MakeOf(string planText, string id, params RunEvent[] events)
    {
        var loaded = PlanLoader.Parse(
            System.Text.Encoding.UTF8.GetBytes(planText), Path.Combine(Folder, "nightly.yaml"));
        var plan = loaded.Plan ?? throw new InvalidOperationException(string.Join('\n', loaded.Lines()));
        var who = new DriverIdentity(4711, "boot", "box", "ann", "0.1.0");
        var folder = Workspace.Run(id);
        using var driver = RunDriver.Create(
            LocalStorage.Instance, folder, "w", PlanJson.Write(plan), RunPlans.SpecOf(plan, id),
            [new RunStarted(plan.Name, PlanHash.OfPlan(plan), 1, plan.Tasks.Count) { By = "ann", Version = "0.1.0" }],
                (Clock, who));
        driver.Record([new DriverStarted(who.Pid, who.BootId, who.Host, 2, Resumed: false)]);
        foreach (var e in events)
        {
            Clock.Now += TimeSpan.FromSeconds(1);
            driver.Record([e]);
        }

        return folder;
    }

    internal void Print(RunFolder run, string task, int attempt, string stdout, string stderr)
    {
        var paths = new AttemptPaths(Path.Combine(run.OutputPath, AttemptPaths.FolderName(task)), attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(paths.Out)!);
        File.WriteAllText(paths.Out, stdout);
        File.WriteAllText(paths.Err, stderr);
    }

    internal static RunEvent[] Good(string task, int attempt = 1, double seconds = 1) =>
    [
        new AttemptStarted("command") { Task = task, Attempt = attempt },
        new AttemptSucceeded(new Outcome { ExitCode = 0, Duration = TimeSpan.FromSeconds(seconds) }) { Task = task,
            Attempt = attempt },
    ];

    internal static RunEvent[] Bad(string task, FailureClass kind, string text, int attempt = 1) =>
    [
        new AttemptStarted("command") { Task = task, Attempt = attempt },
        new AttemptFailed(new Outcome { ExitCode = 1, Duration = TimeSpan.FromSeconds(2) }) { Task = task,
            Attempt = attempt },
        new RuntimeErrorClassified(new Failure
        {
            Class = kind,
            Disposition = Disposition.Fail,
            Transient = false,
            Evidence = new Evidence("test.rule", "stderr", 3, text, "mend it"),
            Confidence = 0.9,
        })
        { Task = task, Attempt = attempt },
    ];

    internal static RunEvent Retry(string task, int attempt, DateTimeOffset until) =>
        new RuntimeRecoveryScheduled(new RecoveryDecision
        {
            Strategy = RecoveryStrategy.Retry,
            Class = FailureClass.Timeout,
            Budget = FailureClass.Timeout,
            Delay = TimeSpan.FromSeconds(2),
            Until = until,
            Origin = DelayOrigin.Computed,
            Attempt = attempt,
            OfAttempts = 2,
            Reason = "timeout: retry 1 of 1",
        })
        { Task = task, Attempt = attempt, From = "command", To = "command" };

    internal static RunEvent[] Closed(RunStatus status, int code, string why) =>
        [new RunEnded(status, code, why), new JournalClosed(status)];

    /// <summary>A good run, then a red one an hour later.</summary>
    internal RunFolder MakeRed()
    {
        Make("20261120-093000-nightly-good",
            [.. Good("build"), .. Good("unit"), .. Good("pack"), .. Good("ship"),
                .. Closed(RunStatus.Succeeded, 0, "all 4 tasks are done")]);
        Clock.Now += TimeSpan.FromHours(1);
        var red = Make("20261120-103000-nightly-redd",
        [
            .. Good("build", seconds: 4), .. Bad("unit", FailureClass.TestFailure, "expected 3, got 4"),
            new TaskFailed(FailureClass.TestFailure, "test_failure does not pass by itself") { Task = "unit" },
            new TaskBlocked(["unit"]) { Task = "pack" }, new TaskBlocked(["pack"]) { Task = "ship" },
            .. Closed(RunStatus.Failed, 1, "task \"unit\" failed: test_failure does not pass by itself"),
        ]);
        Print(red, "unit", 1, "running\n", "one\ntoken hunter2hunter2\nexpected 3, got 4\n");
        Clock.Now += TimeSpan.FromMinutes(2);
        return red;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Masked(StringWriter text) => text.ToString().Replace(Folder, "/here");
}
