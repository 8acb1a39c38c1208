using System.Text;
using Holdfast.Failures;
using Holdfast.Tests.Runs;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// What programs print: judged always, and always the same; a told wait is one that can be waited for, or none.
/// </summary>
internal sealed class WordsFuzzer : Fuzzer
{
    private static readonly DateTimeOffset Now = EventSamples.At;

    private static readonly byte[][] Seeds = [.. new[]
    {
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 120\nx-ratelimit-reset-tokens: 1m2.5s\n",
        "Error: rate limit reached. Please try again in 20s.\n", "You've hit your limit, resets 3pm (Europe/Berlin)\n",
        "{\"error\":{\"code\":429,\"details\":[{\"retryDelay\":\"34s\"}]}}\n", "resets at 2026-11-21T00:00:00Z\n",
        "Retry-After: Fri, 20 Nov 2026 09:31:00 GMT\n", "usage limit|1795166400\n", "\"resets_at\": 1795166400000\n",
        "fatal: unable to access 'https://x/': Could not resolve host: x\n", "npm ERR! code ECONNRESET\n",
        "{\"type\":\"result\",\"is_error\":true,\"result\":\"quota\"}\n", "Segmentation fault (core dumped)\n",
        "\u001b[31merror\u001b[0m CS1002: ; expected\n3 of 20 tests failed\n", "ENOSPC: no space left on device\n",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly string[] Words =
    [
        "Retry-After: ", "retry-after-ms: ", "\"retryDelay\":\"", "x-ratelimit-reset: ", "try again in ", "resets ",
        "resets at ", "until ", "in ", "20s", "1m2.5s", "1h", "90 minutes", "3pm", "12:61am", "(Europe/Berlin)",
            "(Mars/X)",
        "2026-02-30T25:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "Fri, 31 Nov 2026 09:31:00 GMT", "tomorrow",
        "429", "503", "rate limit", "quota", "timeout", "not found", "denied", "\u001b[2K", "\r", "\n", "{\"type\":",
        "{\"error\":", "}", "]", "million years", "days", "weeks", "PT20S", "1e9s", "-5s", "+00:00",
    ];

    internal override string Name => "words";

    internal override FuzzInput Make(Random random)
    {
        var seed = random.Next(Seeds.Length);
        return new(new Mutator(random, Words).Change(Seeds[seed], Seeds), seed);
    }

    internal override void Check(FuzzInput input)
    {
        var text = Encoding.UTF8.GetString(input.Bytes);
        var told = ToldDelayReader.Read(text, Now, out var unused);
        Require(told is null || unused is null, "told, and told in vain");
        CheckTold(told);
        var (first, second) = (Judge(input.Bytes), Judge(input.Bytes));
        Require(first is not null, "a failed attempt has no failure");
        Require(first == second, $"judged twice it is {first} and {second}");
        Require(first!.Confidence is > 0 and <= 1, $"its confidence is {first.Confidence}");
        Require(first.Evidence.Text is not { } shown || shown.Length < 4_000, "its evidence is bounded");
        CheckTold(first.Told);
        var http = FailureClassifier.Default.ClassifyHttp(429, input.Bytes, Now, text);
        Require(http is not null, "an error of a server is a failure");
        CheckTold(http!.Told);
    }

    private static Failure? Judge(byte[] bytes) => FailureClassifier.Default.Classify(new FailureSignals
    {
        Outcome = new Outcome { ExitCode = 1, StdoutBytes = bytes.Length, StderrBytes = bytes.Length },
        Stdout = bytes, Stderr = bytes, Now = Now,
    });

    private static void CheckTold(ToldDelay? told)
    {
        Require(told is null || told.After is not null || told.Until is not null,
            "told, and neither how long nor until");
        Require(told?.After is not { } after || (after >= TimeSpan.Zero && after <= ToldDelayReader.Longest),
            $"told to wait {told?.After}");
        Require(told?.Until is not { } until || (until >= Now && until <= Now + ToldDelayReader.Longest),
            $"told to wait until {told?.Until:o}");
    }
}
