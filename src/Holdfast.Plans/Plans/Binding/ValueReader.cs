using System.Globalization;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads single values; each error says what was seen and what is accepted.</summary>
internal sealed class ValueReader(PlanMessages messages)
{
    /// <summary>Names that <c>vars.x</c> may use.</summary>
    public IReadOnlyCollection<string> Variables { get; set; } = [];

    public PlanMessages Messages { get; } = messages;

    /// <summary>A text; null after an error.</summary>
    public string? Text(YamlNode node, string what)
    {
        if (node.IsScalar && !node.IsNull)
        {
            return node.Text;
        }

        Wrong(node, what, "a text");
        return null;
    }

    /// <summary>A text with expressions; null after an error.</summary>
    public Template? Template(YamlNode node, string what, TemplateNames allowed)
    {
        if (Text(node, what) is not { } text)
        {
            return null;
        }

        if (!text.Contains("${{", StringComparison.Ordinal))
        {
            return Expressions.Template.Literal(text);
        }

        var problems = new List<(int Expression, ExpressionProblem Problem)>();
        var template = Expressions.Template.Parse(text, allowed, Variables, problems);
        Report(node, problems);
        return problems.Count == 0 ? template : null;
    }

    public void Report(YamlNode node, IReadOnlyList<(int Expression, ExpressionProblem Problem)> problems)
    {
        foreach (var (expression, problem) in problems)
        {
            var position = node.PositionOfExpression(expression);
            if (problem.Seen is null)
            {
                Messages.Error(position, problem.Text, problem.Cure);
            }
            else
            {
                Messages.UnknownName(position, problem.Text, problem.Seen, problem.Known!, problem.Cure);
            }
        }
    }

    /// <summary>A duration above zero; null after an error.</summary>
    public TimeSpan? Duration(YamlNode node, string what, bool zeroAllowed = false, TimeSpan? most = null)
    {
        if (!node.IsScalar || node.IsNull)
        {
            Wrong(node, what, "a duration such as 10m, 1h30m or 250ms");
            return null;
        }

        if (!DurationText.TryParse(node.Text == "0" ? "0s" : node.Text, out var value, out var problem))
        {
            var bare = problem == "has no unit";
            Messages.Error(node.Position, $"\"{what}\": {node.Seen} {problem}", bare
                ? $"write {Shown.Short(node.Text)}s, {Shown.Short(node.Text)}m or {Shown.Short(node.Text)}h"
                : "write a duration such as 10m, 1h30m, 250ms or 3d");
            return null;
        }

        if (value == TimeSpan.Zero && !zeroAllowed)
        {
            Messages.Error(node.Position, $"\"{what}\": {node.Seen} is no time at all", "write a duration above zero");
            return null;
        }

        if (value > most)
        {
            Messages.Error(node.Position, $"\"{what}\": {node.Seen} is longer than {DurationText.Format(most.Value)}",
                $"write {DurationText.Format(most.Value)} or less");
            return null;
        }

        return value;
    }

    /// <summary>A whole number within bounds, both included; null after an error.</summary>
    public int? Number(YamlNode node, string what, int min, int max)
    {
        if (node.IsScalar && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var value)
            && value >= min && value <= max)
        {
            return value;
        }

        Wrong(node, what, $"a whole number from {min} to {max}");
        return null;
    }

    /// <summary>A number within bounds, both included; null after an error.</summary>
    public double? Fraction(YamlNode node, string what, double min, double max)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (node.IsScalar && double.TryParse(node.Text, Style, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max)
        {
            return value;
        }

        Wrong(node, what, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
        return null;
    }

    /// <summary>
    /// A size in bytes from 1 to 1 TiB: a whole number, alone or with <c>B</c>, <c>KiB</c>, <c>MiB</c> or <c>GiB</c>;
    /// null after an error.
    /// </summary>
    public long? Size(YamlNode node, string what)
    {
        var text = node.IsScalar ? node.Text.AsSpan() : [];
        var unit = text.IndexOfAnyExceptInRange('0', '9');
        var digits = unit < 0 ? text : text[..unit];
        var shift = unit < 0 ? 0 : text[unit..] switch { "B" => 0, "KiB" => 10, "MiB" => 20, "GiB" => 30, _ => -1 };
        if (shift >= 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count <= (1L << 40) >> shift)
        {
            return count << shift;
        }

        Wrong(node, what, "a size from 1 B to 1024GiB, such as 64MiB");
        return null;
    }

    /// <summary>True or false; null after an error.</summary>
    public bool? Boolean(YamlNode node, string what)
    {
        if (node.IsScalar && node.Text is "true" or "false")
        {
            return node.Text == "true";
        }

        Wrong(node, what, "true or false");
        return null;
    }

    /// <summary>One of a few words; -1 after an error, whose cure may name what else can stand there.</summary>
    public int Choice(YamlNode node, string what, IReadOnlyList<string> words, string? orElse = null)
    {
        var wanted = $"one of {string.Join(", ", words)}{(orElse is null ? "" : $", or {orElse}")}";
        if (!node.IsScalar || node.IsNull)
        {
            Wrong(node, what, wanted);
            return -1;
        }

        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] == node.Text)
            {
                return i;
            }
        }

        Messages.UnknownName(node.Position, $"\"{what}\" cannot be {node.Seen}", node.Text, words,
            $"write {wanted}");
        return -1;
    }

    /// <summary>The items of a list; a single value counts as a list of one. Null after an error.</summary>
    public List<YamlNode>? List(YamlNode node, string what, string wanted)
    {
        if (node.IsScalar && !node.IsNull)
        {
            return [node];
        }

        if (!node.IsSequence)
        {
            Wrong(node, what, wanted);
            return null;
        }

        var items = new List<YamlNode>(node.Count);
        foreach (var item in node.Items)
        {
            items.Add(item);
        }

        return items;
    }

    /// <summary>Whether it is a map; an error otherwise.</summary>
    public bool IsMap(YamlNode node, string what, string wanted)
    {
        if (node.IsMapping)
        {
            return true;
        }

        Wrong(node, what, wanted);
        return false;
    }

    /// <summary>Says that a key is not known, or only to a later version.</summary>
    public void UnknownKey(YamlNode key, string owner, string[] known, string[]? later = null)
    {
        if (later is not null && Array.IndexOf(later, key.Text) >= 0)
        {
            Messages.Error(key.Position, $"\"{key.Text}\" of {owner} is not yet known to this version", "leave it out");
            return;
        }

        Messages.UnknownName(key.Position, $"{owner} has no key \"{Shown.Short(key.Text)}\"", key.Text,
            later is null ? known : [.. known, .. later], $"the keys are {string.Join(", ", known)}");
    }

    /// <summary>Says that a value is of the wrong kind.</summary>
    public void Wrong(YamlNode node, string what, string wanted) =>
        Messages.Error(node.Position, $"\"{what}\" is {node.Seen}", $"write {wanted}");
}
