using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>
/// Reads YAML as JSON: plain <c>true</c>, <c>false</c>, <c>null</c> and numbers as JSON spells them are themselves;
/// everything else is text.
/// </summary>
internal sealed class JsonBinder(ValueReader values, CommandBinder commands, SecretUses secrets)
{
    /// <summary>The value; null after an error.</summary>
    public JsonTemplate? Read(YamlNode node, string what, TemplateNames allowed, int depth = 0)
    {
        if (depth > JsonTemplate.MaxDepth)
        {
            values.Messages.Error(node.Position, $"\"{what}\" is nested deeper than {JsonTemplate.MaxDepth}",
                "put it into a file and name that as body-file");
            return null;
        }

        if (node.IsScalar)
        {
            return Scalar(node, what, allowed);
        }

        var whole = true;
        if (node.IsSequence)
        {
            var items = new List<JsonTemplate>(node.Count);
            foreach (var item in node.Items)
            {
                var value = Read(item, what, allowed, depth + 1);
                whole &= value is not null;
                items.Add(value!);
            }

            return whole ? JsonTemplate.OfItems(items) : null;
        }

        var members = new List<KeyValuePair<string, JsonTemplate>>(node.Count / 2);
        foreach (var (key, item) in node.Pairs)
        {
            var value = Read(item, what, allowed, depth + 1);
            whole &= value is not null && IsPlainName(key, what);
            members.Add(new(key.Text, value!));
        }

        return whole ? JsonTemplate.OfMembers(members) : null;
    }

    private JsonTemplate? Scalar(YamlNode node, string what, TemplateNames allowed)
    {
        if (node.IsNull)
        {
            return JsonTemplate.OfBare("null");
        }

        if (node.IsPlain && (node.Text is "true" or "false" || JsonTemplate.IsNumber(node.Text)))
        {
            return JsonTemplate.OfBare(node.Text);
        }

        if (values.Template(node, what, allowed) is not { } template)
        {
            return null;
        }

        commands.UseOutputs(node, template, null, listAllowed: false);
        secrets.Add(node, template);
        return JsonTemplate.OfText(template);
    }

    private bool IsPlainName(YamlNode key, string what)
    {
        if (!key.Text.Contains("${{", StringComparison.Ordinal))
        {
            return true;
        }

        values.Messages.Error(key.Position, $"a name in \"{what}\" holds an expression",
            "write the name itself; values may hold expressions");
        return false;
    }
}
