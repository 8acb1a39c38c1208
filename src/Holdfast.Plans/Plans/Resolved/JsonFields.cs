using System.Text.Json;
using Holdfast.Plans.Binding;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Steps through the fields of JSON objects.</summary>
internal static class JsonFields
{
    /// <summary>Goes to the object that a document is.</summary>
    public static void Begin(ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        BeginHere(ref reader);
    }

    /// <summary>The reader stands on an object.</summary>
    public static void BeginHere(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object is missing");
        }
    }

    /// <summary>Goes to the value of the next field; false at the end of the object.</summary>
    public static bool Next(ref Utf8JsonReader reader, out string key)
    {
        if (!reader.Read())
        {
            throw new JsonException("it ends too early");
        }

        if (reader.TokenType == JsonTokenType.EndObject)
        {
            key = "";
            return false;
        }

        // The same dozen names come 100,000 times; each is made into a text once.
        key = Known(ref reader);
        _ = reader.Read();
        return true;
    }

    /// <summary>The reader stands on an array or in it; goes to its next item, false at its end.</summary>
    public static bool NextItem(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new JsonException("it ends too early");
        }

        return reader.TokenType != JsonTokenType.EndArray;
    }

    public static void BeginArray(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("a list is missing");
        }
    }

    public static List<string> Texts(ref Utf8JsonReader reader)
    {
        BeginArray(ref reader);
        var texts = new List<string>();
        while (NextItem(ref reader))
        {
            texts.Add(reader.GetString() ?? throw new JsonException("a text is missing"));
        }

        return texts;
    }

    public static IReadOnlyList<Template> Templates(ref Utf8JsonReader reader)
    {
        BeginArray(ref reader);
        var templates = new List<Template>(1);
        while (NextItem(ref reader))
        {
            templates.Add(Text(ref reader));
        }

        return templates;
    }

    public static List<KeyValuePair<string, Template>> Pairs(ref Utf8JsonReader reader)
    {
        BeginHere(ref reader);
        var pairs = new List<KeyValuePair<string, Template>>();
        while (Next(ref reader, out var name))
        {
            pairs.Add(new(name, Text(ref reader)));
        }

        return pairs;
    }

    /// <summary>The refusal of a field that is not known.</summary>
    public static FormatException Unknown(string owner, string key) =>
        new($"plan.json: {owner} has no field \"{Shown.Short(key)}\"; it was written by another version");

    public static Template Text(ref Utf8JsonReader reader) =>
        Template.Parse(reader.GetString() ?? throw new JsonException("a text is missing"));

    public static int Flags(ref Utf8JsonReader reader, string[] words, string what)
    {
        BeginArray(ref reader);
        var flags = 0;
        while (NextItem(ref reader))
        {
            flags |= 1 << PlanWords.Index(words, reader.GetString(), what);
        }

        return flags;
    }

    /// <summary>No longer than a plan may say.</summary>
    public static TimeSpan Duration(ref Utf8JsonReader reader) => Duration(ref reader, 0, DurationText.Max);

    /// <summary>Within bounds, both ends included.</summary>
    public static TimeSpan Duration(ref Utf8JsonReader reader, long leastMs, TimeSpan most) =>
        TimeSpan.FromMilliseconds(Within(reader.GetInt64(), leastMs, (long)most.TotalMilliseconds));

    /// <summary>A bound on what runs at once.</summary>
    public static int Parallel(ref Utf8JsonReader reader) => Within(reader.GetInt32(), 1, PlanBinder.MaxParallel);

    /// <summary>A number, if it lies within what a plan may say, both ends included.</summary>
    public static T Within<T>(T number, T least, T most)
        where T : struct, IComparable<T> =>
        number.CompareTo(least) >= 0 && number.CompareTo(most) <= 0 ? number
            : throw new JsonException($"{number} is not within {least} to {most}");

    public static FailureReaction Reaction(ref Utf8JsonReader reader) =>
        (FailureReaction)PlanWords.Index(PolicyBinder.Reactions, reader.GetString(), "on_failure");

    public static T Given<T>(T? value, string what)
        where T : class => value ?? throw new FormatException($"plan.json is damaged: \"{what}\" is missing; "
            + $"start a new run of the plan");

    private static string Known(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("name"u8))
        {
            return "name";
        }

        if (reader.ValueTextEquals("run"u8))
        {
            return "run";
        }

        return reader.ValueTextEquals("needs"u8) ? "needs" : reader.ValueTextEquals("script"u8) ? "script"
            : reader.GetString()!;
    }
}
