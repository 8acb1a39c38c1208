using System.Text;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Simulation;
using RunFolder = Holdfast.Runs.Workspaces.RunFolder;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Files in the inbox: each is handed out or answered, none is lost in silence or holds up another; what is asked is
/// carried out once at most, and changes nothing where it is refused. The input is a file's name, a line end, and what
/// the file holds.
/// </summary>
internal sealed class InboxFuzzer : Fuzzer
{
    private const int MostEventBytes = JournalFormat.MaxLineBytes / 4;
    private const string End = ".request.json";

    private static readonly byte[][] Seeds = [.. new[]
    {
        """{"id":"r-1","command":"cancel","by":"me","at":"2026-11-20T09:30:12.345678Z","tasks":[]}""",
        """{"id":"r-1","command":"retry","by":"me","at":"2026-11-20T09:30:12.345678Z","tasks":["t00","t01"]}""",
        """{"id":"r-1","command":"resolve","by":"you","at":"2026-11-20T09:30:12Z","as":"redo","tasks":["t02"]}""",
        """{"id":"r-1","command":"pause","by":"me","at":"2026-11-20T09:30:12Z","until":"2026-11-20T10:30:12Z"}""",
        """{"id":"r-1","command":"unpause","by":"me","tasks":["\u0000","naïve 😀"]}""",
    }.SelectMany(json => new[] { $"20261120T093012345678-r-1{End}\n{json}", $"r-1{End}\n{json}" })
        .Select(Encoding.UTF8.GetBytes)];

    private static readonly string[] Words =
    [
        "\"id\":", "\"command\":", "\"by\":", "\"at\":", "\"until\":", "\"as\":", "\"tasks\":[", "cancel", "pause",
        "unpause", "retry", "resolve", "done", "redo", "fail", "null", "{}", "[]", "\"\"", "{", "}", "[", "]", ",", ":",
        "\"t00\"", "\"t01\",", "r-1", "20261120T093012345678-", "\"0001-01-01T00:00:00+14:00\"",
        "\"9999-12-31T23:59:59.9999999-14:00\"", "\\u001b[2J", "..", "/", ".request.json", ".answer.json",
    ];

    private static readonly byte[][] SeedContents = [.. Seeds.Select(seed =>
        seed[(seed.AsSpan().IndexOf((byte)'\n') + 1)..])];

    // With the tasks of the runs that are asked about, so that requests are carried out as well as refused.
    private static readonly string[] JsonWords =
    [
        "id", "command", "by", "at", "until", "as", "tasks", "cancel", "pause", "unpause", "retry", "resolve", "done",
        "redo", "fail", "r-1", "2026-11-20T09:30:12Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999-14:00",
        "2026-11-20", "2026-11-20T09:30:12.1234567890123Z", "2026-11-20T24:00:00Z", new('b', 256), new('b', 257),
        .. JournalCorpus.All.SelectMany(journal => journal.Spec.Tasks.Select(task => task.Name)).Distinct().Take(60),
    ];

    internal override string Name => "inbox";

    internal override FuzzInput Make(Random random)
    {
        var seed = Seeds[random.Next(Seeds.Length)];
        var run = random.Next(JournalCorpus.All.Count);
        var how = random.Next(8);
        if (how < 6)
        {
            var end = seed.AsSpan().IndexOf((byte)'\n') + 1;
            seed = [.. seed.AsSpan(0, end), .. new JsonMutator(random, JsonWords).Change(seed[end..], SeedContents)];
        }

        return new(how < 4 ? seed : new Mutator(random, Words).Change(seed, Seeds), run);
    }

