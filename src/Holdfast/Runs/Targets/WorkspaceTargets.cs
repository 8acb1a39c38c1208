using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Targets;

/// <summary>
/// The targets of a workspace, in <c>breakers.ndjson</c>: many processes write. Each step takes the lock, reads what
/// others appended, decides, and appends; it is not synced, since what a power cut takes is learnt again from the
/// target.
/// </summary>
public sealed class WorkspaceTargets : ITargets, IDisposable
{
    /// <summary>Name of the file in the workspace.</summary>
    public const string FileName = "breakers.ndjson";

    /// <summary>Above this length the file is written anew with the last events of each target: 4 MiB.</summary>
    public const int CompactAboveBytes = 4 << 20;

    private readonly IStorage _storage;
    private readonly string _path;
    private readonly string? _run;
    private readonly SharedLines _lines;
    private TargetLedger _ledger;

    /// <summary>The targets of a workspace, as one run uses them.</summary>
    /// <param name="storage">The files.</param>
    /// <param name="workspacePath">Folder of the workspace.</param>
    /// <param name="seed">Seed of the workspace.</param>
    /// <param name="run">Id of the run that asks; null for a command that only looks or resets.</param>
    /// <param name="settings">When the breaker of a target opens and closes; the defaults if left out.</param>
    public WorkspaceTargets(
        IStorage storage, string workspacePath, ulong seed, string? run, Func<string, BreakerSettings>? settings = null)
    {
        (_storage, _run) = (storage, run);
        _path = Path.Combine(workspacePath, FileName);
        var chosen = settings ?? (static _ => BreakerSettings.Default);
        _ledger = new TargetLedger(chosen, seed);
        _lines = new SharedLines(
            storage, _path, TakeIn, () => _ledger = new TargetLedger(chosen, seed));
    }

    /// <summary>Why the file could not be written or read at the last step; null while it is well.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public TargetAnswer Ask(string target, AttemptId attempt, DateTimeOffset now)
    {
        TargetAnswer answer = default;
        Step(ledger => answer = ledger.Ask(target, attempt, _run, now));
        return answer;
    }

    /// <inheritdoc/>
    public void Report(
        string target, AttemptId attempt, in BreakerPermit permit, FailureClass? failure, DateTimeOffset now)
    {
        var given = permit;
        Step(ledger => ledger.Report(target, attempt, _run, given, failure, now));
    }

    /// <inheritdoc/>
    public void Release(string target, AttemptId attempt, in BreakerPermit permit, DateTimeOffset now)
    {
        if (permit.IsProbe)
        {
            Report(target, attempt, permit, FailureClass.Cancelled, now);
        }
    }

    /// <inheritdoc/>
    public void Throttle(string target, AttemptId attempt, DateTimeOffset until, string detail, DateTimeOffset now) =>
        Step(ledger => ledger.Throttle(target, attempt, _run, until, detail, now));

    /// <inheritdoc/>
    public void Lift(string target, string by, DateTimeOffset said, DateTimeOffset now) =>
        Step(ledger => ledger.Lift(target, by, said, now));

    /// <summary>Closes a breaker by a person's order. False if nobody knows the target.</summary>
    public bool Reset(string target, string by, DateTimeOffset now)
    {
        var known = false;
        Step(ledger => known = ledger.Reset(target, by, now));
        return known;
    }

    /// <summary>What is known of all targets, in byte order of their names. Takes no lock and writes nothing.</summary>
    public IReadOnlyList<TargetView> Look(DateTimeOffset now, int lastEvents = 200)
    {
        _lines.ReadNew();
        return [.. _ledger.Names.Select(name => _ledger.View(name, now, lastEvents)!)];
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private void Step(Action<TargetLedger> decide)
    {
        var decided = false;
        try
        {
            using var held = _lines.Lock();
            _lines.ReadNew();
            decide(_ledger);
            decided = true;
            Append(_ledger.TakeChanges());
            Problem = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A workspace that cannot be written costs what others would have learnt, never the work itself.
            Problem = error.Message;
            if (!decided)
            {
                decide(_ledger);
            }

            _ = _ledger.TakeChanges();
        }
    }

    private void TakeIn(ReadOnlyMemory<byte> line)
    {
        if (TargetLine.Read(line) is { } taken)
        {
            _ledger.Take(taken);
        }
    }

    private void Append(IReadOnlyList<TargetLine> lines)
    {
        _lines.Append([.. lines.SelectMany(line => line.ToBytes())], sync: false, known: true);
        if (_lines.IsOver(CompactAboveBytes))
        {
            Compact();
        }
    }

    // Under the lock. The last lines of each target, in their order, say all that is still asked of the file.
    private void Compact()
    {
        var kept = new List<(long Place, byte[] Line)>();
        var byTarget = new Dictionary<string, Queue<(long, byte[])>>();
        using (var stream = _storage.OpenRead(_path))
        {
            var scanner = new LineScanner(stream, 0);
            while (scanner.MoveNext())
            {
                if (scanner.Overlong || TargetLine.Read(scanner.Line) is not { } line)
                {
                    continue;
                }

                if (!byTarget.TryGetValue(line.Target, out var queue))
                {
                    byTarget.Add(line.Target, queue = new Queue<(long, byte[])>());
                }

                queue.Enqueue((scanner.Offset, (byte[])[.. scanner.Line.Span, (byte)'\n']));
                if (queue.Count > BreakerEventLog.Kept)
                {
                    queue.Dequeue();
                }
            }
        }

        foreach (var queue in byTarget.Values)
        {
            kept.AddRange(queue);
        }

        kept.Sort((a, b) => a.Place.CompareTo(b.Place));
        _lines.Rewrite(kept.Select(k => k.Line));
    }
}
