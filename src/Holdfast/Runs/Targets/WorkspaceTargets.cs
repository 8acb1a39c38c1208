using System.Globalization;
using System.Text;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience.Breakers;

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

    private static readonly int EditionBytes = FirstLine(1).Length;

    private readonly IStorage _storage;
    private readonly string _path;
    private readonly string? _run;
    private readonly Func<string, BreakerSettings> _settings;
    private readonly ulong _seed;
    private TargetLedger _ledger;
    private IAppendFile? _file;
    private long _read;
    private long _compactedBytes;
    private byte[] _edition = [];

    /// <summary>The targets of a workspace, as one run uses them.</summary>
    /// <param name="storage">The files.</param>
    /// <param name="workspacePath">Folder of the workspace.</param>
    /// <param name="seed">Seed of the workspace.</param>
    /// <param name="run">Id of the run that asks; null for a command that only looks or resets.</param>
    /// <param name="settings">When the breaker of a target opens and closes; the defaults if left out.</param>
    public WorkspaceTargets(
        IStorage storage, string workspacePath, ulong seed, string? run, Func<string, BreakerSettings>? settings = null)
    {
        (_storage, _run, _seed) = (storage, run, seed);
        _path = Path.Combine(workspacePath, FileName);
        _settings = settings ?? (static _ => BreakerSettings.Default);
        _ledger = new TargetLedger(_settings, seed);
    }

    /// <summary>Why the file could not be written or read at the last step; null while it is well.</summary>
    public string? Problem { get; private set; }

    private string LockPath => _path + ".lock";

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
        ReadNew();
        return [.. _ledger.Names.Select(name => _ledger.View(name, now, lastEvents)!)];
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Step(Action<TargetLedger> decide)
    {
        var decided = false;
        try
        {
            using var held = _storage.Lock(LockPath);
            ReadNew();
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

    private void ReadNew()
    {
        if (!_storage.FileExists(_path))
        {
            Forget();
            return;
        }

        using var stream = _storage.OpenRead(_path);
        var edition = new byte[Math.Min(EditionBytes, stream.Length)];
        stream.ReadExactly(edition);
        if (stream.Length < _read || !edition.AsSpan().StartsWith(_edition))
        {
            // Another process wrote it anew.
            Forget();
        }

        _edition = edition.Length == EditionBytes ? edition : [];
        if (stream.Length == _read)
        {
            return;
        }

        stream.Seek(_read, SeekOrigin.Begin);
        var scanner = new LineScanner(stream, _read);
        while (scanner.MoveNext())
        {
            if (!scanner.Terminated)
            {
                break;
            }

            if (!scanner.Overlong && TargetLine.Read(scanner.Line) is { } line)
            {
                _ledger.Take(line);
            }

            _read = scanner.NextOffset;
        }
    }

    private void Forget()
    {
        if (_read > 0)
        {
            _ledger = new TargetLedger(_settings, _seed);
            (_read, _edition) = (0, []);
            _file?.Dispose();
            _file = null;
        }
    }

    private void Append(IReadOnlyList<TargetLine> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        _file ??= _storage.OpenAppend(_path, create: true);
        byte[] bytes = [.. lines.SelectMany(line => line.ToBytes())];
        if (_file.Length == 0)
        {
            bytes = [.. FirstLine(1), .. bytes];
        }
        else if (_file.Length > _read)
        {
            // Somebody died within a line: the end of it goes on a line of its own.
            bytes = [(byte)'\n', .. bytes];
        }

        _file.Append(bytes);
        _read = _file.Length;
        if (_read > Math.Max(CompactAboveBytes, 2 * _compactedBytes))
        {
            Compact();
        }
    }

    // Fixed in length, and another one after each rewriting, so that whoever reads on sees that the file is a new one.
    private static byte[] FirstLine(long edition) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"format\":1,\"edition\":\"{edition:x16}\"}}\n"));

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

                queue.Enqueue((scanner.Offset, scanner.Line.ToArray()));
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
        using var content = new MemoryStream();
        content.Write(FirstLine(1 + EditionNumber()));
        foreach (var (_, line) in kept)
        {
            content.Write(line);
            content.WriteByte((byte)'\n');
        }

        _file?.Dispose();
        _file = null;
        _storage.WriteAtomically(_path, content.ToArray());
        _read = _compactedBytes = content.Length;
        _edition = content.ToArray()[..EditionBytes];
    }

    private long EditionNumber()
    {
        var text = Encoding.ASCII.GetString(_edition);
        var start = text.LastIndexOf(":\"", StringComparison.Ordinal) + 2;
        return start > 1 && text.Length >= start + 16
            && long.TryParse(text.AsSpan(start, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                out var number)
                ? number
                : 1;
    }
}
