using System.Globalization;
using System.Text;
using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Testing.Simulation;

/// <summary>When a crash hits an event.</summary>
public enum CrashMoment
{
    /// <summary>It was decided, and nothing of it is recorded.</summary>
    Before,

    /// <summary>It was appended; whether it will ever be on the disk is open.</summary>
    After,

    /// <summary>Its line was torn, or written and not yet synced.</summary>
    Inside,
}

/// <summary>A cell of the coverage table: an event that a crash hits.</summary>
/// <param name="Type">The event's word.</param>
/// <param name="Effect">The declared effect of the task that it is about; null for an event of the run.</param>
/// <param name="Moment">When it is hit.</param>
public readonly record struct CrashCell(string Type, Effect? Effect, CrashMoment Moment)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Moment == CrashMoment.Before ? "before" : Moment == CrashMoment.After ? "after" : "inside")} {Type} "
            + $"({Effect?.Word() ?? "-"})";
}

/// <summary>One crash of a simulation, or one fault of its disk.</summary>
/// <param name="PowerCut">Whether the machine died; else the process alone.</param>
/// <param name="Point">Where, in words: <c>before attempt_started (once)</c>.</param>
/// <param name="Cell">The event that it hit; null for a point that is none's.</param>
public readonly record struct SimulatedCrash(bool PowerCut, string Point, CrashCell? Cell)
{
    /// <summary>Whether the disk refused its service, and nothing crashed.</summary>
    public bool IsFault => SimulationCoverage.Faults.Contains(Point);
}

/// <summary>
/// Where the simulated machine has failed, over many seeds: type of event × effect of the task hit × moment.
/// </summary>
public sealed class SimulationCoverage
{
    internal const string InsideWrite = "inside a write";
    internal const string BeforeSync = "before the sync";
    internal const string AfterSync = "after the sync";
    internal const string BeforeStart = "before a start";
    internal const string AfterStart = "after a start";
    internal const string BeforeReplacement = "before a replacement";
    internal const string AfterReplacement = "after a replacement";

    internal const string FailedSync = "a sync fails";
    internal const string FailedReplacement = "a replacement fails";
    internal const string FullAtWrite = "the disk is full at a write";
    internal const string FullAtReserve = "the disk is full at a reservation";
    internal const string FullAtStart = "the disk is full at a start";
    internal const string FullAtReplacement = "the disk is full at a replacement";

    private static readonly CrashMoment[] Moments = Enum.GetValues<CrashMoment>();

    private readonly Dictionary<CrashCell, (int Kills, int PowerCuts)> _cells = [];
    private readonly Dictionary<string, (int Kills, int PowerCuts)> _points = [];

    /// <summary>
    /// Types of events that a run of a plan records while it is driven or steered. The first line and a repair are
    /// written by the journal's own code, with replacement of the whole file, and are proven by its own tests; signals
    /// go to programs, whose steps have a simulation of their own.
    /// </summary>
    public static IReadOnlyList<string> EventTypes { get; } =
        [.. EventCatalog.Types.Where(t => t is not ("journal_opened" or "journal_repaired" or "signal_received"))];

    /// <summary>Kinds of points that are no boundary of an event.</summary>
    public static IReadOnlyList<string> OtherPoints { get; } =
    [
        BeforeSync, AfterSync, InsideWrite, BeforeStart, AfterStart, BeforeReplacement, AfterReplacement,
    ];

    /// <summary>
    /// What a disk does to a driver short of losing its power. The driver leaves with exit code 8, but for the two
    /// about a replacement, which it survives.
    /// </summary>
    public static IReadOnlyList<string> Faults { get; } =
    [
        FailedSync, FullAtWrite, FullAtReserve, FullAtStart, FailedReplacement, FullAtReplacement,
    ];

    /// <summary>Every row of the table: each type with each effect that its task can have.</summary>
    public static IReadOnlyList<(string Type, Effect? Effect)> Rows { get; } =
    [
        .. EventTypes.SelectMany(t => IsOfTask(t)
            ? Enum.GetValues<Effect>().Where(e => CanBe(t, e)).Select(e => (t, (Effect?)e))
            : [(t, null)]),
    ];

    /// <summary>Every cell of the table; each can be hit.</summary>
    public static IReadOnlyList<CrashCell> Cells { get; } =
        [.. Rows.SelectMany(r => Moments.Select(m => new CrashCell(r.Type, r.Effect, m)))];

    /// <summary>Cells, other points and faults that nothing has met yet.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. Cells.Where(c => !_cells.ContainsKey(c)).Select(c => c.ToString()),
        .. OtherPoints.Concat(Faults).Where(p => !_points.ContainsKey(p)),
    ];

    /// <summary>Cells in the table.</summary>
    public int Filled => _cells.Count;

    /// <summary>The cell that was hit least, and how often.</summary>
    public (CrashCell Cell, int Times) Rarest => Cells
        .Select(c => (c, _cells.TryGetValue(c, out var hit) ? hit.Kills + hit.PowerCuts : 0)).MinBy(c => c.Item2);

    /// <summary>Counts the crashes of one seed.</summary>
    public void Add(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        foreach (var crash in result.Crashes)
        {
            if (crash.Cell is { } cell)
            {
                Count(_cells, cell, crash.PowerCut);
            }

            Count(_points, crash.Point, crash.PowerCut);
        }
    }

    /// <summary>
    /// A table for people, in Markdown: how often the process was killed and the power cut, in each cell.
    /// </summary>
    public string Table()
    {
        var text = new StringBuilder();
        text.AppendLine("| event | effect | before | after | inside its write or sync |");
        text.AppendLine("| --- | --- | --: | --: | --: |");
        foreach (var (type, effect) in Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{type}` | {effect?.Word() ?? "-"} |");
            foreach (var moment in Moments)
            {
                var (kills, cuts) = _cells.GetValueOrDefault(new CrashCell(type, effect, moment));
                text.Append(CultureInfo.InvariantCulture, $" {kills} + {cuts} |");
            }

            text.AppendLine();
        }

        text.AppendLine().AppendLine("| other point | killed | power cut |").AppendLine("| --- | --: | --: |");
        AppendPoints(text, OtherPoints);
        text.AppendLine().AppendLine("| fault of the disk | met | then the power was cut |");
        text.AppendLine("| --- | --: | --: |");
        AppendPoints(text, Faults);
        return text.ToString();
    }

    private void AppendPoints(StringBuilder text, IReadOnlyList<string> points)
    {
        foreach (var point in points)
        {
            var (kills, cuts) = _points.GetValueOrDefault(point);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {point} | {kills} | {cuts} |");
        }
    }

    private static void Count<T>(Dictionary<T, (int Kills, int PowerCuts)> into, T where, bool powerCut)
        where T : notnull
    {
        var (kills, cuts) = into.GetValueOrDefault(where);
        into[where] = powerCut ? (kills, cuts + 1) : (kills + 1, cuts);
    }

    private static bool IsOfTask(string type) => type.StartsWith("task_") || type.StartsWith("attempt_")
        || type.StartsWith("runtime_") || type is "outputs_lost" or "approval_decided" or "checkpoint_completed";

    // The only impossible cells: whether an effect happened is asked of tasks that have a command for it, no others;
    // an approval does nothing, so it declares no effect.
    private static bool CanBe(string type, Effect effect) => type switch
    {
        "task_reconciled" => effect == Effect.Reconcile,
        "approval_decided" => effect == Effect.Repeatable,
        _ => true,
    };
}
