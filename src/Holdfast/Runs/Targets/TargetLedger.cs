using Holdfast.Failures;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Runs.Targets;

/// <summary>
/// Breakers and throttles by target, in memory. Every change becomes a line, and taking the lines in gives the same
/// ledger again: one process may write them to a file that others read.
/// </summary>
/// <param name="settings">When the breaker of a target opens and closes.</param>
/// <param name="seed">What the jitter of openings is drawn from.</param>
public sealed class TargetLedger(Func<string, BreakerSettings> settings, ulong seed)
{
    /// <summary>Most targets; beyond it the one that was quiet longest is forgotten.</summary>
    public const int MaxTargets = 10_000;

    private readonly Dictionary<string, Entry> _entries = [];
    private readonly List<TargetLine> _changes = [];

    /// <summary>Names of the targets that are known, in byte order.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What changed since the last call, as lines, oldest first.</summary>
    public IReadOnlyList<TargetLine> TakeChanges()
    {
        TargetLine[] changes = [.. _changes];
        _changes.Clear();
        return changes;
    }

    /// <summary>Asks before an attempt is sent.</summary>
    public TargetAnswer Ask(string target, AttemptId attempt, string? run, DateTimeOffset now)
    {
        var entry = EntryOf(target);
        entry.By = new Asker(run, attempt);
        if (entry.ThrottledUntil > now)
        {
            return Blamed(entry, new(default, BlockCause.Throttle, entry.ThrottledUntil, entry.ThrottledWhy));
        }

        FreeForgottenProbes(entry, now);
        var permit = entry.Core.Enter(now);
        if (permit.IsProbe)
        {
            Add(entry, TargetLine.Probe, now, null);
        }

        return permit.IsAllowed
            ? new TargetAnswer(permit)
            : Blamed(entry, new(permit, BlockCause.Breaker, permit.RetryAt ?? now, $"the breaker of {target} is "
                + (entry.Core.State == BreakerState.Open ? "open" : "half-open, and its probes are under way")));
    }

    // Who is kept out is told by whom.
    private static TargetAnswer Blamed(Entry entry, TargetAnswer answer) => answer with
    {
        By = entry.Blamed?.Attempt, ByRun = entry.Blamed?.Run,
    };

    private static bool IsBlame(string kind) => kind == TargetLine.Throttle
        || kind == BreakerEventKind.Failure.Word() || kind == BreakerEventKind.Trip.Word();

    /// <summary>Takes the result of a guarded operation.</summary>
    public void Report(
        string target, AttemptId attempt, string? run, in BreakerPermit permit, FailureClass? failure,
        DateTimeOffset now)
    {
        var entry = EntryOf(target);
        entry.By = new Asker(run, attempt);
        var result = failure is { } known ? BreakerWords.ResultOf(known) : BreakerResult.Success;
        var lines = _changes.Count;
        entry.Core.Record(permit, result, now, failure?.Word());
        if (permit.IsProbe && _changes.Count == lines)
        {
            // A neutral end tells nothing of the target, and yet frees a probe's place.
            Add(entry, TargetLine.Probe, now, "given back");
        }
    }

    /// <summary>Nobody sends to the target before that time.</summary>
    public void Throttle(
        string target, AttemptId attempt, string? run, DateTimeOffset until, string detail, DateTimeOffset now)
    {
        var entry = EntryOf(target);
        if (until <= entry.ThrottledUntil)
        {
            return;
        }

        entry.By = new Asker(run, attempt);
        (entry.ThrottledUntil, entry.ThrottledWhy) = (until, detail);
        Add(entry, TargetLine.Throttle, now, detail);
    }

    /// <summary>
    /// Ends a throttle, and the wait of an open breaker, by a person's word, unless they began after it. Places of
    /// probes whose ends nobody told are free again.
    /// </summary>
    public void Lift(string target, string by, DateTimeOffset said, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(target, out var entry))
        {
            return;
        }

        var isThrottled = entry.ThrottledUntil > now && entry.ThrottledAt <= said;
        var isOpen = entry.Core.State != BreakerState.Closed && entry.OpenedAt <= said;
        if (!isThrottled && !isOpen)
        {
            return;
        }

        entry.By = null;
        if (isThrottled || entry.ThrottledUntil <= now)
        {
            (entry.ThrottledUntil, entry.ThrottledWhy) = (default, null);
        }

        if (isOpen)
        {
            entry.Core.EndWait(now, $"by {by}");
        }

