using System.Globalization;
using System.Text.Json;

namespace Holdfast.Plans.Runtimes.Agents;

/// <summary>What one attempt asks of an agent program.</summary>
public sealed record AgentRequest
{
    /// <summary>The runtime that was chosen.</summary>
    public required AgentRuntimeSetting Setting { get; init; }

    /// <summary>Its own arguments, rendered.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Program and arguments of <see cref="AgentFlavor.Custom"/>, rendered; empty for all others.</summary>
    public IReadOnlyList<string> Run { get; init; } = [];

    /// <summary>Absolute path of the file that holds the prompt.</summary>
    public required string PromptFile { get; init; }

    /// <summary>The prompt itself.</summary>
    public required string Prompt { get; init; }

    /// <summary>The session to go on with, one that this very program named; null for a new one.</summary>
    public string? Session { get; init; }

    /// <summary>What Holdfast is called by, as the prompt names it; permissions that let an agent complete its
    /// checkpoints are for this command.</summary>
    public string Command { get; init; } = "holdfast";
}

/// <summary>How an agent program is called.</summary>
/// <param name="Argv">Program and arguments.</param>
/// <param name="Environment">Variables that carry settings; those of the plan win over them.</param>
/// <param name="StdinFile">The file on its standard input; null for none.</param>
public sealed record AgentCall(
    IReadOnlyList<string> Argv, IReadOnlyList<KeyValuePair<string, string>> Environment, string? StdinFile)
{
    // By its name as well, since an agent may leave the path out.
    private static IEnumerable<string> CheckpointCommands(AgentRequest request) =>
        new[] { request.Command, "holdfast" }.Distinct().Select(command => command + " checkpoint");

    /// <summary>The options of each flavor, as its own documentation gives them.</summary>
    public static AgentCall Of(AgentRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Setting.Flavor switch
        {
            AgentFlavor.OpenCode => OpenCode(request, "OPENCODE_PERMISSION"),
            AgentFlavor.Codex => Codex(request),
            AgentFlavor.Claude => Claude(request),
            AgentFlavor.Gemini => Gemini(request),
            AgentFlavor.Kilo => Kilo(request),
            _ => Custom(request),
        };
    }

    /// <summary>The program of a runtime, as the plan or its flavor names it.</summary>
    public static string ProgramOf(AgentRuntimeSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return setting.Program
            ?? (setting.Flavor == AgentFlavor.Custom ? setting.Run[0].Source : PlanWords.Of(setting.Flavor));
    }

    // https://opencode.ai/docs/cli, https://opencode.ai/docs/permissions
    private static AgentCall OpenCode(AgentRequest request, string permission)
    {
        var argv = new List<string> { ProgramOf(request.Setting), "run", "--format", "json", "--print-logs" };
        Add(argv, "--model", request.Setting.Model);
        Add(argv, "--session", request.Session);
        var rights = request.Setting.Permissions switch
        {
            AgentPermissions.Read => """{"edit":"deny","bash":"deny"}""",
            AgentPermissions.Edit => """{"edit":"allow","bash":{"*":"deny",""" + string.Join(
                ',', CheckpointCommands(request).Select(c => $"\"{JsonEncodedText.Encode(c)} *\":\"allow\"")) + "}}",
            _ => """{"edit":"allow","bash":"allow","webfetch":"allow","external_directory":"allow"}""",
        };
        return new([.. argv, .. request.Arguments], [new(permission, rights)], request.PromptFile);
    }

    // https://developers.openai.com/codex/noninteractive. Options of "exec" go before "resume".
    private static AgentCall Codex(AgentRequest request)
    {
        var argv = new List<string> { ProgramOf(request.Setting), "exec", "--json", "--skip-git-repo-check" };
        switch (request.Setting.Permissions)
        {
            case AgentPermissions.Read:
                argv.AddRange(["--sandbox", "read-only"]);
                break;
            case AgentPermissions.Edit:
                argv.AddRange(["--sandbox", "workspace-write"]);
                break;
            default:
                argv.Add("--dangerously-bypass-approvals-and-sandbox");
                break;
        }

        Add(argv, "--model", request.Setting.Model);
        argv.AddRange(request.Arguments);
        if (request.Session is { } session)
        {
            argv.AddRange(["resume", session]);
        }

        argv.Add("-");
        return new(argv, [], request.PromptFile);
    }

    // https://docs.anthropic.com/en/docs/claude-code/cli-reference
    private static AgentCall Claude(AgentRequest request)
    {
        var setting = request.Setting;
        var argv = new List<string>
        {
            ProgramOf(setting), "--print", "--output-format", "stream-json", "--verbose",
        };
        switch (setting.Permissions)
        {
            case AgentPermissions.Read:
                argv.AddRange(["--permission-mode", "plan"]);
                break;
            case AgentPermissions.Edit:
                argv.AddRange(["--permission-mode", "acceptEdits", "--allowedTools"]);
                argv.AddRange(CheckpointCommands(request).Select(c => $"Bash({c}:*)"));
                break;
            default:
                argv.AddRange(["--permission-mode", "bypassPermissions"]);
                break;
        }

        Add(argv, "--model", setting.Model);
        Add(argv, "--max-turns", setting.Limits.Turns?.ToString(CultureInfo.InvariantCulture));
        Add(argv, "--max-budget-usd", setting.Limits.CostUsd?.ToString(CultureInfo.InvariantCulture));
        Add(argv, "--resume", request.Session);
        return new([.. argv, .. request.Arguments], [], request.PromptFile);
    }

    // https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/headless.md: piped input is the prompt.
    private static AgentCall Gemini(AgentRequest request)
    {
        var argv = new List<string> { ProgramOf(request.Setting), "--output-format", "stream-json" };
        argv.AddRange(["--approval-mode", request.Setting.Permissions switch
        {
            AgentPermissions.Read => "plan",
            AgentPermissions.Edit => "auto_edit",
            _ => "yolo",
        }]);
        Add(argv, "--model", request.Setting.Model);
        Add(argv, "--resume", request.Session);
        return new([.. argv, .. request.Arguments], [], request.PromptFile);
    }

    // Kilo's command line is built on OpenCode's; "--auto" stands for not asking anybody.
    private static AgentCall Kilo(AgentRequest request)
    {
        var call = OpenCode(request, "KILO_PERMISSION");
        return request.Setting.Permissions == AgentPermissions.Full
            ? call with { Argv = [.. call.Argv, "--auto"] }
            : call;
    }

    private static AgentCall Custom(AgentRequest request)
    {
        string[] argv = [.. request.Run, .. request.Arguments];
        return request.Setting.Prompt switch
        {
            PromptDelivery.Argument => new([.. argv, request.Prompt], [], null),
            PromptDelivery.File => new([.. argv, request.PromptFile], [], null),
            _ => new(argv, [], request.PromptFile),
        };
    }

    private static void Add(List<string> argv, string option, string? value)
    {
        if (value is not null)
        {
            argv.Add(option);
            argv.Add(value);
        }
    }
}
