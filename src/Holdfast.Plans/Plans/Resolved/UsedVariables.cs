using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Finds the variables that a task's texts use, so that a changed value changes the task's hash.</summary>
internal static class UsedVariables
{
    /// <summary>Their names, each once, in byte order.</summary>
    public static IReadOnlyCollection<string> Of(PlanTask task)
    {
        SortedSet<string>? names = null;
        Add(task.Command, ref names);
        foreach (var (_, value) in task.Environment.Variables)
        {
            Add(value, ref names);
        }

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
