using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Targets;

namespace Holdfast.Tests.Runs;

/// <summary>One event of every type, with every field set to something that is not its default.</summary>
internal static class EventSamples
{
    internal static readonly DateTimeOffset At = new(2026, 11, 20, 9, 30, 12, 345, 678, TimeSpan.Zero);

    private static readonly OutputFile[] Files = [new("bin/app \"1\".dll", 1_234_567_890_123, new string('a', 64))];

    private static readonly Outcome Ended = new()
    {
        ExitCode = 143,
        Signal = 15,
        EndedBy = EndedBy.NoProgress,
        StartError = "ENOENT: \"tool\"",
        HttpStatus = 503,
        Duration = TimeSpan.FromMilliseconds(61_001),
        StdoutBytes = 5_000_000_000,
        StderrBytes = 17,
        Strays = ["4711 node", "4712 naïve 😀"],
    };

    private static readonly Failure Judged = new()
    {
        Class = FailureClass.RateLimited,
        Disposition = Disposition.Wait,
        Transient = true,
        Confidence = 0.8125,
        Evidence = new Evidence("http.429", "stderr", 12, "HTTP 429\tToo Many \\ Requests", "wait, or raise the limit"),
        EndedBy = EndedBy.HardTimeout,
        Told = new ToldDelay(TimeSpan.FromSeconds(20), At.AddHours(1)),
        ToldUnused = "\"Retry-After: -1\" is below zero",
        Context = new ErrorContext
        {
            Runtime = "api", Operation = "POST http://api.test/items", Causes = ["IOException: cut off", "reset"],
            Stack = ["IOException: cut off", "at A.B(C) in d.cs:line 7"],
            Metadata = new Dictionary<string, string> { ["status"] = "429", ["x-request-id"] = "r-7" },
        },
    };

    private static readonly RecoveryDecision Decided = new()
    {
        Strategy = RecoveryStrategy.Park,
        Delay = TimeSpan.FromMilliseconds(7_200_001),
        Until = At.AddMilliseconds(7_200_001),
        UntilIsAbsolute = true,
        Origin = DelayOrigin.Told,
        Reason = "the other side named the wait",
        Class = FailureClass.OutcomeUnknown,
        Budget = FailureClass.Timeout,
        Attempt = 2,
        OfAttempts = 4,
        SameKey = true,
        SameSession = true,
    };

    private static readonly StepResult Returned = new()
    {
        TypeName = "System.Collections.Generic.List`1<App.Row>",
        Json = """[{"id":1,"name":"naïve \"😀\""},null]""",
        File = new OutputFile("output/load-0123456789ab/1.json", 100_000_000, new string('e', 64)),
    };

    /// <summary>In the order of the catalog, without the first line, which is the journal's own.</summary>
    internal static IReadOnlyList<RunEvent> All { get; } =
    [
        .. OfTheRun().Select(e => e.Addressed(null, 0, At)),
        .. OfTasks().Select(e => e.Addressed("import[a b.csv]", 0, At)),
        .. OfAttempts().Select(e => e.Addressed("import[a b.csv]", 2, At)),
    ];

    /// <summary>What was known before a step told which one it is within.</summary>
    internal static IEnumerable<RunEvent> BeforeWithin => All.Select(e => e switch
    {
        AttemptStarted started => started with { Within = null },
        TaskWaiting waiting => waiting with { Within = null },
        _ => e,
    });

    /// <summary>What was known before a person could end a wait.</summary>
    internal static IReadOnlyList<RunEvent> BeforeLifts { get; } =
    [
        .. BeforeWithin.Where(e => e is not (TargetUnblocked or TaskWaitEnded))
            .Select(e => e is RequestReceived request ? request with { SetGoing = 0 } : e),
    ];

    /// <summary>What was known before runs named the run that they are a step of.</summary>
    internal static IEnumerable<RunEvent> BeforeParents =>
        BeforeLifts.Select(e => e is RunStarted started ? started with { Parent = null } : e);

    /// <summary>What was known before there were runs of C# programs.</summary>
    internal static IReadOnlyList<RunEvent> BeforePrograms { get; } =
    [
        .. BeforeParents.Where(e => e is not SignalReceived).Select(e => e switch
        {
            RunStarted started => started with { IsOfProgram = false },
            RunEnded ended => ended with { Result = null },
            TaskWaiting waiting => waiting with { AsksApproval = false },
            TaskReconciled reconciled => reconciled with { Result = null },
            TaskTakenOver taken => taken with { Result = null },
            AttemptStarted started => started with { Effect = null, Until = null, Delay = null },
            AttemptSucceeded succeeded => succeeded with { Result = null },
            _ => e,
        }),
    ];

    /// <summary>What the first version knew, as its golden file has it.</summary>
    internal static IReadOnlyList<RunEvent> OfFirstVersion { get; } =
    [
        .. BeforeContexts.Where(e => e is not (TargetBlocked or TaskWaiting or ApprovalDecided or CheckpointCompleted))
            .Select(e => e is AttemptStarted ? new AttemptStarted("opencode").Addressed(e.Task, e.Attempt, e.At) : e),
    ];

