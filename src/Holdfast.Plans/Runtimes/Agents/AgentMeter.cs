using System.Globalization;
using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes.Agents;

/// <summary>
/// Watches what an agent prints while it runs: counts what is new as progress, adds up what it uses, and reads all of
/// it once more to the end when the attempt is over. Reads files that grow, so an attempt that an earlier driver
/// started is measured from its first byte.
/// </summary>
public sealed class AgentMeter : IOutputMeter, IDisposable
{
    private const long MostAtOnce = 16L << 20;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private readonly AgentLimits _limits;
    private readonly CaptureFollower _out;
    private readonly CaptureFollower _err;
    private readonly AgentEventReader _events;
    private readonly CheckpointLines? _checkpoints;
    private readonly LineNovelty _novelty = new();
    private readonly ITimer _timer;
    private long _progress;
    private volatile string? _pastLimit;
    private bool _isOver;

    /// <summary>Begins to watch.</summary>
    /// <param name="paths">The captures; they need not exist yet.</param>
    /// <param name="limits">What ends the attempt.</param>
    /// <param name="checkpointLines">Whether lines of output complete checkpoints.</param>
    /// <param name="mask">Takes secrets out of what is kept.</param>
    /// <param name="time">Paces the looks.</param>
    public AgentMeter(AttemptPaths paths, AgentLimits limits, bool checkpointLines, SecretMask mask, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _limits = limits;
        _out = new CaptureFollower(paths.Out);
        _err = new CaptureFollower(paths.Err);
        _events = new AgentEventReader(mask);
        _checkpoints = checkpointLines ? new CheckpointLines(mask) : null;
        _timer = time.CreateTimer(_ => Look(MostAtOnce, isOver: false), null, LookEvery, LookEvery);
    }

    /// <inheritdoc/>
    public long Progress => Interlocked.Read(ref _progress);

    /// <inheritdoc/>
    public bool IsPastLimit => _pastLimit is not null;

    /// <summary>The limit that was passed, as a sentence; null for none.</summary>
    public string? PastLimit => _pastLimit;

    /// <summary>Reads to the end and gives what was seen, with what is known of the call.</summary>
    /// <param name="called">Runtime, program and session, as they were before it started.</param>
    /// <exception cref="IOException">A capture cannot be read.</exception>
    public AgentObservations Finish(AgentObservations called)
    {
        ArgumentNullException.ThrowIfNull(called);
        _timer.Dispose();
        Look(long.MaxValue, isOver: true);
        lock (_gate)
        {
            return called with
            {
                Session = _events.Session ?? called.Session,
                Turns = _events.Turns,
                ToolCalls = _events.ToolCalls,
                Tools = new SortedDictionary<string, long>(_events.Tools.ToDictionary(), StringComparer.Ordinal),
                TokensIn = _events.TokensIn,
                TokensOut = _events.TokensOut,
                CostUsd = _events.CostUsd,
                Text = _events.Text,
                Errors = _events.Errors,
                ErrorCount = _events.ErrorCount,
                Events = _events.Events,
                Unreadable = _events.Unreadable + _out.Skipped,
                PastLimit = _pastLimit,
            };
        }
    }

    /// <summary>The checkpoints that its lines told, in order; for after <see cref="Finish"/>.</summary>
    public IReadOnlyList<ToldCheckpoint> Checkpoints => _checkpoints?.Told ?? [];

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isOver = true;
            _out.Dispose();
            _err.Dispose();
        }
    }

    private void Look(long most, bool isOver)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = isOver;
            try
            {
                _out.Read(most, isOver, line =>
                {
                    Count(line);
                    _events.Take(line);
                    _checkpoints?.Take(line);
                });
                _err.Read(most, isOver, Count);
            }
            catch (Exception error) when ((error is IOException or UnauthorizedAccessException) && !isOver)
            {
                // The next look tries again; the end of the attempt tells it as it is.
                return;
            }

            _pastLimit ??= Passed();
        }
    }

    private void Count(ReadOnlySpan<byte> line)
    {
        if (_novelty.IsNew(line))
        {
            Interlocked.Increment(ref _progress);
        }
    }

    private string? Passed()
    {
        if (_limits.CostUsd is { } most && _events.CostUsd > most)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"it cost {_events.CostUsd} USD, over its limit of {most} USD");
        }

        var tokens = (_events.TokensIn ?? 0) + (_events.TokensOut ?? 0);
        if (tokens > _limits.Tokens)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"it used {tokens} tokens, over its limit of {_limits.Tokens}");
        }

        return _events.Turns > _limits.Turns
            ? string.Create(
                CultureInfo.InvariantCulture, $"it took {_events.Turns} turns, over its limit of {_limits.Turns}")
            : null;
    }
}
