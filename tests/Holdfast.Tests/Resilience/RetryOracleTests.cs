using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Tests.Resilience;

/// <summary>
/// The executor, which decides plain failures without texts, against the plain loop of the page: classify in full,
/// decide in full, count in a tally.
/// </summary>
public sealed class RetryOracleTests
{
    private static readonly Func<Exception>[] Errors =
    [
        () => new TimeoutException("slow"),
        () => new SocketException((int)SocketError.ConnectionRefused),
        () => new HttpRequestException("busy", null, HttpStatusCode.ServiceUnavailable),
        () => new HttpRequestException("busy, retry after 7 seconds", null, HttpStatusCode.ServiceUnavailable),
        () => new HttpRequestException("slow down", null, HttpStatusCode.TooManyRequests),
        () => new HttpRequestException("try again in 5s", null, HttpStatusCode.TooManyRequests),
        () => new IOException("database is locked", 11),
        () => new InvalidOperationException("it went wrong"),
        () => new InvalidOperationException("connection refused by 10.0.0.1:80"),
        () => new InvalidOperationException(new string('x', 2_000)),
        () => new ArgumentException("bad input"),
        () => new FileNotFoundException("gone"),
        () => new HttpRequestException("who are you", null, HttpStatusCode.Unauthorized),
        () => new OperationCanceledException("an inner limit"),
        () => new AggregateException(new OperationCanceledException(), new TimeoutException()),
    ];

    private static readonly RetryTable[] Tables =
    [
        RetryTable.PerClass, RetryTable.Standard, RetryTable.EightClass, RetryTable.None,
        RetryTable.Uniform(new RetryPolicy { Kind = RetryKind.Fixed, Retries = 2, Base = TimeSpan.Zero }),
        RetryTable.PerClass.WithMaxAttempts(3),
    ];

    [Fact]
    public void Calls_waits_and_ends_are_those_of_the_plain_loop() => Prop.ForAll(
        (from table in Gen.Choose(0, Tables.Length - 1)
         from errors in Gen.Choose(0, Errors.Length - 1).ArrayOf()
         from isAsync in Gen.Elements(true, false)
         select (table, errors, isAsync)).ToArbitrary(),
        one =>
        {
            var (table, errors, isAsync) = one;
            var meant = PlainLoop(Tables[table], errors);
            var seen = Execute(Tables[table], errors, isAsync).GetAwaiter().GetResult();
            Assert.Equal(meant, seen);
        }).QuickCheckThrowOnFailure();

    private static string PlainLoop(RetryTable table, int[] errors)
    {
        var tally = RetryTally.Empty;
        var now = new FakeTime().GetUtcNow();
        var waits = new List<TimeSpan>();
        foreach (var each in errors)
        {
            var decision = Recovery.Decide(new RecoveryInput
            {
                Failure = FailureClassifier.ClassifyException(Errors[each](), now),
                Table = table,
                Tally = tally,
                MaxWait = TimeSpan.FromMinutes(30),
                Now = now,
                Key = new DrawKey(5, "run", "task", tally.Attempts + 1),
            });
            if (decision.Strategy is not (RecoveryStrategy.Retry or RecoveryStrategy.Wait))
            {
                return Told(waits, tally.Attempts + 1, decision.Reason);
            }

            tally = tally.After(decision);
            now += decision.Delay;
            if (decision.Delay >= TimeSpan.FromMilliseconds(1))
            {
                waits.Add(decision.Delay);
            }
        }

        return Told(waits, errors.Length + 1, "done");
    }

    private static async Task<string> Execute(RetryTable table, int[] errors, bool isAsync)
    {
        var time = new FakeTime();
        var executor = new RetryExecutor(new RetryExecutorOptions
        {
            Table = table, Time = time, Key = new DrawKey(5, "run", "task", 0),
        });
        var calls = 0;
        try
        {
            await executor.ExecuteAsync(async ValueTask (_) =>
            {
                if (isAsync)
                {
                    await Task.Yield();
                }

                if (++calls <= errors.Length)
                {
                    throw Errors[errors[calls - 1]]();
                }
            });
            return Told(time.Waits, calls, "done");
        }
        catch (Exception error)
        {
            return Told(time.Waits, calls, RetryExecutor.ReasonOf(error)!);
        }
    }

    private static string Told(IEnumerable<TimeSpan> waits, int calls, string end) =>
        // Timers of the platform count whole milliseconds.
        $"{calls} calls; waits {string.Join(" ", waits.Select(w => (long)w.TotalMilliseconds))} ms; {end}";
}
