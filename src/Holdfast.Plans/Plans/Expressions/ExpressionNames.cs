namespace Holdfast.Plans.Expressions;

/// <summary>Where in a plan a text stands, as far as it decides which names an expression may use.</summary>
[Flags]
internal enum TemplateNames
{
    None = 0,
    Run = 1,
    Why = 2,
    Task = 4,
    Attempt = 8,
    Item = 16,
    Vars = 32,
    Needs = 64,

    /// <summary>Secrets too: in what is sent to the other side, and nowhere else.</summary>
    Secrets = 128,

    /// <summary>An address of a request: names nothing, and decides what is said about a secret there.</summary>
    Address = 256,

    /// <summary>Text for an agent: as <see cref="Address"/>.</summary>
    Prompt = 512,
}

/// <summary>The short list of names and functions.</summary>
internal static class ExpressionNames
{
    private static readonly (string Name, ExpressionKind Kind, TemplateNames Needs)[] Table =
    [
        ("run.id", ExpressionKind.RunId, TemplateNames.Run),
        ("run.name", ExpressionKind.RunName, TemplateNames.Run),
        ("run.why", ExpressionKind.RunWhy, TemplateNames.Why),
        ("task.name", ExpressionKind.TaskName, TemplateNames.Task),
        ("attempt.number", ExpressionKind.AttemptNumber, TemplateNames.Attempt),
        ("attempt.dir", ExpressionKind.AttemptDirectory, TemplateNames.Attempt),
        ("item", ExpressionKind.Item, TemplateNames.Item),
        ("item.name", ExpressionKind.ItemName, TemplateNames.Item),
        ("item.stem", ExpressionKind.ItemStem, TemplateNames.Item),
        ("item.dir", ExpressionKind.ItemDirectory, TemplateNames.Item),
        ("item.index", ExpressionKind.ItemIndex, TemplateNames.Item),
    ];

    private static readonly (string Name, ExpressionKind Kind, int Arguments)[] FunctionTable =
    [
        ("basename", ExpressionKind.BaseName, 1),
        ("stem", ExpressionKind.Stem, 1),
        ("dirname", ExpressionKind.DirectoryName, 1),
        ("default", ExpressionKind.Default, 2),
        ("join", ExpressionKind.Join, 2),
    ];

    /// <summary>All names without arguments, for suggestions and documentation.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(static row => row.Name)];

    /// <summary>All functions.</summary>
    public static IReadOnlyList<string> Functions { get; } = [.. FunctionTable.Select(static row => row.Name)];

    public static string Of(ExpressionKind kind)
    {
        foreach (var row in Table)
        {
            if (row.Kind == kind)
            {
                return row.Name;
            }
        }

        return FunctionTable.First(row => row.Kind == kind).Name;
    }

    public static bool TryName(string name, out ExpressionKind kind, out TemplateNames needed)
    {
        foreach (var row in Table)
        {
            if (row.Name == name)
            {
                (kind, needed) = (row.Kind, row.Needs);
                return true;
            }
        }

        (kind, needed) = (default, default);
        return false;
    }

    public static bool TryFunction(string name, out ExpressionKind kind, out int arguments)
    {
        foreach (var row in FunctionTable)
        {
            if (row.Name == name)
            {
                (kind, arguments) = (row.Kind, row.Arguments);
                return true;
            }
        }

        (kind, arguments) = (default, 0);
        return false;
    }

    /// <summary>Why a name that exists cannot be used in this place, and the cure.</summary>
    public static (string Text, string Cure) WrongPlace(string name, TemplateNames needed) => needed switch
    {
        TemplateNames.Item => ($"\"{name}\" is known only to a task with \"for-each\"", "add \"for-each\" to the task"),
        TemplateNames.Why => ($"\"{name}\" is known only to \"notify\"", "leave it out here"),
        TemplateNames.Attempt => ($"\"{name}\" is not known here, where no attempt has begun", "use it in the command"),
        _ => ($"\"{name}\" is not known in this place", "see the list of names in the plan's documentation"),
    };
}
