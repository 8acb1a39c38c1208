using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Holdfast.Cli.Upkeep;
using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Plans.Runtimes;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Targets;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary><c>runtimes [list|check] [PLAN]</c>: what a plan's work is given to, and whether it is there.</summary>
internal static class RuntimesCommand
{
    private const int MostAtOnce = 8;

    internal static Command Make(CommandContext context)
    {
        var command = Made(
            context, "runtimes",
            "Shows the runtimes of a plan: what each is, what takes over from it, and what the workspace knows of its "
            + "target. Nothing is asked of them.",
            "holdfast runtimes plan.yaml\nholdfast runtimes check plan.yaml", List);
        command.Subcommands.Add(Made(
            context, "list", "Lists the runtimes, as `runtimes` alone does.", "holdfast runtimes list plan.yaml",
            List));
        command.Subcommands.Add(Made(
            context, "check",
            "Looks whether each could work now, in 5 seconds at most: its secrets are there, its program tells its "
            + "version, its host answers a HEAD without credentials. Ends with 6 if one could not.",
            "holdfast runtimes check plan.yaml", Check));
        return command;
    }

    private static Command Made(
        CommandContext context, string name, string summary, string example, Func<CommandContext, Plan, int> run)
    {
        var plan = CommandShape.OptionalText("PLAN", "The plan file. Without it: the plan of the last run.");
        var set = PlanCommands.Set();
        return CommandShape.Make(context, name, summary, example, [plan, set], parsed =>
            run(context, PlanOf(context, parsed.GetValue(plan), parsed.GetValue(set) ?? [])));
    }

    private static Plan PlanOf(CommandContext context, string? path, string[] set)
    {
        if (path is null)
        {
            var run = LookedRun.Open(context.Storage, context.OpenLooking("last"));
            return run.Plan ?? throw new CliFailure(
                "plan_missing", ExitCodes.NotFound,
                $"run {run.Id} has no plan to read{(run.PlanProblem is { } why ? $": {why}" : "")}; name a plan file");
        }

        var loaded = PlanLoader.Load(Path.GetFullPath(path, context.CurrentFolder), set);
        return loaded.Plan ?? throw PlanCommands.Invalid(loaded);
    }

    private static int List(CommandContext context, Plan plan)
    {
        var rows = Rows(context, plan, static _ => null);
        Print(context, "holdfast.runtimes.v1", ExitCodes.Done, plan, rows, page => page.Table(
            [.. rows.Select(r => new[] { r.State, r.Runtime.Name, Kind(r.Runtime), r.Target, r.Detail })],
            stateColumn: 0, widest: 80));
        return ExitCodes.Done;
    }

    private static int Check(CommandContext context, Plan plan)
    {
        var health = Ask(context, plan);
        var rows = Rows(context, plan, health.GetValueOrDefault);
        var exitCode = rows.Exists(r => r.Health is { IsThere: false }) ? ExitCodes.Refused : ExitCodes.Done;
        Print(context, "holdfast.runtimes_check.v1", exitCode, plan, rows, page =>
        {
            foreach (var row in rows)
            {
                var (isThere, seen, cure) = row.Health!;
                page.StateLine(isThere ? "ok  " : "fail", $"  {row.Runtime.Name}  {Kind(row.Runtime)}: {seen}");
                if (row.State != BreakerState.Closed.Word())
                {
                    page.Line($"      its target {row.Target} is {row.State}: {row.Detail}");
                }

                if (cure is not null)
                {
                    page.Line($"      what helps: {cure}");
                }
            }
        });
        return exitCode;
    }

    private static Dictionary<string, RuntimeHealth> Ask(CommandContext context, Plan plan)
    {
        var scratch = Directory.CreateTempSubdirectory("holdfast-runtimes-");
        try
        {
            using var runtime = CommandRuntime.Create(new CommandRuntimeOptions { Clock = context.Time });
            var probe = new RuntimeProbe(
                plan, new ContextSecrets(context), runtime, scratch.FullName, context.Time);
            return plan.Runtimes.AsParallel().WithDegreeOfParallelism(MostAtOnce)
                .Select(r => (r.Name, Health: probe.Look(r))).ToDictionary(r => r.Name, r => r.Health);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static List<Row> Rows(CommandContext context, Plan plan, Func<string, RuntimeHealth?> healthOf)
    {
        var views = Views(context);
        var now = context.Time.GetUtcNow();
        return [.. plan.Runtimes.Select(runtime =>
        {
            var target = RuntimeTargets.Of(runtime);
            var view = views.FirstOrDefault(v => v.Target == target);
            string?[] known =
            [
                view is null ? null : BreakersCommand.Detail(view, now), After(plan, runtime),
                runtime.MaxParallel is { } most
                    ? string.Create(CultureInfo.InvariantCulture, $"{most} at once at most") : null,
            ];
            return new Row(
                runtime, target, view is null ? BreakerState.Closed.Word() : BreakersCommand.StateOf(view),
                string.Join("; ", known.Where(k => k is { Length: > 0 })), healthOf(runtime.Name));
        })];
    }

    private static string? After(Plan plan, PlanRuntime runtime) =>
        plan.CandidatesOf(runtime.Name).Skip(1).ToList() is { Count: > 0 } others
            ? $"then {string.Join(", ", others.Select(o => o.Name))}" : null;

    private static IReadOnlyList<TargetView> Views(CommandContext context)
    {
        if (context.FindWorkspace() is not { } path)
        {
            return [];
        }

        var workspace = Workspace.Open(context.Storage, path, create: false);
        using var targets = new WorkspaceTargets(context.Storage, workspace.Path, workspace.Seed, run: null);
        return targets.Look(context.Time.GetUtcNow(), 0);
    }

    private static string Kind(PlanRuntime runtime) =>
        runtime is AgentRuntimeSetting agent ? PlanWords.Of(agent.Flavor) : "http";

    private static void Print(
        CommandContext context, string schema, int exitCode, Plan plan, List<Row> rows, Action<Page> print)
    {
        if (context.Json)
        {
            JsonResult.Write(context, schema, exitCode, json => Write(json, plan, rows));
            return;
        }

        var page = new Page(context);
        if (rows.Count == 0)
        {
            page.Line($"plan \"{plan.Name}\" has no runtimes: its work is commands and addresses written out");
            return;
        }

        print(page);
    }

    private static void Write(Utf8JsonWriter json, Plan plan, List<Row> rows)
    {
        json.WriteString("plan", plan.Name);
        json.WriteStartArray("runtimes");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Runtime.Name);
            json.WriteString("kind", row.Runtime is AgentRuntimeSetting ? "agent" : "http");
            if (row.Runtime is AgentRuntimeSetting agent)
            {
                json.WriteString("flavor", PlanWords.Of(agent.Flavor));
                RunJson.Text(json, "model", agent.Model);
            }

            json.WriteString("target", row.Target);
            json.WriteString("state", row.State);
            Texts(json, "secrets", row.Runtime.Secrets);
            Texts(json, "fallback", plan.CandidatesOf(row.Runtime.Name).Skip(1).Select(r => r.Name));
            RunJson.Number(json, "max_parallel", row.Runtime.MaxParallel);
            if (row.Health is { } health)
            {
                json.WriteBoolean("there", health.IsThere);
                json.WriteString("seen", health.Seen);
                RunJson.Text(json, "cure", health.Cure);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private sealed record Row(
        PlanRuntime Runtime, string Target, string State, string Detail, RuntimeHealth? Health);
}
