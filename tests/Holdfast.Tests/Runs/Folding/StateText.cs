using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Tests.Runs.Folding;

/// <summary>
/// A folded run as text: every property of it, of its tasks and of its targets. Two states of one text answer whoever
/// asks them alike.
/// </summary>
internal static class StateText
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // The plan is the same for both; where instances begin is said by which they are.
    private static readonly string[] PassedOver = ["Spec", "EqualityContract", "Runtimes", "FirstInstance"];

    internal static string Of(RunState state)
    {
        var text = new StringBuilder();
        Properties(text, state, "run");
        foreach (var task in state.Tasks)
        {
            Properties(text, task, task.Name);
            Line(text, task.Name + " needs", state.NeedsOf(task));
            Line(text, task.Name + " is needed by", state.DependentsOf(task));
            Line(text, task.Name + " stands for", state.InstancesOf(task));
        }

        foreach (var stage in Enum.GetValues<TaskStage>())
        {
            text.Append(CultureInfo.InvariantCulture, $"{stage}: {state.Count(stage)}").AppendLine();
        }

        return text.Append("next: ").Append(state.BestReady()).AppendLine().ToString();
    }

    private static void Line(StringBuilder text, string what, IEnumerable<TaskState> tasks) =>
        text.Append(what).Append(": ").AppendJoin(' ', tasks.Select(t => t.Name)).AppendLine();

    private static void Properties(StringBuilder text, object of, string name)
    {
        foreach (var property in of.GetType().GetProperties(All).OrderBy(p => p.Name, StringComparer.Ordinal)
            .Where(p => !PassedOver.Contains(p.Name) && p.GetIndexParameters().Length == 0))
        {
            text.Append(name).Append('.').Append(property.Name).Append(": ");
            Value(text, property.GetValue(of));
            text.AppendLine();
        }
    }

    private static void Value(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append('-');
                break;
            case TaskState task:
                text.Append('"').Append(task.Name).Append('"');
                break;
            case string or IFormattable or bool:
                text.Append(Convert.ToString(value is DateTimeOffset at ? at.ToString("O") : value,
                    CultureInfo.InvariantCulture));
                break;
            case IDictionary map:
                Items(text, map.Keys.Cast<object>().OrderBy(k => k.ToString(), StringComparer.Ordinal)
                    .SelectMany(k => new[] { k, map[k] }));
                break;
            case IEnumerable items:
                Items(text, items.Cast<object?>());
                break;
            default:
                Items(text, value.GetType().GetProperties(All).Where(p => !PassedOver.Contains(p.Name))
                    .Select(p => p.GetValue(value)));
                break;
        }
    }

    private static void Items(StringBuilder text, IEnumerable<object?> items)
    {
        text.Append('[');
        foreach (var item in items)
        {
            Value(text, item);
            text.Append(' ');
        }

        text.Append(']');
    }
}
