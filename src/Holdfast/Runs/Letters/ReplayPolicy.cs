using System.Globalization;
using Holdfast.Failures;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Letters;

/// <summary>Why a letter is not replayed now.</summary>
public enum ReplayRefusal
{
    /// <summary>It may be replayed.</summary>
    None,

    /// <summary>It is closed: replayed or discarded.</summary>
    Closed,

    /// <summary>A person has to decide about its task first, or the task is under way.</summary>
    NotNow,

    /// <summary>Its class does not pass by itself; <c>--force</c> says that the cause was mended.</summary>
    Class,

    /// <summary>The breaker of its target is open, or the target told everybody to wait.</summary>
    Breaker,

    /// <summary>It was replayed a moment ago.</summary>
    Cooldown,

    /// <summary>Too many letters were replayed a moment ago.</summary>
    Budget,
}

/// <summary>Whether a letter may be replayed.</summary>
/// <param name="Refusal">Why not.</param>
/// <param name="Message">For people.</param>
/// <param name="Until">For one that is only deferred: when to ask again.</param>
public readonly record struct ReplayVerdict(ReplayRefusal Refusal, string Message, DateTimeOffset? Until = null)
{
    /// <summary>Whether it may.</summary>
    public bool IsAllowed => Refusal == ReplayRefusal.None;

    /// <summary>The exit code for it: refused for good, or deferred.</summary>
    public int ExitCode => Refusal switch
    {
        ReplayRefusal.None => ExitCodes.Done,
        ReplayRefusal.Breaker or ReplayRefusal.Cooldown or ReplayRefusal.Budget => ExitCodes.Waiting,
        _ => ExitCodes.Conflict,
    };

    /// <summary>The snake_case word of the refusal; <c>allowed</c> for none.</summary>
    public string Word => Refusal switch
    {
        ReplayRefusal.None => "allowed",
        ReplayRefusal.Closed => "closed",
        ReplayRefusal.NotNow => "not_now",
        ReplayRefusal.Class => "class_not_replayable",
        ReplayRefusal.Breaker => "breaker_open",
        ReplayRefusal.Cooldown => "cooldown",
        _ => "budget",
    };
}

/// <summary>What a replay is judged by, beside its letter.</summary>
/// <param name="Stage">Where the task stands in its run.</param>
/// <param name="BlockedUntil">Until when nothing is sent to its target; null if it is not blocked.</param>
/// <param name="Forced">Whether a person says that the cause was mended.</param>
public readonly record struct ReplayQuestion(TaskStage Stage, DateTimeOffset? BlockedUntil, bool Forced);

/// <summary>
/// When a letter may be replayed, in a fixed order: not twice, not over a person's head, not where the class says that
/// the same happens again, not into an open breaker, not in a hurry.
/// </summary>
public static class ReplayPolicy
{
    /// <summary>Between two replays of one letter: 30 seconds.</summary>
    public static readonly TimeSpan Cooldown = TimeSpan.FromSeconds(30);

    /// <summary>Most replays in all within <see cref="BudgetWindow"/>.</summary>
    public const int Budget = 20;

    /// <summary>The window of <see cref="Budget"/>: 300 seconds.</summary>
    public static readonly TimeSpan BudgetWindow = TimeSpan.FromSeconds(300);

    /// <summary>Judges a replay.</summary>
    public static ReplayVerdict Judge(LetterBook book, Letter letter, ReplayQuestion asked, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(letter);
        return OfStanding(letter, asked.Stage) ?? OfClass(letter, asked.Forced) ?? OfTarget(asked.BlockedUntil, now)
            ?? OfPace(book, letter, now) ?? new ReplayVerdict(ReplayRefusal.None, "may be replayed");
    }

    private static ReplayVerdict? OfStanding(Letter letter, TaskStage stage)
    {
        if (letter.Status != LetterStatus.Open)
        {
            return new ReplayVerdict(ReplayRefusal.Closed,
                $"it was {letter.Status.Word()} at {letter.ClosedAt:u} by {letter.ClosedBy}; there is nothing to "
                + "replay");
        }

        return stage switch
        {
            TaskStage.Failed => null,
            TaskStage.Held => new ReplayVerdict(ReplayRefusal.NotNow,
                $"its task is held, and a person decides: holdfast resolve {letter.Run} {letter.Task}"),
            TaskStage.Waiting => new ReplayVerdict(ReplayRefusal.NotNow,
                "its task waits for a person; approve, deny, or complete its checkpoints"),
            _ => new ReplayVerdict(ReplayRefusal.NotNow,
                $"its task is {stage.Word()} in run {letter.Run}, not failed"),
        };
    }

    private static ReplayVerdict? OfClass(Letter letter, bool forced)
    {
        if (forced || IsReplayable(letter))
        {
            return null;
        }

        var why = letter.Class switch
        {
            FailureClass.OutcomeUnknown => "nobody knows whether it happened, and a replay could do it twice",
            FailureClass.Cancelled => "a person stopped it",
            FailureClass.PolicyDenied => "a policy or a person said no",
            _ => $"{letter.Class.Word()} does not pass by itself",
        };
        var cure = FailureDefaults.Remediation(letter.Class) is { } remediation ? $" ({remediation})" : "";
        return new ReplayVerdict(
            ReplayRefusal.Class, $"class {letter.Class.Word()} is not replayable: {why}; once the cause is "
            + $"mended{cure}, replay it with --force");
    }

    private static bool IsReplayable(Letter letter) => letter.Class switch
    {
        FailureClass.QuotaExhausted or FailureClass.Unknown or FailureClass.Incomplete => true,
        FailureClass.OutcomeUnknown or FailureClass.Cancelled => false,

        // A rule knows better than its class: a certificate that does not verify is a connection that stays broken.
        _ => letter.Transient ?? FailureDefaults.Transient(letter.Class) ?? false,
    };

    private static ReplayVerdict? OfTarget(DateTimeOffset? until, DateTimeOffset now) => until > now
        ? new ReplayVerdict(ReplayRefusal.Breaker,
            $"nothing is sent to its target before {until:u}; `holdfast breakers` tells why", until)
        : null;

    private static ReplayVerdict? OfPace(LetterBook book, Letter letter, DateTimeOffset now)
    {
        var last = letter.Replays.LastOrDefault(r => r.Ordered);
        if (last is not null && last.At + Cooldown > now)
        {
            return new ReplayVerdict(ReplayRefusal.Cooldown, string.Create(CultureInfo.InvariantCulture,
                $"it was replayed less than {Cooldown.TotalSeconds:0} s ago"), last.At + Cooldown);
        }

        var recent = book.OrderedSince(now - BudgetWindow);
        return recent.Count >= Budget
            ? new ReplayVerdict(ReplayRefusal.Budget, string.Create(CultureInfo.InvariantCulture,
                $"{Budget} letters were replayed within {BudgetWindow.TotalSeconds:0} s"),
                recent[recent.Count - Budget] + BudgetWindow)
            : null;
    }
}
