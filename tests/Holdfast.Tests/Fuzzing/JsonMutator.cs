using System.Text;
using System.Text.Json;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Changes JSON so that it stays JSON: values from elsewhere, repeated and renamed keys, numbers at bounds, odd texts,
/// deep nesting. A reader that refuses what is no JSON shows nothing of itself to changed bytes.
/// </summary>
/// <param name="random">Draws everything.</param>
/// <param name="words">Keys and texts of the format.</param>
internal sealed class JsonMutator(Random random, IReadOnlyList<string> words)
{
    private const int MostBytes = 1 << 18;

    private static readonly string[] Odd =
    [
        "null", "true", "false", "\"\"", "{}", "[]", "[null]", "{\"\":0}", "\"\\u0000\"", "\"\\ud800\"", "\" \"",
        "\"naïve 😀\"", "\"a\\nb\\t\\u001b[2J\"", "\"../..\"", "\"%2F\"", "\"${{ vars.a }}\"", "\"${{\"", "\"\\\\\"",
        "\"\\\"\"", "\"\\u202e\\u2028\"",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "2", "0.5", "1.0", "1e0", "1e3", "1e400", "-1e400", "1e-400", "1000", "1001", "1024",
        "1025",
        "86400000", "315360000000", "315360000001", "2147483647", "2147483648", "-2147483648", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "100.0001",
    ];

    private readonly List<Part> _parts = [];

    // A value, and where its key begins if it is a member; with the comma after it or before it, it can be taken out.
    private readonly record struct Part(int Start, int End, int From, int Depth, JsonTokenType Kind);

    /// <summary>Changes a document in one to six places; what is no JSON is left as it is.</summary>
    internal byte[] Change(byte[] json, IReadOnlyList<byte[]> others)
    {
        for (var changes = 1 + Math.Min(random.Next(6), random.Next(6)); changes > 0; changes--)
        {
            if (!Find(json) || json.Length > MostBytes)
            {
                return json;
            }

            json = Once(json, others[random.Next(others.Count)]);
        }

        return json;
    }

    private byte[] Once(byte[] json, byte[] other)
    {
        var part = _parts[random.Next(_parts.Count)];
        var another = _parts[random.Next(_parts.Count)];
        var value = json[another.Start..another.End];
        return random.Next(16) switch
        {
            0 or 1 => Put(json, part.Start, part.End, value),
            2 => Put(json, part.Start, part.End, From(other, part.Kind)),
            3 => Put(json, part.Start, part.End, Pick(Odd)),
            4 or 5 => Put(json, part.Start, part.End, Pick(Numbers)),
            6 => Without(json, part),
            7 => Put(json, part.End, part.End, [(byte)',', .. json[part.From..part.End]]),
            8 => Put(json, part.End, part.End, [(byte)',', .. json[part.From..part.Start], .. value]),
            9 or 10 => Named(json, part, another),
            11 => Nested(json, part),
            12 => Inserted(json, part, another),
            13 => Text(json, part),
            14 => Put(json, part.Start, part.End, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Pick(words)))),
            _ => Like(json, part),
        };
    }

    // A number nearby, or a value of the same kind.
    private byte[] Like(byte[] json, Part part)
    {
        if (part.Kind == JsonTokenType.Number)
        {
            return Put(json, part.Start, part.End, random.Next(100_000).ToString(
                System.Globalization.CultureInfo.InvariantCulture));
        }

        var alike = _parts.FindAll(p => p.Kind == part.Kind);
        var chosen = alike[random.Next(alike.Count)];
        return Put(json, part.Start, part.End, json.AsSpan(chosen.Start..chosen.End));
    }

    private byte[] Named(byte[] json, Part part, Part another)
    {
        if (part.From == part.Start)
        {
            return Put(json, part.Start, part.End, json.AsSpan(another.Start..another.End));
        }

        var key = another.From == another.Start || random.Next(3) == 0
            ? Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Pick(words)) + ":") : json[another.From..another.Start];
        return Put(json, part.From, part.Start, key);
    }

    private byte[] Inserted(byte[] json, Part part, Part another)
    {
        var empty = part.End - part.Start == 2;
        byte[] comma = empty ? [] : [(byte)','];
        return part.Kind switch
        {
            JsonTokenType.StartArray =>
                Put(json, part.Start + 1, part.Start + 1, [.. json[another.Start..another.End], .. comma]),
            JsonTokenType.StartObject when another.From < another.Start =>
                Put(json, part.Start + 1, part.Start + 1, [.. json[another.From..another.End], .. comma]),
            _ => Put(json, part.Start, part.End, Pick(Odd)),
        };
    }

    private byte[] Nested(byte[] json, Part part)
    {
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var deep = random.Next(4) == 0 ? random.Next(1, 2000) : random.Next(1, 70);
        return Put(json, part.Start, part.End, [.. Times(open, deep), .. json[part.Start..part.End],
            .. Times(close, deep)]);
    }

    private byte[] Text(byte[] json, Part part)
    {
        if (part.Kind != JsonTokenType.String)
        {
            return Put(json, part.Start, part.End, Pick(Odd));
        }

        var inside = Encoding.UTF8.GetBytes(Pick(Odd).Trim('"', '{', '}', '[', ']'));
        var times = random.Next(8) == 0 ? Math.Min(1 << random.Next(1, 14), 40_000 / Math.Max(1, inside.Length)) : 1;
        return Put(json, part.End - 1, part.End - 1, [.. Enumerable.Repeat(inside, times).SelectMany(b => b)]);
    }

    private static byte[] Without(byte[] json, Part part)
    {
        var (from, end) = (part.From, part.End);
        if (end < json.Length && json[end] == ',')
        {
            end++;
        }
        else if (from > 0 && json[from - 1] == ',')
        {
            from--;
        }

        return Put(json, from, end, []);
    }

    private byte[] From(byte[] other, JsonTokenType kind)
    {
        var own = _parts.ToArray();
        var value = Find(other) && _parts.FindAll(p => p.Kind == kind) is { Count: > 0 } alike
            && alike[random.Next(alike.Count)] is var chosen ? other[chosen.Start..chosen.End] : "null"u8.ToArray();
        _parts.Clear();
        _parts.AddRange(own);
        return value;
    }

    private bool Find(byte[] json)
    {
        _parts.Clear();
        var open = new Stack<(int Start, int From)>();
        var from = -1;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 10_000 });
            while (reader.Read())
            {
                var (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        from = start;
                        continue;
                    case JsonTokenType.StartArray or JsonTokenType.StartObject:
                        open.Push((start, from < 0 ? start : from));
                        break;
                    case JsonTokenType.EndArray or JsonTokenType.EndObject:
                        var (opened, began) = open.Pop();
                        _parts.Add(new(opened, end, began, open.Count, reader.TokenType == JsonTokenType.EndArray
                            ? JsonTokenType.StartArray : JsonTokenType.StartObject));
                        break;
                    default:
                        _parts.Add(new(start, end, from < 0 ? start : from, open.Count, reader.TokenType));
                        break;
                }

                from = -1;
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return _parts.Count > 0;
    }

    private static byte[] Times(string piece, int times) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, times)));

    private static byte[] Put(byte[] json, int from, int end, ReadOnlySpan<byte> put) =>
        [.. json.AsSpan(0, from), .. put, .. json.AsSpan(end)];

    private static byte[] Put(byte[] json, int from, int end, string put) =>
        Put(json, from, end, Encoding.UTF8.GetBytes(put));

    private string Pick(IReadOnlyList<string> of) => of[random.Next(of.Count)];
}
