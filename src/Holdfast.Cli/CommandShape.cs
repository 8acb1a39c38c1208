using System.CommandLine;

namespace Holdfast.Cli;

/// <summary>The common shape of commands: name, summary, example, and the options that every one has.</summary>
internal static class CommandShape
{
    /// <summary>Where a command's examples begin in its description; help pages show them under their own
    /// heading.</summary>
    internal const string ExampleMark = "\n\nExample:\n";

    /// <summary>Makes a command with <c>--json</c> and <c>--workspace</c>, whose values the context has when it
    /// runs.</summary>
    /// <param name="context">The process around.</param>
    /// <param name="name">As typed.</param>
    /// <param name="summary">One or a few sentences.</param>
    /// <param name="example">One command a line.</param>
    /// <param name="symbols">Arguments and options.</param>
    /// <param name="run">Runs it; returns the exit code.</param>
    internal static Command Make(
        CommandContext context, string name, string summary, string example, Symbol[] symbols, Func<ParseResult,
            int> run)
    {
        var command = new Command(name, summary + ExampleMark + example);
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else
            {
                command.Arguments.Add((Argument)symbol);
            }
        }

        command.Options.Add(new Option<bool>("--json") { Description = "Print one JSON object for programs." });
        command.Options.Add(new Option<string>("--workspace")
        {
            Description = "The workspace folder itself; else the nearest .holdfast above.",
            HelpName = "DIR",
        });
        command.SetAction(parsed =>
        {
            TakeCommon(context, parsed.GetValue<bool>("--json"), parsed.GetValue<string>("--workspace"));
            return run(parsed);
        });
        return command;
    }

    internal static Argument<string> Text(string name, string description) =>
        new(name) { Description = description };

    internal static Argument<string?> OptionalText(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    internal static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    internal static Option<int?> Number(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help };

    internal static Option<string?> Value(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help };

    /// <summary>Makes the common options known, however they were parsed.</summary>
    internal static void TakeCommon(CommandContext context, bool json, string? workspace)
    {
        context.Json = json;
        context.WorkspacePath = workspace is null ? null : Path.GetFullPath(workspace, context.CurrentFolder);
    }
}
