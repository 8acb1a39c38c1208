using System.Text.Json;
using System.Text;
using Holdfast.Plans.Expressions;
using Holdfast.Plans;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Plans;

/// <summary>Runtimes and the kinds of work that are no plain command.</summary>
public class PlanKindsTests
{
    private static readonly TemplateContext Context = new()
    {
        RunId = "r 1",
        RunName = "kinds",
        TaskName = "t",
        Variable = static name => name == "ticket" ? "A\"7/..&é" : null,
        Secret = static name => $"value of {name}",
    };

    private static Plan Kinds => PlanLoader.Load(PlanData.PathOf("kinds.yaml")).Plan!;

    [Fact]
    public void Runtimes_are_read_as_written()
    {
        var plan = Kinds;
        Assert.Equal(["opencode", "codex", "mine", "api", "spare"], plan.Runtimes.Select(runtime => runtime.Name));
        var agent = Assert.IsType<AgentRuntimeSetting>(plan.Runtimes[0]);
        Assert.Equal((AgentFlavor.OpenCode, "opencode/glm-5", AgentPermissions.Full, "/opt/agents/opencode", 3),
            (agent.Flavor, agent.Model, agent.Permissions, agent.Program, agent.MaxParallel!.Value));
        Assert.Equal(new AgentLimits(0.50m, 200_000, 60), agent.Limits);
        Assert.Equal(new BreakerSettings
        {
            Failures = 3,
            RecoverAfter = TimeSpan.FromSeconds(10),
            Probes = 1,
            Successes = 1,
            MaxRecover = TimeSpan.FromMinutes(2),
            Ratio = 0.5,
            Window = TimeSpan.FromSeconds(30),
            Minimum = 4,
        }, agent.Breaker);
        Assert.Equal(["--log", "${{ run.id }}"], agent.Arguments.Select(argument => argument.Source));
        Assert.True(agent.Environment.Inherits("AGENT_X"));
        var mine = Assert.IsType<AgentRuntimeSetting>(plan.Runtimes[2]);
        Assert.Equal((PromptDelivery.File, true, AgentPermissions.Edit, 2),
            (mine.Prompt, mine.CheckpointLines, mine.Permissions, mine.Run.Count));
        var http = Assert.IsType<HttpRuntimeSetting>(plan.Runtimes[3]);
        Assert.Equal(("https://api.example.test/v1", 0, TimeSpan.FromSeconds(5)),
            (http.Base, http.Redirects, http.Timeout!.Value));
        Assert.Equal(BreakerSettings.Default, http.Breaker);
    }

    [Theory]
    [InlineData("[ sh, ./a.sh ]", "[ sh, ./b.sh ]", "sh ./a.sh × default model")]
    [InlineData("[ npx, -y, '@openai/codex' ]", "[ npx, -y, other ]", "npx -y @openai/codex × default model")]
    [InlineData("[ sh, -c, 'cat; a' ]", "[ sh, -c, 'cat; b' ]", "sh bd2e860aae53 × default model")]
    [InlineData("[ ./llm, --model, big ]", "[ ./llm, --model, small ]", "./llm --model big × default model")]
    [InlineData("[ ./llm ]", "[ ./llm, '' ]", "./llm × default model")]
    public void A_custom_program_is_told_from_others_by_its_whole_command(string run, string other, string target)
    {
        var plan = PlanData.Valid($$"""
            runtimes:
              a: { kind: agent, flavor: custom, run: {{run}}, fallback: [ b ] }
              b: { kind: agent, flavor: custom, run: {{other}} }
            tasks: { t: { runtime: a, prompt: x } }
            """);
        Assert.Equal(2, plan.CandidatesOf(plan.Tasks[0]).Count);
        Assert.Equal(target, Holdfast.Plans.Running.RuntimeTargets.Of(plan.Runtimes[0]));
    }

    [Fact]
    public void Every_kind_has_its_own_defaults()
    {
        var plan = Kinds;
        var built = PlanData.Valid("""
            runtimes:
              a: { kind: agent, flavor: codex }
            tasks:
              agent: { runtime: a, prompt: x }
              get: { http: { url: http://h/ } }
              head: { http: { url: http://h/, method: HEAD } }
              put: { http: { url: http://h/, method: PUT, body: x } }
              delete: { http: { url: http://h/, method: DELETE } }
              post: { http: { url: http://h/, body: x } }
              patch: { http: { url: http://h/, method: PATCH } }
              run: { run: x }
            """);
        Assert.Equal(
            [
                "agent 4h 10m Repeatable", "get 30s - Repeatable", "head 30s - Repeatable", "put 30s - Repeatable",
                "delete 30s - Repeatable", "post 30s - Once", "patch 30s - Once", "run 1h - Repeatable",
            ],
            built.Tasks.Select(task => $"{task.Name} {Text(task.Timeout)} {Text(task.NoProgress)} {task.Effect.Kind}"));
        Assert.Equal("POST", Assert.IsType<HttpWork>(built.Find("post")!.Work).Method);
        Assert.Equal(TimeSpan.FromHours(24), built.Tasks[0].CheckpointDeadline);
        // Of the task, else of its runtime, else of the plan's defaults.
        Assert.Equal(["1m", "5s", "10m"], new[] { "put", "status", "file" }.Select(name => Text(
            plan.Find(name)!.Timeout)));
        Assert.Null(plan.Find("other")!.NoProgress);

        static string Text(TimeSpan? time) => time is { } some ? Holdfast.Plans.Binding.DurationText.Format(some) : "-";
    }

    [Fact]
    public void The_format_is_approved()
    {
        var json = Encoding.UTF8.GetString(PlanJson.Write(Kinds))
            .Replace(JsonEncodedText.Encode(Kinds.Folder).ToString(), "FOLDER");
        Assert.Equal(File.ReadAllText(PlanData.PathOf("kinds.plan.json")), json + "\n");
    }

