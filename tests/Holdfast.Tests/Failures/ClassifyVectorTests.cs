using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>Every case of <c>vectors/classify.json</c>. A case of an unknown shape fails; none is skipped.</summary>
public sealed class ClassifyVectorTests
{
    private static readonly HashSet<string> Known =
    [
        "exception", "exit", "stdout", "stderr", "contract", "killed_by", "start_failed", "breaker", "class", "note",
    ];

    public static TheoryData<int> Cases =>
        [.. Enumerable.Range(0, TestData.Vectors("classify").GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_is_classified_as_stated(int index)
    {
        var entry = TestData.Vectors("classify").GetProperty("cases")[index];
        foreach (var property in entry.EnumerateObject())
        {
            Assert.True(Known.Contains(property.Name), $"case {index} has a property \"{property.Name}\" unknown here");
        }

        var failure = entry.Text("exception") is { } name ? ByException(name) : BySignals(entry);
        Assert.Equal(entry.Text("class"), failure?.Class.Word() ?? "none");
    }

    private static Failure? BySignals(JsonElement entry)
    {
        var (endedBy, startError) = (EndedBy.Itself, entry.Text("start_failed"));
        endedBy = entry.Text("killed_by") switch
        {
            null => startError is null ? EndedBy.Itself : EndedBy.StartFailed,
            "hard timeout" => EndedBy.HardTimeout,
            "no progress" => EndedBy.NoProgress,
            var other => throw new InvalidOperationException($"unknown killed_by \"{other}\""),
        };
        return FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = entry.Number("exit"), EndedBy = endedBy, StartError = startError },
            Stdout = TestData.Bytes(entry.Text("stdout")),
            Stderr = TestData.Bytes(entry.Text("stderr")),
            BreakerOpen = entry.Text("breaker") == "open",
            Contract = entry.Text("contract") switch
            {
                null => ContractState.None,
                "met" => ContractState.Met,
                "checkpoints missing" => ContractState.CheckpointsMissing,
                var other => throw new InvalidOperationException($"unknown contract \"{other}\""),
            },
            Now = TestData.Now,
        });
    }

    private static Failure ByException(string name)
    {
        using var cancelled = new CancellationTokenSource();
        if (name.Contains("caller's token", StringComparison.Ordinal))
        {
            cancelled.Cancel();
        }

        return FailureClassifier.ClassifyException(Make(name, cancelled.Token), TestData.Now, cancelled.Token);
    }

    private static Exception Make(string name, CancellationToken token)
    {
        const string http = "System.Net.Http.HttpRequestException:";
        if (name.StartsWith(http, StringComparison.Ordinal))
        {
            var status = (HttpStatusCode)int.Parse(name[http.Length..]);
            return new HttpRequestException($"Response status code: {status}", null, status);
        }

        return name switch
        {
            "System.Net.Sockets.SocketException:ConnectionRefused" =>
                new SocketException((int)SocketError.ConnectionRefused),
            "System.TimeoutException" => new TimeoutException(),
            "System.Threading.Tasks.TaskCanceledException(inner TimeoutException)" =>
                new TaskCanceledException("x", new TimeoutException()),
            "System.OperationCanceledException(caller's token)" => new OperationCanceledException(token),
            "System.IO.FileNotFoundException" => new FileNotFoundException(),
            "System.IO.IOException:sharing violation or EAGAIN" => new IOException("busy", 11),
            "System.IO.IOException:ENOSPC" => new IOException("full", 28),
            "System.UnauthorizedAccessException" => new UnauthorizedAccessException(),
            "System.ArgumentException" => new ArgumentException("bad"),
            "System.FormatException" => new FormatException(),
            "System.Text.Json.JsonException" => new JsonException(),
            "System.OutOfMemoryException" => new OutOfMemoryException(),
            "System.NullReferenceException" => new NullReferenceException(),
            "class Derived : System.TimeoutException" => new DerivedTimeout(),
            "System.InvalidOperationException: order 4291 not ready" =>
                new InvalidOperationException("order 4291 not ready"),
            _ => throw new InvalidOperationException($"no exception is known here for \"{name}\""),
        };
    }

    private sealed class DerivedTimeout : TimeoutException;
}
