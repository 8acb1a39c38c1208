using System.Globalization;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Agents;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Plans.Running;

/// <summary>
/// Meters of the agents that a dead driver left, so that what counts as progress and what they may use stays the same
/// without it. Each reads from the first byte on, and keeps nothing beyond this process.
/// </summary>
public sealed class GuardMeters
{
    private readonly Plan? _plan;
    private readonly TimeProvider _time;

    /// <summary>Meters by the plan of a run; of a run whose plan cannot be read there are none.</summary>
    public GuardMeters(IStorage storage, RunFolder run, TimeProvider time)
    {
        _time = time;
        try
        {
            _plan = RunPlans.Read(storage, run);
        }
        catch (Exception error) when (error is PlanDamagedException or RunNotFoundException or IOException
            or UnauthorizedAccessException)
        {
            // The limits of its attempt files hold all the same.
            _plan = null;
        }
    }

    /// <summary>The meter of an attempt; null where it is no agent's.</summary>
    /// <param name="attemptFile">Path of its attempt file, which is named by its number.</param>
    public IOutputMeter? Of(string attemptFile)
    {
        ArgumentNullException.ThrowIfNull(attemptFile);
        var folder = Path.GetDirectoryName(attemptFile)!;
        if (!int.TryParse(
            Path.GetFileNameWithoutExtension(attemptFile), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number))
        {
            return null;
        }

        var seen = AgentObservations.TryRead(
            Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture) + ".files"));
        var setting = seen is null ? null
            : _plan?.Runtimes.OfType<AgentRuntimeSetting>().FirstOrDefault(r => r.Name == seen.Runtime);
        return setting is null ? null : new AgentMeter(
            new AttemptPaths(folder, number), setting.Limits, checkpointLines: false, SecretMask.Empty, _time);
    }
}
