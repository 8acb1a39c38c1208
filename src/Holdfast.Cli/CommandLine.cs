using System.CommandLine;

namespace Holdfast.Cli;

/// <summary>From arguments to an exit code: finds the command, runs it, and words what went wrong.</summary>
internal static class CommandLine
{
    internal static int Run(string[] args, CommandContext context)
    {
        try
        {
            return QuickPath.TryRun(args, context) ?? Parsed(args, context);
        }
        catch (Exception error)
        {
            return FailureReport.Write(error, context);
        }
    }

    // Apart, so that the quick path does not even load the parser's assembly.
    private static int Parsed(string[] args, CommandContext context)
    {
        args = CommonLast(args);
        var root = CommandCatalog.Root(args, context);
        HelpPages.Attach(root, context);

        // An argument that begins with @ is itself, and no file of further arguments: comments begin so.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var isWrong = parsed.Errors.Count > 0 || UsageErrors.StrayOption(parsed) is not null
            || UsageErrors.EmptyName(parsed) is not null;
        if (isWrong && parsed.Action is not { ClearsParseErrors: true })
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

    // The options of every command belong to the command; typed before its name they are meant all the same.
    private static string[] CommonLast(string[] args)
    {
        var first = 0;
        while (first < args.Length && args[first] is ("--json" or "--workspace"))
        {
            first += args[first] == "--workspace" ? 2 : 1;
        }

        return first == 0 || first >= args.Length || args.Contains("--") ? args : [.. args[first..], .. args[..first]];
    }
}