    /// <summary>What was known before errors carried their context.</summary>
    internal static IEnumerable<RunEvent> BeforeContexts => BeforePrograms.Select(e => e switch
    {
        RuntimeErrorClassified => new RuntimeErrorClassified(Judged with { Context = null })
            .Addressed(e.Task, e.Attempt, e.At),
        TargetBlocked blocked => blocked with { ByRun = null, ByTask = null, ByAttempt = 0 },
        _ => e,
    });

    private static IEnumerable<RunEvent> OfTheRun() =>
    [
        new RunStarted("nightly", new string('b', 64), 9_007_199_254_740_991, 3)
        {
            PlanPath = "plans/nightly.yaml", Deadline = TimeSpan.FromHours(12), ForkedFrom = "20261119-1", By = "me",
                Version = "0.2.0", IsOfProgram = true, Parent = "20261119-2",
        },
        new DriverStarted(4711, "3f1c", "host-1", 4, true) { Version = "0.2.0" },
        new JournalCut(2, 345),
        new JournalRepaired(17, 19),
        new JournalClosed(RunStatus.Infrastructure),
        new PlanChanged(new string('c', 64))
        {
            Added = ["n"], Changed = ["c"], Removed = ["r"], Stale = ["s"], Was = ["0123456789abcdef"],
            Now = ["fedcba9876543210"], Fresh = ["f"], RerunBy = "me",
        },
        new RunPaused("me"),
        new RunUnpaused("you"),
        new RunStopping(StopCause.OnFailure, "holdfast", "task \"a\" failed"),
        new MassFailureDetected(10, 30),
        new RunWaiting("a person has to decide about \"a\"") { Until = At.AddDays(1) },
        new RunInterrupted("Ctrl-C"),
        new RunEnded(RunStatus.Failed, 1, "task \"a\" failed") { Result = Returned },
        new RunReopened("me", "task \"a\" runs again"),
        new ClockJumped(TimeSpan.FromSeconds(-7_200)),
        new TargetBlocked("api.test:443", At.AddSeconds(30), BlockCause.Breaker)
        {
            Detail = "the breaker is open", ByRun = "20261119-1", ByTask = "b", ByAttempt = 2,
        },
        new TargetUnblocked("api.test:443", "me", "its breaker was reset"),
        new Notified(NotifyOn.Failed, 3) { Error = "it said no" },
        new RequestReceived("r-1", "retry", "me", true, "task \"a\" runs again") { ExitCode = 11, SetGoing = 3 },
    ];

    private static IEnumerable<RunEvent> OfTasks() =>
    [
        new TaskExpanded(1_000, [new("a b.csv", "data/a b.csv"), new("$(touch x)", "'\n")], true) { Warning
            = "two look alike" },
        new TaskSucceeded(3),
        new TaskFailed(FailureClass.TestFailure, "3 of 20 tests failed"),
        new TaskBlocked(["a", "b"]),
        new TaskSkipped("task \"a\" did not fail"),
        new TaskHeld(FailureClass.OutcomeUnknown, "it may have happened"),
        new TaskWaiting("a person has to approve") 
        {
            Until = At.AddDays(1), AsksApproval = true, Within = "import/\"outer\"",
        },
        new TaskCancelled("cancelled by me"),
        new TaskReconciled(ReconcileAnswer.Unclear, 2) { Result = Returned },
        new TaskResolved(Resolution.Redo, "me"),
        new TaskReopened("me"),
        new TaskWaitEnded("me"),
        new TaskTakenOver("20261119-1") { Outputs = Files, Skipped = true, Result = Returned },
        new ApprovalDecided(true, "me") { Comment = "looks good" },
        new CheckpointCompleted("design", "wrote docs/design.md", "opencode") { Commit = new string('d', 40) },
        new OutputsLost(["bin/app.dll"]),
        new SignalReceived("me") { Result = Returned },
    ];

    private static IEnumerable<RunEvent> OfAttempts() =>
    [
        new AttemptStarted("opencode")
        {
            Target = "opencode × glm-5 × a1b2c3d4", Probe = true, InsteadOf = "codex", Because = "codex is out (auth)",
            Effect = Effect.Once, Until = At.AddHours(2), Delay = TimeSpan.FromHours(2), Within = "import/outer",
        },
        new AttemptWithdrawn("the run is being stopped"),
        new AttemptAdopted(AttemptTrace.Alive),
        new AttemptSucceeded(Ended) { Outputs = Files, Result = Returned },
        new AttemptFailed(Ended),
        new RuntimeErrorClassified(Judged),
        new RuntimeRecoveryScheduled(Decided) { From = "opencode", To = "codex" },
        new TaskRetryRequested(3) { NotBefore = At.AddSeconds(20) },
        new AttemptFound(AttemptTrace.Ended) { StartedAt = At.AddMinutes(-3) },
    ];
}
