using System.Collections;
using System.Globalization;
using System.Net.Sockets;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>
/// What is known of a failure beside its class and its evidence: what was being done, the causes behind it, the stack
/// that was printed or thrown, and plain facts. Everything is masked, on one line each, and bounded.
/// </summary>
public sealed record ErrorContext
{
    /// <summary>Lines of a stack that are kept, the first ones: nearest to where it happened.</summary>
    public const int MaxStack = 20;

    /// <summary>Causes that are kept.</summary>
    public const int MaxCauses = 8;

    /// <summary>Facts that are kept.</summary>
    public const int MaxFacts = 24;

    /// <summary>The runtime's name in the plan; null where none was chosen.</summary>
    public string? Runtime { get; init; }

    /// <summary>What was being done, e.g. <c>command</c> or <c>POST http://api.test/items</c>; null where that is not
    /// known.</summary>
    public string? Operation { get; init; }

    /// <summary>What the failure followed from, the nearest first and the root last; empty where nothing told.
    /// </summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>The stack of the root cause, as it was printed or thrown; empty for none.</summary>
    public IReadOnlyList<string> Stack { get; init; } = [];

    /// <summary>Facts by name: program, model, session, address, id of a request, whatever the runtime knows.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it says nothing.</summary>
    public bool IsEmpty => Runtime is null && Operation is null && Causes.Count == 0 && Stack.Count == 0
        && Metadata.Count == 0;

    /// <summary>The same with further facts; those that are known stay as they are, absent ones are left out.</summary>
    public ErrorContext With(SecretMask mask, params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var all = new Dictionary<string, string>(Metadata);
        foreach (var (name, value) in facts)
        {
            if (!string.IsNullOrEmpty(value) && all.Count < MaxFacts)
            {
                all.TryAdd(name, LineText.Evidence(value.ReplaceLineEndings(" "), mask));
            }
        }

        return this with { Metadata = all };
    }

    /// <summary>What an exception carries: what is inside it, where the innermost was thrown, and its data.</summary>
    public static ErrorContext OfException(Exception exception, SecretMask mask)
    {
        ArgumentNullException.ThrowIfNull(exception);
        ArgumentNullException.ThrowIfNull(mask);
        var causes = new List<string>();
        var root = exception;
        for (var at = exception.InnerException; at is not null && causes.Count < MaxCauses; at = at.InnerException)
        {
            causes.Add(LineText.Evidence($"{at.GetType().Name}: {at.Message}".ReplaceLineEndings(" "), mask));
            root = at.StackTrace is null ? root : at;
        }

        var facts = new List<(string, string?)> { ("exception", exception.GetType().FullName) };
        for (var at = exception; at is not null; at = at.InnerException)
        {
            facts.AddRange(FactsOf(at));
        }

        return new ErrorContext
        {
            Causes = causes,
            Stack = [.. FramesOf(root).Take(MaxStack).Select(l => LineText.Evidence(l, mask))],
        }.With(mask, [.. facts]);
    }

    /// <summary>What a program printed of its own error: a stack in the form of its language, and the causes that stand
    /// with it.</summary>
    /// <param name="output">The end of a stream.</param>
    /// <param name="mask">Masks what is kept.</param>
    public static ErrorContext OfOutput(ReadOnlySpan<byte> output, SecretMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var printed = PrintedStack.Find(output);
        return new ErrorContext
        {
            Causes = [.. printed.Causes.Take(MaxCauses).Select(l => LineText.Evidence(l, mask))],
            Stack = [.. printed.Stack.Take(MaxStack).Select(l => LineText.Evidence(l, mask))],
        };
    }

    private static IEnumerable<string> FramesOf(Exception thrown) => StackFrames.WithoutRethrows((thrown.StackTrace
        ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Where(frame => !IsMachinery(frame));

    // What carries an asynchronous call from one thread to the next tells nothing of where it was.
    private static bool IsMachinery(string frame) =>
        frame.StartsWith("at System.Runtime.CompilerServices.", StringComparison.Ordinal)
        || frame.StartsWith("at System.Threading.", StringComparison.Ordinal);

    private static IEnumerable<(string, string?)> FactsOf(Exception exception)
    {
        switch (exception)
        {
            case SocketException socket:
                yield return ("socket_error", socket.SocketErrorCode.ToString());
                break;
            case HttpRequestException request:
                yield return ("http_error", request.HttpRequestError.ToString());
                yield return ("http_status", request.StatusCode is { } status
                    ? ((int)status).ToString(CultureInfo.InvariantCulture) : null);
                break;
        }

        foreach (DictionaryEntry entry in exception.Data)
        {
            yield return ("data." + entry.Key, Convert.ToString(entry.Value, CultureInfo.InvariantCulture));
        }
    }
}
