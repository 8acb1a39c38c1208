using System.ComponentModel;
using System.Text.Json;
using Holdfast.Cli.Driving;
using Holdfast.Runs;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Holdfast.Cli.Mcp;

/// <summary>
/// The tools: each is a command of this program with <c>--json</c>, so an agent is told exactly what a person is, and
/// refused by the same rules.
/// </summary>
internal sealed class McpTools(CommandContext context)
{
    private readonly string? _workspace = context.WorkspacePath
        ?? (context.Environment(AttemptGuard.WorkspaceName) is { Length: > 0 } own ? Path.GetFullPath(own) : null);

    internal IEnumerable<McpServerTool> All()
    {
        yield return Tool(
            CheckpointList, "checkpoint_list", readOnly: true,
            "Lists checkpoints: which are completed, by whom, and which is the next. Without arguments: your own.");
        yield return Tool(
            CheckpointComplete, "checkpoint_complete", readOnly: false,
            "Completes the next checkpoint of your own task. The plan may verify it with a command first; a refusal "
                + "says what that printed.");
        yield return Tool(
            RunStatus, "run_status", readOnly: true,
            "Shows where a run stands: its tasks, and what they wait for. Without arguments: your own run.");
        yield return Tool(
            FailureExplain, "failure_explain", readOnly: true,
            "Says why a run or a task of it failed: first cause, class, rule and line, what helps. Without arguments: "
                + "your own run.");
        yield return Tool(
            LettersList, "letters_list", readOnly: true,
            "Lists dead letters: tasks that ended in failure and wait for a person or a replay.");
    }

    private CallToolResult LettersList(
        [Description("True for those that are closed too.")] bool all = false,
        [Description("One failure class, e.g. rate_limited; without it all.")] string? failureClass = null) =>
        failureClass is null
            ? Call(all ? ["letters", "list", "--all"] : ["letters", "list"])
            : Call([.. all ? (string[])["letters", "list", "--all"] : ["letters", "list"], $"--class={failureClass}"]);

    private CallToolResult CheckpointList(
        [Description("The run; without it your own.")] string? run = null,
        [Description("A task of that run; without it all.")] string? task = null) =>
        Call(["checkpoint", "list"], run, run is null ? null : task);

    private CallToolResult CheckpointComplete(
        [Description("What was done, in a few words.")] string summary,
        [Description("The checkpoint; without it the next one.")] string? id = null) =>
        Call(["checkpoint", "complete", $"--summary={summary}", "--no-resume"], id);

    private CallToolResult RunStatus([Description("The run; without it your own.")] string? run = null) =>
        Call(["status"], run ?? OwnRun);

    private CallToolResult FailureExplain(
        [Description("The run; without it your own.")] string? run = null,
        [Description("A task of it; without it the first that failed.")] string? task = null) =>
        Call(["why"], run ?? OwnRun, task);

    private string OwnRun => context.Environment(AttemptGuard.RunName) is { Length: > 0 } own ? own : "last";

    private static CompleteCall Tool(Delegate call, string name, bool readOnly, string description) =>
        new CompleteCall(McpServerTool.Create(call, new McpServerToolCreateOptions
        {
            Name = name, Description = description, ReadOnly = readOnly, Destructive = false, OpenWorld = false,
        }));

    private CallToolResult Call(string[] command, params string?[] words)
    {
        // A word of an agent is a name, and never an option of the command.
        if (words.FirstOrDefault(w => w?.StartsWith('-') == true) is { } option)
        {
            return Told($"\"{option}\" is no name; names do not begin with \"-\"", isError: true);
        }

        var text = new StringWriter();
        var code = CommandLine.Run(
            [
                .. command, .. words.OfType<string>(), "--json", .. _workspace is null ? [] : (string[])[
                    "--workspace", _workspace],
            ],
            new CommandContext
            {
                Out = text, Error = TextWriter.Null, Environment = context.Environment,
                CurrentFolder = context.CurrentFolder, Storage = context.Storage, Called = context.Called,
                Time = context.Time,
            });
        return Told(text.ToString().Trim(), code != ExitCodes.Done);
    }

    private static CallToolResult Told(string text, bool isError) =>
        new() { Content = [new TextContentBlock { Text = text }], IsError = isError };

    // Of an argument that is missing or of another kind the library says no more than that an error occurred.
    private sealed class CompleteCall(McpServerTool tool) : DelegatingMcpServerTool(tool)
    {
        public override ValueTask<CallToolResult> InvokeAsync(
            RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
        {
            var given = request.Params?.Arguments;
            var schema = ProtocolTool.InputSchema;
            var required = schema.TryGetProperty("required", out var names)
                ? names.EnumerateArray().Select(n => n.GetString()!).ToArray() : [];
            foreach (var declared in schema.GetProperty("properties").EnumerateObject())
            {
                if (given is null || !given.TryGetValue(declared.Name, out var value))
                {
                    if (required.Contains(declared.Name))
                    {
                        return new(Told($"{ProtocolTool.Name} needs the argument \"{declared.Name}\"", isError: true));
                    }
                }
                else if (!Kinds(declared.Value).Contains(KindOf(value)))
                {
                    return new(Told(
                        $"the argument \"{declared.Name}\" of {ProtocolTool.Name} is a {KindOf(value)}; it can be "
                            + string.Join(" or ", Kinds(declared.Value)), isError: true));
                }
            }

            return base.InvokeAsync(request, cancellationToken);
        }

        private static string[] Kinds(JsonElement declared) =>
            declared.GetProperty("type") is { ValueKind: JsonValueKind.Array } several
                ? [.. several.EnumerateArray().Select(k => k.GetString()!)]
                : [declared.GetProperty("type").GetString()!];

        private static string KindOf(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "boolean",
            var kind => kind.ToString().ToLowerInvariant(),
        };
    }
}
