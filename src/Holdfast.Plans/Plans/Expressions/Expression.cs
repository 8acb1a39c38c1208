using System.Globalization;

namespace Holdfast.Plans.Expressions;

/// <summary>What an expression stands for.</summary>
internal enum ExpressionKind : byte
{
    Text,
    RunId,
    RunName,
    RunWhy,
    TaskName,
    AttemptNumber,
    AttemptDirectory,
    Item,
    ItemName,
    ItemStem,
    ItemDirectory,
    ItemIndex,
    Variable,
    Secret,
    NeedOutputs,
    BaseName,
    Stem,
    DirectoryName,
    Default,
    Join,
}

/// <summary>A checked expression. It can look values up and reshape paths, and nothing else.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Name">The text itself, or the name of a variable or need.</param>
/// <param name="Index">Which of a need's outputs; -1: all of them.</param>
/// <param name="Arguments">What a function is applied to.</param>
internal sealed record Expression(ExpressionKind Kind, string? Name = null, int Index = -1,
    IReadOnlyList<Expression>? Arguments = null)
{
    /// <summary>Whether it stands for any number of texts rather than one.</summary>
    public bool IsList => Kind == ExpressionKind.NeedOutputs && Index < 0;

    /// <summary>The one text that it stands for.</summary>
    /// <exception cref="TemplateException">There is no value, or more than one.</exception>
    public string Evaluate(TemplateContext context)
    {
        var value = Kind switch
        {
            ExpressionKind.Text => Name,
            ExpressionKind.RunId => context.RunId,
            ExpressionKind.RunName => context.RunName,
            ExpressionKind.RunWhy => context.RunWhy,
            ExpressionKind.TaskName => context.TaskName,
            ExpressionKind.AttemptNumber => context.AttemptNumber?.ToString(CultureInfo.InvariantCulture),
            ExpressionKind.AttemptDirectory => context.AttemptDirectory,
            ExpressionKind.Item => context.Item?.Value,
            ExpressionKind.ItemName => context.Item is { } item ? PathText.BaseName(item.Value) : null,
            ExpressionKind.ItemStem => context.Item is { } item ? PathText.Stem(item.Value) : null,
            ExpressionKind.ItemDirectory => context.Item is { } item ? PathText.Directory(item.Value) : null,
            ExpressionKind.ItemIndex => context.Item?.Index.ToString(CultureInfo.InvariantCulture),
            ExpressionKind.Variable => context.Variable?.Invoke(Name!),
            ExpressionKind.Secret => context.Secret?.Invoke(Name!),
            ExpressionKind.NeedOutputs => OneOutput(context),
            ExpressionKind.BaseName => PathText.BaseName(Argument(0, context)),
            ExpressionKind.Stem => PathText.Stem(Argument(0, context)),
            ExpressionKind.DirectoryName => PathText.Directory(Argument(0, context)),
            ExpressionKind.Default => Argument(0, context) is { Length: > 0 } given ? given : Argument(1, context),
            ExpressionKind.Join => string.Join(Argument(1, context), Arguments![0].EvaluateAll(context)),
            _ => null,
        };
        return value ?? throw new TemplateException(
            $"\"{this}\" has no value here; use it only where the plan's documentation lists it");
    }

    /// <summary>All the texts that it stands for: outputs of a need, or the one text of anything else.</summary>
    public IReadOnlyList<string> EvaluateAll(TemplateContext context) =>
        IsList ? Outputs(context) : [Evaluate(context)];

    /// <summary>The expression as it could be written.</summary>
    public override string ToString() => Kind switch
    {
        ExpressionKind.Text => $"'{Name!.Replace("'", "''")}'",
        ExpressionKind.Variable => $"vars.{Name}",
        ExpressionKind.Secret => $"secrets.{Name}",
        ExpressionKind.NeedOutputs => Index < 0 ? $"needs.{Name}.outputs" : $"needs.{Name}.outputs[{Index}]",
        _ when Arguments is not null => $"{ExpressionNames.Of(Kind)}({string.Join(", ", Arguments)})",
        _ => ExpressionNames.Of(Kind),
    };

    private string Argument(int index, TemplateContext context) => Arguments![index].Evaluate(context);

    private IReadOnlyList<string> Outputs(TemplateContext context) => context.NeedOutputs?.Invoke(Name!)
        ?? throw new TemplateException($"the outputs of \"{Name}\" are not known here; list it under \"needs\"");

    private string OneOutput(TemplateContext context)
    {
        var outputs = Outputs(context);
        if (Index < 0)
        {
            return outputs.Count == 1
                ? outputs[0]
                : throw new TemplateException($"\"{Name}\" has {outputs.Count} outputs where one text is wanted; "
                    + $"write needs.{Name}.outputs[0], or join(needs.{Name}.outputs, ' ')");
        }

        return Index < outputs.Count
            ? outputs[Index]
            : throw new TemplateException($"\"{Name}\" has {outputs.Count} outputs, so there is no outputs[{Index}]; "
                + "the first is outputs[0]");
    }
}