    internal override void Check(FuzzInput input)
    {
        var end = input.Bytes.AsSpan().IndexOf((byte)'\n');
        var (name, content) = end < 0 ? ($"r-1{End}", input.Bytes)
            : (NameOf(input.Bytes[..end]), input.Bytes[(end + 1)..]);
        var run = new MemoryRun(JournalCorpus.AllBytes[input.Corpus]);
        var folder = new RunFolder(MemoryRun.Folder);
        var inbox = new Inbox(run.Disk, folder);
        var other = new SteeringRequest("good", SteeringCommand.Pause, "me") { At = EventTime };
        inbox.Put(other);
        run.Disk.WriteAtomically(Path.Combine(folder.InboxPath, name), content);
        var taken = inbox.Take();
        Require(taken.Any(request => request.Id == "good"), "another request is held up");
        Require(taken.Count <= 2, "one file is one request");
        var hostile = taken.FirstOrDefault(request => request.Id != "good");
        var isThere = run.Disk.FileExists(Path.Combine(folder.InboxPath, name));
        Require(hostile is null || isThere, "a request that waits for its answer stays");
        var answers = run.Disk.List(folder.InboxPath).Count(file => file.EndsWith(".answer.json",
            StringComparison.Ordinal));
        Require(hostile is not null || answers == 1, "a request that is not handed out is answered");
        Require(hostile is not null || !isThere, "a request that was answered is seen no more");
        CheckFiles(run, folder);
        if (hostile is not null)
        {
            InboxReading.RequireTrue(content, hostile);
            CheckRoundTrip(hostile);
            CheckSteered(run, inbox, hostile, JournalCorpus.All[input.Corpus].Spec);
            Require(inbox.Take().All(request => request.Id == "good"),
                "a request that was answered is handed out again");
        }
    }

    // What was handed out says the same when it is left again.
    private static void CheckRoundTrip(SteeringRequest request)
    {
        if (!RunFolder.IsGoodId(request.Id))
        {
            return;
        }

        var run = new MemoryRun([]);
        var inbox = new Inbox(run.Disk, new RunFolder(MemoryRun.Folder));
        inbox.Put(request);
        var again = inbox.Take();
        Require(again.Count == 1, "left again, it is not handed out");
        Require(InboxReading.Tell(again[0]) == InboxReading.Tell(request),
            $"left again, {InboxReading.Tell(request)} is {InboxReading.Tell(again[0])}");
    }

    private static DateTimeOffset EventTime => new(2026, 11, 20, 9, 30, 12, TimeSpan.Zero);

    // What a file system takes as a name, and the inbox for a request.
    private static string NameOf(byte[] bytes)
    {
        var name = new string([.. Encoding.UTF8.GetString(bytes).Where(c => c is not ('/' or '\0'))]).TrimStart('.');
        name = name.EndsWith(End, StringComparison.Ordinal) ? name : name + End;
        return name.Length > 255 ? name[..(255 - End.Length)] + End : name == End ? "x" + End : name;
    }

    private static void CheckFiles(MemoryRun run, RunFolder folder)
    {
        foreach (var file in run.Disk.List(folder.Path))
        {
            Require(file is JournalFormat.FileName or "inbox", $"a request made the file {file} beside the inbox");
        }
    }

    private static void CheckSteered(MemoryRun run, Inbox inbox, SteeringRequest request, RunSpec spec)
    {
        var state = new RunState(spec);
        run.Read((in JournalRecord r) => state.TakeIn(r));
        var before = RunSnapshot.CanWrite(state) ? RunSnapshot.Write(state) : null;
        var seq = state.LastSeq;
        var (answer, events) = Steering.Apply(state, request);
        Require(before is null || before.AsSpan().SequenceEqual(RunSnapshot.Write(state)),
            "deciding changes the state");
        Require(answer.Accepted || events.Count <= 1, "what is refused changes nothing");
        var ended = state.Ended is not null && !answer.Accepted;
        var written = 0L;
        foreach (var e in events)
        {
            written += Written(e);
            state.Apply(e with { At = EventTime }, ++seq);
        }

        Require(written <= MostEventBytes, $"one request makes {written:N0} bytes of events");
        if (!ended)
        {
            var (again, more) = Steering.Apply(state, request);
            Require(more.Count == 0, "asked again, it is carried out again");
            Require(again == answer, "asked again, it is answered otherwise");
        }

        inbox.Answer(request, answer);
        Require(inbox.TakeAnswer(request.Id) == answer, "the asker reads another answer");
    }

    private static long Written(RunEvent e)
    {
        var data = new System.Buffers.ArrayBufferWriter<byte>();
        EventCatalog.WriteData(e, data);
        JournalLine.Check(e.Type, e.Task, e.Attempt, data.WrittenSpan);
        using var parsed = JsonDocument.Parse(data.WrittenMemory);
        return data.WrittenCount;
    }
}