    [Fact]
    public void Writing_reading_and_writing_again_gives_the_same_bytes_and_hashes()
    {
        var plan = Kinds;
        var json = PlanJson.Write(plan);
        var again = PlanJson.Read(json);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(PlanJson.Write(again)));
        Assert.Equal(PlanHash.OfPlan(plan), PlanHash.OfPlan(again));
        Assert.Equal(PlanHash.OfTasks(plan), PlanHash.OfTasks(again));
        Assert.Equal(plan.Tasks.Select(task => (task.Timeout, task.NoProgress, task.Effect.Kind)),
            again.Tasks.Select(task => (task.Timeout, task.NoProgress, task.Effect.Kind)));
    }

    [Fact]
    public void Candidates_are_in_one_row_each_once()
    {
        var plan = Kinds;
        Assert.Equal(["opencode", "codex", "mine"], plan.CandidatesOf(plan.Find("feature")!).Select(r => r.Name));
        Assert.Equal(["api", "spare"], plan.CandidatesOf("api").Select(r => r.Name));
        Assert.Empty(plan.CandidatesOf(plan.Find("merge")!));
        Assert.True(plan.UsesSecret(plan.Find("status")!, "TOKEN"));
        Assert.False(plan.UsesSecret(plan.Find("other")!, "TOKEN"));

        // A → B → C, where C is what A is: C takes over from B, and is no fallback of A.
        var same = PlanData.Valid("""
            runtimes:
              a: { kind: agent, flavor: codex, fallback: [ b ] }
              b: { kind: agent, flavor: claude, fallback: [ c ] }
              c: { kind: agent, flavor: codex, args: [ -v ] }
            tasks: { t: { runtime: a, prompt: x } }
            """);
        Assert.Equal(["a", "b"], same.CandidatesOf("a").Select(r => r.Name));
        Assert.Equal(["b", "c"], same.CandidatesOf("b").Select(r => r.Name));
    }

    [Fact]
    public void A_changed_runtime_changes_the_hash_of_its_tasks_and_of_no_other()
    {
        const string Yaml = "vars: { v: 1 }\nruntimes:\n  a: { kind: agent, flavor: codex, model: m, "
            + "args: [ \"${{ vars.v }}\" ] }\ntasks: { t: { runtime: a, prompt: x }, u: { run: y } }\n";
        var plan = PlanData.Valid(Yaml);
        var other = PlanData.Valid(Yaml.Replace("model: m", "model: n", StringComparison.Ordinal));
        var set = PlanData.Valid(Yaml, "v=2");
        Assert.NotEqual(PlanHash.OfTask(plan, plan.Tasks[0]), PlanHash.OfTask(other, other.Tasks[0]));
        Assert.NotEqual(PlanHash.OfTask(plan, plan.Tasks[0]), PlanHash.OfTask(set, set.Tasks[0]));
        Assert.Equal(PlanHash.OfTask(plan, plan.Tasks[1]), PlanHash.OfTask(other, other.Tasks[1]));
    }

    [Fact]
    public void A_value_in_json_is_a_text_of_its_own_and_never_json()
    {
        var json = JsonTemplate.OfMembers([new("k", JsonTemplate.OfText(Template.Parse("v=${{ vars.x }}")))]);
        var sent = Encoding.UTF8.GetString(json.Render(new() { Variable = _ => "\",\"admin\":true,\"\\\n" }));
        using var document = JsonDocument.Parse(sent);
        Assert.Equal("v=\",\"admin\":true,\"\\\n",
            Assert.Single(document.RootElement.EnumerateObject()).Value.GetString());
    }

    [Fact]
    public void A_value_in_an_address_is_percent_encoded()
    {
        var plan = Kinds;
        var status = Assert.IsType<HttpWork>(plan.Find("status")!.Work);
        var api = (HttpRuntimeSetting)plan.CandidatesOf("api")[0];
        Assert.Equal("https://api.example.test/v1/status/A%227%2F..%26%C3%A9?q=a%20r%201",
            status.Address(api, Context).AbsoluteUri);
        Assert.Equal("http://spare.example.test/status/A%227%2F..%26%C3%A9?q=a%20r%201",
            status.Address((HttpRuntimeSetting)plan.CandidatesOf("api")[1], Context).AbsoluteUri);
        var dots = Assert.Throws<TemplateException>(() => status.Address(api, Context with { Variable = _ => ".." }));
        Assert.Contains("would lead to another path", dots.Message);
        var file = Assert.IsType<HttpWork>(plan.Find("file")!.Work);
        Assert.Equal("https://a.test/b?c=d",
            file.Address(null, new() { Item = new("https://a.test/b?c=d", 0) }).AbsoluteUri);
        var no = Assert.Throws<TemplateException>(() =>
            file.Address(null, new() { Item = new("file:///etc/hosts", 0) }));
        Assert.Contains("is no address of HTTP", no.Message);
    }

    [Fact]
    public void A_header_takes_its_secret_and_no_line_break()
    {
        var http = (HttpRuntimeSetting)Kinds.CandidatesOf("api")[0];
        Assert.Equal("Bearer value of TOKEN", HttpAddress.HeaderValue("Authorization", http.Headers[0].Value, Context));
        Assert.Equal("Bearer ${{ secrets.TOKEN }}",
            http.Headers[0].Value.RenderDisplay(Context with { Secret = null }));
        _ = Assert.Throws<TemplateException>(() => HttpAddress.HeaderValue("X-Run", http.Headers[1].Value,
            Context with { RunId = "a\r\nX: y" }));
    }
}
