using System.Text.Json;
using Holdfast.Plans;
using Holdfast.Plans.Graph;
using Holdfast.Plans.Running;
using Holdfast.Tests.Plans;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// The plan.json that a resume reads: read whole, or refused by the one stated exception. Nothing that it says is
/// dropped on the way, it can be run, and another plan has another hash.
/// </summary>
internal sealed class PlanJsonFuzzer : Fuzzer
{
    // What was approved comes first: what the writer of today forgets stands in it all the same.
    private static readonly byte[][] Seeds =
    [
        .. new[] { "full.plan.json", "kinds.plan.json" }.Select(name => File.ReadAllBytes(PlanData.PathOf(name))),
        .. PlanFuzzer.Files().Select(file => PlanLoader.Parse(file, "/plans/plan.yaml"))
            .Where(result => result.Plan is not null).Select(result => PlanJson.Write(result.Plan!, "/plans")),
    ];

    private static readonly string[] SeedHashes = [.. Seeds.Select(seed => PlanHash.OfPlan(PlanJson.Read(seed)))];

    private static readonly string[] SeedWork = [.. Seeds.Select(Work)];

    private static readonly string[] Bytes =
    [
        "null", "true", "{}", "[]", "\"\"", "{", "}", "[", "]", ",", ":", "\"format\":1", "\"tasks\":[", "\"needs\":[",
        "\"run\":[", "\"script\":\"", "\"timeout_ms\":", "\"name\":", "\"retry\":{", "\"${{ vars.a }}\"", "${{", "}}",
        "\"max_parallel\":", "\"when\":", "\"effect\":", "\"for_each\":{", "\"groups\":[", "\"env\":", "\"secrets\":[",
        "\"runtimes\":[", "\"kind\":\"http\"", "\"flavor\":\"codex\"", "\"breaker\":{", "\"http\":{", "\"agent\":{",
        "\"approval\":{", "\"merge\":[", "\"checkpoints\":[", "\"json\":", "\"expect_json\":{", "1e400", "-0",
    ];

    private static readonly string[] Words =
    [
        "format", "name", "file", "folder", "home", "max_parallel", "max_wait_ms", "deadline_ms", "on_failure",
        "notify", "vars", "set", "secrets", "groups", "tasks", "on", "script", "shell", "run", "needs", "when",
        "for_each", "group", "target", "cwd", "stdin", "inherit", "env", "inputs", "outputs", "effect", "kind",
        "timeout_ms", "no_progress_ms", "retry", "preset", "max_attempts", "retries", "base_ms", "cap_ms",
        "multiplier", "jitter", "adopt", "strays", "from_defaults", "source", "values", "rate_limited", "connection",
        "unknown", "always()", "failed(build)", "failed(", "stop", "continue", "once", "keyed", "reconcile",
        "repeatable", "items", "lines", "files", "end", "standard", "eight-class", "bash", "sh", "timeout",
        "no_progress", "${{ item }}", "${{ needs.a.outputs }}", "1", "runtimes", "flavor", "breaker", "http", "agent",
        "approval", "merge", "checkpoints", "json", "expect_json", "expect_status", "prompt", "runtime", "method",
        "path", "url", "query", "headers", "body", "body_file", "output", "max_bytes", "by", "message", "verify",
        "id", "commit", "worktree", "checkpoint_deadline_ms", "base", "redirects", "failures", "ratio", "window_ms",
        "minimum", "tokens", "turns", "cost_usd", "model", "program", "args", "permissions", "fallback", "codex",
        "POST", "GET", "https://a/",
    ];

    internal override string Name => "plan-json";

    internal override FuzzInput Make(Random random)
    {
        var seed = random.Next(Seeds.Length);
        var how = random.Next(8);
        var json = how < 6 ? new JsonMutator(random, Words).Change(Seeds[seed], Seeds) : Seeds[seed];
        return new(how < 5 ? json : new Mutator(random, Bytes).Change(json, Seeds), seed);
    }

    internal override void Check(FuzzInput input)
    {
        Plan plan;
        try
        {
            plan = PlanJson.Read(input.Bytes);
        }
        catch (FormatException refused)
        {
            Require(refused.Message.Length > 10, "a refusal says why");
            return;
        }

        var json = PlanJson.Write(plan);
        var again = PlanJson.Read(json);
        RequireSame(json, PlanJson.Write(again), "what was read is not read again as it was written");
        var hash = PlanHash.OfPlan(plan);
        Require(hash == PlanHash.OfPlan(again), "read again it has another hash");
        var same = Work(json) == SeedWork[input.Corpus];
        Require(same == (hash == SeedHashes[input.Corpus]),
            same ? "the same work has another hash" : "other work has the same hash");
        Require(PlanGraph.Levels(plan).Count == plan.Tasks.Count, "each task has a level");
        JsonLeaves.RequireKept(input.Bytes, json);
        CheckRun(plan);
    }

    /// <summary>Throws unless the engine can take the plan.</summary>
    internal static void CheckRun(Plan plan)
    {
        var spec = RunPlans.SpecOf(plan, "r");
        Require(spec.MaxParallel is >= 1 and <= 1024, $"{spec.MaxParallel} may run at once");
        Require(spec.GroupParallel.Values.All(most => most is >= 1 and <= 1024), "a group has a bound that is none");
        Require(plan.MaxWait >= TimeSpan.Zero && plan.Deadline is null or { Ticks: >= 0 }, "a wait below none");
        for (var i = 0; i < plan.Tasks.Count; i++)
        {
            var task = plan.Tasks[i];
            Require(spec.Tasks[i].Needs.Count == task.Needs.Count && spec.Tasks[i].Name == task.Name, "a task is lost");
            Require(task.Timeout >= TimeSpan.Zero && task.NoProgress is null or { Ticks: >= 0 }, "a limit below none");
            Require(task.Retry.Overrides.All(change => change.Multiplier is null or (>= 1 and <= 100)
                && change.Jitter is null or (>= 0 and <= 1)), "delays that do not end");
        }

        Require(RunPlans.DefinitionsOf(plan).Count == plan.Tasks.Count, "each task has a hash");
        Require(RunPlans.NotifyOccasions(plan).Count <= 3, "three occasions are known");
    }

    // What a plan says apart from where it lies and where a value came from: plans that are the same in this do the
    // same work, and no others.
    private static string Work(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var fields = document.RootElement.EnumerateObject()
            .Where(field => field.Name is not ("file" or "folder" or "home" or "set" or "tasks"))
            .Select(field => field.ToString());
        var tasks = document.RootElement.GetProperty("tasks").EnumerateArray().Select(task => string.Join(',',
            task.EnumerateObject().Where(field => field.Name != "from_defaults").Select(field => field.ToString())));
        return string.Join(',', fields) + "|" + string.Join('|', tasks);
    }
}
