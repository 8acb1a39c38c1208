using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Runs.Events;

/// <summary>
/// The fields of one event's data, found in a single pass and read without building a document: a run of a million
/// events is folded in about two seconds, which a document an event would not allow.
/// </summary>
internal readonly ref struct EventFields
{
    /// <summary>More fields than any event has; further ones, of a later version, are passed over.</summary>
    internal const int MaxFields = 32;

    private readonly ReadOnlySpan<byte> _json;
    private readonly Span<FieldSlot> _slots;
    private readonly int _count;
    private readonly ulong _names;

    internal EventFields(ReadOnlySpan<byte> json, Span<FieldSlot> slots)
    {
        _json = json;
        _slots = slots;
        if (!PlainObject.TryScan(json, slots, out _count))
        {
            _count = ScanAny(json, slots);
        }

        foreach (ref readonly var slot in slots[.._count])
        {
            _names |= Mark(slot.NameLength, slot.NameLength == 0 ? 0 : json[slot.NameStart]);
        }
    }

    private static int ScanAny(ReadOnlySpan<byte> json, Span<FieldSlot> slots)
    {
        var count = 0;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Plain(reader, json);
            reader.Read();
            var kind = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (count < slots.Length)
            {
                var length = (int)reader.BytesConsumed - start;
                slots[count++] = new FieldSlot(name.Start, name.Length, start, length, kind);
            }
        }

        return count;
    }

    // Most fields that are asked for are not there: a bit for each name that is, by its length and first letter,
    // spares looking for nearly all others.
    private static ulong Mark(int length, int first) => 1UL << ((length * 5) + first);

    internal string Text(string name) =>
        TextOrNull(name) ?? throw new FormatException($"it has no field \"{name}\"");

    internal string? TextOrNull(string name)
    {
        ref readonly var slot = ref Find(name);
        if (slot.Kind != JsonTokenType.String)
        {
            return slot.IsAbsent ? null : throw Odd(name, slot, "no text");
        }

        var raw = Value(slot);
        var inner = raw[1..^1];
        if (inner.IndexOf((byte)'\\') < 0)
        {
            return Encoding.UTF8.GetString(inner);
        }

        var reader = new Utf8JsonReader(raw);
        reader.Read();
        return reader.GetString();
    }

    internal long Long(string name, long otherwise = 0) => LongOrNull(name) ?? otherwise;

    internal int Int(string name, int otherwise = 0) => IntOrNull(name) ?? otherwise;

    internal int? IntOrNull(string name) => LongOrNull(name) is not { } value ? null
        : value is >= int.MinValue and <= int.MaxValue ? (int)value
        : throw Odd(name, Find(name), "out of range");

    internal long? LongOrNull(string name)
    {
        ref readonly var slot = ref Find(name);
        if (slot.Kind == JsonTokenType.Number
            && Utf8Parser.TryParse(Value(slot), out long value, out var read) && read == slot.Length)
        {
            return value;
        }

        return slot.IsAbsent ? null : throw Odd(name, slot, "no whole number");
    }

    internal double Number(string name, double otherwise = 0)
    {
        ref readonly var slot = ref Find(name);
        if (slot.Kind == JsonTokenType.Number && Utf8Parser.TryParse(Value(slot), out double value, out _))
        {
            // What is beyond a double cannot be written again, in a snapshot for one.
            return double.IsFinite(value) ? value : throw Odd(name, slot, "out of range");
        }

        return slot.IsAbsent ? otherwise : throw Odd(name, slot, "no number");
    }

    internal bool Flag(string name) => FlagOrNull(name) ?? false;

    internal bool? FlagOrNull(string name)
    {
        ref readonly var slot = ref Find(name);
        return slot.Kind switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => slot.IsAbsent ? null : throw Odd(name, slot, "neither true nor false"),
        };
    }

    internal DateTimeOffset? TimeOrNull(string name)
    {
        ref readonly var slot = ref Find(name);
        if (slot.Kind == JsonTokenType.String && Value(slot).EndsWith("Z\""u8))
        {
            // As this program writes them, which spares the general reader of times.
            var reader = new Utf8JsonReader(Value(slot));
            reader.Read();
            if (reader.TryGetDateTimeOffset(out var plain))
            {
                return plain;
            }
        }

        if (TextOrNull(name) is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Odd(name, Find(name), "no time");
    }

    internal TimeSpan? MillisOrNull(string name) => LongOrNull(name) is not { } ms ? null
        : Math.Abs((double)ms) < TimeSpan.MaxValue.TotalMilliseconds - 1 ? TimeSpan.FromMilliseconds(ms)
        : throw Odd(name, Find(name), "out of range");

    /// <summary>A field that holds one of the words of an enum.</summary>
    internal T Word<T>(string name, TryParseWord<T> parse)
        where T : struct, Enum
    {
        var word = Text(name);
        return parse(word, out var value)
            ? value
            : throw new FormatException($"its field \"{name}\" holds \"{word}\", which is no {typeof(T).Name} that "
            + $"this version knows");
    }

    internal T WordOr<T>(string name, TryParseWord<T> parse, T otherwise)
        where T : struct, Enum => Find(name).IsAbsent ? otherwise : Word(name, parse);

    internal string[] Texts(string name)
    {
        ref readonly var slot = ref Find(name);
        if (slot.Kind != JsonTokenType.StartArray)
        {
            return slot.IsAbsent ? [] : throw Odd(name, slot, "no list");
        }

        var found = new List<string>();
        var reader = new Utf8JsonReader(Value(slot));
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            found.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()!
                : throw Odd(name, slot, "no list of texts"));
        }

        return [.. found];
    }

    /// <summary>An object whose values are texts.</summary>
    internal Dictionary<string, string> Map(string name)
    {
        ref readonly var slot = ref Find(name);
        var found = new Dictionary<string, string>();
        if (slot.Kind != JsonTokenType.StartObject)
        {
            return slot.IsAbsent ? found : throw Odd(name, slot, "no object");
        }

        var reader = new Utf8JsonReader(Value(slot));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            found[key] = reader.TokenType == JsonTokenType.String ? reader.GetString()!
                : throw Odd(name, slot, "no object of texts");
        }

        return found;
    }

    /// <summary>The JSON of a value as it stands, of whatever kind; null where there is no such field.</summary>
    internal string? JsonOrNull(string name)
    {
        ref readonly var slot = ref Find(name);
        return slot.Kind == JsonTokenType.None ? null : Encoding.UTF8.GetString(Value(slot));
    }

    /// <summary>The bytes of a value as they stand, of whatever kind; none where there is no such field.</summary>
    internal ReadOnlySpan<byte> Json(string name)
    {
        ref readonly var slot = ref Find(name);
        return slot.IsAbsent ? default : Value(slot);
    }

    internal OutputFile[] Outputs(string name)
    {
        ref readonly var slot = ref Find(name);
        return slot.Kind == JsonTokenType.StartArray ? Outputs(name, slot)
            : slot.IsAbsent ? [] : throw Odd(name, slot, "no list");
    }

    private FormatException Odd(string name, in FieldSlot slot, string what)
    {
        var seen = Encoding.UTF8.GetString(Value(slot));
        return new($"its field \"{name}\" holds {(seen.Length > 60 ? seen[..60] + "…" : seen)}, which is {what}");
    }

    // Apart from its caller: a loop with slots of its own is compiled in full at once, and few events have files.
    private OutputFile[] Outputs(string name, in FieldSlot slot)
    {
        var found = new List<OutputFile>();
        var reader = new Utf8JsonReader(Value(slot));
        reader.Read();
        Span<FieldSlot> slots = stackalloc FieldSlot[8];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Odd(name, slot, "no list of files");
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var item = new EventFields(Value(slot)[start..(int)reader.BytesConsumed], slots);
            found.Add(new OutputFile(item.Text("path"), item.Long("size"), item.Text("sha256")));
        }

        return [.. found];
    }

    private ReadOnlySpan<byte> Value(in FieldSlot slot) => _json.Slice(slot.Start, slot.Length);

    private ref readonly FieldSlot Find(string name)
    {
        if ((_names & Mark(name.Length, name[0])) == 0)
        {
            return ref FieldSlot.Absent;
        }

        for (var i = 0; i < _count; i++)
        {
            ref var slot = ref _slots[i];
            if (slot.NameLength == name.Length && _json[slot.NameStart] == name[0]
                && Ascii.Equals(_json.Slice(slot.NameStart, slot.NameLength), name))
            {
                return ref slot;
            }
        }

        return ref FieldSlot.Absent;
    }

    private static (int Start, int Length) Plain(in Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex + 1;
        var length = json[start..].IndexOf((byte)'"');
        return (start, length);
    }
}

/// <summary>Reads an enum's value from its word.</summary>
internal delegate bool TryParseWord<T>(string? word, out T value)
    where T : struct, Enum;
