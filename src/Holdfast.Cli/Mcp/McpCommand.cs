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

        Transport? transport = null;
        var input = new McpInput(Console.OpenStandardInput(), (code, why) => transport!.RefuseAsync(code, why));
        await using (transport = new Transport(input))
        {
            await using var server = McpServer.Create(transport, options);
            var reading = Task.Run(input.ReadAsync);
            await server.RunAsync();
            await reading;
        }
    }

    private sealed class Transport(McpInput input)
        : StreamServerTransport(input.Messages, Console.OpenStandardOutput())
    {
        public override async Task SendMessageAsync(
            JsonRpcMessage message, CancellationToken cancellationToken = default)
        {
            await base.SendMessageAsync(message, cancellationToken);
            if (message is JsonRpcResponse or JsonRpcError)
            {
                input.Answered();
            }
        }

        // No id: which request was meant cannot be known.
        internal Task RefuseAsync(int code, string why) => base.SendMessageAsync(
            new JsonRpcError { Id = default, Error = new JsonRpcErrorDetail { Code = code, Message = why } });
    }
}
