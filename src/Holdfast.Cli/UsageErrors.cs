using System.CommandLine;
using System.CommandLine.Parsing;
using Holdfast.Plans;
using Holdfast.Runs;

namespace Holdfast.Cli;

/// <summary>Words what is wrong with a command line: the offender, and what was probably meant. Ends with 2.</summary>
internal static class UsageErrors
{
    internal static CliFailure Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed.CommandResult);
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (unknown is null)
        {
            return Failure(parsed.Errors[0].Message.TrimEnd('.'), path);
        }

        var isOption = unknown.StartsWith('-');
        var known = isOption
            ? OptionsOf(parsed.CommandResult)
            : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        var what = (isOption, command.Subcommands.Count > 0) switch
        {
            (true, _) => $"{path} has no option \"{unknown}\"",
            (_, true) => $"\"{unknown}\" is no command of {path}",
            _ => $"{path} does not take \"{unknown}\" (it has all its arguments)",
        };
        var nearest = Nearest.Of(unknown, known);
        return Failure(nearest is null ? what : $"{what}; did you mean \"{nearest}\"?", path);
    }

    private static CliFailure Failure(string message, string path) =>
        new("usage", ExitCodes.Usage, message) { Next = [$"{path} --help"] };

    private static IEnumerable<string> OptionsOf(CommandResult result)
    {
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            foreach (var option in (at as CommandResult)?.Command.Options ?? [])
            {
                if (!option.Hidden && (at == result || option.Recursive))
                {
                    yield return option.Name;
                }
            }
        }
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "holdfast";
}
