using System.Globalization;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes.Agents;
using Holdfast.Plans.Runtimes.Http;
using Holdfast.Runs;

namespace Holdfast.Plans.Running;

/// <summary>Adds to a failure what this process knows of the attempt beside its class.</summary>
internal static class AttemptContexts
{
    // By these names services tell the id under which they logged a request.
    private static readonly string[] RequestIds =
        ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "x-ms-request-id", "cf-ray"];

    /// <summary>Of a command: its program, how it ended, and the stack that it printed.</summary>
    internal static Failure Of(Failure failure, PreparedAttempt attempt, FailureSignals signals, SecretMask mask)
    {
        // An agent's standard output is what it read and wrote, not what went wrong with it.
        var printed = ErrorContext.OfOutput(signals.Stderr.Span, mask);
        if (printed.IsEmpty && attempt.Agent is null)
        {
            printed = ErrorContext.OfOutput(signals.Stdout.Span, mask);
        }

        var outcome = signals.Outcome;
        var context = printed with
        {
            Runtime = attempt.Agent?.Called.Runtime ?? "command",
            Operation = attempt.Agent is null ? "command" : "prompt",
        };
        return failure with
        {
            Context = context.With(
                mask, ("program", attempt.Command.Argv is [var program, ..] ? Path.GetFileName(program) : null),
                ("tool", attempt.Tool), ("folder", attempt.Command.WorkingFolder),
                ("exit_code", outcome.ExitCode?.ToString(CultureInfo.InvariantCulture)),
                ("signal", outcome.Signal?.ToString(CultureInfo.InvariantCulture)),
                ("start_error", outcome.StartError)),
        };
    }

    /// <summary>Of an agent, once its events are read to the end.</summary>
    internal static AttemptEnd WithSeen(AttemptEnd end, AgentObservations seen, SecretMask mask)
    {
        if (end.Failure is not { } failure)
        {
            return end;
        }

        var last = seen.Errors.Count > 0 ? seen.Errors[^1] : null;
        return end with
        {
            Failure = failure with
            {
                Context = (failure.Context ?? new ErrorContext()).With(
                    mask, ("flavor", seen.Flavor), ("model", seen.Model), ("version", seen.Version),
                    ("session", seen.Session), ("turns", seen.Turns.ToString(CultureInfo.InvariantCulture)),
                    ("errors", seen.ErrorCount.ToString(CultureInfo.InvariantCulture)),
                    ("status", last?.Status?.ToString(CultureInfo.InvariantCulture)), ("told", last?.Told),
                    ("last_error", last?.Text), ("past_limit", seen.PastLimit)),
            },
        };
    }

    /// <summary>Of a request: what was sent where, and the exceptions that broke it.</summary>
    internal static Failure OfRequest(
        Failure failure, HttpCall call, HttpResult result, string runtime, SecretMask mask)
    {
        var context = result.Error is { } error ? ErrorContext.OfException(error, mask) : new ErrorContext();
        var facts = new List<(string, string?)>
        {
            ("status", result.Status?.ToString(CultureInfo.InvariantCulture)),
            ("bytes", result.Bytes.ToString(CultureInfo.InvariantCulture)),
        };
        foreach (var line in result.Headers.Split('\n', StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && RequestIds.Contains(line[..colon].ToLowerInvariant()))
            {
                facts.Add((line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim()));
            }
        }

        return failure with
        {
            // The query may hold what is nobody's business.
            Context = (context with
            {
                Runtime = runtime,
                Operation = mask.Mask($"{call.Method} {call.Address.GetLeftPart(UriPartial.Path)}"),
            }).With(mask, [.. facts]),
        };
    }
}
