using System.Globalization;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Tests.Failures;

namespace Holdfast.Tests.Resilience;

/// <summary>Every case of <c>vectors/retry-delays.json</c> and <c>vectors/retry-calls.json</c>.</summary>
public sealed class RetryVectorTests
{
    private static JsonElement Delays => TestData.Vectors("retry-delays");

    private static JsonElement Calls => TestData.Vectors("retry-calls").GetProperty("cases");

    public static TheoryData<int> DelayCases =>
        [.. Enumerable.Range(0, Delays.GetProperty("cases").GetArrayLength())];

    public static TheoryData<int> InvalidCases =>
        [.. Enumerable.Range(0, Delays.GetProperty("invalid").GetArrayLength())];

    public static TheoryData<int> CallCases => [.. Enumerable.Range(0, Calls.GetArrayLength())];

    [Theory]
    [MemberData(nameof(DelayCases))]
    public void Delays_lie_in_their_ranges_for_every_draw(int index)
    {
        var entry = Delays.GetProperty("cases")[index];
        var policy = Policy(entry.GetProperty("policy"));
        var asked = 0;
        if (entry.TryGetProperty("delays", out var delays))
        {
            for (var n = 0; n < delays.GetArrayLength(); n++, asked++)
            {
                Holds(policy, n, delays[n]);
            }
        }

        if (entry.TryGetProperty("at", out var at))
        {
            foreach (var each in at.EnumerateObject())
            {
                Holds(policy, int.Parse(each.Name, CultureInfo.InvariantCulture), each.Value);
                asked++;
            }
        }

        Assert.True(asked > 0, $"case {index} states no delay that is known here");
    }

    [Theory]
    [MemberData(nameof(InvalidCases))]
    public void A_bad_value_is_refused_by_name(int index)
    {
        var entry = Delays.GetProperty("invalid")[index];
        var name = entry.EnumerateObject().Single().Name;
        var error = Assert.ThrowsAny<ArgumentException>(() => Policy(entry));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(CallCases))]
    public async Task Calls_and_sleeps_are_as_stated(int index)
    {
        var entry = Calls[index];
        var outcomes = entry.GetProperty("outcomes").EnumerateArray().Select(each => each.GetString()!).ToArray();
        var retries = entry.GetProperty("retries").GetInt32();
        var time = new FakeTime();
        var executor = new RetryExecutor(new RetryExecutorOptions
        {
            Table = RetryTable.Uniform(RetryPolicy.Standard with { Retries = retries }),
            Time = time,
            Classify = (error, _) => ((Scripted)error).Failure,
        });
        var calls = 0;
        var thrown = new List<Scripted>();
        ValueTask<string> Work(RetryCall call, CancellationToken token)
        {
            Assert.Equal(++calls, call.Number);
            var outcome = outcomes[calls - 1];
            if (outcome == "ok")
            {
                return ValueTask.FromResult("done");
            }

            thrown.Add(new Scripted(outcome));
            throw thrown[^1];
        }

        var ends = entry.Text("ends")!;
        if (ends == "ok")
        {
            Assert.Equal("done", await executor.RetryAsync(Work, TestContext.Current.CancellationToken));
        }
        else
        {
            Assert.Contains("original", ends, StringComparison.Ordinal);
            var error = await Assert.ThrowsAsync<Scripted>(
                () => executor.RetryAsync(Work, TestContext.Current.CancellationToken).AsTask());
            Assert.Same(thrown[^1], error);
            if (ends.IndexOf("attempts", StringComparison.Ordinal) is > 0 and var from)
            {
                Assert.Equal(ends[from..], RetryExecutor.AttemptsOf(error));
            }
        }

        Assert.Equal(entry.GetProperty("calls").GetInt32(), calls);
        Assert.Equal(entry.GetProperty("sleeps").GetInt32(), time.Waits.Count);
        if (entry.TryGetProperty("slept", out var slept))
        {
            Assert.Equal(slept.EnumerateArray().Select(each => TimeSpan.FromSeconds(each.GetDouble())), time.Waits);
        }
    }

    private static void Holds(RetryPolicy policy, int n, JsonElement range)
    {
        if (range.ValueKind == JsonValueKind.Null)
        {
            Assert.True(n >= policy.AllowedRetries, $"retry {n} is allowed, and must not be");
            return;
        }

        Assert.True(n < policy.AllowedRetries, $"retry {n} is not allowed, and must be");
        for (var draw = 0; draw < 200; draw++)
        {
            var u = draw == 0 ? 0 : draw == 1 ? 0.9999999999 : RetryDelay.Draw(new DrawKey(7, "run", "task", draw));
            var delay = RetryDelay.Compute(policy, n, u).TotalSeconds;
            Assert.InRange(delay, range[0].GetDouble() - 1e-6, range[1].GetDouble() + 1e-6);
        }
    }

    private static RetryPolicy Policy(JsonElement entry)
    {
        var policy = new RetryPolicy();
        foreach (var each in entry.EnumerateObject())
        {
            policy = each.Name switch
            {
                "kind" => policy with
                {
                    Kind = each.Value.GetString() switch
                    {
                        "none" => RetryKind.None,
                        "fixed" => RetryKind.Fixed,
                        "exponential" => RetryKind.Exponential,
                        var other => throw new InvalidOperationException($"unknown kind {other}"),
                    },
                },
                "retries" => policy with { Retries = each.Value.GetInt32() },
                "base" => policy with { Base = RetryPolicy.Seconds("base", Double(each.Value)) },
                "cap" => policy with { Cap = RetryPolicy.Seconds("cap", Double(each.Value)) },
                "multiplier" => policy with { Multiplier = Double(each.Value) },
                "jitter" => policy with { Jitter = Double(each.Value) },
                _ => throw new InvalidOperationException($"unknown property of a policy: {each.Name}"),
            };
        }

        return policy;
    }

    private static double Double(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture)
        : value.GetDouble();

    private sealed class Scripted(string outcome) : Exception("scripted " + outcome)
    {
        internal Failure Failure { get; } = outcome.Split(':') switch
        {
            ["transient"] => Of(FailureClass.Connection, null),
            ["permanent"] => Of(FailureClass.InvalidInput, null),
            ["rate_limited", var told] => Of(
                FailureClass.RateLimited, ToldDelayReader.ReadRetryAfter(told, TestData.Now)),
            _ => throw new InvalidOperationException($"unknown outcome \"{outcome}\""),
        };

        private static Failure Of(FailureClass failureClass, ToldDelay? told) => new()
        {
            Class = failureClass,
            Disposition = FailureDefaults.DispositionOf(failureClass),
            Transient = FailureDefaults.Transient(failureClass),
            Evidence = new Evidence("scripted", "exception", null, null),
            Told = told,
        };
    }
}
