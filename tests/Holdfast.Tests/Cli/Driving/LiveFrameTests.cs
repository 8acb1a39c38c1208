using Holdfast.Cli.Live;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Spectre.Console.Rendering;

namespace Holdfast.Tests.Cli.Driving;

public sealed class LiveFrameTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(80, 24)]
    [InlineData(40, 6)]
    [InlineData(200, 5)]
    [InlineData(21, 3)]
    public void A_frame_never_passes_the_terminal_whatever_runs(int width, int height)
    {
        var model = Model(tasks: 500);
        for (var i = 0; i < 300; i++)
        {
            Take(model, new AttemptStarted("command") { Task = $"task-{i}-名前-{new string('x', 150)}", Attempt = 1 });
        }

        var frame = LiveFrame.Draw(model, "plan", Start.AddSeconds(90), (width, height), colours: false);
        Assert.True(frame.Count < height || frame.Count <= 2, $"{frame.Count} lines in {height}");
        Assert.All(frame, line => Assert.True(new Segment(line).CellCount() < width, line));
        if (height > 5)
        {
            Assert.Contains(frame, line => line.StartsWith("and ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_a_person_must_see_stands_first()
    {
        var model = Model(tasks: 4);
        Take(model, new AttemptStarted("command") { Task = "t1", Attempt = 2 });
        Take(model, new TaskFailed(FailureClass.Auth, "no access") { Task = "t2" });
        Take(model, new TaskHeld(FailureClass.OutcomeUnknown, "nobody knows") { Task = "t3" });
        var frame = LiveFrame.Draw(model, "plan", Start.AddSeconds(5), (100, 20), colours: false);
        Assert.Equal("? t3  held: nobody knows", frame[2]);
        Assert.StartsWith("> t1 (attempt 2)", frame[3], StringComparison.Ordinal);
        Assert.Equal("x t2  auth: no access", frame[4]);
        Assert.Contains("1 failed", frame[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_rest_is_guessed_from_history()
    {
        var spec = new RunSpec
        {
            RunId = "r",
            Tasks = [new TaskSpec("a"), new TaskSpec("b")],
            Expected = new Dictionary<string, TimeSpan>
            {
                ["a"] = TimeSpan.FromSeconds(60), ["b"] = TimeSpan.FromSeconds(30),
            },
        };
        var model = new LiveModel(new RunState(spec), parallel: 1);
        Take(model, new AttemptStarted("command") { Task = "a", Attempt = 1 }, new RunProgress(0, 2));
        Assert.Equal(TimeSpan.FromSeconds(80), model.Remaining(Start.AddSeconds(10)));
        Take(model, new AttemptSucceeded(new Outcome()) { Task = "a", Attempt = 1 }, new RunProgress(1, 2));
        Assert.Equal(TimeSpan.FromSeconds(30), model.Remaining(Start.AddSeconds(60)));
    }

    [Fact]
    public void Control_characters_of_a_name_never_reach_the_terminal()
    {
        using var to = new StringWriter();
        var view = new PlainView(to, TimeZoneInfo.Utc, quiet: false, SecretMask.Empty, 2);
        var evil = new AttemptStarted("command") { Task = "a\e[2J\nb", Attempt = 1, At = Start };
        view.Show(new SeenEvent(1, evil, default));
        Assert.Equal("09:30:00 started    a\uFFFD[2J\uFFFDb\n", to.ToString());
    }

    [Fact]
    public void A_secret_in_an_error_is_masked_in_the_line()
    {
        using var to = new StringWriter();
        var view = new PlainView(to, TimeZoneInfo.Utc, quiet: true, SecretMask.For(["hunter2-hunter2"]), 2);
        var failed = new TaskFailed(FailureClass.Auth, "key hunter2-hunter2 refused") { Task = "t" };
        view.Show(new SeenEvent(1, failed, default));
        Assert.DoesNotContain("hunter2", to.ToString(), StringComparison.Ordinal);
        Assert.Contains("failed     t: auth: key ", to.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_of_github_cannot_be_forged_by_a_message()
    {
        Assert.Equal("a%0A::warning::b%25", GitHubView.Message("a\n::warning::b%"));
        Assert.Equal("x%3A%2Cy", GitHubView.Property("x:,y"));
    }

    private static LiveModel Model(int tasks) => new(
        new RunState(new RunSpec
        {
            RunId = "r",
            Tasks = [.. Enumerable.Range(0, tasks).Select(i => new TaskSpec($"t{i}"))],
        }),
        parallel: 400);

    private static void Take(LiveModel model, RunEvent e, RunProgress progress = default) =>
        model.Take(new SeenEvent(1, e with { At = Start }, progress));
}
