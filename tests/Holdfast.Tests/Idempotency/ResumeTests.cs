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

    private static List<string> Names(JsonElement names)
        => names.EnumerateArray().Select(name => name.GetString()!).ToList();
}
