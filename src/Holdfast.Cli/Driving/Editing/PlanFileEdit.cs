using Holdfast.Cli.Live;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Running;

namespace Holdfast.Cli.Driving;

/// <summary>
/// Tells whether a run's plan file was edited since the run took it in: commands on the run go by its own copy, which
/// surprises who has just mended the file.
/// </summary>
internal static class PlanFileEdit
{
    private const int MaxNamed = 5;

    /// <summary>What to say; null where there is nothing to say, or the file is gone.</summary>
    internal static string? NoteOf(CommandContext context, RunFiles run)
    {
        if (PathOf(context, run) is not { } path)
        {
            return null;
        }

        var id = run.Folder.Id;
        var loaded = PlanLoader.Load(path);
        if (loaded.Plan is null)
        {
            return PlainView.OneLine($"{path} was edited since run {id} took it in, and has errors now (`holdfast "
                + $"validate {NextSteps.Quoted(path)}` tells them); the run goes by the plan as it was");
        }

        var now = RunPlans.DefinitionsOf(loaded.Plan).ToDictionary(t => t.Name, t => t.Hash);
        var other = RunPlans.DefinitionsOf(run.Plan).Where(t => now.GetValueOrDefault(t.Name) != t.Hash)
            .Select(t => t.Name).ToArray();
        return other.Length == 0 ? null
            : PlainView.OneLine($"{path} was edited since run {id} took it in ("
                + string.Join(", ", other.Take(MaxNamed))
                + (other.Length > MaxNamed ? $" and {other.Length - MaxNamed} more" : "")
                + "); the run goes by the plan as it was. To take the edit in, and run again what it changed: "
                + context.Proposed($"holdfast run {NextSteps.Quoted(path)} --id {id} --rerun-changed"));
    }

    // Only a file that was written since: of a run with --set or --only the file always says otherwise.
    private static string? PathOf(CommandContext context, RunFiles run)
    {
        try
        {
            var glance = RunGlance.Of(context.Storage, run.Folder, withHead: true);
            return glance is { Started.PlanPath: { } path, StartedAt: { } begun } && File.Exists(path)
                && File.GetLastWriteTimeUtc(path) > begun.UtcDateTime ? path : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JournalException)
        {
            return null;
        }
    }
}
