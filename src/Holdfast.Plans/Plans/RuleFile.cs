using Holdfast.Failures;
using Holdfast.Plans.Binding;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans;

/// <summary>Rules that a plan has of its own: a list in the plan, or in a file that it names.</summary>
public static class RuleFile
{
    /// <summary>Most bytes of a file of rules.</summary>
    private const int MaxBytes = 4 << 20;

    /// <summary>
    /// Reads and checks a file of rules: a list of rules, or a plan or other map with a list under <c>rules</c>.
    /// </summary>
    /// <param name="path">The file; messages name it as given here.</param>
    /// <param name="lines">Every error and warning as <c>file:line:column: text; cure</c>.</param>
    /// <returns>The rules; null where there is any error.</returns>
    public static IReadOnlyList<FailureRule>? Load(string path, out IReadOnlyList<string> lines)
    {
        var messages = new PlanMessages(path);
        var rules = Read(path, path, messages, "");
        var result = new PlanLoadResult(null, messages);
        lines = [.. result.Lines()];
        return messages.NoErrors ? rules : null;
    }

    /// <summary>The rules of a plan: a list, or the name of a file below or beside the plan's folder.</summary>
    internal static IReadOnlyList<FailureRule> Bind(YamlNode node, ValueReader values, string planPath)
    {
        if (!node.IsScalar || node.IsNull)
        {
            return new RulesBinder(values).Read(node);
        }

        var shown = node.Text;
        var folder = Path.GetDirectoryName(Path.GetFullPath(planPath)) ?? "/";
        var messages = new PlanMessages(shown);
        try
        {
            var rules = Read(Path.GetFullPath(shown, folder), shown, messages,
                $"the file of rules \"{Shown.Short(shown)}\" ");
            if (messages.Source is null && !messages.NoErrors)
            {
                // It cannot be read at all: the fault is the name in the plan.
                var (errors, _) = messages.CloseErrors();
                values.Messages.Error(node.Position, errors[0].Text, errors[0].Cure);
                return [];
            }

            values.Messages.Add(messages);
            return rules;
        }
        catch (ArgumentException)
        {
            values.Messages.Error(node.Position, $"\"rules\" is {node.Seen}, which is no name of a file",
                "write a list of rules, or the name of a file that holds one");
            return [];
        }
    }

    private static List<FailureRule> Read(string path, string shown, PlanMessages messages, string subject)
    {
        byte[]? bytes;
        try
        {
            bytes = BoundedFile.Read(path, MaxBytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            messages.Error(default, subject + BoundedFile.Reason(error));
            return [];
        }

        if (bytes is null)
        {
            messages.Error(default, $"{subject}has more than {MaxBytes:N0} bytes", "keep the rules that are used");
            return [];
        }

        var text = YamlText.Decode(bytes, messages);
        messages.Source = text ?? "";
        if (text is not null && text.Split('\n').All(static line => line.Trim() is "" or "---" or ['#', ..]))
        {
            messages.Error(new SourcePosition(1, 1), $"\"{Path.GetFileName(shown)}\" holds no rules",
                "write a list of them, or leave the file out");
            return [];
        }

        if (text is null || YamlLoader.Load(text, messages) is not { } document)
        {
            return [];
        }

        var root = document.Root;
        if (root.IsMapping)
        {
            foreach (var (key, value) in root.Pairs)
            {
                if (key.Text == "rules" && value.IsSequence)
                {
                    return new RulesBinder(new ValueReader(messages)).Read(value);
                }
            }

            messages.Error(root.Position, $"\"{Path.GetFileName(shown)}\" has no list of rules",
                "write a list, or a map with a list under \"rules\"");
            return [];
        }

        return new RulesBinder(new ValueReader(messages)).Read(root);
    }
}
