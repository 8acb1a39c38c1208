using Holdfast.Failures;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Runs.Targets;

/// <summary>Why nothing may be sent to a target now.</summary>
public enum BlockCause
{
    /// <summary>It told somebody to wait, or its quota is used up.</summary>
    Throttle,

    /// <summary>Its breaker is open, or the places of probes are taken.</summary>
    Breaker,
}

/// <summary>Whether an attempt may be sent to a target.</summary>
/// <param name="Permit">What it enters with; to be handed back with the result.</param>
/// <param name="Cause">For a refusal: why.</param>
/// <param name="Until">For a refusal: when to ask again.</param>
/// <param name="Detail">For a refusal: for people.</param>
public readonly record struct TargetAnswer(
    BreakerPermit Permit, BlockCause Cause = default, DateTimeOffset Until = default, string? Detail = null)
{
    /// <summary>Whether it may.</summary>
    public bool IsAllowed => Permit.IsAllowed;

    /// <summary>For a refusal: the attempt whose failure did it; null where that is not known.</summary>
    public AttemptId? By { get; init; }

    /// <summary>For a refusal: the run of that attempt; null where that is not known.</summary>
    public string? ByRun { get; init; }
}

/// <summary>
/// What is known of targets beyond one run: breakers and throttles, shared by all runs of a workspace. Called on the
/// dispatcher's thread. What it cannot write down it still knows for this run: a lost line costs a count, never work.
/// </summary>
public interface ITargets
{
    /// <summary>Asks before an attempt is sent. One that is allowed and never reported must be released.</summary>
    TargetAnswer Ask(string target, AttemptId attempt, DateTimeOffset now);

    /// <summary>Tells how a guarded operation ended: null for well, else the class of its failure.</summary>
    void Report(string target, AttemptId attempt, in BreakerPermit permit, FailureClass? failure, DateTimeOffset now);

    /// <summary>Gives a permit back whose attempt never came to an end that says anything.</summary>
    void Release(string target, AttemptId attempt, in BreakerPermit permit, DateTimeOffset now);

    /// <summary>The target named a wait: nobody sends to it before that.</summary>
    void Throttle(string target, AttemptId attempt, DateTimeOffset until, string detail, DateTimeOffset now);

    /// <summary>
    /// A person says that a target may be asked: a wait that it named ends, and an open breaker lets its probes
    /// through.
    /// What became known after <paramref name="said"/> stands.
    /// </summary>
    void Lift(string target, string by, DateTimeOffset said, DateTimeOffset now);
}

/// <summary>The words of targets, outside the code.</summary>
public static class TargetWords
{
    /// <summary>The snake_case word of a cause.</summary>
    public static string Word(this BlockCause cause) => cause switch
    {
        BlockCause.Throttle => "throttle",
        _ => "breaker",
    };

    internal static bool TryParse(string? word, out BlockCause cause)
    {
        cause = word == "breaker" ? BlockCause.Breaker : BlockCause.Throttle;
        return word is "breaker" or "throttle";
    }
}
