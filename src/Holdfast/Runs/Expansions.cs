using Holdfast.Failures;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>
/// Turns the items of a fan-out into the events that record them. They are checked first: what is in the journal must
/// be readable for ever.
/// </summary>
internal static class Expansions
{
    internal static IReadOnlyList<RunEvent> EventsOf(RunState state, string task, Expansion found)
    {
        if ((found.Error ?? WhyNot(state, task, found.Items)) is { } error)
        {
            return [new TaskFailed(FailureClass.InvalidInput, error) { Task = task }];
        }

        var events = new List<RunEvent>();
        var from = 0;
        do
        {
            var count = ChunkOf(found.Items, from);
            var more = from + count < found.Items.Count;
            var items = found.Items.Skip(from).Take(count).ToArray();
            events.Add(new TaskExpanded(from, items, more) { Task = task, Warning = more ? null : found.Warning });
            from += count;
        }
        while (from < found.Items.Count);

        return events;
    }

    private static string? WhyNot(RunState state, string task, IReadOnlyList<FanOutItem> items)
    {
        if (items.Count > TaskExpanded.MaxInstances)
        {
            return $"it comes to {items.Count} items, and at most {TaskExpanded.MaxInstances} are run; split it";
        }

        var seen = new HashSet<string>(items.Count);
        foreach (var (label, value) in items)
        {
            if (label.Length + value.Length > TaskExpanded.MaxCharacters)
            {
                return $"its item \"{label[..Math.Min(40, label.Length)]}…\" is over {TaskExpanded.MaxCharacters} "
                    + "characters; put it into a file, and name the file";
            }

            if (!seen.Add(label) || state.Find($"{task}[{label}]") is not null)
            {
                return $"two of its instances would be called \"{task}[{label}]\"; name each item once";
            }
        }

        return null;
    }

    private static int ChunkOf(IReadOnlyList<FanOutItem> items, int from)
    {
        var characters = 0;
        var count = 0;
        while (from + count < items.Count && count < TaskExpanded.MaxItems && characters < TaskExpanded.MaxCharacters)
        {
            characters += items[from + count].Value.Length + items[from + count].Label.Length;
            count++;
        }

        return count;
    }
}
