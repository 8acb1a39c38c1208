using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Cli.Looking;

/// <summary>
/// <c>classify --batch</c>: one JSON object a line in, one a line out, in order. A line that cannot be read is told on
/// stderr by its number, and the rest goes on; the command then ends with 2.
/// </summary>
internal static class ClassifyBatch
{
    /// <summary>Most bad lines that are told one by one.</summary>
    private const int MostTold = 20;

    internal static int Run(CommandContext context, Stream input, FailureClassifier? classifier = null)
    {
        classifier ??= FailureClassifier.Default;
        var now = context.Time.GetUtcNow();
        var bad = ForEach(context, "the batch", input, now, (record, _) =>
        {
            var failure = classifier.Classify(record.Signals);
            JsonResult.WriteLine(context, json => Write(json, record, failure, now));
        });
        return bad == 0 ? Runs.ExitCodes.Done : Runs.ExitCodes.Usage;
    }

    /// <summary>Reads records, and tells of the lines that are none.</summary>
    /// <param name="context">Where bad lines are told.</param>
    /// <param name="what">What the lines belong to, for messages.</param>
    /// <param name="input">The lines.</param>
    /// <param name="now">Wall clock for told dates.</param>
    /// <param name="take">Gets each record and the number of its line.</param>
    /// <returns>Lines that could not be read.</returns>
    internal static int ForEach(
        CommandContext context, string what, Stream input, DateTimeOffset now, Action<OutcomeRecord, int> take)
    {
        var lines = new RecordLines(input);
        var (bad, told) = (0, new HashSet<string>());
        while (lines.Next(out var line))
        {
            try
            {
                if (line is not { } bytes)
                {
                    throw new FormatException(
                        $"has over {RecordLines.MaxBytes >> 20} MiB; cut the output to its head and tail");
                }

                if (bytes.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
                {
                    continue;
                }

                var record = OutcomeRecord.Read(bytes, now);
                foreach (var key in record.UnknownKeys)
                {
                    if (told.Count < MostTold && told.Add(key))
                    {
                        context.Error.WriteLine($"holdfast: line {lines.Number} of {what} has a key {key}");
                    }
                }

                take(record, lines.Number);
            }
            catch (FormatException error)
            {
                bad++;
                if (bad <= MostTold)
                {
                    context.Error.WriteLine($"holdfast: line {lines.Number} of {what} {error.Message}");
                }
            }
        }

        if (bad > MostTold)
        {
            context.Error.WriteLine($"holdfast: {bad - MostTold} further lines of {what} cannot be read either");
        }

        return bad;
    }

    private static void Write(Utf8JsonWriter json, OutcomeRecord record, Failure? failure, DateTimeOffset now)
    {
        if (record.Id is { } id)
        {
            json.WritePropertyName("id");
            id.WriteTo(json);
        }

        json.WriteString("class", failure?.Class.Word() ?? "none");
        if (failure is null)
        {
            // Nothing to wait for, nothing to do; where a contract was met that is certain.
            json.WriteBoolean("transient", false);
            json.WriteNull("disposition");
            json.WriteNull("rule");
            json.WriteNull("channel");
            json.WriteNull("line");
            json.WriteNumber("confidence", record.Signals.Contract == ContractState.Met ? 1 : 0.9);
            return;
        }

        if (failure.Transient is { } transient)
        {
            json.WriteBoolean("transient", transient);
        }
        else
        {
            json.WriteNull("transient");
        }

        json.WriteString("disposition", failure.Disposition.Word());
        json.WriteString("rule", failure.Evidence.Rule);
        json.WriteString("channel", failure.Evidence.Channel);
        if (failure.Evidence.Line is { } line)
        {
            json.WriteNumber("line", line);
        }
        else
        {
            json.WriteNull("line");
        }

        if (ClassifyCommand.ToldDelay(failure, now) is { } delay)
        {
            json.WriteNumber("delay_ms", (long)delay.TotalMilliseconds);
        }

        json.WriteNumber("confidence", failure.Confidence);
    }
}
