using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>
/// Sixteen threads write one journal. The model is a list: each append takes the next place, what was waited for is
/// durable from then on, and the file is the list. Places are numbered, so whether an order of all calls exists can be
/// said without a search: it is the order of the numbers.
/// </summary>
public sealed class JournalHistoryTests
{
    private const int Threads = 16;
    private const int Appends = 60;

    private sealed record Append(string Payload, long Seq, long From, long To);

    private sealed record Look(long Durable, long From, long To);

    [Fact]
    public void Sixteen_threads_append_to_one_list()
    {
        using var folder = new RunFolder();
        var appends = new ConcurrentBag<Append>();
        var looks = new ConcurrentBag<Look>();
        var durable = new ConcurrentBag<(long Seq, long At)>();
        var clock = 0L;
        using (var committer = new JournalCommitter(
            JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At)))
        {
            using var start = new Barrier(Threads);
            var threads = Enumerable.Range(0, Threads).Select(n => new Thread(() =>
            {
                start.SignalAndWait();
                for (var i = 0; i < Appends; i++)
                {
                    var payload = string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{(n * Appends) + i}}}");
                    var from = Interlocked.Increment(ref clock);
                    var data = Encoding.UTF8.GetBytes(payload);
                    var seq = i % 2 == 0
                        ? committer.Append("x", null, 0, data, Samples.At)
                        : committer.AppendLazily("x", null, 0, data, Samples.At);
                    appends.Add(new Append(payload, seq, from, Interlocked.Increment(ref clock)));
                    if (i % 5 == n % 5)
                    {
                        committer.Wait(seq);
                        durable.Add((seq, Interlocked.Increment(ref clock)));
                    }

                    from = Interlocked.Increment(ref clock);
                    var seen = committer.Durable;
                    looks.Add(new Look(seen, from, Interlocked.Increment(ref clock)));
                }
            })).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
        }

        var inOrder = appends.OrderBy(append => append.Seq).ToList();
        Assert.Equal(
            Enumerable.Range(2, Threads * Appends).Select(n => (long)n), inOrder.Select(append => append.Seq));
        Holds(inOrder.Select(append => (append.From, append.To)));
        Holds(looks.OrderBy(look => look.Durable).ThenBy(look => look.From).Select(look => (look.From, look.To)));
        foreach (var look in looks)
        {
            Assert.All(durable.Where(each => each.At < look.From), each => Assert.True(look.Durable >= each.Seq));
            Assert.True(look.Durable <= 1 + appends.Count(append => append.From < look.To));
        }

        var records = Samples.Read(folder).Records;
        Assert.Equal(inOrder.Select(append => append.Payload),
            records.Skip(1).Select(record => Encoding.UTF8.GetString(record.Data.Span)));
    }

    /// <summary>No call stands in the order before one that had returned when it was made.</summary>
    private static void Holds(IEnumerable<(long From, long To)> ordered)
    {
        var latestFrom = 0L;
        foreach (var (from, to) in ordered)
        {
            Assert.True(to > latestFrom, $"a call that returned at {to} stands after one made at {latestFrom}");
            latestFrom = Math.Max(latestFrom, from);
        }
    }
}
