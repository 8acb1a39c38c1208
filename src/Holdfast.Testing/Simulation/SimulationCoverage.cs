using System.Globalization;
using System.Text;
using Holdfast.Runs.Events;

namespace Holdfast.Testing.Simulation;

/// <summary>At which points the simulated machine has failed, over many seeds: event type by kind of point.</summary>
public sealed class SimulationCoverage
{
    internal const string InsideWrite = "inside a write";

    private readonly Dictionary<string, int> _kills = [];
    private readonly Dictionary<string, int> _powerCuts = [];

    /// <summary>
    /// Types of events that a run records while it is driven or steered. The first line and a repair are written by the
    /// journal's own code, with replacement of the whole file, and are proven by its own tests.
    /// </summary>
    public static IReadOnlyList<string> EventTypes { get; } =
        [.. EventCatalog.Types.Where(t => t is not ("journal_opened" or "journal_repaired"))];

    /// <summary>Kinds of points that are no boundary of an event.</summary>
    public static IReadOnlyList<string> OtherPoints { get; } =
    [
        "before the sync", "after the sync", InsideWrite, "before a start", "after a start", "before a replacement",
        "after a replacement",
    ];

    /// <summary>
    /// Points at which nothing has crashed yet: <c>before X</c> and <c>after X</c> for each type, and the others.
    /// </summary>
    public IReadOnlyList<string> Missing =>
    [
        .. EventTypes.SelectMany(t => new[] { $"before {t}", $"after {t}" }).Concat(OtherPoints)
            .Where(p => !_kills.ContainsKey(p) && !_powerCuts.ContainsKey(p)),
    ];

    /// <summary>Counts the crashes of one seed.</summary>
    public void Add(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        foreach (var crash in result.CrashPoints)
        {
            var into = crash.PowerCut ? _powerCuts : _kills;
            into[crash.Point] = into.GetValueOrDefault(crash.Point) + 1;
        }
    }

    /// <summary>
    /// A table for people: kills and power cuts before and after each type of event, and at the other points.
    /// </summary>
    public string Table()
    {
        var text = new StringBuilder();
        text.AppendLine("point                                      kill  power cut");
        foreach (var point in EventTypes.SelectMany(t => new[] { $"before {t}", $"after {t}" }).Concat(OtherPoints))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{point,-40} {_kills.GetValueOrDefault(point),6} {_powerCuts.GetValueOrDefault(point),10}");
        }

        return text.ToString();
    }
}

/// <summary>One crash of a simulation.</summary>
/// <param name="PowerCut">Whether the machine died; else the process alone.</param>
/// <param name="Point">Where, in words: <c>before attempt_started</c>.</param>
public readonly record struct SimulatedCrash(bool PowerCut, string Point);
