using System.CommandLine;
using Holdfast.Cli.Driving;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Plans.Binding;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Upkeep;

/// <summary><c>prune</c>: deletes runs that ended long ago; never an unfinished, driven or damaged one.</summary>
internal static class PruneCommand
{
    private static readonly TimeSpan DefaultKeep = TimeSpan.FromDays(30);

    internal static Command Make(CommandContext context)
    {
        var keep = CommandShape.Value("--keep", "TIME",
            "Keep what ended within this time, e.g. 12h or 7d; 30d by default.");
        var dry = CommandShape.Flag("--dry-run", "Only say what would be deleted.");
        return CommandShape.Make(
            context, "prune",
            "Deletes runs that ended longer ago than --keep, with their outputs and idempotency keys. Unfinished, "
                + "driven and "
            + "damaged runs are never touched.",
            "holdfast prune --keep 7d --dry-run", [keep, dry],
            parsed => Prune(context, KeepOf(parsed.GetValue(keep)), parsed.GetValue(dry)));
    }

    internal static int Prune(CommandContext context, TimeSpan keep, bool dryRun)
    {
        var workspace = context.OpenWorkspace();
        if (!dryRun)
        {
            AttemptGuard.Refuse(context, workspace.Path, "prune runs");
        }

        var before = context.Time.GetUtcNow() - keep;
        var pruned = new List<Pruned>();
        var kept = 0;
        foreach (var folder in workspace.Runs())
        {
            if (Candidate(workspace, folder, before) is { } end && Remove(context, workspace, folder, dryRun)
                is >= 0 and var bytes)
            {
                pruned.Add(new Pruned(folder.Id, end.At, bytes));
            }
            else
            {
                kept++;
            }
        }

        Report(context, pruned, kept, keep, dryRun);
        return ExitCodes.Done;
    }

    private static TimeSpan KeepOf(string? text)
    {
        if (text is null)
        {
            return DefaultKeep;
        }

        return DurationText.TryParse(text, out var keep, out var problem)
            ? keep
            : throw new CliFailure("bad_usage", ExitCodes.Usage,
            $"--keep \"{text}\" {problem}; write it like 12h or 7d");
    }

    // Only what proves its own end may go: a torn or damaged journal may be all that is left of unfinished work.
    private static DateTimeOffset? EndOf(Workspace workspace, RunFolder folder)
    {
        try
        {
            return RunGlance.Of(workspace.Storage, folder, withHead: false).EndedAt;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A deletion that was killed half-way is finished whatever --keep says: nothing of the run can be read any more.
    private static Ending? Candidate(Workspace workspace, RunFolder folder, DateTimeOffset before) =>
        IsLeftOver(workspace, folder) ? new Ending(null)
        : EndOf(workspace, folder) is { } ended && ended < before ? new Ending(ended) : null;

    private static bool IsLeftOver(Workspace workspace, RunFolder folder) =>
        RunRemoval.HasBegun(workspace.Storage, folder) || RunRemoval.IsEmptyFolder(workspace.Storage, folder);

    /// <returns>Bytes that were freed; -1 if the run is driven, or was opened again meanwhile.</returns>
    private static long Remove(CommandContext context, Workspace workspace, RunFolder folder, bool dryRun)
    {
        var storage = workspace.Storage;
        if (dryRun)
        {
            return RunLock.Holder(storage, folder) is null ? SizeOf(folder.Path) : -1;
        }

        // Runs are made under this lock: no folder that is just being filled is taken for an empty one.
        using var starting = storage.Lock(workspace.StartLockPath);
        if (RunRemoval.IsEmptyFolder(storage, folder))
        {
            Directory.Delete(folder.Path);
            return 0;
        }

        try
        {
            using var held = RunLock.Take(storage, folder, context.Time, DriverProcess.Identity());
            if (!RunRemoval.HasBegun(storage, folder) && EndOf(workspace, folder) is null)
            {
                return -1;
            }

            var bytes = SizeOf(folder.Path);
            TreeRemoval.Remove(folder);
            RunRemoval.DeleteUnderLock(storage, folder);
            return bytes;
        }
        catch (RunLockedException)
        {
            return -1;
        }
    }

    private static long SizeOf(string folder)
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            bytes += file.Length;
        }

        return bytes;
    }

    /// <summary>A run that may go, and when it ended; not known of one that is half gone.</summary>
    private sealed record Ending(DateTimeOffset? At);

    private sealed record Pruned(string Id, DateTimeOffset? EndedAt, long Bytes);

    private static void Report(
        CommandContext context, List<Pruned> pruned, int kept, TimeSpan keep,
            bool dryRun)
    {
        var total = pruned.Sum(p => p.Bytes);
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.prune.v1", ExitCodes.Done, json =>
            {
                json.WriteBoolean("dry_run", dryRun);
                RunJson.Texts(json, "runs", [.. pruned.Select(p => p.Id)]);
                json.WriteNumber("bytes", total);
                json.WriteNumber("kept", kept);
            });
            return;
        }

        var now = context.Time.GetUtcNow();
        var page = new Page(context);
        page.Table(
            [.. pruned.Select(p => new[]
            {
                p.Id, p.EndedAt is { } at ? $"ended {Times.Ago(at, now)}" : "half deleted", Sizes.Text(p.Bytes),
            })]);
        page.Line(
            $"{(dryRun ? "would delete" : "deleted")} {pruned.Count} {(pruned.Count == 1 ? "run" : "runs")} "
            + $"({Sizes.Text(total)}) "
            + $"that ended more than {Durations.Text(keep)} ago; {kept} kept");
    }
}

/// <summary>Sizes for people.</summary>
internal static class Sizes
{
    /// <summary>"12 B", "3.4 KiB", "1.2 GiB".</summary>
    internal static string Text(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B"
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }
}
