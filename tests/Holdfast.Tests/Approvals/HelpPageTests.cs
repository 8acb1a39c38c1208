using System.CommandLine;
using Holdfast.Cli;
using Holdfast.Tests.Cli.Looking;

namespace Holdfast.Tests.Approvals;

/// <summary>Every help page, as approved; and what each must have.</summary>
public sealed class HelpPageTests : IDisposable
{
    private readonly LookKit _kit = new();

    public static TheoryData<string> Commands => [.. CommandCatalog.All.Where(e => !e.Hidden).Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_its_approved_page_with_an_example(string name)
    {
        var entry = CommandCatalog.All.Single(e => e.Name == name);
        var (code, text, error) = _kit.Run(name, "--help");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Example", text);
        Assert.Contains($"holdfast {name}", text);
        foreach (var sub in entry.Make(Context()).Subcommands)
        {
            text += "\n----\n" + _kit.Run(name, sub.Name, "--help").Out;
        }

        Approved.Matches($"help/{entry.Section.ToLowerInvariant().Replace(' ', '-')}/{name}", text);
    }

    [Fact]
    public void The_overview_groups_every_command_once()
    {
        var (code, text, _) = _kit.Run("--help");
        Assert.Equal(0, code);
        Approved.Matches("help/overview", text);
        foreach (var entry in CommandCatalog.All.Where(e => !e.Hidden))
        {
            Assert.Single(text.Split('\n'), line => line.StartsWith($"  {entry.Name} "));
        }
    }

    [Fact]
    public void The_version_is_one_line() => Assert.Equal($"holdfast {Versions.Current}\n", _kit.Run("--version").Out);

    public void Dispose() => _kit.Dispose();

    private CommandContext Context() => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        Environment = _ => null,
        CurrentFolder = _kit.Folder,
    };
}
