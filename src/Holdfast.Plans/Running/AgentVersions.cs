using System.Collections.Concurrent;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;

namespace Holdfast.Plans.Running;

/// <summary>
/// Asks each agent runtime for its version before its first attempt in a run. What cannot answer is started all the
/// same: a missing program then fails as such, and a slow machine is no reason to give a program up.
/// </summary>
internal sealed class AgentVersions(CommandRuntime runtime)
{
    private const int MaxVersion = 200;

    /// <summary>A question about the version has a short time of its own, whatever the attempt may take.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, string?> _known = new();
    private readonly ConcurrentDictionary<AttemptId, Asking> _asking = new();

    /// <summary>Calls one of two actions, perhaps later and on another thread.</summary>
    /// <param name="attempt">The attempt that waits for the answer.</param>
    /// <param name="name">The runtime.</param>
    /// <param name="question">Makes the question, where the answer is not known; null to ask nothing.</param>
    /// <param name="start">Goes on, with the version where there is one.</param>
    /// <param name="stopped">Somebody stopped the attempt meanwhile.</param>
    internal void Before(
        AttemptId attempt, string name, Func<CommandSpec>? question, Action<string?> start, Action<EndedBy> stopped)
    {
        if (_known.TryGetValue(name, out var version) || question is null)
        {
            start(version);
            return;
        }

        var spec = question();
        var asking = new Asking(spec.Id);
        _asking[attempt] = asking;
        runtime.Start(spec, outcome =>
        {
            _asking.TryRemove(attempt, out _);
            if (asking.Take() is { } reason)
            {
                stopped(reason);
                return;
            }

            var told = outcome.ExitedWell ? Answer(spec.Paths.Out) : null;
            _known[name] = told;
            start(told);
        });
    }

    /// <summary>Stops an attempt that still waits for its answer; false if it does not.</summary>
    internal bool Stop(AttemptId attempt, EndedBy reason)
    {
        if (!_asking.TryGetValue(attempt, out var asking) || !asking.Stop(reason))
        {
            return false;
        }

        runtime.Stop(asking.Question, reason, atOnce: true);
        return true;
    }

    /// <summary>The last line of what a program printed, cut; null for none.</summary>
    internal static string? Answer(string path)
    {
        var last = CaptureReader.Lines(path).Take(100).Select(l => l.Text.Trim()).LastOrDefault(t => t.Length > 0);
        return last is null || last.Length <= MaxVersion ? last : last[..MaxVersion];
    }

    // Either it is stopped, or its answer is taken; whichever comes first.
    private sealed class Asking(AttemptId question)
    {
        private readonly Lock _gate = new();
        private EndedBy? _reason;
        private bool _isTaken;

        internal AttemptId Question => question;

        internal bool Stop(EndedBy reason)
        {
            lock (_gate)
            {
                _reason ??= _isTaken ? null : reason;
                return !_isTaken;
            }
        }

        internal EndedBy? Take()
        {
            lock (_gate)
            {
                _isTaken = true;
                return _reason;
            }
        }
    }
}
