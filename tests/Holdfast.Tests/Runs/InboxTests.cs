using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Runs;

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
        Assert.Equal(["good"], _inbox.Take().Select(r => r.Id));
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
