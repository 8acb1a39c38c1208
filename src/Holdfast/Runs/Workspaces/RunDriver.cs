using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// A run that this process drives, or changes while nobody does: it holds the lock from opening to disposal, so two
/// processes never drive one run.
/// </summary>
public sealed class RunDriver : IDisposable
{
    private static readonly TimeSpan SweepPace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan InboxPace = TimeSpan.FromMilliseconds(200);

    private readonly IStorage _storage;
    private readonly RunFolder _run;
    private readonly ILockHandle _lock;
    private readonly TimeProvider _time;
    private readonly RunJournal _journal;

    // The journal's thread may still wake it when the drive is over.
    private readonly DriverRest _rest = new();
    private JournalCut? _cut;

    private RunDriver(
        IStorage storage, RunFolder run, ILockHandle held, TimeProvider time, RunJournal journal, RunState state,
        JournalCut? cut)
    {
        _storage = storage;
        _run = run;
        _lock = held;
        _time = time;
        _journal = journal;
        State = state;
        _cut = cut;
    }

    /// <summary>The run as folded so far.</summary>
    public RunState State { get; }

    /// <summary>
    /// Whether a snapshot is due, by the last event and the last snapshot; the usual rule unless a test says.
    /// </summary>
    internal Func<long, long, bool>? SnapshotIsDue { get; set; }

