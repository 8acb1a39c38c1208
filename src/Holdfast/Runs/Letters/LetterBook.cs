namespace Holdfast.Runs.Letters;

/// <summary>
/// The letters of a workspace in memory, taken in from their lines, and what a new event makes of them: a changed
/// letter to be written, which counts once it is taken in again. Asked twice about one event it has nothing to write
/// the second time, so that whoever is not sure whether an event was noted may note it again.
/// </summary>
public sealed class LetterBook
{
    private readonly Dictionary<string, Letter> _letters = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<(string Run, string Task), string> _newest = [];

    /// <summary>All letters, in the order in which they were written first.</summary>
    public IEnumerable<Letter> All => _order.Select(id => _letters[id]);

    /// <summary>How many there are.</summary>
    public int Count => _order.Count;

    /// <summary>The letter of that id; null for none.</summary>
    public Letter? Find(string id) => _letters.GetValueOrDefault(id);

    /// <summary>The newest letter about a task of a run; null for none.</summary>
    public Letter? NewestOf(string run, string task) =>
        _newest.TryGetValue((run, task), out var id) ? _letters[id] : null;

    /// <summary>Takes in a letter as it stands after a change.</summary>
    public void Take(Letter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (_letters.TryAdd(letter.Id, letter))
        {
            _order.Add(letter.Id);
        }

        _letters[letter.Id] = letter;
        if (NewestOf(letter.Run, letter.Task) is not { } other || other.FailedAt <= letter.FailedAt)
        {
            _newest[(letter.Run, letter.Task)] = letter.Id;
        }
    }

    /// <summary>A task ended in failure: a new letter, or one more try of the one that is open.</summary>
    /// <param name="failed">As a letter of its own would be.</param>
    /// <returns>What is to be written; null if it is known.</returns>
    public Letter? Fail(Letter failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        if (NewestOf(failed.Run, failed.Task) is not { } known)
        {
            return failed;
        }

        if (IsKnown(known, failed.Attempts, failed.FailedAt))
        {
            return null;
        }

        if (known.Status != LetterStatus.Open)
        {
            return failed;
        }

        var replay = (known.UnderWay ?? new LetterReplay(failed.FailedAt, "retry")) with
        {
            EndedAt = failed.FailedAt,
            Succeeded = false,
            Attempts = failed.Attempts,
            Class = failed.Class,
            Message = failed.Message,
        };
        return known.With(replay, instead: known.UnderWay is not null);
    }

    /// <summary>A task succeeded: its open letter is made good.</summary>
    /// <returns>What is to be written; null if none is open.</returns>
    public Letter? Succeed(string run, string task, int attempts, DateTimeOffset at)
    {
        if (NewestOf(run, task) is not { Status: LetterStatus.Open } known)
        {
            return null;
        }

        var replay = (known.UnderWay ?? new LetterReplay(at, "retry")) with
        {
            EndedAt = at,
            Succeeded = true,
            Attempts = attempts,
        };
        return known.With(replay, instead: known.UnderWay is not null) with
        {
            Status = LetterStatus.Replayed,
            ClosedAt = at,
            ClosedBy = replay.By,
        };
    }

    /// <summary>A replay is ordered: it counts for cooldown and budget from here on, whatever becomes of it.</summary>
    public static Letter Begin(Letter letter, string by, bool forced, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var replay = new LetterReplay(now, by) { Forced = forced, Ordered = true, Attempts = letter.LastAttempts };
        return letter.With(replay, instead: false);
    }

    /// <summary>A replay that was ordered could not be begun.</summary>
    public static Letter CallOff(Letter letter, string why, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return letter.UnderWay is { } open
            ? letter.With(open with
            {
                // The task did not end anew: what is known of its last end stays.
                EndedAt = letter.LastEndAt < now ? letter.LastEndAt : now,
                Succeeded = false,
                Attempts = letter.LastAttempts,
                Message = why,
            }, instead: true)
            : letter;
    }

    /// <summary>A person puts a letter away.</summary>
    public static Letter Discard(Letter letter, string by, string reason, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return letter with
        {
            Status = LetterStatus.Discarded, ClosedAt = now, ClosedBy = by, Reason = reason,
        };
    }

    /// <summary>When the replays of the last while were ordered, oldest first.</summary>
    internal IReadOnlyList<DateTimeOffset> OrderedSince(DateTimeOffset since) =>
    [
        .. _letters.Values.SelectMany(l => l.Replays).Where(r => r.Ordered && r.At > since).Select(r => r.At).Order(),
    ];

    // Attempts only grow; where there are none, as of an approval, the time tells one end from the next.
    private static bool IsKnown(Letter known, int attempts, DateTimeOffset at)
    {
        var last = known.LastEndAt;
        if (known.Status == LetterStatus.Discarded && known.ClosedAt > last)
        {
            last = known.ClosedAt.Value;
        }

        return attempts < known.LastAttempts
            || (attempts == known.LastAttempts && at.ToUnixTimeMilliseconds() <= last.ToUnixTimeMilliseconds());
    }
}
