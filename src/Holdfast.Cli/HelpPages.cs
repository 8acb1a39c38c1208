using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Holdfast.Cli;

/// <summary>
/// Help pages in our own words and order: what it does, usage, arguments and options aligned, and an example to copy.
/// The page of the whole program groups its commands by section.
/// </summary>
internal static class HelpPages
{
    private const int Width = 100;

    /// <summary>Puts our pages in the place of the built-in ones.</summary>
    internal static void Attach(RootCommand root, CommandContext context)
    {
        foreach (var option in root.Options)
        {
            if (option is HelpOption help)
            {
                help.Description = "Show this page; after a command's name, that command's own.";
                help.Action = new Show(context);
            }
            else if (option is VersionOption version)
            {
                version.Description = "Print the version.";
                version.Action = new ShowVersion(context);
            }
        }
    }

    /// <summary>The page of the whole program.</summary>
    internal static void WriteOverview(TextWriter to, IReadOnlyList<CommandEntry> entries, CalledAs called)
    {
        to.WriteLine("Runs work that can fail, finishes what can be finished, and says exactly why the rest failed.");
        to.WriteLine();
        to.WriteLine($"Usage: {called.Name} [COMMAND] [ARGUMENTS]");
        to.WriteLine("Without a command: what needs you, what runs, and what ended last.");
        var shown = entries.Where(e => !e.Hidden).ToList();
        var width = shown.Max(e => e.Name.Length);
        foreach (var section in shown.GroupBy(e => e.Section))
        {
            to.WriteLine();
            to.WriteLine(section.Key);
            foreach (var entry in section)
            {
                Row(to, entry.Name, entry.Summary, width);
            }
        }

        to.WriteLine();
        to.WriteLine("RUN is an id, a unique prefix of one, \"last\", or a run's folder.");
        to.WriteLine("Every command takes --json, --workspace DIR and --help.");
        to.WriteLine();
        to.WriteLine("Example:");
        to.WriteLine($"  {called.Example("holdfast init && holdfast run plan.yaml")}");
    }

    /// <summary>The page of one command.</summary>
    internal static void WriteCommand(TextWriter to, Command command, string path, CalledAs called)
    {
        var (about, examples) = Split(command.Description ?? "");
        Paragraph(to, about);
        to.WriteLine();
        to.WriteLine($"Usage: {Usage(command, path)}");
        Section(to, "Commands",
            [.. command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, Split(c.Description ?? "").About))]);
        Section(to, "Arguments",
            [.. command.Arguments.Where(a => !a.Hidden).Select(a => (a.Name, a.Description ?? ""))]);
        Section(to, "Options", [.. command.Options.Where(o => !o.Hidden).Select(o => (Names(o), o.Description ?? ""))]);
        if (examples.Length > 0)
        {
            to.WriteLine();
            to.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            foreach (var example in examples)
            {
                to.WriteLine($"  {called.Example(example)}");
            }
        }
    }

    private static string Usage(Command command, string path)
    {
        var parts = new List<string> { path };
        if (command.Subcommands.Count > 0)
        {
            parts.Add("COMMAND");
        }

        foreach (var argument in command.Arguments.Where(a => !a.Hidden))
        {
            var many = argument.Arity.MaximumNumberOfValues > 1 ? "…" : "";
            parts.Add(argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}{many}]" : argument.Name + many);
        }

        parts.Add("[OPTIONS]");
        return string.Join(' ', parts);
    }

    private static string Names(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name).OrderBy(n => n.Length));
        var takesValue = option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;
        return takesValue ? $"{names} {option.HelpName ?? "VALUE"}" : names;
    }

    private static void Section(TextWriter to, string heading, List<(string Name, string Text)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        to.WriteLine();
        to.WriteLine($"{heading}:");
        var width = rows.Max(r => r.Name.Length);
        foreach (var (name, text) in rows)
        {
            Row(to, name, text, width);
        }
    }

    private static void Row(TextWriter to, string name, string text, int nameWidth)
    {
        var first = true;
        foreach (var line in Wrapped(text, Width - nameWidth - 4))
        {
            to.WriteLine($"  {(first ? name : "").PadRight(nameWidth)}  {line}".TrimEnd());
            first = false;
        }
    }

    private static void Paragraph(TextWriter to, string text)
    {
        foreach (var line in Wrapped(text, Width))
        {
            to.WriteLine(line);
        }
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        foreach (var paragraph in text.Split('\n'))
        {
            var rest = paragraph;
            while (rest.Length > width && rest.LastIndexOf(' ', width) is > 0 and var space)
            {
                yield return rest[..space];
                rest = rest[(space + 1)..];
            }

            yield return rest;
        }
    }

    private static (string About, string[] Examples) Split(string description)
    {
        var at = description.IndexOf(CommandShape.ExampleMark, StringComparison.Ordinal);
        return at < 0
            ? (description, [])
            : (description[..at], description[(at + CommandShape.ExampleMark.Length)..].Split('\n'));
    }

    private sealed class Show(CommandContext context) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = parseResult.CommandResult;
            if (result.Command is RootCommand)
            {
                WriteOverview(context.Out, CommandCatalog.All, context.Called);
            }
            else
            {
                var path = result.Command.Name;
                for (var at = result.Parent as System.CommandLine.Parsing.CommandResult; at is not null;
                    at = at.Parent as System.CommandLine.Parsing.CommandResult)
                {
                    path = $"{(at.Command is RootCommand ? context.Called.Name : at.Command.Name)} {path}";
                }

                WriteCommand(context.Out, result.Command, path, context.Called);
            }

            return 0;
        }

        public override bool ClearsParseErrors => true;
    }

    private sealed class ShowVersion(CommandContext context) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            context.Out.WriteLine($"holdfast {Versions.Current}");
            return 0;
        }

        public override bool ClearsParseErrors => true;
    }
}
