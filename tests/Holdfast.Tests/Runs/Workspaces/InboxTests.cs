using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Runs.Workspaces;

/// <summary>Requests of other processes, as files.</summary>
public sealed class InboxTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-inbox-").FullName;
    private readonly RunFolder _run;
    private readonly Inbox _inbox;

    public InboxTests()
    {
        _run = new RunFolder(_folder);
        _inbox = new Inbox(LocalStorage.Instance, _run);
    }

    [Fact]
    public void Requests_are_taken_in_the_order_of_time_and_those_of_one_instant_by_name()
    {
        Put("a", 3);
        Put("z", 1);
        Put("c", 2);
        Put("b", 2);
        Assert.Equal(["z", "b", "c", "a"], _inbox.Take().Select(r => r.Id));
    }

    [Fact]
    public void The_hundred_oldest_come_first_and_the_others_at_the_next_look()
    {
        for (var i = 0; i < 120; i++)
        {
            Put($"r{i % 7}{i}", 120 - i);
        }

        var first = _inbox.Take();
        Assert.Equal(100, first.Count);
        Assert.Equal(Noon.AddSeconds(1), first[0].At);
        Assert.True(first.Zip(first.Skip(1)).All(p => p.First.At < p.Second.At));
        foreach (var request in first)
        {
            _inbox.Answer(request, new SteeringAnswer(true, "yes", 0));
        }

        Assert.Equal(20, _inbox.Take().Count);
    }

    [Fact]
    public void Asked_again_under_one_id_it_is_one_request_and_its_answer_removes_it()
    {
        Put("same", 1);
        Put("same", 9);
        var request = Assert.Single(_inbox.Take());
        Assert.Equal(Noon.AddSeconds(9), request.At);
        _inbox.Answer(request, new SteeringAnswer(true, "yes", 0));
        Assert.Empty(_inbox.Take());
        Assert.Equal("yes", _inbox.TakeAnswer("same")!.Message);
        Assert.Empty(Directory.GetFiles(_run.InboxPath));
    }

    [Fact]
    public void Answers_whose_askers_gave_up_are_removed_and_others_stay()
    {
        Answer("gave-up", until: 10);
        Answer("waits", until: 60);
        File.WriteAllText(Path.Combine(_run.InboxPath, "odd.answer.json"), "{");
        Assert.Equal(2, _inbox.Sweep(Noon.AddSeconds(11)));
        Assert.Null(_inbox.TakeAnswer("gave-up"));
        Assert.NotNull(_inbox.TakeAnswer("waits"));
    }

    [Fact]
    public void A_request_that_cannot_be_read_is_answered_and_holds_up_no_other()
    {
        Put("good", 5);
        File.WriteAllText(Path.Combine(_run.InboxPath, "20261120T110000000000-odd.request.json"), "{\"id\":\"odd\"}");
        Assert.Equal(["good"], _inbox.Take().Select(r => r.Id));
        Assert.False(_inbox.TakeAnswer("odd")!.Accepted);
        File.CreateSymbolicLink(Path.Combine(_run.InboxPath, "20261120T110000000000-zeros.request.json"), "/dev/zero");
        Assert.Equal(["good"], _inbox.Take().Select(r => r.Id));
    }

    [Fact]
    public void A_request_comes_out_as_it_was_put_in()
    {
        var request = new SteeringRequest("r-1", SteeringCommand.Checkpoint, "me")
        {
            Tasks = ["a", "import[b c.csv]"], Checkpoint = "design", Attempt = 2, Comment = "wrote \"it\"",
            Value = "[1]", Target = "api.test × 1", As = Resolution.Redo, At = Noon.AddMilliseconds(123.456),
            Until = Noon.AddMinutes(1),
        };
        _inbox.Put(request);
        Assert.Equivalent(request, Assert.Single(_inbox.Take()), strict: true);
        Assert.Equal(
            ["20261120T120000123456-r-1.request.json"], Directory.GetFiles(_run.InboxPath).Select(Path.GetFileName));
        var plain = new SteeringRequest("r-2", SteeringCommand.Pause, "me") { At = Noon };
        _inbox.Put(plain);
        Assert.Equivalent(plain, _inbox.Take().Single(r => r.Id == "r-2"), strict: true);
        _inbox.Withdraw("r-1");
        Assert.Equal(["r-2"], _inbox.Take().Select(r => r.Id));
        Assert.Throws<ArgumentException>(() => _inbox.Put(plain with { Id = "../r" }));
    }

    [Fact]
    public void An_answer_comes_out_once_as_it_was_given()
    {
        Assert.Null(_inbox.TakeAnswer("r"));
        Assert.Empty(_inbox.Take());
        Put("r", 1);
        var answer = new SteeringAnswer(false, "the run is \"paused\" already", 11) { SetGoing = 3 };
        _inbox.Answer(_inbox.Take().Single(), answer);
        Assert.Equal(answer, _inbox.TakeAnswer("r"));
        Assert.Null(_inbox.TakeAnswer("r"));
    }

    [Fact]
    public void An_answer_whose_asker_named_no_end_is_kept_for_an_hour()
    {
        Put("r", 0);
        _inbox.Answer(_inbox.Take().Single(), new SteeringAnswer(true, "yes", 0));
        Assert.Equal(0, _inbox.Sweep(Noon.AddHours(1)));
        Assert.Equal(1, _inbox.Sweep(Noon.AddHours(1).AddSeconds(1)));
        _inbox.Put(new SteeringRequest("last", SteeringCommand.Pause, "me") { Id = "r", At = DateTimeOffset.MaxValue });
        _inbox.Answer(_inbox.Take().Single(), new SteeringAnswer(true, "yes", 0));
        Assert.Equal(0, _inbox.Sweep(Noon.AddYears(1_000)));
    }

    [Theory]
    [InlineData("""{"id":"x","command":"pause","by":"me"}""", "its id is not the one of its name")]
    [InlineData("""{"id":"odd","command":"explode","by":"me"}""", "\"explode\" is no command")]
    [InlineData("""{"id":"odd","command":"resolve","by":"me","as":"maybe"}""", "\"maybe\" is no resolution")]
    [InlineData("""{"id":"odd","command":"pause"}""", "cannot be read")]
    [InlineData("""{"id":"odd","command":"pause","by":"me","at":"soon"}""", "cannot be read")]
    [InlineData("""{"id":"odd","command":"pause","by":"me","tasks":7}""", "cannot be read")]
    [InlineData("[1]", "cannot be read")]
    [InlineData("", "cannot be read")]
    public void Why_a_request_cannot_be_read_is_told_to_its_asker(string json, string why)
    {
        Directory.CreateDirectory(_run.InboxPath);
        const string Name = "20261120T110000000000-odd.request.json";
        File.WriteAllText(Path.Combine(_run.InboxPath, Name), json);
        Assert.Empty(_inbox.Take());
        var answer = _inbox.TakeAnswer("odd")!;
        Assert.Equal((false, Holdfast.Runs.ExitCodes.Usage), (answer.Accepted, answer.ExitCode));
        Assert.StartsWith($"the request {Name} cannot be read: ", answer.Message, StringComparison.Ordinal);
        Assert.Contains(why, answer.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_run.InboxPath));
    }

    [Fact]
    public void A_request_brings_along_as_much_as_its_bounds_allow()
    {
        var most = new SteeringRequest("r", SteeringCommand.Checkpoint, new string('b', 256))
        {
            At = Noon, Checkpoint = new string('i', Inbox.MaxCommentChars),
            Comment = new string('c', Inbox.MaxCommentChars),
        };
        _inbox.Put(most);
        Assert.Equivalent(most, _inbox.Take().Single(), strict: true);
        Assert.Equal("its \"by\" has 257 characters, and 256 are the most", Why(most with { By = most.By + "b" }));
        Assert.Equal(
            "its \"comment\" has 4001 characters, and 4000 are the most",
            Why(most with { Comment = most.Comment + "c" }));
        Assert.Equal(
            "its \"checkpoint\" has 4001 characters, and 4000 are the most",
            Why(most with { Checkpoint = most.Checkpoint + "i" }));
        Assert.Equal("over 1048576 bytes", Why(most with { Value = new string('v', 1 << 20) }));

        string Why(SteeringRequest request)
        {
            _inbox.Put(request);
            Assert.Empty(_inbox.Take());
            return _inbox.TakeAnswer("r")!.Message.Split("cannot be read: ")[1];
        }
    }

    [Fact]
    public void Files_of_other_names_are_no_requests_and_hidden_ones_are_being_written()
    {
        Directory.CreateDirectory(_run.InboxPath);
        foreach (var name in new[] { ".20261120T110000000000-a.request.json", "note.txt", "a.request.json.tmp" })
        {
            File.WriteAllText(Path.Combine(_run.InboxPath, name), "{");
        }

        // A folder of such a name is nobody's request, and stops no run.
        Directory.CreateDirectory(Path.Combine(_run.InboxPath, "20261120T110000000000-b.request.json"));
        File.WriteAllText(
            Path.Combine(_run.InboxPath, "untimed.request.json"), """{"id":"untimed","command":"pause","by":"me"}""");
        Assert.Equal(["untimed"], _inbox.Take().Select(r => r.Id));
        Assert.Equal(0, _inbox.Sweep(DateTimeOffset.MaxValue));
        Assert.Equal(5, Directory.GetFileSystemEntries(_run.InboxPath).Length);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Put(string id, int seconds, int? until = null) => _inbox.Put(
        new SteeringRequest(id, SteeringCommand.Pause, "me")
        {
            At = Noon.AddSeconds(seconds), Until = until is { } last ? Noon.AddSeconds(last) : null,
        });

    private void Answer(string id, int until)
    {
        Put(id, 0, until);
        _inbox.Answer(_inbox.Take().Single(r => r.Id == id), new SteeringAnswer(true, "yes", 0));
    }
}
