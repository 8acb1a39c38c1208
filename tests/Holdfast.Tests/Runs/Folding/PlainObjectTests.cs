using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Tests.Runs.Folding;

/// <summary>Objects that are spelled plainly are read without the general reader, and as that one reads them.</summary>
public sealed class PlainObjectTests
{
    private const int Cases = 200_000;

    private static readonly string[] Pieces =
    [
        "{", "}", ",", ":", "\"", "\"a\":", "\"b\":", "\"\":", "\"c\"", "\"x y\"", "0", "-", "-0", "7", "-12", "01",
        "1.5", "2e3", "true", "false", "null", "tru", "[", "]", "{}", " ", "\n", "\\", "é", "\u007f", "\t",
    ];

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"runtime":"step"}""")]
    [InlineData("""{"duration_ms":11,"stdout_bytes":0,"result_type":"System.Int32","result":-7}""")]
    [InlineData("""{"resumed":false,"program":true,"until":null,"":""}""")]
    public void A_plain_object_is_one(string json)
    {
        Assert.True(PlainObject.TryScan(Encoding.UTF8.GetBytes(json), new FieldSlot[8], out var count));
        Assert.Equal(JsonDocument.Parse(json).RootElement.EnumerateObject().Count(), count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("[]")]
    [InlineData("{}}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{,\"a\":1}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":1}}")]
    [InlineData("{\"a\":\"}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":-}")]
    [InlineData("{\"a\":truE}")]
    [InlineData("{\"a\":1 }")]
    [InlineData("{\"a\":1.5}")]
    [InlineData("{\"a\":[]}")]
    [InlineData("{\"a\":\"\\n\"}")]
    [InlineData("{\"a\":\"é\"}")]
    [InlineData("{\"a\":\"\t\"}")]
    public void Of_any_other_it_says_nothing(string json) =>
        Assert.False(PlainObject.TryScan(Encoding.UTF8.GetBytes(json), new FieldSlot[8], out _));

    [Fact]
    public void Fields_that_find_no_slot_are_passed_over()
    {
        Assert.True(PlainObject.TryScan("""{"a":1,"b":"x","c":2}"""u8, new FieldSlot[2], out var count));
        Assert.Equal(2, count);
        Assert.False(PlainObject.TryScan("""{"a":1,"b":"x","c":2,}"""u8, new FieldSlot[2], out _));
    }

    [Fact]
    public void What_it_takes_is_valid_JSON_and_its_fields_are_those_of_the_general_reader()
    {
        var random = new Random(5);
        var slots = new FieldSlot[16];
        var plain = 0;
        for (var i = 0; i < Cases; i++)
        {
            var text = new StringBuilder("{");
            for (var pieces = random.Next(10); pieces > 0; pieces--)
            {
                // Half of them make sense where they stand, so that some come to an object.
                text.Append(random.Next(2) == 0 ? Pieces[random.Next(Pieces.Length)]
                    : text[^1] is '{' or ',' ? "\"a\":" : text[^1] == ':' ? Pieces[random.Next(8, 20)] : ",");
            }

            var json = Encoding.UTF8.GetBytes(text.Append('}').ToString());
            if (PlainObject.TryScan(json, slots, out var count))
            {
                plain++;
                Assert.Equal(Fields(json), slots.Take(count).Select(s => (Name(json, s), Value(json, s), s.Kind)));
            }
        }

        Assert.InRange(plain, Cases / 100, Cases);
    }

    private static string Name(byte[] json, FieldSlot slot) =>
        Encoding.UTF8.GetString(json, slot.NameStart, slot.NameLength);

    private static string Value(byte[] json, FieldSlot slot) => Encoding.UTF8.GetString(json, slot.Start, slot.Length);

    // Throws for what is no JSON.
    private static List<(string Name, string Value, JsonTokenType Kind)> Fields(byte[] json)
    {
        var found = new List<(string, string, JsonTokenType)>();
        var reader = new Utf8JsonReader(json);
        Assert.True(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var (start, kind) = ((int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            found.Add((name, Encoding.UTF8.GetString(json, start, (int)reader.BytesConsumed - start), kind));
        }

        Assert.False(reader.Read());
        return found;
    }
}
