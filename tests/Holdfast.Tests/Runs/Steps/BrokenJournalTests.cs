using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.Steps.Programs;
using Holdfast.Testing.Simulation;
using Holdfast.Testing.Steps;
using Holdfast.Tests.Journal;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>A journal that cannot be written any more, or not be read: nothing waits for it, and why is told.</summary>
public sealed class BrokenJournalTests : IDisposable
{
    private readonly StepBench _bench = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-broken-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_disk_that_fails_ends_what_works_and_what_waits_beside_the_step_that_met_it()
    {
        var ends = new List<Task>();
        var run = _bench.StartUntil(() => _bench.Log.Contains("hangs"), async run =>
        {
            ends.Add(run.WaitForAsync<int>("never sent"));
            ends.Add(run.WaitForApprovalAsync("never said"));
            ends.Add(run.SleepAsync("a year", TimeSpan.FromDays(365)));
            ends.Add(run.StepAsync("hangs", _bench.Hangs("hangs")));
            ends.Add(run.StepAsync("writes", async token =>
            {
                await Task.Delay(TimeSpan.FromMinutes(1), _bench.Time, token);
                _bench.Disk.CrashPoint = _ => throw new PosixException("fdatasync", "the disk", 5);
            }));
            await Task.WhenAll(ends);
        });
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted), "it waits for something that never comes");
        var error = Assert.Throws<JournalPoisonedException>(() => _bench.Thread.Run(() => run));
        Assert.Contains("the disk", error.Message);
        Assert.Equal(5, ends.Count(end => end.Exception?.InnerException is JournalPoisonedException));
        Assert.InRange(_bench.Time.Elapsed, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));

        // What it acknowledged is there, and goes on.
        _bench.Disk.CrashPoint = null;
        _bench.Kill();
        _bench.Run(run => run.StepAsync("hangs", _bench.Does("goes on", 0)));
    }

    [Fact]
    public void A_program_that_sees_the_token_itself_is_told_why_too()
    {
        var run = _bench.StartUntil(() => _bench.Log.Contains("writes"), async run =>
        {
            _ = run.StepAsync("writes", _ =>
            {
                _bench.Log.Add("writes");
                _bench.Disk.CrashPoint = _ => throw new PosixException("fdatasync", "the disk", 5);
                return Task.CompletedTask;
            });
            await Task.Delay(Timeout.InfiniteTimeSpan, _bench.Time, run.CancellationToken);
        });
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted), "it waits for something that never comes");
        Assert.Throws<JournalPoisonedException>(() => _bench.Thread.Run(() => run));
    }

    [Fact]
    public void A_full_disk_is_told_in_the_journal_and_acknowledges_nothing_that_was_lost()
    {
        var storage = new FaultyStorage();
        var time = new SimulatedTime();
        var options = new WorkspaceOptions
        {
            Json = WorkspaceOptions.WithReflection().Json, Storage = storage, Time = time,
        };
        var thread = new SimulatedThread(time);
        var ends = new List<Task<string>>();
        var workspace = thread.Run(() => Workspace.OpenAsync(_folder, options));
        var path = JournalFormat.PathIn(workspace.Run("r").Path);
        Assert.Throws<JournalFullException>(() => thread.Run(() => workspace.RunAsync("r", async run =>
        {
            await run.StepAsync("first", _ => Task.FromResult(1));
            storage.FullAt = storage.Length(path);
            for (var i = 0; i < 20; i++)
            {
                ends.Add(run.StepAsync($"lost {i}", async token =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), time, token);
                    return new string('x', 60_000);
                }));
            }

            await Task.WhenAll(ends);
        })));
        Assert.Contains(ends, end => end.IsFaulted);
        Assert.Contains("the disk is full", File.ReadLines(path).Last(), StringComparison.Ordinal);
        storage.FullAt = null;
        var calls = 0;
        thread.Run(() => workspace.RunAsync("r", async run =>
        {
            await run.StepAsync("first", _ => Task.FromResult(calls++));
            await run.StepAsync("lost 19", _ => Task.FromResult($"{calls++}"));
        }));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Last_words_take_the_number_of_an_event_that_was_lost_and_acknowledge_it_not()
    {
        var storage = new FaultyStorage();
        var writer = JournalWriter.Create(storage, _folder, "w", "r", Samples.At);
        using var syncs = new JournalSyncs(rounds: null);
        var journal = new StepJournal(writer, syncs, syncNames: null);
        storage.FullAt = storage.Length(JournalFormat.PathIn(_folder)) + 1_000;
        var kept = journal.Append(new RunInterrupted("kept"), Samples.At);
        await journal.WaitAsync(kept);
        var lost = kept + 1;
        for (var i = 0; i < 4; i++)
        {
            journal.Append(new RunInterrupted(new string('x', 60_000)), Samples.At);
        }

        await Assert.ThrowsAsync<JournalFullException>(() => journal.WaitAsync(lost));
        journal.SayLastWords(new RunInterrupted("the disk is full"), Samples.At);
        Assert.Equal(lost, writer.Durable);
        Assert.Equal(kept, journal.Durable);
        await Assert.ThrowsAsync<JournalFullException>(() => journal.WaitAsync(lost));
        await journal.WaitAsync(kept);
        journal.Dispose(hasEnded: false);
    }

    [Fact]
    public void One_that_is_damaged_is_told_as_that_and_not_as_a_folder_that_cannot_be_written()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), async run =>
        {
            await run.StepAsync("a", _bench.Does("a", 1));
            await run.StepAsync("b", _bench.Does("b", 1));
            await run.StepAsync("c", _bench.Hangs("hangs"));
        });
        _bench.Kill();
        var path = JournalFormat.PathIn(_bench.Folder().Path);
        var content = _bench.Disk.Synced(path).ToArray();
        content[Array.IndexOf(content, (byte)'\n') + 30] ^= 1;
        _bench.Disk.WriteAtomically(path, content);
        var error = Assert.Throws<JournalDamagedException>(() => _bench.Run(_ => Task.CompletedTask));
        Assert.Contains("holdfast journal repair", error.Message);
        Assert.DoesNotContain("give this user access", error.Message);
    }
}
