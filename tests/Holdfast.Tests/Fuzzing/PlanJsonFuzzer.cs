using Holdfast.Plans;
using Holdfast.Plans.Graph;
using Holdfast.Tests.Plans;

namespace Holdfast.Tests.Fuzzing;

/// <summary>The plan.json that a resume reads: read, or refused by the one stated exception.</summary>
internal sealed class PlanJsonFuzzer : Fuzzer
{
    private static readonly byte[][] Seeds =
    [
        .. new[] { "full.yaml", "nightly.yaml", "graph.yaml", "kinds.yaml" }
            .Select(name => PlanLoader.Load(PlanData.PathOf(name)))
            .Where(result => result.Plan is not null).Select(result => PlanJson.Write(result.Plan!)),
    ];

    private static readonly string[] Words =
    [
        "null", "true", "{}", "[]", "\"\"", "{", "}", "[", "]", ",", ":", "\"format\":1", "\"tasks\":[", "\"needs\":[",
        "\"run\":[", "\"script\":\"", "\"timeout_ms\":", "\"name\":", "\"retry\":{", "\"${{ vars.a }}\"", "${{", "}}",
        "\"max_parallel\":", "\"when\":", "\"effect\":", "\"for_each\":{", "\"groups\":[", "\"env\":", "\"secrets\":[",
        "\"runtimes\":[", "\"kind\":\"http\"", "\"flavor\":\"codex\"", "\"breaker\":{", "\"http\":{", "\"agent\":{",
        "\"approval\":{", "\"merge\":[", "\"checkpoints\":[", "\"json\":", "\"expect_json\":{", "1e400", "-0",
    ];

    internal override string Name => "plan-json";

    internal override FuzzInput Make(Random random)
    {
        var seed = random.Next(Seeds.Length);
        return new(new Mutator(random, Words).Change(Seeds[seed], Seeds), seed);
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
        Require(PlanHash.OfPlan(plan) == PlanHash.OfPlan(again), "read again it has another hash");
        Require(PlanGraph.Levels(plan).Count == plan.Tasks.Count, "each task has a level");
    }
}
