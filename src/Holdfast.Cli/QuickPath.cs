using System.Globalization;
using Holdfast.Cli.Driving;
using Holdfast.Cli.Looking;

namespace Holdfast.Cli;

/// <summary>
/// What people and scripts call all day — <c>holdfast</c> alone, <c>status</c> and <c>list</c>, <c>run</c> and
/// <c>resume</c> without options of their own — parsed by hand. The parser of the command line costs much of their
/// start-up time, and these need none of it. What is not plainly one of them goes the usual way, so that every error
/// has one wording.
/// </summary>
internal static class QuickPath
{
    /// <summary>What was typed, where it is one of the quick ones.</summary>
    internal sealed record Asked(string Command, string? Operand, bool Json, string? Workspace)
    {
        internal bool ExitCode { get; init; }

        internal bool Failed { get; init; }

        internal int Limit { get; init; } = ListCommand.DefaultLimit;
    }

    /// <returns>The exit code; null if it goes the usual way.</returns>
    internal static int? TryRun(string[] args, CommandContext context)
    {
        if (Parse(args) is not { } asked)
        {
            return null;
        }

        CommandShape.TakeCommon(context, asked.Json, asked.Workspace);
        return asked.Command switch
        {
            "run" => new RunAction(context, new RunRequest(asked.Operand!)).Execute(),
            "resume" => ResumeCommand.Resume(context, asked.Operand),
            "status" => StatusCommand.Show(context, asked.Operand ?? "last", asked.ExitCode),
            "list" => ListCommand.Show(context, asked.Failed, asked.Limit),
            _ => OverviewCommand.Show(context),
        };
    }

    /// <summary>Reads arguments; null for whatever is not plainly one of the quick commands.</summary>
    internal static Asked? Parse(string[] args)
    {
        string? command = null;
        var asked = new Asked("", null, false, null);
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            switch (arg)
            {
                case "--json":
                    asked = asked with { Json = true };
                    break;
                case "--workspace" when asked.Workspace is null && Next(args, ref i) is { } folder:
                    asked = asked with { Workspace = folder };
                    break;
                case "--exit-code" when command == "status":
                    asked = asked with { ExitCode = true };
                    break;
                case "--failed" when command == "list":
                    asked = asked with { Failed = true };
                    break;
                case "--limit" when command == "list" && Next(args, ref i) is { } text
                    && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0:
                    asked = asked with { Limit = limit };
                    break;
                case "status" or "list" or "run" or "resume" when command is null:
                    command = arg;
                    break;
                default:
                    if (command is null or "list" || asked.Operand is not null || arg is "" or ['-', ..])
                    {
                        return null;
                    }

                    asked = asked with { Operand = arg };
                    break;
            }
        }

        // Common options belong behind the command's name; alone they are the overview's own.
        return command == "run" && asked.Operand is null ? null : asked with { Command = command ?? "" };
    }

    private static string? Next(string[] args, ref int i) =>
        i + 1 < args.Length && args[i + 1] is { Length: > 0 } value && value[0] is not '-' ? args[++i] : null;
}
