using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads <c>env</c>: variables, and names to inherit from the driver.</summary>
internal sealed class EnvironmentBinder(ValueReader values, CommandBinder commands)
{
    public EnvironmentSetting Read(YamlNode node, TemplateNames allowed)
    {
        if (!values.IsMap(node, "env", "a map of NAME: value"))
        {
            return EnvironmentSetting.None;
        }

        IReadOnlyList<string> inherit = [];
        var variables = new List<KeyValuePair<string, Template>>(node.Count / 2);
        foreach (var pair in node.Pairs)
        {
            var name = pair.Key.Text;
            if (name == "inherit")
            {
                inherit = Inherit(pair.Value);
            }
            else if (IsUsable(pair.Key) && Value(pair.Value, name, allowed) is { } value)
            {
                variables.Add(new(name, value));
            }
        }

        return new(inherit, variables);
    }

    /// <summary>What a task says wins over the plan's defaults, name by name.</summary>
    public static EnvironmentSetting Merge(EnvironmentSetting defaults, EnvironmentSetting own)
    {
        if (ReferenceEquals(own, EnvironmentSetting.None))
        {
            return defaults;
        }

        if (ReferenceEquals(defaults, EnvironmentSetting.None))
        {
            return own;
        }

        var variables = new List<KeyValuePair<string, Template>>(own.Variables);
        var said = own.Variables.Select(static variable => variable.Key).ToHashSet();
        variables.AddRange(defaults.Variables.Where(inherited => !said.Contains(inherited.Key)));

        return new([.. defaults.Inherit.Union(own.Inherit)], variables);
    }

    private Template? Value(YamlNode node, string name, TemplateNames allowed)
    {
        if (values.Template(node, name, allowed) is not { } template)
        {
            return null;
        }

        commands.UseOutputs(node, template, null, listAllowed: false);
        return template;
    }

    private bool IsUsable(YamlNode key)
    {
        var name = key.Text;
        if (!PlanNames.IsVariable(name))
        {
            values.Messages.Error(key.Position, $"no environment variable can be called \"{Shown.Short(name)}\"",
                "use letters, digits and _, no digit first");
            return false;
        }

        if (name.StartsWith(PlanNames.ReservedPrefix, StringComparison.Ordinal))
        {
            values.Messages.Error(key.Position, $"\"{Shown.Short(name)}\" is set by Holdfast itself",
                $"use a name that does not begin with {PlanNames.ReservedPrefix}");
            return false;
        }

        return true;
    }

    private List<string> Inherit(YamlNode node)
    {
        var names = new List<string>();
        foreach (var item in values.List(node, "inherit", "a list of names such as [ GITHUB_* ]") ?? [])
        {
            if (values.Text(item, "inherit") is not { } name)
            {
                continue;
            }

            if (name == "*" || PlanNames.IsVariable(name.EndsWith('*') ? name[..^1] : name))
            {
                names.Add(name);
                continue;
            }

            values.Messages.Error(item.Position, $"\"inherit\" cannot name {item.Seen}",
                "write names of variables; a * may stand at the end only");
        }

        return names;
    }
}
