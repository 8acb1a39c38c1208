namespace Holdfast.Plans.Binding;

/// <summary>
/// Checks that can be made only when every task is known: cycles, merges, and uses of other tasks' outputs.
/// </summary>
internal static class GraphCheck
{
    // A cycle through thousands of tasks is shown by its beginning and end.
    private const int MaxShownCycle = 12;

    public static void Run(Plan plan, IReadOnlyList<OutputUse> uses, IReadOnlyList<MergeUse> merges,
        PlanMessages messages)
    {
        foreach (var cycle in Cycles.Find(plan.Tasks))
        {
            var first = plan.Tasks[cycle[0]];
            messages.Error(first.Position, "these tasks need each other in a circle: "
                + Circle(cycle, task => plan.Tasks[task].Name),
                "take one of these needs away");
        }

        // Uses come task by task.
        var (user, needs) = (-1, new Dictionary<string, PlanTask>());
        foreach (var use in uses)
        {
            if (use.Task >= 0 && use.Task != user)
            {
                (user, needs) = (use.Task, plan.Tasks[use.Task].Needs.Select(index => plan.Tasks[index])
                    .DistinctBy(static need => need.Name).ToDictionary(static need => need.Name));
            }

            CheckUse(plan, use, needs, messages);
        }

        foreach (var merge in merges)
        {
            var task = plan.Tasks[merge.Task];
            if (!task.Worktree)
            {
                messages.Error(merge.Position, $"task \"{Shown.Short(task.Name)}\" has no work tree of its own, so "
                    + "there is nothing to merge", "give it worktree: true");
            }
        }
    }

    /// <summary>A circle as a path that ends where it began.</summary>
    public static string Circle(int[] cycle, Func<int, string> nameOf)
    {
        var names = new List<string>();
        for (var i = 0; i < cycle.Length; i++)
        {
            if (cycle.Length > MaxShownCycle && i == MaxShownCycle / 2)
            {
                names.Add($"… {cycle.Length - MaxShownCycle} more …");
                i = cycle.Length - (MaxShownCycle / 2);
            }

            names.Add(Shown.Short(nameOf(cycle[i])));
        }

        names.Add(Shown.Short(nameOf(cycle[0])));
        return string.Join(" → ", names);
    }

    private static void CheckUse(Plan plan, OutputUse use, Dictionary<string, PlanTask> needs,
        PlanMessages messages)
    {
        if (use.Task < 0)
        {
            messages.Error(use.Position, "outputs of tasks cannot be used here", "use them in a task that needs them");
            return;
        }

        var task = plan.Tasks[use.Task];
        if (!needs.TryGetValue(use.Need, out var need))
        {
            messages.UnknownName(use.Position, $"task \"{Shown.Short(task.Name)}\" uses outputs of "
                + $"\"{Shown.Short(use.Need)}\", which it does not need",
                use.Need, needs.Keys, $"add \"{Shown.Short(use.Need)}\" to \"needs\"");
            return;
        }

        var name = Shown.Short(need.Name);
        var fanout = need.ForEach is not null;
        if (need.Outputs.Count == 0)
        {
            messages.Error(use.Position, $"task \"{name}\" declares no outputs", "add \"outputs\" to it");
        }
        else if (use.WantsText && (fanout || need.Outputs.Count != 1))
        {
            var count = fanout ? "as many outputs as its items make" : $"{need.Outputs.Count} outputs";
            messages.Error(use.Position, $"task \"{name}\" has {count}, and one text is wanted here",
                $"write needs.{name}.outputs[0], or join(needs.{name}.outputs, ' ')");
        }
        else if (!fanout && use.Index >= need.Outputs.Count)
        {
            messages.Error(use.Position, $"task \"{name}\" has {need.Outputs.Count} outputs, so there is no "
                + $"outputs[{use.Index}]",
                "the first one is outputs[0]");
        }
    }
}
