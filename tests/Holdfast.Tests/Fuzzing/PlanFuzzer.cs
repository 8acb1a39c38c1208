using System.Text;
using System.Text.Json;
using Holdfast.Plans;
using Holdfast.Plans.Binding;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Graph;
using Holdfast.Tests.Plans;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Plan files: loaded, or refused with places within the file; always the same way; and what is loaded survives
/// plan.json and can be drawn.
/// </summary>
internal sealed class PlanFuzzer : Fuzzer
{
    private static readonly byte[][] Seeds = [.. Files()];

    private static readonly string[] Words =
    [
        .. PlanKeys.Plan, .. PlanKeys.Task, .. PlanKeys.Defaults, .. PlanKeys.Notify, .. PlanKeys.ForEach,
        .. PlanKeys.Retry, .. PlanKeys.Secret, .. PlanKeys.AgentRuntime, .. PlanKeys.HttpRuntime, .. PlanKeys.Breaker,
        .. PlanKeys.Http, .. PlanKeys.Expect, .. PlanKeys.Approval, .. PlanKeys.Checkpoint, "${{ secrets.A }}",
        "kind: http", "kind: agent", "{", "}", "[", "]", ",", ": ", "\n", "\n  ", "- ", "&a ", "*a", "<<: *a",
        "|\n", ">-\n", "'", "\"", "#", "${{ ", " }}", "${{ vars.a }}", "${{ item }}", "${{ tasks.a.status }}", "!x ",
        "? ", "%YAML 1.1\n", "---\n", "...\n", "$(", "`", "~", "null", "true", "yes", "30s", "1h30m", "0s", "-5m",
        "99999999999d", "1.5h", "365d", "366d", "3650d",
        "100", "1000", "1024", "bash", "once", "reconcile: x", "failed(a)", "always", "**/*", "{a,b}", "../..", "/",
        "[a, b]", "{ run: x }", "<<", "!!int 3", "!!binary aGk=", "&a [*a]", "item", "other", "last", "stop",
    ];

    private static readonly string[] LineEnds = ["\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"];

    private static readonly TemplateContext Hostile = new()
    {
        RunId = "\",\"hostile\":1,\"",
        RunName = "@other.test/../..",
        TaskName = "t\r\nX: y",
        AttemptNumber = 1,
        AttemptDirectory = "/a b",
        Item = new("http://other.test/?#", 0),
        Variable = static _ => "../#?&@\"\\\u00e9",
        Secret = static _ => "s\nt",
        NeedOutputs = static _ => ["a", "b"],
    };

    internal override string Name => "plan";

    internal override long MostAllocatedBytes(int inputBytes) => (96L << 20) + (40_000L * inputBytes);

    internal override FuzzInput Make(Random random)
    {
        var seed = random.Next(Seeds.Length);
        return new(new Mutator(random, Words).Change(Seeds[seed], Seeds), seed);
    }

    internal override void Check(FuzzInput input)
    {
        var result = PlanLoader.Parse(input.Bytes, "/plans/plan.yaml");
        Require(result.Plan is null == result.ErrorCount > 0, "a plan is there exactly when there is no error");
        Require(result.Errors.Count == Math.Min(result.ErrorCount, PlanLoadResult.MaxMessages), "errors are kept");
        var again = PlanLoader.Parse(input.Bytes, "/plans/plan.yaml");
        Require(result.Lines().SequenceEqual(again.Lines()), "loaded twice it says different things");
        CheckPlaces(input.Bytes, result);
        if (result.Plan is { } plan)
        {
            CheckLoaded(plan, again.Plan!);
        }
    }

    private static void CheckPlaces(byte[] bytes, PlanLoadResult result)
    {
        // As an editor counts: a line ends at every line end that YAML knows.
        var lines = Encoding.UTF8.GetString(bytes).Split(LineEnds, StringSplitOptions.None);
        foreach (var message in result.Errors.Concat(result.Warnings))
        {
            var (line, column) = (message.Position.Line, message.Position.Column);
            Require(line >= 1 && line <= lines.Length && column >= 1,
                $"its place is not in the file of {lines.Length} lines: {message}");
            Require(column <= lines[line - 1].Length + 1,
                $"its column is behind its line of {lines[line - 1].Length} characters: {message}");
            Require(!message.ToString().AsSpan().ContainsAnyInRange('\0', '\u001F'),
                $"a message is one line without control characters: {message}");
        }
    }

    private static void CheckLoaded(Plan plan, Plan again)
    {
        var json = PlanJson.Write(plan);
        RequireSame(json, PlanJson.Write(again), "loaded twice it is a different plan");
        var read = PlanJson.Read(json);
        RequireSame(json, PlanJson.Write(read), "plan.json does not survive");
        Require(PlanHash.OfPlan(plan) == PlanHash.OfPlan(read), "read from plan.json it has another hash");
        foreach (var format in Enum.GetValues<GraphFormat>())
        {
            Require(PlanGraph.Render(plan, format).Length > 0, $"{format} shows nothing");
        }

        Require(PlanGraph.Levels(plan).Count == plan.Tasks.Count, "each task has a level");
        PlanJsonFuzzer.CheckRun(read);
        foreach (var task in plan.Tasks)
        {
            if (task.Work is HttpWork http)
            {
                CheckRequest(http, plan.CandidatesOf(task) is [HttpRuntimeSetting runtime, ..] ? runtime : null);
            }
        }
    }

    // No value may be more than a value: JSON of its own, another host, a header of its own.
    private static void CheckRequest(HttpWork http, HttpRuntimeSetting? runtime)
    {
        try
        {
            var address = http.Address(runtime, Hostile);
            Require(runtime is null || address.Authority == new Uri(runtime.Base).Authority, "it stays at its host");
            if (http.Json is { } json)
            {
                using var sent = JsonDocument.Parse(json.Render(Hostile));
                Require(!sent.RootElement.ToString().Contains("\"hostile\":", StringComparison.Ordinal)
                    || sent.RootElement.ValueKind == JsonValueKind.String, "a value is no JSON of its own");
            }

            foreach (var (name, value) in http.Headers)
            {
                Require(!HttpAddress.HeaderValue(name, value, Hostile).Contains('\n'), "a header is one line");
            }
        }
        catch (TemplateException refused)
        {
            Require(refused.Message.Length > 10, "a refusal says why");
        }
    }

    internal static IEnumerable<byte[]> Files()
    {
        foreach (var name in new[] { "full.yaml", "nightly.yaml", "graph.yaml", "bad.yaml", "kinds.yaml" })
        {
            yield return File.ReadAllBytes(PlanData.PathOf(name));
        }

        foreach (var example in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "data", "examples"), "*.yaml")
            .Order(StringComparer.Ordinal))
        {
            yield return File.ReadAllBytes(example);
        }
    }
}
