using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Finds the variables that a task's texts use, so that a changed value changes the task's hash.</summary>
internal static class UsedVariables
{
    /// <summary>Their names, each once, in byte order.</summary>
    public static IReadOnlyCollection<string> Of(Plan plan, PlanTask task)
    {
        SortedSet<string>? names = null;
        foreach (var runtime in plan.CandidatesOf(task))
        {
            Add(runtime, ref names);
        }

        Add(task.Work, ref names);
        foreach (var checkpoint in task.Checkpoints)
        {
            if (checkpoint.Verify is { } verify)
            {
                Add(verify, ref names);
            }
        }

        Add(task.Environment.Variables, ref names);
        Add(task.Inputs, ref names);
        Add(task.Outputs, ref names);
        Add(task.ForEach?.Values ?? [], ref names);
        Add(task.WorkingFolder, ref names);
        Add(task.Stdin, ref names);
        Add(task.Target, ref names);
        if (task.Effect.Reconcile is { } reconcile)
        {
            Add(reconcile, ref names);
        }

        return names is null ? [] : names;
    }

    private static void Add(PlanRuntime runtime, ref SortedSet<string>? names)
    {
        Add(runtime.Environment.Variables, ref names);
        if (runtime is HttpRuntimeSetting http)
        {
            Add(http.Headers, ref names);
        }
        else if (runtime is AgentRuntimeSetting agent)
        {
            Add(agent.Arguments, ref names);
            Add(agent.Run, ref names);
        }
    }

    private static void Add(PlanWork work, ref SortedSet<string>? names)
    {
        switch (work)
        {
            case CommandWork command:
                Add(command.Command, ref names);
                break;
            case AgentWork agent:
                Add(agent.Prompt, ref names);
                break;
            case ApprovalWork approval:
                Add(approval.Message, ref names);
                break;
            case HttpWork http:
                Add(http.Path, ref names);
                Add(http.Url, ref names);
                Add(http.Query, ref names);
                Add(http.Headers, ref names);
                Add([.. http.Json?.Texts ?? []], ref names);
                Add(http.Body, ref names);
                Add(http.BodyFile, ref names);
                Add(http.Output, ref names);
                Add([.. http.ExpectedJson.SelectMany(static expected => expected.Value.Texts)], ref names);
                break;
        }
    }

    private static void Add(IReadOnlyList<KeyValuePair<string, Template>> pairs, ref SortedSet<string>? names)
    {
        foreach (var (_, value) in pairs)
        {
            Add(value, ref names);
        }
    }

    private static void Add(PlanCommand command, ref SortedSet<string>? names)
    {
        Add(command.Script, ref names);
        Add(command.Arguments, ref names);
    }

    private static void Add(IReadOnlyList<Template> templates, ref SortedSet<string>? names)
    {
        for (var i = 0; i < templates.Count; i++)
        {
            Add(templates[i], ref names);
        }
    }

    private static void Add(Template? template, ref SortedSet<string>? names)
    {
        if (template is not { IsLiteral: false })
        {
            return;
        }

        foreach (var part in template.Parts)
        {
            Add(part.Expression, ref names);
        }
    }

    private static void Add(Expression? expression, ref SortedSet<string>? names)
    {
        if (expression is null)
        {
            return;
        }

        if (expression.Kind == ExpressionKind.Variable)
        {
            _ = (names ??= new(StringComparer.Ordinal)).Add(expression.Name!);
        }

        foreach (var argument in expression.Arguments ?? [])
        {
            Add(argument, ref names);
        }
    }
}
