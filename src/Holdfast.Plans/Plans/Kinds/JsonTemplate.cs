using System.Text.Json;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>
/// A JSON value with expressions in its texts. A value is always written as part of a JSON string, so that nothing in
/// it can become JSON of its own.
/// </summary>
public sealed class JsonTemplate
{
    /// <summary>How deep lists and maps may be nested; <c>plan.json</c> adds a few levels around them.</summary>
    internal const int MaxDepth = 40;

    private readonly string? _bare;
    private readonly Template? _text;
    private readonly IReadOnlyList<JsonTemplate>? _items;
    private readonly IReadOnlyList<KeyValuePair<string, JsonTemplate>>? _members;

    private JsonTemplate(string? bare, Template? text, IReadOnlyList<JsonTemplate>? items,
        IReadOnlyList<KeyValuePair<string, JsonTemplate>>? members)
    {
        _bare = bare;
        _text = text;
        _items = items;
        _members = members;
    }

    /// <summary>Whether it is a list or a map.</summary>
    public bool IsNested => _items is not null || _members is not null;

    /// <summary>Every text in it that can hold expressions, from the outside in.</summary>
    public IEnumerable<Template> Texts =>
        _text is not null ? [_text]
        : (_items ?? _members?.Select(static member => member.Value) ?? []).SelectMany(static item => item.Texts);

    /// <summary>The bytes that are sent, in UTF-8.</summary>
    /// <exception cref="TemplateException">A value is missing, or is no text.</exception>
    public byte[] Render(TemplateContext context)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, new() { SkipValidation = true }))
        {
            Write(writer, context);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="context">The values; null writes the expressions themselves.</param>
    /// <exception cref="TemplateException">A value is missing, or is no text.</exception>
    public void Write(Utf8JsonWriter writer, TemplateContext? context)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (_bare is not null)
        {
            writer.WriteRawValue(_bare, skipInputValidation: true);
        }
        else if (_text is not null)
        {
            writer.WriteStringValue(context is null ? _text.Source : _text.RenderPlain(context));
        }
        else if (_items is not null)
        {
            writer.WriteStartArray();
            foreach (var item in _items)
            {
                item.Write(writer, context);
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject();
            foreach (var (name, value) in _members!)
            {
                writer.WritePropertyName(name);
                value.Write(writer, context);
            }

            writer.WriteEndObject();
        }
    }

    /// <summary>The value with its expressions as written, for people.</summary>
    public override string ToString()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, PlanJson.Options))
        {
            Write(writer, null);
        }

        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }

    internal static JsonTemplate OfText(Template text) => new(null, text, null, null);

    /// <summary>A number, <c>true</c>, <c>false</c> or <c>null</c>, in the spelling of JSON.</summary>
    internal static JsonTemplate OfBare(string json) => new(json, null, null, null);

    internal static JsonTemplate OfItems(IReadOnlyList<JsonTemplate> items) => new(null, null, items, null);

    internal static JsonTemplate OfMembers(IReadOnlyList<KeyValuePair<string, JsonTemplate>> members) =>
        new(null, null, null, members);

    /// <summary>Reads what <see cref="Write"/> wrote without values; the reader stands on the value.</summary>
    internal static JsonTemplate Read(ref Utf8JsonReader reader, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"plan.json: json is nested deeper than {MaxDepth}");
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return OfText(JsonFields.Text(ref reader));
            case JsonTokenType.StartArray:
                var items = new List<JsonTemplate>();
                while (JsonFields.NextItem(ref reader))
                {
                    items.Add(Read(ref reader, depth + 1));
                }

                return OfItems(items);
            case JsonTokenType.StartObject:
                var members = new List<KeyValuePair<string, JsonTemplate>>();
                while (JsonFields.Next(ref reader, out var name))
                {
                    members.Add(new(name, Read(ref reader, depth + 1)));
                }

                return OfMembers(members);
            default:
                return OfBare(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    /// <summary>Whether a text is a number as JSON spells it (RFC 8259, 6).</summary>
    internal static bool IsNumber(ReadOnlySpan<char> text)
    {
        var at = text.StartsWith("-") ? 1 : 0;
        var whole = Digits(text, ref at);
        if (whole == 0 || (whole > 1 && text[at - whole] == '0'))
        {
            return false;
        }

        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (Digits(text, ref at) == 0)
            {
                return false;
            }
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at += at + 1 < text.Length && text[at + 1] is '+' or '-' ? 2 : 1;
            if (Digits(text, ref at) == 0)
            {
                return false;
            }
        }

        return at == text.Length;
    }

    private static int Digits(ReadOnlySpan<char> text, ref int at)
    {
        var from = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - from;
    }
}
