using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>The last run of the same plan that went well, and what is different now.</summary>
internal sealed record GoodRun(string Id, DateTimeOffset EndedAt, IReadOnlyList<string> Differences)
{
    // A workspace may hold thousands of runs; a good one further back than this says little about today.
    private const int MostGlances = 200;
    private const int MostNames = 6;

    /// <summary>Finds it among the runs beside a run; null where there is none.</summary>
    internal static GoodRun? Before(CommandContext context, LookedRun run, TaskState cause)
    {
        try
        {
            return Find(context.Storage, run) is { } folder
                ? Compare(LookedRun.Open(context.Storage, folder), run, cause) : null;
        }
        catch (Exception error) when (
            error is IOException or RunNotFoundException or InvalidRunEventException or FormatException)
        {
            // A comparison that cannot be made must not hide what is known of the run itself.
            return null;
        }
    }

    private static RunFolder? Find(IStorage storage, LookedRun run)
    {
        if (Path.GetDirectoryName(Path.GetDirectoryName(run.Folder.Path)) is not { } path
            || !storage.FileExists(Path.Combine(path, "workspace.json")))
        {
            return null;
        }

        var left = MostGlances;
        foreach (var folder in RunReferences.NewestFirst(Workspace.Open(storage, path, create: false)))
        {
            if (left-- == 0)
            {
                return null;
            }

            var glance = RunGlance.Of(storage, folder, withHead: true);
            if (glance is { Ended.Status: RunStatus.Succeeded, Started: { } started }
                && started.Name == run.State.Started!.Name && glance.StartedAt < run.State.Started.At)
            {
                return folder;
            }
        }

        return null;
    }

    private static GoodRun Compare(LookedRun good, LookedRun run, TaskState cause)
    {
        var differences = new List<string>();
        AddPlan(good, run, differences);
        if (good.State.Find(cause.Name) is { } before)
        {
            differences.Add(
                $"\"{cause.Name}\" took {Took(before)} and {Attempts(before)} then; {Took(cause)} and "
                + $"{Attempts(cause)} now");
        }
        else
        {
            differences.Add($"\"{cause.Name}\" was not part of it");
        }

        if (good.State.Driver is { } then && run.State.Driver is { } now && then.Host != now.Host)
        {
            differences.Add($"it ran on {then.Host}, this one on {now.Host}");
        }

        if (good.State.Started?.Version != run.State.Started?.Version)
        {
            differences.Add(
                $"Holdfast was {good.State.Started?.Version ?? "?"} then, {run.State.Started?.Version ?? "?"} now");
        }

        return new GoodRun(good.Id, good.State.LastAt, differences);
    }

    private static void AddPlan(LookedRun good, LookedRun run, List<string> differences)
    {
        if (good.State.PlanSha256 == run.State.PlanSha256)
        {
            differences.Add("the plan is the same");
            return;
        }

        if (good.Plan is not { } before || run.Plan is not { } now)
        {
            differences.Add("the plan is another one");
            return;
        }

        var old = HashesOf(before);
        var (added, changed) = (new List<string>(), new List<string>());
        foreach (var (name, hash) in HashesOf(now))
        {
            if (!old.Remove(name, out var oldHash))
            {
                added.Add(name);
            }
            else if (oldHash != hash)
            {
                changed.Add(name);
            }
        }

        differences.Add("the plan changed"
            + (added.Count + changed.Count + old.Count == 0 ? " in its settings, in no task" : ""));
        AddNames("changed", changed, differences);
        AddNames("new", added, differences);
        AddNames("gone", [.. old.Keys], differences);
    }

    private static void AddNames(string what, List<string> names, List<string> differences)
    {
        if (names.Count > 0)
        {
            differences.Add($"  {what}: {string.Join(", ", names.Take(MostNames))}"
                + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : ""));
        }
    }

    private static Dictionary<string, string> HashesOf(Plan plan)
    {
        var hashes = PlanHash.OfTasks(plan);
        var found = new Dictionary<string, string>(hashes.Count);
        for (var i = 0; i < hashes.Count; i++)
        {
            found[plan.Tasks[i].Name] = hashes[i];
        }

        return found;
    }

    private static string Took(TaskState task) =>
        task.Outcome is { } outcome ? Durations.Text(outcome.Duration) : "no time";

    private static string Attempts(TaskState task) => task.Attempts == 1 ? "1 attempt" : $"{task.Attempts} attempts";
}