    /// <summary>
    /// Makes a new run: its folder, its plan, its journal with the first events, all durable on return. What a crash in
    /// an earlier making left is made anew, as long as nothing of the run was recorded.
    /// </summary>
    /// <param name="storage">The files.</param>
    /// <param name="run">Its folder; must not hold a run.</param>
    /// <param name="workspaceId">Id of the workspace.</param>
    /// <param name="plan">The plan as resolved.</param>
    /// <param name="spec">The same for the engine.</param>
    /// <param name="first">The first event, and what follows it, e.g. results taken over.</param>
    /// <param name="by">The clocks, and this process.</param>
    /// <exception cref="RunExistsException">There is a run of this id; it is left as it is.</exception>
    /// <exception cref="RunLockedException">Another process makes or drives it just now.</exception>
    public static RunDriver Create(
        IStorage storage, RunFolder run, string workspaceId, byte[] plan, RunSpec spec, IReadOnlyList<RunEvent> first,
        (TimeProvider Time, DriverIdentity Who) by)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        storage.CreateFolder(run.Path);
        var held = RunLock.Take(storage, run, by.Time, by.Who);
        try
        {
            // Only under the lock is it certain that nobody else makes this run: then nothing of it is written over.
            RunRemoval.ThrowIfBegun(storage, run);
            var begun = HasOnlyOpening(storage, run);
            if (!begun && IsTaken(storage, run))
            {
                throw new RunExistsException(run.Id);
            }

            storage.WriteAtomically(run.PlanPath, plan);
            var writer = begun
                ? JournalWriter.Continue(storage, run.Path).Writer!
                : JournalWriter.Create(storage, run.Path, workspaceId, run.Id, by.Time.GetUtcNow());
            var driver = new RunDriver(storage, run, held, by.Time, new RunJournal(writer), new RunState(spec), null);
            driver.Record(first);
            return driver;
        }
        catch (JournalFullException full) when (HasOnlyOpening(storage, run))
        {
            // Of a run that has not begun there is nothing to resume: it is made anew by the same call.
            held.Dispose();
            throw new StorageFullException(full.Path, full);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether a run has more than its opening: one whose maker was killed before its first event is made anew under
    /// the same id, since nothing of it was ever acknowledged.
    /// </summary>
    public static bool HasBegun(IStorage storage, RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        return storage.FileExists(JournalFormat.PathIn(run.Path)) && !HasOnlyOpening(storage, run);
    }

    /// <summary>
    /// Opens a run to drive or change it. A torn tail is cut; damage is reported and nothing is changed.
    /// </summary>
    /// <exception cref="RunLockedException">Another process drives it.</exception>
    /// <exception cref="JournalDamagedException">Something durable is missing or changed.</exception>
    /// <exception cref="RunNotFoundException">The run never started.</exception>
    public static RunDriver Open(
        IStorage storage, RunFolder run, RunSpec spec, TimeProvider time, DriverIdentity who) =>
        Open(storage, run, () => spec, time, who);

    /// <summary>
    /// As <see cref="Open(IStorage,RunFolder,RunSpec,TimeProvider,DriverIdentity)"/>, with a plan that is read or
    /// chosen under the lock, so that nobody can change it meanwhile.
    /// </summary>
    public static RunDriver Open(
        IStorage storage, RunFolder run, Func<RunSpec> specUnderLock, TimeProvider time, DriverIdentity who)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(specUnderLock);
        RunRemoval.ThrowIfBegun(storage, run);
        var held = RunLock.Take(storage, run, time, who);
        var (reading, writer) = (default(JournalReading)!, default(JournalWriter));
        try
        {
            RunRemoval.ThrowIfBegun(storage, run);
            var state = RunSnapshots.Fold(storage, run, specUnderLock(), (onRecord, from) =>
            {
                (reading, writer) = JournalWriter.Continue(storage, run.Path, onRecord, from);
                return reading;
            });
            if (writer is null || state.LastSeq <= 1)
            {
                writer?.Dispose();
                throw new RunNotFoundException(
                    $"run {run.Id} never started (its journal has no event); run the plan again with --id {run.Id}");
            }

            var cut = reading.Torn.Bytes > 0 ? new JournalCut((int)reading.Torn.Lines, reading.Torn.Bytes) : null;
            return new RunDriver(storage, run, held, time, new RunJournal(writer), state, cut);
        }
        catch
        {
            writer?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads a run as it stands, without its lock; a line that is being written is not complained of.
    /// </summary>
    /// <exception cref="JournalDamagedException">Something durable is missing or changed.</exception>
    public static (RunState State, JournalReading Reading) Look(IStorage storage, RunFolder run, RunSpec spec)
    {
        ArgumentNullException.ThrowIfNull(run);
        var reading = default(JournalReading)!;
        var state = RunSnapshots.Fold(
            storage, run, spec, (onRecord, from) => reading = JournalReader.Read(storage, run.Path, onRecord, from));
        return reading.Damage is { } damage
            ? throw new JournalDamagedException(JournalFormat.PathIn(run.Path), damage)
            : (state, reading);
    }

    /// <summary>Records events outside a drive, durable on return.</summary>
    public void Record(IReadOnlyList<RunEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var at = _time.GetUtcNow();
        foreach (var e in _cut is { } cut ? [cut, .. events] : events)
        {
            var recorded = e with { At = at };
            State.Apply(recorded, _journal.Append(recorded, at));
        }

        _cut = null;
        _journal.Wait();
    }

    /// <summary>Takes up a request while nobody drives the run.</summary>
    public SteeringAnswer Steer(SteeringRequest request)
    {
        State.LookAt(_time.GetUtcNow());
        var (answer, events) = Steering.Apply(State, request);
        Record(events);
        return answer;
    }

    /// <summary>Drives the run until nothing is left for this process to do.</summary>
    /// <param name="host">The world of its tasks.</param>
    /// <param name="limits">What this driver may do.</param>
    /// <param name="who">This process.</param>
    /// <param name="started">Gets the dispatcher before the first step: to observe, interrupt, or steer.</param>
    /// <param name="targets">What is known of targets beyond this run; nothing if left out.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="JournalPoisonedException">
    /// The journal cannot be written; attempts go on under the guard.
    /// </exception>
    /// <exception cref="StorageFullException">
    /// No space for another file of the run; attempts go on likewise.
    /// </exception>
    public int Drive(IRunHost host, DriverLimits limits, DriverIdentity who, Action<Dispatcher>? started = null,
        ITargets? targets = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(who);
        var rest = host.Rest ?? _rest;
        var clock = new RunClock(_time);
        var dispatcher = new Dispatcher(State, _journal, host, clock, limits) { Targets = targets };
        dispatcher.Woken += rest.Wake;
        started?.Invoke(dispatcher);
        var resumed = State.Driver is not null;
        try
        {
            dispatcher.TakeOver(
                new DriverStarted(who.Pid, who.BootId, who.Host, limits.MaxParallel, resumed) { Version = who.Version },
                _cut);
            _cut = null;
            return Loop(dispatcher, clock, rest);
        }
        catch (Exception full) when (full is JournalFullException or StorageFullException)
        {
            // The reserve is there for this: whoever looks later is told why the driver left.
            _journal.SayLastWords(LastWords.Of(full), clock.Wall);
            throw;
        }
        finally
        {
            dispatcher.Woken -= rest.Wake;
        }
    }

    private int Loop(Dispatcher dispatcher, RunClock clock, IDriverRest rest)
    {
        var inbox = new Inbox(_storage, _run);
        var snapshots = new RunSnapshots(_storage, _run, SnapshotIsDue);
        var taken = new HashSet<string>();
        var nextLook = clock.Now;
        var nextSweep = clock.Now;
        while (dispatcher.ExitCode is null)
        {
            if (clock.Now >= nextLook)
            {
                LookInto(inbox, dispatcher, taken);
                nextLook = clock.Now + InboxPace;
            }

            if (clock.Now >= nextSweep)
            {
                inbox.Sweep(_time.GetUtcNow());
                nextSweep = clock.Now + SweepPace;
            }

            dispatcher.Step();
            snapshots.Look(State, _journal.Durable, _journal.AppendedPosition);
            if (dispatcher.ExitCode is null)
            {
                rest.Rest(Pause(clock.Now, dispatcher.NextStepAt, nextLook));
            }
        }

        return dispatcher.ExitCode.Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal.Dispose();
        _rest.Dispose();
        _lock.Dispose();
    }

    private static bool IsTaken(IStorage storage, RunFolder run)
    {
        var journal = JournalFormat.PathIn(run.Path);
        return storage.FileExists(journal) && storage.Length(journal) > 0;
    }

    private static bool HasOnlyOpening(IStorage storage, RunFolder run)
    {
        // An opening and the first half of an event are short; a journal of any size is not read twice for this.
        const int ShortBytes = 64 << 10;
        var journal = JournalFormat.PathIn(run.Path);
        if (!storage.FileExists(journal) || storage.Length(journal) > ShortBytes)
        {
            return false;
        }

        var reading = JournalReader.Read(storage, run.Path);
        return reading.Damage is null && !reading.NeverStarted && reading.Events == 1;
    }

    internal static void LookInto(Inbox inbox, Dispatcher dispatcher, HashSet<string> taken)
    {
        foreach (var request in inbox.Take())
        {
            // Its answer may still wait for the disk; it is one request, however often it is seen.
            if (taken.Add(request.Id))
            {
                dispatcher.Steer(request, answer => Answer(inbox, request, answer, taken));
            }
        }
    }

    // What was decided is in the journal. An answer that cannot be left stops no run: the request is seen again at the
    // next look, and gets the answer that was recorded.
    private static void Answer(Inbox inbox, SteeringRequest request, SteeringAnswer answer, HashSet<string> taken)
    {
        taken.Remove(request.Id);
        try
        {
            inbox.Answer(request, answer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Told again.
        }
    }

    private static TimeSpan Pause(DateTimeOffset now, DateTimeOffset? nextStep, DateTimeOffset nextLook)
    {
        var until = nextStep < nextLook ? nextStep.Value : nextLook;
        return until > now ? until - now : TimeSpan.Zero;
    }
}
