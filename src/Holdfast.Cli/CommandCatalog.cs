using System.CommandLine;
using Holdfast.Cli.Driving;
using Holdfast.Cli.Looking;
using Holdfast.Cli.Mcp;

namespace Holdfast.Cli;

/// <summary>One command: its place in the overview, and how it is made once it is asked for.</summary>
/// <param name="Name">As typed.</param>
/// <param name="Section">Heading of the overview.</param>
/// <param name="Summary">One line.</param>
/// <param name="Make">Makes it; only the command that was typed is made, since each costs start-up time.</param>
internal sealed record CommandEntry(string Name, string Section, string Summary, Func<CommandContext, Command> Make)
{
    /// <summary>Whether it is left out of the overview, because only Holdfast itself calls it.</summary>
    internal bool Hidden { get; init; }
}

/// <summary>
/// All commands. Making only the typed one keeps <c>status</c> within milliseconds of an empty program.
/// </summary>
internal static class CommandCatalog
{
    internal static IReadOnlyList<CommandEntry> All { get; } =
        [.. DrivingCommands.Entries, .. LookingCommands.Entries, McpCommand.Entry];

    internal static RootCommand Root(string[] args, CommandContext context)
    {
        var root = new RootCommand("Runs work that can fail, finishes what can be finished, and says exactly why the "
            + "rest failed.");
        var typed = args.FirstOrDefault(a => !a.StartsWith('-'));
        var wanted = All.Where(e => e.Name == typed).ToArray();
        foreach (var entry in wanted.Length > 0 ? wanted : All)
        {
            root.Subcommands.Add(entry.Make(context));
        }

        return root;
    }
}
