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
        if (EmptyName(parsed) is { } empty)
        {
            return Failure($"{path}: {empty} is empty; is a variable not set?", path);
        }

        var unknown = StrayOption(parsed) ?? (parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null);
        if (unknown is null)
        {
            return Failure(Worded(parsed.Errors[0], path), path);
        }

        var isOption = unknown.StartsWith('-');
        var known = isOption
            ? OptionsOf(parsed.CommandResult)
            : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        var what = (isOption, command.Subcommands.Count > 0) switch
        {
            (true, _) => $"{path} has no option \"{unknown}\"",
            (_, true) => $"\"{unknown}\" is no command of {path}",
            _ when command.Arguments.Count == 0 => $"{path} takes no arguments, and got \"{unknown}\""
                + (command.Options.FirstOrDefault(o => o.Name == "--stderr") is null
                    ? ""
                    : "; name a file with --stderr FILE or --stdout FILE, or pipe it in"),
            _ => $"{path} does not take \"{unknown}\" (it has all its arguments)",
        };
        var nearest = Nearest.Of(unknown, known);
        return Failure(nearest is null ? what : $"{what}; did you mean \"{nearest}\"?", path);
    }

    // The parser's own words name .NET types, which mean nothing to whoever typed the line.
    private static string Worded(ParseError error, string path) => error.SymbolResult switch
    {
        OptionResult { Tokens: [], IdentifierToken: null } option => Needs(path, option.Option),
        OptionResult { Tokens: [] } option => $"{option.Option.Name} lacks its value"
            + (option.Option.HelpName is { } help ? $" ({help})" : ""),
        OptionResult { Tokens: [var value], Option.ValueType: var type } option
            when type != typeof(string) && !int.TryParse(value.Value, out _) =>
            $"{option.Option.Name} is \"{value.Value}\"; it must be a whole number"
                + (value.Value.All(char.IsAsciiDigit)
                    ? $" of at most {(type == typeof(long?) ? long.MaxValue : int.MaxValue)}" : ""),
        ArgumentResult { Tokens: [] } argument => $"{path} needs {argument.Argument.Name}"
            + (argument.Argument.Description is { } about ? $": {about.TrimEnd('.')}" : ""),
        CommandResult { Command.Subcommands: [_, ..] commands } => $"{path} needs a command: "
            + string.Join(" or ", commands.Where(c => !c.Hidden).Select(c => c.Name)),
        CommandResult command when Missing(command) is { } option => Needs(path, option),
        _ => error.Message.TrimEnd('.'),
    };

    private static string Needs(string path, Option option) => $"{path} needs {option.Name} {option.HelpName}"
        + (option.Description is { } about ? $": {about.TrimEnd('.')}" : "");

    private static Option? Missing(CommandResult command) =>
        command.Command.Options.FirstOrDefault(o => o.Required && command.GetResult(o) is null);

    /// <summary>
    /// The name of an argument that is empty text, or of the workspace; null for none. Nothing is called so, and an
    /// empty id begins every id there is.
    /// </summary>
    internal static string? EmptyName(ParseResult parsed)
    {
        foreach (var child in parsed.CommandResult.Children)
        {
            var name = child switch
            {
                ArgumentResult argument => argument.Argument.Name,
                OptionResult { Option.Name: "--workspace" } => "--workspace",
                _ => null,
            };
            if (name is not null && child.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value)))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>
    /// An option that no command knows and that the parser took for an argument; null for none. Behind <c>--</c>
    /// anything
    /// is an argument.
    /// </summary>
    internal static string? StrayOption(ParseResult parsed)
    {
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
            {
                return null;
            }
        }

        foreach (var child in parsed.CommandResult.Children)
        {
            foreach (var token in (child as ArgumentResult)?.Tokens ?? [])
            {
                if (token.Value.Length > 1 && token.Value[0] == '-')
                {
                    return token.Value;
                }
            }
        }

        return null;
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
