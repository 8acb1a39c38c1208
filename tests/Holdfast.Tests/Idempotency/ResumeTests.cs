using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Idempotency;

namespace Holdfast.Tests.Idempotency;

public sealed class ResumeTests
{
    private static readonly JsonElement Cases = KeysAndHashesTests.Load("resume.json").GetProperty("cases");

    public static TheoryData<int> Indexes() => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Only_incomplete_work_reruns(int index)
    {
        List<string> tasks = [], done = [];
        List<string>? rerun = null;
        foreach (var property in Cases[index].EnumerateObject())
        {
            switch (property.Name)
            {
                case "tasks": tasks = Names(property.Value); break;
                case "done" or "failed_then_done": done = Names(property.Value); break;
                case "rerun": rerun = Names(property.Value); break;
                case "note": break;
                default: Assert.Fail($"unknown field {property.Name}"); break;
            }
        }

        var left = Resume.Incomplete(tasks, done);
        Assert.Equal(rerun, left.Rerun);
        Assert.Equal(done.Except(tasks), left.NoLongerPlanned);
    }

    [Fact]
    public void SR13_it_goes_by_name_so_a_task_put_in_front_shifts_nothing()
        => Prop.ForAll<int[], int[]>((planned, finished) =>
        {
            var tasks = planned.Distinct().Select(n => $"t{n}").ToList();
            var done = finished.Select(n => $"t{n}").ToList();
            var left = Resume.Incomplete(tasks, done);
            var shifted = Resume.Incomplete([.. tasks.Prepend("new")], done);
            return left.Rerun.SequenceEqual(tasks.Where(task => !done.Contains(task)))
                && shifted.Rerun.SequenceEqual(left.Rerun.Prepend("new"))
                && left.NoLongerPlanned.All(name => !planned.Contains(int.Parse(name[1..])));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_plan_with_a_name_twice_is_refused_by_that_name()
        {
        var error = Assert.Throws<ArgumentException>(() => Resume.Incomplete(["a", "a"], []));
        Assert.Contains("\"a\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_goes_on_from_its_latest_whole_snapshot_with_what_was_done_since()
    {
        var folder = Directory.CreateTempSubdirectory("resume-");
        var store = new SnapshotStore(folder.FullName);
        var start = Resume.From(store, "r", ["a", "b", "c"]);
        Assert.Equal((null, 0, true, 0), (start.Snapshot, start.Events, start.Success, start.State.Length));
        Assert.Equal(["a", "b", "c"], start.Left.Rerun);

        var token = TestContext.Current.CancellationToken;
        var whole = await store.CreateAsync("r", new byte[] { 1, 2 }, ["b", "gone"], 7, token);
        await store.CreateAsync("other", default, ["a"], 9, token);
        var damaged = await store.CreateAsync("r", default, ["a", "b", "c"], 8, token);
        await File.WriteAllTextAsync(store.PathOf(damaged.Id), "{", token);
        var point = Resume.From(store, "r", ["a", "b", "c"], doneSince: ["c"]);
        Assert.Equal(("r", whole.Id, 7, true), (point.Run, point.Snapshot!.Id, point.Events, point.Success));
        Assert.Equal([1, 2], point.State.ToArray());
        Assert.Equal(["a"], point.Left.Rerun);
        Assert.Equal(["gone"], point.Left.NoLongerPlanned);
        Assert.Equal(store.PathOf(damaged.Id), Assert.Single(point.Skipped).Path);

        File.Delete(store.PathOf(whole.Id));
        var lost = Resume.From(store, "r", ["a"]);
        Assert.Equal((null, false), (lost.Snapshot, lost.Success));
        Assert.Throws<ArgumentException>(() => Resume.From(store, "", ["a"]));
        folder.Delete(recursive: true);
    }

    private static List<string> Names(JsonElement names)
        => names.EnumerateArray().Select(name => name.GetString()!).ToList();
}
