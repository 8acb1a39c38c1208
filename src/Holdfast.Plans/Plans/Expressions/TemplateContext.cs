namespace Holdfast.Plans.Expressions;

/// <summary>One item of a fan-out, as expressions see it.</summary>
/// <param name="Value">The item: a path from the plan's folder, a line, or a listed text.</param>
/// <param name="Index">Its place among all items in byte order, from 0.</param>
public sealed record ItemValue(string Value, int Index);

/// <summary>The values that expressions stand for. What a place has no value for stays null.</summary>
public sealed record TemplateContext
{
    /// <summary><c>run.id</c>.</summary>
    public string? RunId { get; init; }

    /// <summary><c>run.name</c>: name of the plan.</summary>
    public string? RunName { get; init; }

    /// <summary><c>run.why</c>: one line on why people are told; in <c>notify</c> only.</summary>
    public string? RunWhy { get; init; }

    /// <summary><c>task.name</c>: the instance's name in a fan-out.</summary>
    public string? TaskName { get; init; }

    /// <summary><c>attempt.number</c>, from 1.</summary>
    public int? AttemptNumber { get; init; }

    /// <summary><c>attempt.dir</c>: full path of the attempt's own folder.</summary>
    public string? AttemptDirectory { get; init; }

    /// <summary><c>item</c> and its parts.</summary>
    public ItemValue? Item { get; init; }

    /// <summary><c>vars.x</c>: null for a name that the plan has not.</summary>
    public Func<string, string?>? Variable { get; init; }

    /// <summary>
    /// <c>secrets.x</c>: its value, in headers and bodies of requests alone; null for a secret that is not known.
    /// </summary>
    public Func<string, string?>? Secret { get; init; }

    /// <summary><c>needs.x.outputs</c>: paths from the plan's folder; of all instances for a fan-out.</summary>
    public Func<string, IReadOnlyList<string>?>? NeedOutputs { get; init; }
}

/// <summary>An expression has no value here, or one that no program can take.</summary>
/// <param name="message">What was asked for, what was seen, and the cure.</param>
public sealed class TemplateException(string message) : Exception(message);
