using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes.Http;

/// <summary>
/// The file beside a request's captures (<c>&lt;attempt&gt;.http</c>): a first line before anything is sent, a second
/// one with what became of it. A request cannot outlive its driver; the file tells the next one whether it was ever
/// sent, and how it ended if that was not recorded any more.
/// </summary>
internal static class HttpRecord
{
    internal static string PathOf(in AttemptPaths paths) => Path.ChangeExtension(paths.Out, ".http");

    /// <summary>Writes the first line. False if there is a file already: it was sent before.</summary>
    internal static bool TryBegin(string path, string run, string task, int attempt)
    {
        try
        {
            using var file = OwnFile.Create(path, FileMode.CreateNew);
            Write(file, json =>
            {
                json.WriteNumber("format", 1);
                json.WriteString("run", run);
                json.WriteString("task", task);
                json.WriteNumber("attempt", attempt);
            });
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Adds what became of it.</summary>
    internal static void End(string path, Outcome outcome, Failure? failure)
    {
        using var file = OwnFile.Create(path, FileMode.Append);
        Write(file, json =>
        {
            if (outcome.HttpStatus is { } status)
            {
                json.WriteNumber("status", status);
            }

            json.WriteString("ended_by", outcome.EndedBy.Word());
            json.WriteNumber("duration_ms", (long)outcome.Duration.TotalMilliseconds);
            json.WriteNumber("bytes", outcome.StdoutBytes);
            if (failure is null)
            {
                return;
            }

            json.WriteString("class", failure.Class.Word());
            json.WriteString("disposition", failure.Disposition.Word());
            json.WriteString("rule", failure.Evidence.Rule);
            json.WriteString("channel", failure.Evidence.Channel);
            json.WriteString("text", failure.Evidence.Text);
            json.WriteNumber("confidence", failure.Confidence);
            if (failure.Transient is { } transient)
            {
                json.WriteBoolean("transient", transient);
            }

            if (failure.Told is { } told)
            {
                json.WriteString("told_until", told.Until?.ToString("O"));
                json.WriteNumber("told_ms", (long)(told.After?.TotalMilliseconds ?? -1));
            }
        });
    }

    /// <summary>How it ended; null if it was sent, or was about to be, and nobody saw its end.</summary>
    internal static (Outcome Outcome, Failure? Failure)? Read(string path)
    {
        try
        {
            var lines = File.ReadAllText(path).Split('\n');
            if (lines.Length < 3)
            {
                return null;
            }

            using var document = JsonDocument.Parse(lines[1]);
            var root = document.RootElement;
            var outcome = new Outcome
            {
                HttpStatus = root.TryGetProperty("status", out var status) ? status.GetInt32() : null,
                EndedBy = FailureWords.TryParseEndedBy(root.GetProperty("ended_by").GetString(), out var by)
                    ? by : EndedBy.Lost,
                Duration = TimeSpan.FromMilliseconds(root.GetProperty("duration_ms").GetInt64()),
                StdoutBytes = root.GetProperty("bytes").GetInt64(),
            };
            return (outcome, FailureIn(root, outcome));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException
            or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static Failure? FailureIn(JsonElement root, Outcome outcome)
    {
        if (!root.TryGetProperty("class", out var word) || !FailureWords.TryParseClass(word.GetString(), out var kind))
        {
            return null;
        }

        ToldDelay? told = null;
        if (root.TryGetProperty("told_ms", out var after))
        {
            told = after.GetInt64() >= 0
                ? new ToldDelay(TimeSpan.FromMilliseconds(after.GetInt64()), null)
                : new ToldDelay(null, root.GetProperty("told_until").GetDateTimeOffset());
        }

        return new Failure
        {
            Class = kind,
            Disposition = FailureWords.TryParseDisposition(root.GetProperty("disposition").GetString(), out var then)
                ? then : Disposition.Fail,
            Transient = root.TryGetProperty("transient", out var passes) ? passes.GetBoolean() : null,
            Confidence = root.GetProperty("confidence").GetDouble(),
            Evidence = new Evidence(
                root.GetProperty("rule").GetString()!, root.GetProperty("channel").GetString()!, null,
                root.GetProperty("text").GetString()),
            EndedBy = outcome.EndedBy,
            Told = told,
        };
    }

    private static void Write(FileStream file, Action<Utf8JsonWriter> fields)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        file.Write([.. buffer.WrittenSpan, (byte)'\n']);
    }
}
