using Holdfast.Resilience;

namespace Holdfast.Testing.Simulation;

/// <summary>
/// When the simulated machine fails: some crashes come after a random number of points; others wait for cells of the
/// coverage table. Those are taken in turn from seed to seed, whatever the draw, so that a few hundred seeds crash in
/// every cell.
/// </summary>
internal sealed class CrashPlan
{
    private const int MaxAimed = 24;

    // These come so often that few of their cells at each seed are enough.
    private static readonly HashSet<string> Common =
    [
        "attempt_started", "attempt_succeeded", "attempt_failed", "runtime_error_classified", "driver_started",
        "run_started", "request_received", "notified", "run_waiting",
    ];

    // These come in few seeds, so that each that meets them aims at them.
    private static readonly HashSet<string> Rare =
    [
        "outputs_lost", "task_taken_over", "task_resolved", "task_held",
        "mass_failure_detected", "run_interrupted", "task_reopened", "task_failed", "run_reopened", "attempt_found",
        "task_retry_requested", "target_blocked", "target_unblocked", "task_succeeded", "task_wait_ended",
    ];

    // These come in so few seeds that each that meets them crashes at every moment of them, one after the other.
    private static readonly HashSet<string> Rarest =
    [
        "attempt_withdrawn", "task_cancelled", "task_waiting",
    ];

    private const int CommonPeriod = 12;
    private const int SomePeriod = 2;

    private readonly Random _random;
    private readonly HashSet<CrashCell> _aims = [];

    // Appended, and to be hit inside the write or sync of their batch; one crash hits one of them.
    private readonly HashSet<CrashCell> _inside = [];
    private int _left;
    private int _until;
    private int _aimed;

    internal CrashPlan(Random random, long seed)
    {
        _random = random;
        var moments = Enum.GetValues<CrashMoment>();
        for (var i = 0; i < SimulationCoverage.Rows.Count; i++)
        {
            // Each row at one moment, the next seed at the next one; common rows only in some seeds.
            var (type, effect) = SimulationCoverage.Rows[i];
            var turn = (ulong)seed + (ulong)i * 7;
            var period = (ulong)(Common.Contains(type) ? CommonPeriod : Rare.Contains(type) ? 1 : SomePeriod);
            if (Rarest.Contains(type) && (effect != Effect.Repeatable || type == "task_cancelled"))
            {
                _aims.UnionWith(moments.Select(m => new CrashCell(type, effect, m)));
            }
            else if (turn % period == 0)
            {
                _aims.Add(new CrashCell(type, effect, moments[(int)(turn / period % (ulong)moments.Length)]));
            }
        }

        BeginRun();
    }

    /// <summary>The lines of the batch that is being written: what each is about, and where in it they lie.</summary>
    internal IReadOnlyList<WrittenLine> Batch { get; set; } = [];

    /// <summary>The event that the last crash hit; null for none.</summary>
    internal CrashCell? Hit { get; private set; }

    /// <summary>
    /// Where the process died just now; null while it lives. Whatever the engine makes of the exception, it is over.
    /// </summary>
    internal string? Dying { get; private set; }

    /// <summary>A new run of this seed begins.</summary>
    internal void BeginRun()
    {
        _left = _random.Next(4, 12);
        Draw();
    }

    /// <summary>A crash happened: what was under way is over.</summary>
    internal void Crashed()
    {
        _aims.UnionWith(_inside);
        _inside.Clear();
        (Hit, Batch, Dying) = (null, [], null);
    }

    /// <summary>Throws if the process is to die at this point, which is no event's.</summary>
    internal void Pass(string point)
    {
        if (point == SimulationCoverage.BeforeSync && AimedAt() is { } aim)
        {
            Aimed(aim.Cell);
            Die(point, aim.Cell);
        }

        if (IsTime())
        {
            Die(point, point == SimulationCoverage.BeforeSync && Batch.Count > 0
                ? Batch[_random.Next(Batch.Count)].Cell
                : null);
        }
    }

    /// <summary>Throws if the process is to die at this event.</summary>
    internal void Pass(CrashCell cell)
    {
        if (_aimed < MaxAimed && _aims.Remove(cell))
        {
            _aimed++;
            Die(cell.ToString(), cell);
        }

        if (IsTime())
        {
            Die(cell.ToString(), cell);
        }

        var inside = cell with { Moment = CrashMoment.Inside };
        if (cell.Moment == CrashMoment.After && _aimed < MaxAimed && _aims.Remove(inside))
        {
            _inside.Add(inside);
        }
    }

    /// <summary>How much of a write arrives before the process dies; null for all.</summary>
    internal int? Tear(int bytes)
    {
        if (AimedAt() is { Bytes: > 0 } line && _random.Next(2) == 0)
        {
            Aimed(line.Cell);
            (Hit, Dying) = (line.Cell, SimulationCoverage.InsideWrite);
            return line.From + _random.Next(0, line.Bytes);
        }

        if (_left == 0 || bytes < 2 || _random.Next(150) != 0)
        {
            return null;
        }

        _left--;
        Dying = SimulationCoverage.InsideWrite;
        var arrived = _random.Next(1, bytes);
        Hit = Batch.FirstOrDefault(b => arrived < b.From + b.Bytes) is { Bytes: > 0 } torn ? torn.Cell : null;
        return arrived;
    }

    // Of what is being written, the event whose kind of task is the rarest.
    private WrittenLine? AimedAt()
    {
        WrittenLine? aim = null;
        foreach (var line in _inside.Count > 0 ? Batch : [])
        {
            if (_inside.Contains(line.Cell) && (aim is null || line.Cell.Effect > aim.Value.Cell.Effect))
            {
                aim = line;
            }
        }

        return aim;
    }

    private void Aimed(CrashCell cell)
    {
        _aimed++;
        _inside.Remove(cell);
    }

    private bool IsTime()
    {
        if (_left == 0 || --_until > 0)
        {
            return false;
        }

        _left--;
        Draw();
        return true;
    }

    private void Die(string point, CrashCell? hit)
    {
        (Hit, Dying) = (hit, point);
        throw new SimulatedCrashException(point);
    }

    private void Draw() => _until = _random.Next(1, 200);
}

/// <summary>A line of a batch on its way to the disk.</summary>
/// <param name="Cell">What a crash inside its write hits.</param>
/// <param name="From">Where it begins in the batch.</param>
/// <param name="Bytes">Its length.</param>
internal readonly record struct WrittenLine(CrashCell Cell, int From, int Bytes);