        Add(entry, TargetLine.Lift, now, $"by {by}");
    }

    /// <summary>Closes a breaker, and ends a throttle, by a person's order. False if nobody knows the target.</summary>
    public bool Reset(string target, string by, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(target, out var entry))
        {
            return false;
        }

        entry.By = null;
        (entry.ThrottledUntil, entry.ThrottledWhy) = (default, null);
        entry.Core.Reset(now, $"by {by}");
        return true;
    }

    /// <summary>Takes in a line that another process wrote, or this one in an earlier life.</summary>
    public void Take(TargetLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var entry = EntryOf(line.Target);
        entry.LastAt = line.At;
        entry.Blamed = IsBlame(line.Kind) && line.Task is { } task
            ? new Asker(line.Run, new AttemptId(task, line.Attempt))
            : entry.Blamed;
        entry.Core.Restore(line.Standing);
        entry.Note(line.Kind, line.At);
        (entry.ThrottledUntil, entry.ThrottledWhy) = line.Kind == TargetLine.Throttle
            ? (line.Until ?? default, line.Detail)
            : line.Kind == BreakerEventKind.Reset.Word() || line is { Kind: TargetLine.Lift, Until: null } ? default
            : (entry.ThrottledUntil, entry.ThrottledWhy);
        if (line.Kind is TargetLine.Probe)
        {
            entry.ProbeAt = line.At;
        }
        else if (BreakerWords.TryParse(line.Kind, out BreakerEventKind kind))
        {
            entry.Log.Add(new BreakerEvent(line.At, kind, line.Standing.State, line.Detail) { IsLate = line.IsLate });
            if (kind is BreakerEventKind.Success or BreakerEventKind.Failure && !line.IsLate)
            {
                entry.Core.Remember(line.At, kind == BreakerEventKind.Failure);
            }
        }
    }

    /// <summary>What is known of a target now; null if nothing is.</summary>
    public TargetView? View(string target, DateTimeOffset now, int lastEvents = BreakerEventLog.Kept)
    {
        if (!_entries.TryGetValue(target, out var entry))
        {
            return null;
        }

        var standing = entry.Core.Standing;
        if (standing is { State: BreakerState.Open, RetryAt: { } retryAt } && retryAt <= now)
        {
            // A look changes nothing; what it shows is what the next one who asks finds.
            standing = standing with { State = BreakerState.HalfOpen, RetryAt = null };
        }

        return new TargetView(
            target, new BreakerMetrics(target, standing, entry.Log.Counts()), entry.Log.Last(lastEvents),
            entry.ThrottledUntil > now ? entry.ThrottledUntil : null, entry.ThrottledWhy, entry.Settings);
    }

    // A process that died with a probe under way never gives its place back (BR2): after the longest opening it is
    // free again.
    private static void FreeForgottenProbes(Entry entry, DateTimeOffset now)
    {
        if (entry.Core.Standing is { State: BreakerState.HalfOpen, ProbesUnderWay: > 0 }
            && now - entry.ProbeAt > entry.Settings.MaxRecover)
        {
            entry.Core.FreeProbes();
        }
    }

    private void Add(Entry entry, string kind, DateTimeOffset now, string? detail, bool isLate = false)
    {
        entry.LastAt = now;
        entry.Note(kind, now);
        entry.ProbeAt = kind == TargetLine.Probe ? now : entry.ProbeAt;
        entry.Blamed = IsBlame(kind) ? entry.By : entry.Blamed;
        _changes.Add(new TargetLine(now, entry.Name, kind, entry.Core.Standing)
        {
            Until = kind == TargetLine.Throttle || (kind == TargetLine.Lift && entry.ThrottledUntil > now)
                ? entry.ThrottledUntil : null,
            IsLate = isLate,
            Detail = detail,
            Run = entry.By?.Run,
            Task = entry.By?.Attempt.Task,
            Attempt = entry.By?.Attempt.Number ?? 0,
        });
    }

    private Entry EntryOf(string target)
    {
        if (_entries.TryGetValue(target, out var known))
        {
            return known;
        }

        if (_entries.Count >= MaxTargets)
        {
            _entries.Remove(_entries.Values.MinBy(e => e.LastAt)!.Name);
        }

        var chosen = settings(target);
        var entry = new Entry(target, chosen);
        entry.Core = new BreakerCore(target, chosen, seed, e =>
        {
            entry.Log.Add(e);
            Add(entry, e.Kind.Word(), e.At, e.Detail, e.IsLate);
        });
        _entries.Add(target, entry);
        return entry;
    }

    private sealed record Asker(string? Run, AttemptId Attempt);

    private sealed class Entry(string name, BreakerSettings settings)
    {
        internal string Name { get; } = name;

        internal BreakerSettings Settings { get; } = settings;

        internal BreakerCore Core { get; set; } = null!;

        internal BreakerEventLog Log { get; } = new();

        internal Asker? By { get; set; }

        /// <summary>Whose failure was the last one.</summary>
        internal Asker? Blamed { get; set; }

        internal DateTimeOffset LastAt { get; set; }

        internal DateTimeOffset ProbeAt { get; set; }

        internal DateTimeOffset ThrottledUntil { get; set; }

        internal string? ThrottledWhy { get; set; }

        /// <summary>When it last named a wait.</summary>
        internal DateTimeOffset ThrottledAt { get; private set; }

        /// <summary>When its breaker last opened.</summary>
        internal DateTimeOffset OpenedAt { get; private set; }

        internal void Note(string kind, DateTimeOffset at)
        {
            ThrottledAt = kind == TargetLine.Throttle ? at : ThrottledAt;
            OpenedAt = kind == BreakerEventKind.Trip.Word() ? at : OpenedAt;
        }
    }
}

/// <summary>What is known of a target at one moment.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Metrics">Where its breaker stands, and its counts.</param>
/// <param name="Events">The last events of its breaker, oldest first.</param>
/// <param name="ThrottledUntil">Until when nobody sends to it; null if it is not throttled.</param>
/// <param name="ThrottledWhy">What it told.</param>
/// <param name="Settings">When its breaker opens and closes.</param>
public sealed record TargetView(
    string Target, BreakerMetrics Metrics, IReadOnlyList<BreakerEvent> Events, DateTimeOffset? ThrottledUntil,
    string? ThrottledWhy, BreakerSettings Settings);
