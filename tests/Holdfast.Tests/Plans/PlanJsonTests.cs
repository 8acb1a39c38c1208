using System.Text;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Plans;

namespace Holdfast.Tests.Plans;

public class PlanJsonTests
{
    private static Plan Full => PlanLoader.Load(PlanData.PathOf("full.yaml"), ["level=9"]).Plan!;

    [Fact]
    public void A_full_plan_is_read_as_written()
    {
        var plan = Full;
        Assert.Equal(["build", "import", "lines", "items", "alarm", "end"], plan.Tasks.Select(task => task.Name));
        Assert.Equal((4, TimeSpan.FromMinutes(390), TimeSpan.FromHours(12), FailureReaction.Stop),
            (plan.MaxParallel!.Value, plan.MaxWait, plan.Deadline!.Value, plan.OnFailure));
        Assert.Equal(NotifyEvents.Waiting | NotifyEvents.Done, plan.Notify!.On);
        Assert.Equal([new PlanGroup("net", 2), new PlanGroup("quiet", null)], plan.Groups);
        var build = plan.Tasks[0];
        Assert.Equal(["bash", "-eu"], PlanData.CommandOf(build).Shell);
        Assert.Equal((7, RetryPreset.Standard), (build.Retry.MaxAttempts!.Value, build.Retry.Preset));
        var seconds = TimeSpan.FromSeconds(1);
        Assert.Equal([new(FailureClass.Timeout, 1, null, null, null, null),
            new RetryOverride(FailureClass.Connection, 5, 2 * seconds, 60 * seconds, 3, 0.25)], build.Retry.Overrides);
        Assert.Equal(InheritedSettings.Timeout | InheritedSettings.NoProgress | InheritedSettings.Retry
            | InheritedSettings.Shell
            | InheritedSettings.Environment | InheritedSettings.OnFailure, build.Inherited);
        var import = plan.Tasks[1];
        Assert.Equal(["STEM", "CI"], import.Environment.Variables.Select(pair => pair.Key));
        Assert.Equal("false", import.Environment.Variables[1].Value.Source);
        Assert.True(import.Environment.Inherits("GITHUB_SHA") && !import.Environment.Inherits("GITHU"));
        Assert.Equal((ForEachSource.Files, 8), (import.ForEach!.Source, import.ForEach.MaxParallel!.Value));
        Assert.Equal((null, false, StrayReaction.End), (plan.Tasks[2].NoProgress, plan.Tasks[2].Adopt,
            plan.Tasks[2].Strays));
        Assert.Equal((EffectKind.Reconcile, TimeSpan.FromSeconds(90)),
            (plan.Tasks[3].Effect.Kind, plan.Tasks[3].Timeout));
        Assert.Equal(new WhenCondition(WhenKind.Failed, 0), plan.Tasks[4].When);
        Assert.Equal(EffectKind.Once, plan.Tasks[5].Effect.Kind);
    }

