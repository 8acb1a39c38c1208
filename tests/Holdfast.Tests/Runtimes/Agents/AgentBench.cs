using System.Text;
using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Agents;

namespace Holdfast.Tests.Runtimes.Agents;

/// <summary>Captures of an attempt that a test writes, and a clock that it turns.</summary>
internal sealed class AgentBench : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-agents-").FullName;

    internal AgentBench() => Paths = new AttemptPaths(_folder, 1);

    internal AttemptPaths Paths { get; }

    internal TurnedTime Time { get; } = new();

    internal static AgentObservations Called { get; } = new()
    {
        Runtime = "r", Flavor = "opencode", Program = "opencode",
    };

    internal AgentMeter Meter(AgentLimits? limits = null, bool checkpointLines = false, SecretMask? mask = null) =>
        new(Paths, limits ?? AgentLimits.None, checkpointLines, mask ?? SecretMask.Empty, Time);

    internal void Out(string text) => File.AppendAllText(Paths.Out, text);

    internal void Err(string text) => File.AppendAllText(Paths.Err, text);

    internal AgentObservations See(string output, SecretMask? mask = null)
    {
        File.WriteAllText(Paths.Out, output, new UTF8Encoding(false));
        using var meter = Meter(mask: mask);
        return meter.Finish(Called);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Timers fire when the test says so, on its own thread.</summary>
    internal sealed class TurnedTime : TimeProvider
    {
        private readonly List<Action> _timers = [];

        internal void Turn() => _timers.ForEach(t => t());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return new Silent();
        }

        private sealed class Silent : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
