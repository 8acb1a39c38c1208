using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli;

/// <summary>What a command may touch of the process around it; tests put their own in its place.</summary>
internal sealed class CommandContext
{
    internal required TextWriter Out { get; init; }

    internal required TextWriter Error { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal that a person looks at.</summary>
    internal bool IsTerminal { get; init; }

    /// <summary>Whether colours may be used: a terminal, and neither NO_COLOR nor CI.</summary>
    internal bool Colours { get; init; }

    internal required Func<string, string?> Environment { get; init; }

    internal required string CurrentFolder { get; init; }

    internal IStorage Storage { get; init; } = LocalStorage.Instance;

    /// <summary>How commands that are proposed call this program.</summary>
    internal CalledAs Called { get; init; } = CalledAs.Holdfast;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Set by <c>--json</c>: one object, or NDJSON that ends with it; text for people then goes to stderr.
    /// </summary>
    internal bool Json { get; set; }

    // The workspace that is worked in, where it is not the one that is found from the current folder.
    private string? _away;

    /// <summary>Set by <c>--workspace</c>.</summary>
    internal string? WorkspacePath { get; set; }

    /// <summary>
    /// A command that is proposed, as it has to be typed here: by the name that this program was called by, and with
    /// the workspace where that was named, or would not be found from here.
    /// </summary>
    internal string Proposed(string command) =>
        (WorkspacePath ?? _away) is { } named && command.StartsWith("holdfast ", StringComparison.Ordinal)
        && !command.Contains(" --workspace ", StringComparison.Ordinal)
        && !command.Contains(named, StringComparison.Ordinal)
            ? $"{Called.Command(command)} --workspace {NextSteps.Quoted(named)}" : Called.Command(command);

    /// <summary>Where text for people goes.</summary>
    internal TextWriter People => Json ? Error : Out;

    internal static CommandContext OfProcess()
    {
        var isTerminal = !Console.IsOutputRedirected && System.Environment.GetEnvironmentVariable("TERM") is not "dumb";
        var plain = System.Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            || System.Environment.GetEnvironmentVariable("CI") is { Length: > 0 };
        var told = System.Environment.GetEnvironmentVariable(CalledAs.Variable);
        var called = CalledAs.Of(told, System.Environment.GetEnvironmentVariable("PATH"), File.Exists);
        if (told is not null)
        {
            System.Environment.SetEnvironmentVariable(CalledAs.Variable, null);
        }

        return new CommandContext
        {
            Called = called,
            Out = new SafeWriter(Console.Out),
            Error = new SafeWriter(Console.Error),
            IsTerminal = isTerminal,
            Colours = isTerminal && !plain,
            Environment = System.Environment.GetEnvironmentVariable,
            CurrentFolder = Directory.GetCurrentDirectory(),
        };
    }

    /// <summary>
    /// The workspace that commands on runs work in: the named one, the nearest above, else the only one in the folders
    /// below. Null for none.
    /// </summary>
    internal string? FindWorkspace()
    {
        if ((WorkspacePath ?? Workspace.FindAbove(Storage, CurrentFolder)) is { } path)
        {
            return WorkspacePath is null && IsUnborn(path) ? null : path;
        }

        var below = Workspace.FindBelow(Storage, CurrentFolder);
        return below.Count < 2
            ? (below.Count == 0 ? null : below[0])
            : throw new CliFailure(
                "workspace_ambiguous", ExitCodes.Usage,
                $"there is no workspace ({Workspace.FolderName}) in {CurrentFolder} or above it, and more than one "
                    + $"below: "
                + $"{string.Join(", ", below.Select(b => Path.GetRelativePath(CurrentFolder, b)))}; name one with "
                + $"--workspace DIR");
    }

    // A first run that was killed before it had written anything leaves a folder, and nothing to look at.
    private bool IsUnborn(string path)
    {
        var runs = Path.Combine(path, "runs");
        return !Storage.FileExists(Path.Combine(path, "workspace.json"))
            && (!Storage.FolderExists(runs) || Storage.List(runs).Count == 0);
    }

    /// <summary>Opens what <see cref="FindWorkspace"/> finds.</summary>
    internal Workspace OpenWorkspace()
    {
        var path = FindWorkspace() ?? throw new CliFailure(
            "workspace_not_found", ExitCodes.NotFound,
            $"there is no workspace ({Workspace.FolderName}) in {CurrentFolder}, above it, or in the folders below; "
            + "run a plan first, or name one with --workspace DIR");
        return Workspace.Open(Storage, path, create: false);
    }

    /// <summary>The workspace of a run: where a reference names its folder, the one that this lies in.</summary>
    internal Workspace OpenWorkspaceOf(string reference)
    {
        if (WorkspacePath is null && Workspace.IsPath(reference))
        {
            var run = Path.TrimEndingDirectorySeparator(Path.GetFullPath(reference, CurrentFolder));
            if (Path.GetDirectoryName(Path.GetDirectoryName(run)) is { } path
                && Storage.FileExists(Path.Combine(path, "workspace.json")))
            {
                return Named(Workspace.Open(Storage, path, create: false));
            }
        }

        return OpenWorkspace();
    }

    /// <summary>The workspace for a plan: the named one, the nearest above, else a new one beside the plan.</summary>
    internal Workspace OpenWorkspaceFor(string planPath) => Named(Workspace.Open(
        Storage,
        WorkspacePath ?? Workspace.FindAbove(Storage, CurrentFolder)
            ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(planPath, CurrentFolder))!, Workspace.FolderName),
        create: true));

    private Workspace Named(Workspace workspace)
    {
        var isFoundHere = Workspace.FindAbove(Storage, CurrentFolder) is { } above
            ? above == workspace.Path
            : Workspace.FindBelow(Storage, CurrentFolder) is [var only] && only == workspace.Path;
        _away = isFoundHere ? null : workspace.Path;
        return workspace;
    }
}
