using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Cli.Looking;

/// <summary>Journal records as aligned text or as NDJSON. Both show what the journal holds, and nothing else.</summary>
internal static class EventLines
{
    private const int TypeWidth = 26;

    /// <summary>"   12 09:30:12.000001 attempt_started            build#1  runtime=command".</summary>
    internal static string Text(in JournalRecord record)
    {
        var line = new StringBuilder();
        line.Append(record.Seq.ToString().PadLeft(6)).Append("  ")
            .Append(record.At.UtcDateTime.ToString("HH:mm:ss.fff")).Append("  ")
            .Append(record.Type.PadRight(TypeWidth));
        if (record.Task is { } task)
        {
            line.Append("  ").Append(task);
            if (record.Attempt > 0)
            {
                line.Append('#').Append(record.Attempt);
            }
        }

        AppendData(line, record.Data.Span);
        return Page.Clean(line.ToString().TrimEnd());
    }

    /// <summary>The record as one JSON object: the fields of the journal without its check value.</summary>
    internal static string Json(in JournalRecord record)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonResult.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", record.Seq);
            json.WriteString("at", Times.Iso(record.At));
            json.WriteString("type", record.Type);
            if (record.Task is { } task)
            {
                json.WriteString("task", task);
            }

            if (record.Attempt > 0)
            {
                json.WriteNumber("attempt", record.Attempt);
            }

            json.WritePropertyName("data");
            json.WriteRawValue(record.Data.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // name=value, nested values as their own JSON; what is longer than a line can show is in --json.
    private static void AppendData(StringBuilder line, ReadOnlySpan<byte> data)
    {
        const int LongestValue = 160;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            string value;
            if (reader.TokenType == JsonTokenType.String)
            {
                value = reader.GetString()!;
                value = value.Contains(' ', StringComparison.Ordinal) || value.Length == 0 ? $"\"{value}\"" : value;
            }
            else
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                value = Encoding.UTF8.GetString(data[start..(int)reader.BytesConsumed]);
            }

            line.Append("  ").Append(name).Append('=').Append(Page.Cut(value, LongestValue));
        }
    }
}
