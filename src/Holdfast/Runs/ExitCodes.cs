namespace Holdfast.Runs;

/// <summary>The public exit codes, one cause each.</summary>
public static class ExitCodes
{
    /// <summary>All work is done, or the question was answered yes.</summary>
    public const int Done = 0;

    /// <summary>At least one task ended in failure.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage, plan, configuration or missing secret; nothing was run.</summary>
    public const int Usage = 2;

    /// <summary>Cancelled or interrupted.</summary>
    public const int Interrupted = 3;

    /// <summary>Nothing ran, or fewer tests than required.</summary>
    public const int Truncated = 4;

    /// <summary>A rerun left some outstanding.</summary>
    public const int Outstanding = 5;

    /// <summary>A gate, budget, audit or verification says no.</summary>
    public const int Refused = 6;

    /// <summary>Not enough evidence to decide.</summary>
    public const int Inconclusive = 7;

    /// <summary>
    /// Journal damaged or not writable, store gone, or the run failed as a whole for an infrastructure class.
    /// </summary>
    public const int Infrastructure = 8;

    /// <summary>Waiting for a person.</summary>
    public const int Waiting = 9;

    /// <summary>No such run, task, letter or breaker.</summary>
    public const int NotFound = 10;

    /// <summary>Driven by someone else, an unfinished run exists, or the wrong state for this.</summary>
    public const int Conflict = 11;

    /// <summary>A bug in Holdfast.</summary>
    public const int Bug = 70;

    /// <summary>Which of two codes counts where both apply, as one process can only end with one.</summary>
    /// <returns>
    /// The first of 70, 8, 3, 9, 6, 7, 4, 5, 1; of two others (2, 10, 11) the greater; 0 only if both are.
    /// </returns>
    public static int First(int one, int other)
    {
        var (rank, otherRank) = (RankOf(one), RankOf(other));
        return rank == otherRank ? Math.Max(one, other) : rank < otherRank ? one : other;
    }

    private static int RankOf(int code) => code switch
    {
        Bug => 0,
        Infrastructure => 1,
        Interrupted => 2,
        Waiting => 3,
        Refused => 4,
        Inconclusive => 5,
        Truncated => 6,
        Outstanding => 7,
        Failed => 8,
        Done => int.MaxValue,
        _ => 9,
    };
}
