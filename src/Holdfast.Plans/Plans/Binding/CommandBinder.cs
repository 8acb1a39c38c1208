using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>A use of another task's outputs, checked once every task is known.</summary>
/// <param name="Task">Index of the task that uses them.</param>
/// <param name="Need">The name it asks for.</param>
/// <param name="Index">Which output; -1: all.</param>
/// <param name="WantsText">All of them are used where one text stands.</param>
/// <param name="Position">Where.</param>
internal sealed record OutputUse(int Task, string Need, int Index, bool WantsText, SourcePosition Position);

/// <summary>Reads commands: a string for a shell, or a list of arguments.</summary>
internal sealed class CommandBinder(ValueReader values)
{
    private static readonly Template Empty = Template.Literal("");

    /// <summary>Uses of other tasks' outputs that were seen.</summary>
    public List<OutputUse> OutputUses { get; } = [];

    /// <summary>The task that is being read; -1 outside of tasks.</summary>
    public int Task { get; set; } = -1;

    /// <summary>The shell and its options; null after an error.</summary>
    public IReadOnlyList<string>? Shell(YamlNode node)
    {
        if (values.List(node, "shell", "the name of a shell, or a list of its name and options") is not { } items)
        {
            return null;
        }

        if (items.Count == 0)
        {
            values.Wrong(node, "shell", "the name of a shell");
            return null;
        }

        var shell = new List<string>(items.Count);
        foreach (var item in items)
        {
            if (values.Text(item, "shell") is not { } word)
            {
                return null;
            }

            if (word.Contains("${{", StringComparison.Ordinal))
            {
                values.Messages.Error(item.Position, "the shell cannot be an expression", "name it");
                return null;
            }

            shell.Add(word);
        }

        if (node.IsScalar && shell[0].AsSpan().ContainsAny(' ', '\t', '\n'))
        {
            values.Messages.Error(node.Position, $"no shell is called {node.Seen}",
                $"give options as a list: "
                    + $"[{string.Join(", ", shell[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}]");
            return null;
        }

        return shell;
    }

    /// <summary>A command; null after an error.</summary>
    public PlanCommand? Command(YamlNode node, string what, IReadOnlyList<string> shell, TemplateNames allowed)
    {
        if (node.IsSequence)
        {
            return Arguments(node, what, allowed);
        }

        if (!node.IsScalar || node.IsNull)
        {
            values.Wrong(node, what, "a command for the shell, or a list of a program and its arguments");
            return null;
        }

        if (string.IsNullOrWhiteSpace(node.Text))
        {
            values.Messages.Error(node.Position, $"\"{what}\" is empty", "write a command");
            return null;
        }

        if (values.Template(node, what, allowed) is not { } template)
        {
            return null;
        }

        var script = ShellScript.Compile(template, shell, out var problems);
        values.Report(node, problems);
        UseOutputs(node, template, script, listAllowed: false);
        return PlanCommand.ForShell(shell, script);
    }

    /// <summary>A list of texts with expressions; what could not be read is left out.</summary>
    public IReadOnlyList<Template> Templates(YamlNode node, string what, TemplateNames allowed,
        bool listAllowed = false)
    {
        if (values.List(node, what, "a list of texts") is not { } items)
        {
            return [];
        }

        var templates = new List<Template>(items.Count);
        foreach (var item in items)
        {
            if (Text(item, what, allowed, listAllowed) is { } template)
            {
                templates.Add(template);
            }
        }

        return templates;
    }

    /// <summary>One text with expressions; null after an error.</summary>
    public Template? Text(YamlNode node, string what, TemplateNames allowed, bool listAllowed = false)
    {
        var template = values.Template(node, what, allowed);
        if (template is { IsLiteral: false })
        {
            UseOutputs(node, template, null, listAllowed);
        }

        if (template is { Source.Length: 0 })
        {
            values.Messages.Error(node.Position, $"\"{what}\" holds an empty text",
                "leave it out, or write what is meant");
        }

        return template;
    }

    /// <summary>Notes which outputs of other tasks a text uses.</summary>
    /// <param name="node">Where it stands.</param>
    /// <param name="template">The text.</param>
    /// <param name="script">The script it is; null for anything else.</param>
    /// <param name="listAllowed">Whether a text that is nothing but a list may stand for any number of texts.</param>
    public void UseOutputs(YamlNode node, Template template, ShellScript? script, bool listAllowed)
    {
        if (template.IsLiteral)
        {
            return;
        }

        for (var i = 0; i < template.Parts.Count; i++)
        {
            if (template.Parts[i].Expression is { } expression)
            {
                var list = script is null ? listAllowed && template.Parts.Count == 1 : script.TakesList(i);
                Use(expression, !list, node.PositionOfExpression(template.Parts[i].Number));
            }
        }
    }

    private PlanCommand? Arguments(YamlNode node, string what, TemplateNames allowed)
    {
        if (node.Count == 0)
        {
            values.Messages.Error(node.Position, $"\"{what}\" is an empty list", "write a program and its arguments");
            return null;
        }

        var arguments = new Template[node.Count];
        var count = 0;
        foreach (var item in node.Items)
        {
            var template = values.Template(item, what, allowed);
            if (template is { IsLiteral: false })
            {
                UseOutputs(item, template, null, listAllowed: true);
            }
            else if (count == 0 && template is { Source.Length: 0 })
            {
                values.Messages.Error(item.Position, $"the program of \"{what}\" is empty", "name the program");
            }

            arguments[count++] = template ?? Empty;
        }

        return PlanCommand.ForArguments(arguments);
    }

    private void Use(Expression expression, bool wantsText, SourcePosition position)
    {
        if (expression.Kind == ExpressionKind.NeedOutputs)
        {
            OutputUses.Add(new(Task, expression.Name!, expression.Index, wantsText && expression.Index < 0, position));
        }

        for (var i = 0; i < (expression.Arguments?.Count ?? 0); i++)
        {
            Use(expression.Arguments![i], expression.Kind != ExpressionKind.Join || i > 0, position);
        }
    }
}
