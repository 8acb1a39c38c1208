using System.Globalization;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;

namespace Holdfast.Cli.Looking;

/// <summary>One row about an attempt: its end, what it was judged as, and what was decided.</summary>
internal static class AttemptLines
{
    internal static string[] Row(AttemptStory attempt, DateTimeOffset now) =>
    [
        $"#{attempt.Number}",
        RunJson.ResultWord(attempt),
        attempt.Outcome is { } outcome ? Durations.Text(outcome.Duration)
            : $"since {Times.Ago(attempt.StartedAt, now)}",
        Text(attempt),
    ];

    /// <summary>"exit code 1", "ended by hard_timeout, signal 9".</summary>
    internal static string Outcome(AttemptStory attempt)
    {
        if (attempt.Outcome is not { } outcome)
        {
            return attempt.TakenUp is { } trace ? $"taken over by a later driver ({trace.Word()})" : "";
        }

        var parts = new List<string>();
        if (outcome.EndedBy != EndedBy.Itself)
        {
            parts.Add($"ended by {outcome.EndedBy.Word()}");
        }

        if (outcome.StartError is { } startError)
        {
            parts.Add(startError);
        }

        if (outcome.ExitCode is { } code)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"exit code {code}"));
        }

        if (outcome.Signal is { } signal)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"signal {signal}"));
        }

        return string.Join(", ", parts) + StrayText.Of(outcome.Strays, "; ");
    }

    private static string Text(AttemptStory attempt)
    {
        var text = Outcome(attempt);
        if (attempt.InsteadOf is { } preferred)
        {
            text += (text.Length > 0 ? ", " : "") + $"on {attempt.Runtime} instead of {preferred}"
                + (attempt.Because is { } because ? $" ({because})" : "");
        }

        if (attempt.Failure is { } failure)
        {
            text = $"{failure.Class.Word()} ({failure.Evidence.Rule})" + (text.Length > 0 ? ", " : "") + text;
        }

        if (attempt.Recovery is { Decision: var decision })
        {
            var delay = decision.Delay > TimeSpan.Zero
                ? $" after {Durations.Text(decision.Delay)} ({decision.Origin.Word()})"
                : "";
            text += $" → {decision.Strategy.Word()}"
                + (decision.Strategy == RecoveryStrategy.FallBack && attempt.Recovery.To is { } to ? $" to {to}" : "")
                + delay;
        }

        return text;
    }
}
