using System.Text;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Targets;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Runs;

/// <summary>The file that breakers and throttles outlive their runs in.</summary>
public sealed class WorkspaceTargetsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly AttemptId Attempt = new("a", 1);

    private readonly SimulatedDisk _disk = new();

    public WorkspaceTargetsTests() => _disk.CreateFolder("/w");

    private WorkspaceTargets New(string? run = "run-1") =>
        new(_disk, "/w", 1, run, _ => new BreakerSettings { Jitter = TimeSpan.Zero });

    private static void Trip(WorkspaceTargets targets, string name = "api", DateTimeOffset? at = null)
    {
        for (var i = 0; i < 5; i++)
        {
            targets.Report(name, Attempt, targets.Ask(name, Attempt, at ?? Now).Permit, FailureClass.Connection,
                at ?? Now);
        }
    }

    [Fact]
    public void A_breaker_that_one_process_opened_is_open_for_the_next_one()
    {
        // BR6: state was lost at restart.
        Trip(New());
        var other = New("run-2");
        var answer = other.Ask("api", Attempt, Now.AddSeconds(1));
        Assert.Equal((false, BlockCause.Breaker, Now.AddSeconds(30)), (answer.IsAllowed, answer.Cause, answer.Until));
        Assert.True(other.Ask("api", Attempt, Now.AddSeconds(30)).Permit.IsProbe);
    }

    [Fact]
    public void Processes_that_write_in_turn_share_one_count()
    {
        using var first = New();
        using var second = New("run-2");
        for (var i = 0; i < 5; i++)
        {
            var targets = i % 2 == 0 ? first : second;
            targets.Report("api", Attempt, targets.Ask("api", Attempt, Now).Permit, FailureClass.Timeout, Now);
        }

        Assert.False(first.Ask("api", Attempt, Now).IsAllowed);
        Assert.False(second.Ask("api", Attempt, Now).IsAllowed);
    }

    [Fact]
    public void Probes_of_two_processes_share_the_places_and_those_of_a_dead_one_are_free_again_in_time()
    {
        Trip(New());
        var half = Now.AddSeconds(31);
        Assert.True(New().Ask("api", Attempt, half).IsAllowed);
        Assert.True(New("run-2").Ask("api", Attempt, half).IsAllowed);
        Assert.False(New("run-3").Ask("api", Attempt, half).IsAllowed);

        // Both died with their probes under way (BR2): nobody will tell how they ended.
        Assert.False(New("run-3").Ask("api", Attempt, half.AddMinutes(4)).IsAllowed);
        Assert.True(New("run-3").Ask("api", Attempt, half.AddMinutes(6)).IsAllowed);
    }

    [Fact]
    public void A_throttle_is_shared_and_the_longest_one_counts()
    {
        New().Throttle("api", Attempt, Now.AddSeconds(60), "told 60 s", Now);
        New("run-2").Throttle("api", Attempt, Now.AddSeconds(20), "told 20 s", Now);
        var answer = New("run-3").Ask("api", Attempt, Now.AddSeconds(30));
        Assert.Equal((BlockCause.Throttle, Now.AddSeconds(60)), (answer.Cause, answer.Until));
        Assert.True(New("run-3").Ask("api", Attempt, Now.AddSeconds(60)).IsAllowed);
    }

    [Fact]
    public void A_person_resets_a_breaker_and_a_throttle_with_it()
    {
        var targets = New();
        Trip(targets);
        targets.Throttle("api", Attempt, Now.AddHours(1), "told an hour", Now);
        Assert.True(New(null).Reset("api", "me", Now));
        Assert.True(targets.Ask("api", Attempt, Now).IsAllowed);
        Assert.False(New(null).Reset("unknown", "me", Now));
        var view = New(null).Look(Now).Single();
        Assert.Equal(BreakerEventKind.Reset, view.Events[^1].Kind);
        Assert.Equal("by me", view.Events[^1].Detail);
    }

    [Fact]
    public void Torn_and_foreign_lines_are_passed_over_and_nothing_is_glued_to_them()
    {
        // SR13: a torn last line was glued to the next row.
        Trip(New());
        using (var file = _disk.OpenAppend("/w/breakers.ndjson", create: false))
        {
            file.Append("not json\n[1,2]\n{\"target\":\"api\",\"event\":\"succ"u8);
        }

        var targets = New();
        Assert.False(targets.Ask("api", Attempt, Now.AddSeconds(1)).IsAllowed);
        Assert.False(New().Ask("api", Attempt, Now.AddSeconds(2)).IsAllowed);
        Assert.Equal(7, New().Look(Now).Single().Metrics.Counts.Values.Sum() - 1);
    }

    [Fact]
    public void The_file_is_written_anew_before_it_grows_for_ever_and_other_processes_notice()
    {
        using var other = New("run-2");
        Trip(other, "quiet");
        using var targets = New();
        var longest = 0L;
        for (var i = 0; i < 40_000; i++)
        {
            targets.Report("api", Attempt, targets.Ask("api", Attempt, Now).Permit, null, Now.AddSeconds(i));
            longest = Math.Max(longest, _disk.Length("/w/breakers.ndjson"));
        }

        Assert.InRange(
            longest, WorkspaceTargets.CompactAboveBytes - 1_000, WorkspaceTargets.CompactAboveBytes + 1_000);
        Assert.False(other.Ask("quiet", Attempt, Now).IsAllowed);
        Assert.Equal(200, other.Look(Now).Single(v => v.Target == "api").Events.Count);
        var first = Encoding.UTF8.GetString(_disk.ReadAll("/w/breakers.ndjson")).Split('\n')[0];
        Assert.Equal("{\"format\":1,\"edition\":\"0000000000000002\"}", first);
    }

    [Fact]
    public void A_workspace_that_cannot_be_written_costs_no_attempt()
    {
        using var targets = new WorkspaceTargets(
            LocalStorage.Instance, Path.Combine(Path.GetTempPath(), "no such folder of holdfast"), 1, "run-1");
        Assert.True(targets.Ask("api", Attempt, Now).IsAllowed);
        Trip(targets);
        Assert.False(targets.Ask("api", Attempt, Now).IsAllowed);
        Assert.NotNull(targets.Problem);
    }

    [Fact]
    public void Who_is_kept_out_by_another_process_is_told_whose_failure_did_it()
    {
        Trip(New());
        var refused = New("run-2").Ask("api", new AttemptId("b", 1), Now);
        Assert.Equal((Attempt, "run-1"), (refused.By, refused.ByRun));
    }

    [Fact]
    public void A_probe_that_is_released_frees_its_place_and_any_other_permit_leaves_no_trace()
    {
        Trip(New());
        var half = Now.AddSeconds(31);
        var probe = New().Ask("api", Attempt, half).Permit;
        Assert.True(New().Ask("api", Attempt, half).IsAllowed);
        Assert.False(New().Ask("api", Attempt, half).IsAllowed);
        New("run-2").Release("api", Attempt, probe, half);
        Assert.True(New().Ask("api", Attempt, half).IsAllowed);

        var length = _disk.Length("/w/breakers.ndjson");
        New().Release("other", Attempt, New().Ask("other", Attempt, half).Permit, half);
        Assert.Equal(length, _disk.Length("/w/breakers.ndjson"));
    }

    [Fact]
    public void Who_wrote_a_line_knows_it_once_and_the_file_is_the_same_one()
    {
        using var targets = New();
        Trip(targets);
        var events = New("run-2").Look(Now).Single().Events;
        Assert.Equal(events, targets.Look(Now).Single().Events);
        Assert.Equal(6, events.Count);
        Assert.StartsWith("{\"format\":1,\"edition\":\"0000000000000001\"}",
            Encoding.UTF8.GetString(_disk.ReadAll("/w/breakers.ndjson")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_learnt_again_from_the_target_waits_for_no_device()
    {
        var points = new List<string>();
        _disk.CrashPoint = points.Add;
        Trip(New());
        Assert.DoesNotContain(points, point => point.Contains("sync", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_full_disk_does_not_take_is_counted_once_here_and_nowhere_else()
    {
        using var targets = New();
        _disk.Tear = _ => throw new IOException("no space left");
        for (var i = 0; i < 4; i++)
        {
            targets.Report("api", Attempt, targets.Ask("api", Attempt, Now).Permit, FailureClass.Connection, Now);
        }

        Assert.True(targets.Ask("api", Attempt, Now).IsAllowed);
        targets.Throttle("other", Attempt, Now.AddSeconds(60), "told 60 s", Now);
        Assert.Equal("no space left", targets.Problem);
        _disk.Tear = null;
        targets.Throttle("third", Attempt, Now.AddSeconds(60), "told 60 s", Now);
        Assert.Null(targets.Problem);
        Assert.Equal(["api", "other", "third"], targets.Look(Now).Select(view => view.Target));
        Assert.Equal("third", Assert.Single(New("run-2").Look(Now)).Target);
    }

    [Fact]
    public void A_file_that_is_written_anew_keeps_the_last_200_lines_of_each_target_in_their_order()
    {
        var lines = Enumerable.Range(0, 900).Select(i => new TargetLine(
            Now.AddSeconds(i), i % 3 == 0 ? "a" : "b", "success",
            new BreakerStanding(BreakerState.Closed, 0, 0, 0, 0, null, 1))
        {
            Detail = new string('x', WorkspaceTargets.CompactAboveBytes / 880),
        }).ToList();
        using (var file = _disk.OpenAppend("/w/breakers.ndjson", create: true))
        {
            file.Append("{\"format\":1,\"edition\":\"0000000000000007\"}\n"u8);
            lines.ForEach(line => file.Append(line.ToBytes()));
            file.Append("torn\n"u8);
        }

        New().Throttle("c", Attempt, Now.AddHours(1), "told an hour", Now.AddHours(1));
        var kept = Encoding.UTF8.GetString(_disk.ReadAll("/w/breakers.ndjson")).TrimEnd('\n').Split('\n');
        Assert.Equal("{\"format\":1,\"edition\":\"0000000000000008\"}", kept[0]);
        Assert.Equal(
            lines.Where(line => line.Target == "a").TakeLast(200).Concat(
                lines.Where(line => line.Target == "b").TakeLast(200)).OrderBy(line => line.At),
            kept[1..^1].Select(line => TargetLine.Read(Encoding.UTF8.GetBytes(line))!));
        Assert.Equal("c", TargetLine.Read(Encoding.UTF8.GetBytes(kept[^1]))!.Target);
    }
}
