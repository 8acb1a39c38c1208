using Holdfast.Failures;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads a list of rules, and runs their examples and near misses.</summary>
internal sealed class RulesBinder(ValueReader values)
{
    /// <summary>Most rules of a list.</summary>
    public const int MaxRules = 1_000;

    private const int DefaultWeight = 70;
    private const int MostTexts = 200;

    private const string Language = "a pattern is whole words, e.g. \"could not resolve ... host|name\": a|b, word*, "
        + "*word, _ (any word), # (a number), ... (up to 8 words), ^ and $ (start and end); regular expressions are "
        + "not taken, so that none can run away";

    /// <summary>Heads of the ids that verdicts have which come from no rule.</summary>
    private static readonly string[] TakenHeads =
        ["http.", "exit.", "runtime.", "breaker.", "contract.", "exception.", "error.", "start."];

    private static readonly string[] Channels = ["stderr", "stdout"];

    private readonly PlanMessages _messages = values.Messages;
    private readonly Dictionary<string, SourcePosition> _ids = [];
    private HashSet<string>? _builtIn;

    /// <summary>The rules; those with an error are left out.</summary>
    public List<FailureRule> Read(YamlNode node)
    {
        var rules = new List<FailureRule>();
        if (!node.IsSequence)
        {
            values.Wrong(node, "rules", "a list of rules such as - { id: licence.none, class: quota_exhausted, match: "
                + "no licence left }, or the name of a file that holds one");
            return rules;
        }

        if (node.Count > MaxRules)
        {
            _messages.Error(node.Position, $"there are {node.Count} rules, and {MaxRules} is the limit",
                "keep the rules that are used");
            return rules;
        }

        foreach (var item in node.Items)
        {
            if (values.IsMap(item, "rules", "a map such as { id: licence.none, class: quota_exhausted, match: … }")
                && Rule(item) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return rules;
    }

    private FailureRule? Rule(YamlNode node)
    {
        var keys = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in node.Pairs)
        {
            keys[key.Text] = value;
            if (Array.IndexOf(PlanKeys.Rule, key.Text) < 0)
            {
                values.UnknownKey(key, "a rule", PlanKeys.Rule);
            }
        }

        var id = Needed(node, keys, "id") is { } idNode ? Id(idNode) : null;
        var kind = Needed(node, keys, "class") is { } classNode ? Class(classNode) : null;
        var match = Needed(node, keys, "match") is { } matchNode ? Patterns(matchNode, "match") : null;
        var notNear = keys.TryGetValue("not-near", out var near) ? Patterns(near, "not-near") : [];
        var weight = keys.TryGetValue("weight", out var weightNode)
            ? values.Number(weightNode, "weight", 1, 100)
            : DefaultWeight;
        var channel = keys.TryGetValue("channel", out var channelNode)
            ? values.Choice(channelNode, "channel", Channels)
            : -1;
        if (id is null || kind is not { } failureClass || match is null || notNear is null || weight is null)
        {
            return null;
        }

        var rule = FailureRule.Make(id, failureClass, weight.Value, match, notNear);
        rule.Channel = channel < 0 ? null : Channels[channel];
        rule.Tools = keys.TryGetValue("tools", out var tools) ? Texts(tools, "tools", "names of programs") : [];
        rule.Transient = keys.TryGetValue("transient", out var transient)
            ? values.Boolean(transient, "transient")
            : null;
        rule.Remediation = keys.TryGetValue("remediation", out var cure) ? values.Text(cure, "remediation") : null;
        Examples(rule, keys, node);
        return rule;
    }

    private YamlNode? Needed(YamlNode node, Dictionary<string, YamlNode> keys, string key)
    {
        if (keys.TryGetValue(key, out var value))
        {
            return value;
        }

        _messages.Error(node.Position, $"a rule has no \"{key}\"", "every rule has an id, a class and a match");
        return null;
    }

    private string? Id(YamlNode node)
    {
        if (values.Text(node, "id") is not { } id)
        {
            return null;
        }

        if (PlanNames.Problem(id) is { } problem)
        {
            _messages.Error(node.Position, $"the rule's id \"{Shown.Short(id)}\" {problem}",
                $"use letters, digits, _, - and ., at most {PlanNames.MaxLength}");
            return null;
        }

        if (!_ids.TryAdd(id, node.Position))
        {
            _messages.Error(node.Position, $"the rule \"{id}\" is there already, at {_ids[id]}",
                "give each rule an id of its own");
            return null;
        }

        _builtIn ??= [.. BuiltInRules.Load(withExamples: false).Select(static rule => rule.Id)];
        if (_builtIn.Contains(id) || id is "none"
            || Array.Exists(TakenHeads, head => id.StartsWith(head, StringComparison.Ordinal)))
        {
            _messages.Error(node.Position, $"the id \"{id}\" is one of the built-in rules",
                "choose another, for example with the name of your project before it");
            return null;
        }

        return id;
    }

    private FailureClass? Class(YamlNode node)
    {
        string[] words =
        [
            .. Enum.GetValues<FailureClass>().Where(static each => each is not (FailureClass.CircuitOpen
                or FailureClass.OutcomeUnknown or FailureClass.Unknown)).Select(static each => each.Word()),
        ];
        return values.Choice(node, "class", words) is >= 0 and var index
            && FailureWords.TryParseClass(words[index], out var found) ? found : null;
    }

    private List<string>? Patterns(YamlNode node, string what)
    {
        var patterns = new List<string>();
        var isGood = true;
        foreach (var item in values.List(node, what, "a pattern or a list of them") ?? [])
        {
            if (values.Text(item, what) is not { } text)
            {
                isGood = false;
            }
            else if (RulePatterns.Problem(text) is { } problem)
            {
                isGood = false;
                _messages.Error(item.Position, $"\"{what}\": \"{Shown.Short(text)}\" {problem}", Language);
            }
            else
            {
                patterns.Add(text);
            }
        }

        if (patterns.Count == 0 && isGood)
        {
            values.Wrong(node, what, "a pattern or a list of them");
            return null;
        }

        if (patterns.Count > MostTexts)
        {
            _messages.Error(node.Position, $"\"{what}\" has {patterns.Count} patterns, and {MostTexts} is the limit",
                "make two rules of it");
            return null;
        }

        return isGood ? patterns : null;
    }

    private List<string> Texts(YamlNode node, string what, string wanted)
    {
        var texts = new List<string>();
        foreach (var item in values.List(node, what, $"a list of {wanted}") ?? [])
        {
            if (values.Text(item, what) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    private void Examples(FailureRule rule, Dictionary<string, YamlNode> keys, YamlNode node)
    {
        rule.Examples = Lines(rule, keys, "examples", shouldMatch: true);
        rule.NearMisses = Lines(rule, keys, "near-misses", shouldMatch: false);
        if (rule.Examples.Count == 0 || rule.NearMisses.Count == 0)
        {
            _messages.Warning(node.Position,
                $"the rule \"{rule.Id}\" has no {(rule.Examples.Count == 0 ? "examples" : "near-misses")}",
                "write lines that it must match under \"examples\", and lines that look alike and must not match under "
                    + "\"near-misses\"; they are tried whenever the plan is validated");
        }
    }

    private List<string> Lines(
        FailureRule rule, Dictionary<string, YamlNode> keys, string what, bool shouldMatch)
    {
        var lines = new List<string>();
        if (!keys.TryGetValue(what, out var node))
        {
            return lines;
        }

        foreach (var item in values.List(node, what, "a list of lines that programs print") ?? [])
        {
            if (values.Text(item, what) is not { } line)
            {
                continue;
            }

            if (line.AsSpan().IndexOfAny('\n', '\r') >= 0)
            {
                _messages.Error(item.Position, $"an item of \"{what}\" has more than one line",
                    "rules are compared with one line at a time; write one");
            }
            else if (rule.Matches(line) != shouldMatch)
            {
                _messages.Error(item.Position, shouldMatch
                        ? $"the rule \"{rule.Id}\" does not match its example \"{Shown.Short(line)}\""
                        : $"the rule \"{rule.Id}\" matches its near miss \"{Shown.Short(line)}\"",
                    shouldMatch ? "correct \"match\", or the example" : "narrow \"match\", or add to \"not-near\"");
            }

            lines.Add(line);
        }

        return lines;
    }
}
