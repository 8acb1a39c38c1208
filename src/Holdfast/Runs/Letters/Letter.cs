using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Failures;

namespace Holdfast.Runs.Letters;

/// <summary>Where a letter stands.</summary>
public enum LetterStatus
{
    /// <summary>Its task ended in failure, and nothing has been done about it that went well.</summary>
    Open,

    /// <summary>Its task succeeded since.</summary>
    Replayed,

    /// <summary>A person put it away.</summary>
    Discarded,
}

/// <summary>One try to make good what a letter is about.</summary>
/// <param name="At">When it was ordered; for one that nobody ordered through its letter, when it failed.</param>
/// <param name="By">Who ordered it.</param>
public sealed record LetterReplay(DateTimeOffset At, string By)
{
    /// <summary>Whether it was ordered although the class does not pass by itself.</summary>
    public bool Forced { get; init; }

    /// <summary>Whether it was ordered through the letter, so that it counts for cooldown and budget.</summary>
    public bool Ordered { get; init; }

    /// <summary>When it ended; null while that is not known.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it went well; null while that is not known.</summary>
    public bool? Succeeded { get; init; }

    /// <summary>Attempts of the task by its end, counted over the whole run.</summary>
    public int Attempts { get; init; }

    /// <summary>What it failed of.</summary>
    public FailureClass? Class { get; init; }

    /// <summary>Why it failed, for people; masked.</summary>
    public string? Message { get; init; }
}

/// <summary>
/// A dead letter: a task that ended in failure, kept beyond its run until a person puts it away or it succeeds. One
/// that fails again adds to the lineage of the same letter.
/// </summary>
public sealed record Letter
{
    /// <summary>Tries of the lineage that are kept, the newest; <see cref="ReplayCount"/> counts all.</summary>
    public const int MaxReplaysKept = 100;

    /// <summary>Its id, made from run, task, attempts and time: whoever writes it, it is one letter.</summary>
    public required string Id { get; init; }

    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>The task, or the instance of one.</summary>
    public required string Task { get; init; }

    /// <summary>Attempts that had been made when it failed; 0 for an approval.</summary>
    public int Attempts { get; init; }

    /// <summary>When the task ended in failure.</summary>
    public DateTimeOffset FailedAt { get; init; }

    /// <summary>What went wrong.</summary>
    public FailureClass Class { get; init; }

    /// <summary>What was to happen by default.</summary>
    public Disposition Disposition { get; init; }

    /// <summary>Whether it is likely to pass by itself; null where that is unsure.</summary>
    public bool? Transient { get; init; }

    /// <summary>Why the task failed, for people; masked.</summary>
    public string Message { get; init; } = "";

    /// <summary>Which rule matched where; null where no attempt was judged. Masked.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>
    /// What was being done, the causes, the stack, facts; null where no attempt was judged, or nothing more was known.
    /// Masked.
    /// </summary>
    public ErrorContext? Context { get; init; }

    /// <summary>Hash of the task's definition as it ran; null where it was not known.</summary>
    public string? Definition { get; init; }

    /// <summary>Hash of the whole plan as it ran; null where it was not known.</summary>
    public string? Plan { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>What other systems know the work by: the id of its run.</summary>
    public string Correlation { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public LetterStatus Status { get; init; }

    /// <summary>When it was replayed or discarded.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Who closed it.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>Why it was discarded.</summary>
    public string? Reason { get; init; }

    /// <summary>What was tried since, oldest first.</summary>
    public IReadOnlyList<LetterReplay> Replays { get; init; } = [];

    /// <summary>How often something was tried, also where the oldest are not kept.</summary>
    public int ReplayCount { get; init; }

    /// <summary>Attempts of the task when it was last known to end.</summary>
    internal int LastAttempts => Replays.LastOrDefault(r => r.EndedAt is not null)?.Attempts ?? Attempts;

    /// <summary>When the task was last known to end.</summary>
    internal DateTimeOffset LastEndAt => Replays.LastOrDefault(r => r.EndedAt is not null)?.EndedAt ?? FailedAt;

    /// <summary>The try that is under way; null for none.</summary>
    internal LetterReplay? UnderWay => Replays is [.., { EndedAt: null } last] ? last : null;

    /// <summary>The id of a letter.</summary>
    public static string IdOf(string run, string task, int attempts, DateTimeOffset failedAt)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{run}\0{task}\0{attempts}\0{failedAt.ToUnixTimeMilliseconds()}");
        return "dl-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }

    internal Letter With(LetterReplay replay, bool instead)
    {
        var before = instead ? Replays.SkipLast(1) : Replays;
        return this with
        {
            Replays = [.. before.TakeLast(MaxReplaysKept - 1), replay],
            ReplayCount = ReplayCount + (instead ? 0 : 1),
        };
    }
}

/// <summary>The words of letters, outside the code.</summary>
public static class LetterWords
{
    /// <summary>The snake_case word of a status.</summary>
    public static string Word(this LetterStatus status) => status switch
    {
        LetterStatus.Open => "open",
        LetterStatus.Replayed => "replayed",
        _ => "discarded",
    };

    internal static bool TryParse(string? word, out LetterStatus status)
    {
        for (status = LetterStatus.Open; status <= LetterStatus.Discarded; status++)
        {
            if (status.Word() == word)
            {
                return true;
            }
        }

        return false;
    }
}
