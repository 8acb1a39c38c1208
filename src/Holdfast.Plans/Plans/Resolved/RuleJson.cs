using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Plans;

/// <summary>Rules of a plan in <c>plan.json</c>.</summary>
internal static class RuleJson
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<FailureRule> rules)
    {
        if (rules.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("rules"u8);
        foreach (var rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, rule.Id);
            writer.WriteString("class"u8, rule.Class.Word());
            writer.WriteNumber("weight"u8, rule.Weight);
            writer.WriteTexts("match"u8, rule.Patterns);
            writer.WriteTexts("not_near"u8, rule.NotNear);
            writer.WriteText("channel"u8, rule.Channel);
            writer.WriteTexts("tools"u8, rule.Tools);
            if (rule.Transient is { } transient)
            {
                writer.WriteBoolean("transient"u8, transient);
            }

            writer.WriteText("remediation"u8, rule.Remediation);
            writer.WriteTexts("examples"u8, rule.Examples);
            writer.WriteTexts("near_misses"u8, rule.NearMisses);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static List<FailureRule> Read(ref Utf8JsonReader reader)
    {
        JsonFields.BeginArray(ref reader);
        var rules = new List<FailureRule>();
        while (JsonFields.NextItem(ref reader))
        {
            rules.Add(Rule(ref reader));
        }

        return rules;
    }

    private static FailureRule Rule(ref Utf8JsonReader reader)
    {
        var fields = new Fields();
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            fields.Take(ref reader, key);
        }

        return fields.Build();
    }

    private sealed class Fields
    {
        private string? _id;
        private string? _class;
        private string? _channel;
        private string? _remediation;
        private int _weight;
        private bool? _transient;
        private List<string> _match = [];
        private List<string> _notNear = [];
        private List<string> _tools = [];
        private List<string> _examples = [];
        private List<string> _nearMisses = [];

        public void Take(ref Utf8JsonReader reader, string key)
        {
            switch (key)
            {
                case "id":
                    _id = reader.GetString();
                    break;
                case "class":
                    _class = reader.GetString();
                    break;
                case "weight":
                    _weight = reader.GetInt32();
                    break;
                case "channel":
                    _channel = reader.GetString();
                    break;
                case "transient":
                    _transient = reader.GetBoolean();
                    break;
                case "remediation":
                    _remediation = reader.GetString();
                    break;
                case "match":
                    _match = JsonFields.Texts(ref reader);
                    break;
                case "not_near":
                    _notNear = JsonFields.Texts(ref reader);
                    break;
                case "tools":
                    _tools = JsonFields.Texts(ref reader);
                    break;
                case "examples":
                    _examples = JsonFields.Texts(ref reader);
                    break;
                case "near_misses":
                    _nearMisses = JsonFields.Texts(ref reader);
                    break;
                default:
                    throw JsonFields.Unknown("a rule", key);
            }
        }

        public FailureRule Build()
        {
            if (_id is null || _match.Count == 0 || !FailureWords.TryParseClass(_class, out var failureClass))
            {
                throw new FormatException("plan.json is damaged: a rule lacks its id, class or match");
            }

            var rule = FailureRule.Make(_id, failureClass, _weight, _match, _notNear);
            rule.Channel = _channel;
            rule.Transient = _transient;
            rule.Remediation = _remediation;
            rule.Tools = _tools;
            rule.Examples = _examples;
            rule.NearMisses = _nearMisses;
            return rule;
        }
    }
}
