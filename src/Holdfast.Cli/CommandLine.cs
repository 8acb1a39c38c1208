using System.CommandLine;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli;

/// <summary>From arguments to an exit code: finds the command, runs it, and words what went wrong.</summary>
internal static class CommandLine
{
    internal static int Run(string[] args, CommandContext context)
    {
        try
        {
            return CommandCatalog.Root(args, context).Parse(args).Invoke(new InvocationConfiguration
            {
                Output = context.Out,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (Exception error)
        {
            return FailureReport.Write(error, context);
        }
    }
}
