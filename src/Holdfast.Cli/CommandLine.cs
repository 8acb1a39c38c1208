using System.CommandLine;

namespace Holdfast.Cli;

/// <summary>From arguments to an exit code: finds the command, runs it, and words what went wrong.</summary>
internal static class CommandLine
{
    internal static int Run(string[] args, CommandContext context)
    {
        try
        {
            return Parsed(args, context);
        }
        catch (Exception error)
        {
            return FailureReport.Write(error, context);
        }
    }

    private static int Parsed(string[] args, CommandContext context)
    {
        var root = CommandCatalog.Root(args, context);
        HelpPages.Attach(root, context);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not { ClearsParseErrors: true })
        {
            context.Json = args.Contains("--json");
            throw UsageErrors.Of(parsed);
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = context.Out,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
        });
    }
}
