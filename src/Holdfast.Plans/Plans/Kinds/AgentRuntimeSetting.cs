using Holdfast.Idempotency;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>The agent programs whose options and output are known.</summary>
public enum AgentFlavor
{
    /// <summary>OpenCode.</summary>
    OpenCode,

    /// <summary>Codex.</summary>
    Codex,

    /// <summary>Claude Code.</summary>
    Claude,

    /// <summary>Gemini CLI.</summary>
    Gemini,

    /// <summary>Kilo Code.</summary>
    Kilo,

    /// <summary>Any command that takes a prompt.</summary>
    Custom,
}

/// <summary>What an agent may do; mapped to each program's own flags.</summary>
public enum AgentPermissions
{
    /// <summary>Read files, change nothing.</summary>
    Read,

    /// <summary>Change files of its folder. The default.</summary>
    Edit,

    /// <summary>Everything the program can do, commands included.</summary>
    Full,
}

/// <summary>How a <see cref="AgentFlavor.Custom"/> program is given its prompt.</summary>
public enum PromptDelivery
{
    /// <summary>On its standard input. The default.</summary>
    Stdin,

    /// <summary>As its last argument.</summary>
    Argument,

    /// <summary>In a file whose path is its last argument.</summary>
    File,
}

/// <summary>What one attempt of an agent may use up. What is null has no bound.</summary>
/// <param name="CostUsd">US dollars, above 0.</param>
/// <param name="Tokens">Tokens in and out together, from 1.</param>
/// <param name="Turns">Turns of the model, from 1.</param>
public sealed record AgentLimits(decimal? CostUsd, long? Tokens, int? Turns)
{
    /// <summary>No bound.</summary>
    public static AgentLimits None { get; } = new(null, null, null);
}

/// <summary>An agent program and how it is called.</summary>
public sealed record AgentRuntimeSetting : PlanRuntime
{
    private const int LongestName = 48;

    /// <summary>Which program it is.</summary>
    public required AgentFlavor Flavor { get; init; }

    /// <summary>The model by the program's own name, variables in place; null: the program's default.</summary>
    public string? Model { get; init; }

    /// <summary>What it may do; <see cref="AgentPermissions.Edit"/> by default.</summary>
    public AgentPermissions Permissions { get; init; } = AgentPermissions.Edit;

    /// <summary>What an attempt may use up; no bound by default.</summary>
    public AgentLimits Limits { get; init; } = AgentLimits.None;

    /// <summary>
    /// The program, by name or by path from the plan's folder, variables in place; null: the flavor's own name. Null
    /// for <see cref="AgentFlavor.Custom"/>, whose program is the first of <see cref="Run"/>.
    /// </summary>
    public string? Program { get; init; }

    /// <summary>Arguments of its own, added to what the flavor gives; may use <c>run</c>, <c>task</c>, <c>attempt</c>,
    /// <c>vars</c>.</summary>
    public IReadOnlyList<Template> Arguments { get; init; } = [];

    /// <summary>
    /// Program and arguments of <see cref="AgentFlavor.Custom"/>, never empty there; empty for all others.
    /// </summary>
    public IReadOnlyList<Template> Run { get; init; } = [];

    /// <summary>How a <see cref="AgentFlavor.Custom"/> program is given its prompt; on stdin by default.</summary>
    public PromptDelivery Prompt { get; init; }

    /// <summary>
    /// Whether lines of its output may complete its checkpoints; false by default, since whatever it prints could.
    /// </summary>
    public bool CheckpointLines { get; init; }

    /// <summary>
    /// What tells the program from others: its name, and of a <see cref="AgentFlavor.Custom"/> one all of its command.
    /// Its model, its account or the very program may be any word of that, so two commands have two limits.
    /// </summary>
    internal string Called => Program ?? (Flavor == AgentFlavor.Custom ? CalledBy(Run) : PlanWords.Of(Flavor));

    internal override string Identity => $"{Called}\0{Model}\0{Credential}";

    private static string CalledBy(IReadOnlyList<Template> run)
    {
        string[] words = [.. run.Select(word => word.Source)];
        var command = string.Join(' ', words);
        if (command.Length <= LongestName && !words.Any(word => word.Any(char.IsWhiteSpace)))
        {
            return command;
        }

        // What is no name is told from others by its hash.
        return words.Length == 1 ? words[0] : $"{words[0]} {ContentHash.OfText(string.Join('\0', words))[..12]}";
    }
}
