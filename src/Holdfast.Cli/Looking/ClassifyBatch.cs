using System.Text;
using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Cli.Looking;

/// <summary><c>classify --batch</c>: one JSON object a line in, one a line out, in order.</summary>
internal static class ClassifyBatch
{
    private const int MaxLineBytes = 64 << 20;

    internal static int Run(CommandContext context, Stream input)
    {
        using var reader = new StreamReader(input, Encoding.UTF8);
        var now = context.Time.GetUtcNow();
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length > MaxLineBytes)
            {
                throw Bad(number, $"has over {MaxLineBytes} characters; cut the output to its head and tail");
            }

            if (line.AsSpan().Trim().Length > 0)
            {
                context.Out.WriteLine(Judge(line, number, now));
            }
        }

        return Runs.ExitCodes.Done;
    }

    private static string Judge(string line, int number, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Bad(number, $"is a JSON {root.ValueKind.ToString().ToLowerInvariant()}; an object is expected");
            }

            var failure = FailureClassifier.Default.Classify(SignalsOf(root, now));
            return Answer(root, failure, now);
        }
        catch (JsonException error)
        {
            throw Bad(number, $"is no JSON: {error.Message}");
        }
        catch (InvalidOperationException error)
        {
            throw Bad(number, $"has a field of another kind than expected: {error.Message}");
        }
    }

    private static FailureSignals SignalsOf(JsonElement root, DateTimeOffset now)
    {
        var contract = ClassifyCommand.ContractOf(Text(root, "contract"));
        var timedOut = root.TryGetProperty("timed_out", out var flag) && flag.ValueKind == JsonValueKind.True;
        return new FailureSignals
        {
            Outcome = new Outcome
            {
                ExitCode = Number(root, "exit_code"),
                Signal = Number(root, "signal"),
                HttpStatus = Number(root, "http_status"),
                EndedBy = timedOut ? EndedBy.HardTimeout : EndedBy.Itself,
            },
            Tool = Text(root, "tool"),
            Stdout = Encoding.UTF8.GetBytes(Text(root, "stdout") ?? ""),
            Stderr = Encoding.UTF8.GetBytes(Text(root, "stderr") ?? ""),
            Contract = contract,
            DoubtSuccess = contract == ContractState.None,
            Now = now,
        };
    }

    private static string Answer(JsonElement root, Failure? failure, DateTimeOffset now)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonResult.Options))
        {
            json.WriteStartObject();
            if (root.TryGetProperty("id", out var id))
            {
                json.WritePropertyName("id");
                id.WriteTo(json);
            }

            json.WriteString("class", failure?.Class.Word() ?? "none");
            if (failure is not null)
            {
                Write(json, failure, now);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, Failure failure, DateTimeOffset now)
    {
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
        RunJson.Number(json, "line", failure.Evidence.Line);
        RunJson.Number(json, "delay_ms", (long?)ClassifyCommand.ToldDelay(failure, now)?.TotalMilliseconds);
        json.WriteNumber("confidence", failure.Confidence);
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    private static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetInt32() : null;

    private static CliFailure Bad(int number, string what) =>
        new("bad_usage", Runs.ExitCodes.Usage, $"line {number} of the batch {what}");
}
