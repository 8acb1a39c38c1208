using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>The names of a plan's secrets, for lists that choose among them.</summary>
internal sealed class SecretNames(HashSet<string> known)
{
    /// <summary>The names that a list holds, each once.</summary>
    public IReadOnlyList<string> Read(ValueReader values, YamlNode node)
    {
        var (names, seen) = (new List<string>(), new HashSet<string>());
        foreach (var item in values.List(node, "secrets", "a list of names of the plan's secrets") ?? [])
        {
            if (values.Text(item, "secrets") is not { } name)
            {
                continue;
            }

            if (!known.Contains(name))
            {
                values.Messages.UnknownName(item.Position, $"no secret is called \"{Shown.Short(name)}\"", name,
                    known, "declare it under the plan's \"secrets\"");
            }
            else if (!seen.Add(name))
            {
                values.Messages.Warning(item.Position, $"\"secrets\" names \"{name}\" twice", "once is enough");
            }
            else
            {
                names.Add(name);
            }
        }

        return names;
    }
}

/// <summary>Uses of <c>secrets.NAME</c>, which must be of the secrets that their owner lists.</summary>
internal sealed class SecretUses
{
    private readonly List<(string Name, SourcePosition Position)> _uses = [];

    /// <summary>Notes the secrets that a text uses.</summary>
    public void Add(YamlNode node, Template template)
    {
        if (template.IsLiteral)
        {
            return;
        }

        foreach (var part in template.Parts)
        {
            Add(part.Expression, node, part.Number);
        }
    }

    /// <summary>Says which are not listed.</summary>
    /// <param name="messages">Where to.</param>
    /// <param name="owner">Whose they are, such as <c>task "a"</c>.</param>
    /// <param name="listed">What its <c>secrets</c> hold.</param>
    public void Check(PlanMessages messages, string owner, IReadOnlyList<string> listed)
    {
        foreach (var (name, position) in _uses)
        {
            if (!listed.Contains(name))
            {
                messages.UnknownName(position, $"{owner} uses the secret \"{Shown.Short(name)}\", which it does not "
                    + "list", name, listed, $"add \"{Shown.Short(name)}\" to its \"secrets\"");
            }
        }
    }

    private void Add(Expression? expression, YamlNode node, int number)
    {
        if (expression is null)
        {
            return;
        }

        if (expression.Kind == ExpressionKind.Secret)
        {
            _uses.Add((expression.Name!, node.PositionOfExpression(number)));
        }

        foreach (var argument in expression.Arguments ?? [])
        {
            Add(argument, node, number);
        }
    }
}
