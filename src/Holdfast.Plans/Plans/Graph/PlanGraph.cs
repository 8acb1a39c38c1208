namespace Holdfast.Plans.Graph;

/// <summary>The forms that a plan can be drawn in.</summary>
public enum GraphFormat
{
    /// <summary>Levels as text, for a terminal.</summary>
    Text,

    /// <summary>DOT, for Graphviz.</summary>
    Dot,

    /// <summary>Mermaid, for Markdown.</summary>
    Mermaid,

    /// <summary>A picture that needs nothing else; light or dark as the viewer prefers.</summary>
    Svg,
}

/// <summary>Draws plans. The drawing depends on the plan alone.</summary>
public static class PlanGraph
{
    /// <summary>
    /// How many tasks a text or a picture shows; the rest is counted. DOT and Mermaid are read by programs and hold
    /// all.
    /// </summary>
    public const int MaxShownTasks = 500;

    /// <summary>Draws a plan.</summary>
    public static string Render(Plan plan, GraphFormat format) => format switch
    {
        GraphFormat.Dot => DotGraph.Render(plan),
        GraphFormat.Mermaid => MermaidGraph.Render(plan),
        GraphFormat.Svg => SvgGraph.Render(plan),
        _ => TextGraph.Render(plan),
    };

    /// <summary>The level of each task: 0 without needs, else one more than the highest of its needs.</summary>
    public static IReadOnlyList<int> Levels(Plan plan)
    {
        var tasks = plan.Tasks;
        var levels = new int[tasks.Count];
        var missing = new int[tasks.Count];
        var (starts, dependents) = Dependents(plan);
        var ready = new Queue<int>();
        for (var i = 0; i < tasks.Count; i++)
        {
            missing[i] = tasks[i].Needs.Count;
            if (missing[i] == 0)
            {
                ready.Enqueue(i);
            }
        }

        while (ready.TryDequeue(out var task))
        {
            for (var i = starts[task]; i < starts[task + 1]; i++)
            {
                var dependent = dependents[i];
                levels[dependent] = Math.Max(levels[dependent], levels[task] + 1);
                if (--missing[dependent] == 0)
                {
                    ready.Enqueue(dependent);
                }
            }
        }

        return levels;
    }

    /// <summary>
    /// Who needs each task: those of task i are <c>Tasks[Starts[i]..Starts[i + 1]]</c>, in file order.
    /// </summary>
    internal static (int[] Starts, int[] Tasks) Dependents(Plan plan)
    {
        var starts = new int[plan.Tasks.Count + 1];
        foreach (var task in plan.Tasks)
        {
            foreach (var need in task.Needs)
            {
                starts[need + 1]++;
            }
        }

        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var next = (int[])starts.Clone();
        var dependents = new int[starts[^1]];
        foreach (var task in plan.Tasks)
        {
            foreach (var need in task.Needs)
            {
                dependents[next[need]++] = task.Index;
            }
        }

        return (starts, dependents);
    }

    /// <summary>What stands beside a task's name: what makes it special, in a few words; null for nothing.</summary>
    internal static string? Note(Plan plan, PlanTask task)
    {
        var notes = new List<string>();
        if (task.Work is not CommandWork)
        {
            notes.Add(WorkNote(plan, task.Work));
        }

        if (task.Worktree)
        {
            notes.Add("own work tree");
        }

        if (task.Checkpoints.Count > 0)
        {
            notes.Add($"{task.Checkpoints.Count} checkpoint{(task.Checkpoints.Count == 1 ? "" : "s")}");
        }

        if (task.ForEach is { } forEach)
        {
            var from = string.Join(", ", forEach.Values.Take(3).Select(static value => Shown.Short(value.Source)));
            notes.Add(forEach.Source == ForEachSource.Items ? $"for each of {forEach.Values.Count} items"
                : $"for each {(forEach.Source == ForEachSource.Lines ? "line of" : "file")} {from}");
        }

        if (task.When.Kind != WhenKind.Success)
        {
            notes.Add(task.When.Kind == WhenKind.Always ? "always" : $"when {plan.Tasks[task.When.Task].Name} failed");
        }

        if (task.Effect.Kind != PlanTask.DefaultEffectOf(task.Work).Kind)
        {
            notes.Add(PlanWords.Effects[(int)task.Effect.Kind]);
        }

        return notes.Count == 0 ? null : string.Join("; ", notes);
    }

    private static string WorkNote(Plan plan, PlanWork work) => work switch
    {
        AgentWork agent => $"agent {agent.RuntimeName}",
        HttpWork http => $"{http.Method} {http.RuntimeName}{Shown.Short((http.Path ?? http.Url)!.Source)}",
        ApprovalWork { By.Count: > 0 } approval =>
            $"approval by {Shown.Short(string.Join(", ", approval.By.Take(3)))}",
        MergeWork merge => $"merges {string.Join(", ", merge.Tasks.Take(3).Select(task => plan.Tasks[task].Name))}"
            + (merge.Tasks.Count > 3 ? $" and {merge.Tasks.Count - 3} more" : ""),
        _ => "approval",
    };
}
