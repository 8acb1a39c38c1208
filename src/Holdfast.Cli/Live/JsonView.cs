using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Holdfast.Runs.Events;

namespace Holdfast.Cli.Live;

/// <summary>Prints each event as one line: the fields of the journal, without those that chain its lines.</summary>
internal sealed class JsonView(TextWriter to) : IRunView
{
    private readonly ArrayBufferWriter<byte> _line = new(512);
    private readonly ArrayBufferWriter<byte> _data = new(512);

    public void Show(SeenEvent seen)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(
            _line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var e = seen.Event;
            json.WriteStartObject();
            json.WriteNumber("seq", seen.Seq);
            json.WriteString("at", EventData.Iso(e.At));
            json.WriteString("type", e.Type);
            if (e.Task is not null)
            {
                json.WriteString("task", e.Task);
            }

            if (e.Attempt > 0)
            {
                json.WriteNumber("attempt", e.Attempt);
            }

            json.WritePropertyName("data");
            json.WriteRawValue(DataOf(seen), skipInputValidation: true);
            json.WriteEndObject();
        }

        to.WriteLine(Encoding.UTF8.GetString(_line.WrittenSpan));
        to.Flush();
    }

    public void Idle()
    {
        // A line is printed when its event comes, and never changes.
    }

    public void Close() => to.Flush();

    private ReadOnlySpan<byte> DataOf(SeenEvent seen)
    {
        if (!seen.RawData.IsEmpty)
        {
            return seen.RawData.Span;
        }

        _data.ResetWrittenCount();
        EventCatalog.WriteData(seen.Event, _data);
        return _data.WrittenSpan;
    }
}
