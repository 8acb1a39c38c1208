using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads <c>needs</c> and <c>when</c>.</summary>
internal sealed class NeedsBinder(ValueReader values, IReadOnlyDictionary<string, int> tasks)
{
    private static readonly System.Buffers.SearchValues<char> Operators = System.Buffers.SearchValues.Create("()&|!, ");

    private const string WhenCure = "write success(), always() or failed(TASK)";

    public int[] Read(string task, YamlNode node)
    {
        if (node.IsSequence && node.Count == 0)
        {
            return [];
        }

        if (values.List(node, "needs", "a list of names of tasks") is not { } items)
        {
            return [];
        }

        var needs = new int[items.Count];
        var seen = new HashSet<int>();
        var count = 0;
        foreach (var item in items)
        {
            if (values.Text(item, "needs") is not { } name)
            {
                continue;
            }

            if (!tasks.TryGetValue(name, out var index))
            {
                Unknown(task, item, name);
            }
            else if (name == task)
            {
                values.Messages.Error(item.Position, $"task \"{Shown.Short(task)}\" needs itself", "leave it out");
            }
            else if (!seen.Add(index))
            {
                values.Messages.Warning(item.Position,
                    $"task \"{Shown.Short(task)}\" needs \"{Shown.Short(name)}\" twice", "once is enough");
            }
            else
            {
                needs[count++] = index;
            }
        }

        return count == needs.Length ? needs : needs[..count];
    }

    public WhenCondition When(string task, YamlNode node, int[] needs)
    {
        if (values.Text(node, "when") is not { } text)
        {
            return WhenCondition.Success;
        }

        var condition = text.Trim();
        if (condition.StartsWith("${{", StringComparison.Ordinal) && condition.EndsWith("}}", StringComparison.Ordinal))
        {
            condition = condition[3..^2].Trim();
        }

        var open = condition.IndexOf('(');
        if (open < 0 || !condition.EndsWith(')'))
        {
            values.Messages.UnknownName(node.Position, $"\"when\" cannot be {node.Seen}", condition + "()",
                ["success()", "always()"], WhenCure);
            return WhenCondition.Success;
        }

        var function = condition[..open].TrimEnd();
        var argument = condition[(open + 1)..^1].Trim();
        if (argument.Length == 0 && function is "success" or "always")
        {
            return function == "success" ? WhenCondition.Success : WhenCondition.Always;
        }

        if (function == "failed" && argument.Length > 0 && !argument.AsSpan().ContainsAny(Operators))
        {
            return Failed(task, node, argument.Trim('\''), needs);
        }

        values.Messages.UnknownName(node.Position, $"\"when\" cannot be {node.Seen}", function,
            function is "success" or "always" or "failed" ? [] : ["success", "always", "failed"],
            $"{WhenCure}; conditions cannot be combined");
        return WhenCondition.Success;
    }

    private WhenCondition Failed(string task, YamlNode node, string name, int[] needs)
    {
        if (tasks.TryGetValue(name, out var index) && Array.IndexOf(needs, index) >= 0)
        {
            return new(WhenKind.Failed, index);
        }

        if (!tasks.ContainsKey(name))
        {
            values.Messages.UnknownName(node.Position, $"\"when\" asks about \"{Shown.Short(name)}\", which no "
                + $"task is called",
                name, (IReadOnlyCollection<string>)tasks.Keys, "name a task that is listed under \"needs\"");
        }
        else
        {
            values.Messages.Error(node.Position,
                $"\"when\" of task \"{Shown.Short(task)}\" asks about \"{Shown.Short(name)}\", which it "
                + $"does not need",
                $"add \"{Shown.Short(name)}\" to \"needs\"");
        }

        return WhenCondition.Success;
    }

    private void Unknown(string task, YamlNode item, string name)
    {
        var bracket = name.IndexOf('[');
        if (bracket > 0 && tasks.ContainsKey(name[..bracket]))
        {
            values.Messages.Error(item.Position, $"task \"{Shown.Short(task)}\" needs \"{Shown.Short(name)}\", "
                + $"one instance of a fan-out",
                $"need \"{name[..bracket]}\", which means all of them");
            return;
        }

        values.Messages.UnknownName(item.Position,
            $"task \"{Shown.Short(task)}\" needs \"{Shown.Short(name)}\", which no task is called", name,
            (IReadOnlyCollection<string>)tasks.Keys, "name another task of this plan", except: task);
    }
}