    [Fact]
    public void Writing_reading_and_writing_again_gives_the_same_bytes()
    {
        var plan = Full;
        var json = PlanJson.Write(plan);
        var again = PlanJson.Read(json);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(PlanJson.Write(again)));
        Assert.Equal(PlanHash.OfPlan(plan), PlanHash.OfPlan(again));
        Assert.Equal(PlanHash.OfTasks(plan), PlanHash.OfTasks(again));
        Assert.True(again.Variables[1] is { Value: "9", FromCommandLine: true });
        Assert.Equal(plan.Folder, PlanJson.Read(json, "/moved").Folder);
        using var document = JsonDocument.Parse(json);
        Assert.Equal(1, document.RootElement.GetProperty("format").GetInt32());
    }

    // SR5: absolute paths broke a moved run.
    [Fact]
    public void A_plan_that_moved_along_with_its_workspace_is_in_its_new_place()
    {
        var place = Directory.CreateTempSubdirectory("holdfast-plan-").FullName;
        try
        {
            var below = Directory.CreateDirectory(Path.Combine(place, "new", "sub")).FullName;
            var plan = PlanLoader.Parse(
                "tasks:\n  a: { run: x }\n"u8, Path.Combine(place, "old", "sub", "plan.yaml")).Plan!;
            var json = PlanJson.Write(plan, Path.Combine(place, "old"));
            var moved = Path.Combine(place, "new");
            Assert.Equal(plan.Folder, PlanJson.Read(json, moved).Folder);
            File.WriteAllText(Path.Combine(below, "plan.yaml"), "");
            Assert.Equal(below, PlanJson.Read(json, moved).Folder);
            Assert.Equal(plan.Folder, PlanJson.Read(json, Path.Combine(place, "old")).Folder);
            Assert.Equal(plan.Folder, PlanJson.Read(json).Folder);

            // A plan that lay outside its workspace's folder has no place below another one.
            var outside = PlanJson.Write(plan, Path.Combine(place, "elsewhere"));
            Assert.Equal(plan.Folder, PlanJson.Read(outside, moved).Folder);
            Assert.Equal(PlanHash.OfPlan(plan), PlanHash.OfPlan(PlanJson.Read(json, moved)));
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    [Fact]
    public void The_format_is_approved()
    {
        var json = Encoding.UTF8.GetString(PlanJson.Write(Full))
            .Replace(JsonEncodedText.Encode(Full.Folder).ToString(), "FOLDER");
        Assert.Equal(File.ReadAllText(PlanData.PathOf("full.plan.json")), json + "\n");
    }

    [Fact]
    public void A_damaged_or_newer_file_is_refused_by_name()
    {
        var json = PlanJson.Write(Full);
        for (var length = 0; length < json.Length; length += 37)
        {
            _ = Assert.Throws<FormatException>(() => PlanJson.Read(json.AsSpan(0, length)));
        }

        Assert.Contains("format 2, and this version reads up to 1",
            Assert.Throws<FormatException>(() => PlanJson.Read("{\"format\":2}"u8)).Message);
        Assert.Contains("no field is called \"extra\"", Assert.Throws<FormatException>(() =>
            PlanJson.Read("{\"extra\":2}"u8)).Message);
        var unknownNeed = Encoding.UTF8.GetString(json).Replace("\"needs\":[\"build\"]", "\"needs\":[\"gone\"]");
        _ = Assert.Throws<FormatException>(() => PlanJson.Read(Encoding.UTF8.GetBytes(unknownNeed)));
    }

    [Fact]
    public void Random_changes_of_the_file_are_refused_or_read_and_never_crash()
    {
        var json = PlanJson.Write(Full);
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var changed = (byte[])json.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                Assert.NotNull(PlanJson.Read(changed));
            }
            catch (FormatException error)
            {
                Assert.Contains("plan.json", error.Message + " plan.json");
            }
        }
    }

    [Fact]
    public void The_hash_is_of_the_work_and_not_of_where_it_was_written()
    {
        const string Yaml = "vars: { a: 1, b: 2 }\ntasks:\n  s: { run: \"x ${{ vars.a }}\" }\n  t: { run: y, "
            + "timeout: 1h, needs: [ s ] }\n";
        var plan = PlanData.Valid(Yaml);
        var moved = PlanLoader.Parse(Encoding.UTF8.GetBytes("# moved\nname: plan\n"
            + Yaml.Replace("timeout: 1h, ", "")), "/else/other.yaml").Plan!;
        Assert.Equal(PlanHash.OfPlan(plan), PlanHash.OfPlan(moved));
        var set = PlanData.Valid(Yaml, "a=3");
        Assert.NotEqual(PlanHash.OfPlan(plan), PlanHash.OfPlan(set));
        Assert.NotEqual(PlanHash.OfTask(plan, plan.Tasks[0]), PlanHash.OfTask(set, set.Tasks[0]));
        Assert.Equal(PlanHash.OfTask(plan, plan.Tasks[1]), PlanHash.OfTask(set, set.Tasks[1]));
        Assert.Matches("^[0-9a-f]{64}$", PlanHash.OfPlan(plan));
    }

    [Fact]
    public void Defaults_written_at_the_plan_or_at_the_task_hash_alike()
    {
        var a = PlanData.Valid("defaults: { timeout: 5m }\ntasks: { t: { run: x } }");
        var b = PlanData.Valid("tasks: { t: { run: x, timeout: 300s } }");
        Assert.Equal(PlanHash.OfPlan(a), PlanHash.OfPlan(b));
        Assert.NotEqual(PlanJson.Write(a), PlanJson.Write(b));
    }

    [Fact]
    public void Secrets_are_read_only_when_asked_and_a_missing_one_is_told()
    {
        var plan = PlanData.Valid("secrets:\n  A: { env: A }\n  F: { file: key }\n  E: { env: E }\n  G: { file: "
            + "gone }\ntasks: { t: { run: x } }");
        var problems = SecretSource.Check(plan, new Reader());
        Assert.Equal(
            [
                "plan.yaml:4:3: secret \"E\" is missing: the environment variable E is empty; give it a value "
                    + "before the run",
                "plan.yaml:5:3: secret \"G\" is missing: the file gone does not exist; create it, or name another",
            ],
            problems.Select(problem => problem.ToString()));
        Assert.Equal("text", plan.Secrets[1].Read(plan.Folder, new Reader(), out _));
        Assert.DoesNotContain("value of", Encoding.UTF8.GetString(PlanJson.Write(plan)));
    }

    private sealed class Reader : ISecretReader
    {
        public string? ReadVariable(string name) => name == "A" ? "value of A" : "";

        public string? ReadFile(string path, int maxBytes, out string? problem)
        {
            problem = path == "/plans/key" ? null : "does not exist; create it, or name another";
            return problem is null ? "text\n" : null;
        }
    }
}
