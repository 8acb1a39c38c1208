using System.CommandLine;
using Holdfast.Runs;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Holdfast.Cli.Mcp;

/// <summary><c>holdfast mcp</c>: tools for agents over stdin and stdout, by the Model Context Protocol.</summary>
internal static class McpCommand
{
    internal static CommandEntry Entry { get; } = new(
        "mcp", "Agents", "Serves tools to an agent over stdio.", Make);

    private static Command Make(CommandContext context) => CommandShape.Make(
        context, "mcp",
        "Serves tools to an agent over stdin and stdout (Model Context Protocol), until its input ends: "
            + "checkpoint_list, checkpoint_complete, run_status, failure_explain, letters_list. They read; the only "
            + "thing that they change is the attempt's own checkpoints.",
        "holdfast mcp", [],
        _ =>
        {
            ServeAsync(new McpTools(context)).GetAwaiter().GetResult();
            return ExitCodes.Done;
        });

    private static async Task ServeAsync(McpTools tools)
    {
        var options = new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "holdfast", Version = Versions.Current },
            ServerInstructions = "You work inside an attempt of a Holdfast run. Complete your checkpoints in order "
                + "with checkpoint_complete as you reach them; checkpoint_list shows them. You cannot approve, "
                + "resolve, retry or cancel anything.",
            ToolCollection = [],
        };
        foreach (var tool in tools.All())
        {
            options.ToolCollection.Add(tool);
        }

        await using var transport = new StdioServerTransport(options);
        await using var server = McpServer.Create(transport, options);
        await server.RunAsync();
    }
}
