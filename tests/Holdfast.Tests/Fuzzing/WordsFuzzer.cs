using System.Text;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Tests.Runs;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// What programs print, real output changed: judged always, and always the same; a told wait is one that can be waited
/// for, or none; evidence is short and shows no secret, nor a part of one.
/// </summary>
internal sealed class WordsFuzzer : Fuzzer
{
    private const int MostEvidence = 500;
    private const string Secret = "hunter2-S3cr3t/Pa+ss";
    private const string SecretStart = "hunter2";
    private static readonly DateTimeOffset Now = EventSamples.At;

    private static readonly string[] Tools =
        ["git", "npm", "dotnet", "curl", "claude", "codex", "gemini", "opencode", "openai-api", "gcc", "pytest"];

    private static readonly byte[][] Told = [.. new[]
    {
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 120\nx-ratelimit-reset-tokens: 1m2.5s\n",
        "Error: rate limit reached. Please try again in 20s.\n", "You've hit your limit, resets 3pm (Europe/Berlin)\n",
        "{\"error\":{\"code\":429,\"details\":[{\"retryDelay\":\"34s\"}]}}\n", "resets at 2026-11-21T00:00:00Z\n",
        "Retry-After: Fri, 20 Nov 2026 09:31:00 GMT\n", "usage limit|1795166400\n", "\"resets_at\": 1795166400000\n",
        "{\"type\":\"result\",\"is_error\":true,\"result\":\"quota\",\"retry_after\":30}\n",
        "{\"type\":\"error\",\"error\":{\"message\":\"Overloaded\",\"statusCode\":529,\"isRetryable\":true}}\n",
        "{\"type\":\"step_finish\",\"reason\":\"length\"}\n", "Segmentation fault (core dumped)\n",
        "\u001b[31merror\u001b[0m CS1002: ; expected\n3 of 20 tests failed\n", "error: token " + Secret + " denied\n",
        "ERROR 503: Retry-After: " + new string('x', 50) + Secret + "\n",
    }.Select(Encoding.UTF8.GetBytes)];

    // A secret near the place at which evidence is cut.
    private static readonly byte[][] Cut = [.. new[] { 480, 488, 492, 496 }.Select(at =>
        Encoding.UTF8.GetBytes("error: connection refused: " + new string('x', at - 27) + Secret + " and more\n"))];

    private static readonly byte[][] Seeds = [.. Told, .. Cut, .. Cut, .. Real()];

    private static readonly string[] Words =
    [
        "Retry-After: ", "retry-after-ms: ", "\"retryDelay\":\"", "x-ratelimit-reset: ", "try again in ", "resets ",
        "resets at ", "until ", "in ", "20s", "1m2.5s", "1h", "90 minutes", "3pm", "12:61am", "(Europe/Berlin)",
        "(Mars/X)", "2026-02-30T25:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "Fri, 31 Nov 2026 09:31:00 GMT",
        "tomorrow", "429", "503", "rate limit", "quota", "timeout", "not found", "denied", "\u001b[2K", "\r", "\n",
        "{\"type\":", "{\"error\":", "}", "]", "million years", "days", "weeks", "PT20S", "1e9s", "-5s", "+00:00",
        Secret, Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + Secret)), Uri.EscapeDataString(Secret),
        "error: ",
        "367 days", "366 days", "8785h", "31622401s", "11:30pm", "Feb 29, 2028", "1,500 ms", "1.500,5 s", "\\\"", "\\n",
    ];

    private static readonly FailureClassifier Classifier = new(mask: SecretMask.For([Secret]));

    internal override string Name => "words";

    internal override FuzzInput Make(Random random)
    {
        var seed = random.Next(Seeds.Length);
        var bytes = random.Next(3) == 0 ? Joined(random) : Seeds[seed];
        bytes = random.Next(8) == 0 ? new JsonMutator(random, Words).Change(bytes, Seeds) : bytes;
        return new(new Mutator(random, Words).Change(bytes, Seeds), random.Next(1 << 16));
    }

    internal override void Check(FuzzInput input)
    {
        var text = Encoding.UTF8.GetString(input.Bytes);
        var told = ToldDelayReader.Read(text, Now, out var unused);
        Require(told is null || unused is null, "told, and told in vain");
        Require(unused is null or { Length: < 200 }, "what was told in vain is shown in full");
        CheckTold(told);

        // A part of the secret that stands alone is none that anyone can mask, nor one that comes about where escapes
        // and NULs are dropped.
        var isWhole = !text.Contains('\e') && !text.Replace("\0", "", StringComparison.Ordinal)
            .Replace(Secret, "", StringComparison.Ordinal).Contains(SecretStart, StringComparison.Ordinal);
        var (first, second) = (Judge(input), Judge(input));
        Require(first is not null, "a failed attempt has no failure");
        Require(first == second, $"judged twice it is {first} and {second}");
        CheckFailure(first!, isWhole);
        var status = 400 + (input.Corpus % 200);
        var http = Classifier.ClassifyHttp(status, input.Bytes, Now, text);
        Require(http is not null, "an error of a server is a failure");
        CheckFailure(http!, isWhole);
        ToldPhrases.Check(input.Corpus, Now);
    }

    private static Failure? Judge(FuzzInput input)
    {
        // The draw of the input decides who printed it, and how that ended.
        var (bytes, draw) = (input.Bytes, input.Corpus);
        var cut = draw % 3 == 0 ? bytes.AsSpan(0, bytes.Length / 2).LastIndexOf((byte)'\n') + 1 : bytes.Length;
        var half = bytes.AsMemory(0, cut);
        return Classifier.Classify(new FailureSignals
        {
            Outcome = new Outcome
            {
                ExitCode = draw % 7 == 0 ? null : 1 + (draw % 255), Signal = draw % 7 == 0 ? 1 + (draw % 31) : null,
                EndedBy = draw % 11 == 0 ? EndedBy.HardTimeout : EndedBy.Itself, StdoutBytes = bytes.Length,
                StderrBytes = half.Length,
            },
            Stdout = bytes, Stderr = draw % 5 == 0 ? default : half, Tool = Tools[draw % Tools.Length], Now = Now,
            Contract = draw % 13 == 0 ? ContractState.OutputsMissing : ContractState.None,
        });
    }

    private static void CheckFailure(Failure failure, bool isWhole)
    {
        Require(failure.Confidence is > 0 and <= 1, $"its confidence is {failure.Confidence}");
        Require(failure.Evidence.Line is null or > 0, "lines are counted from 1");
        if (failure.Evidence.Text is { } shown)
        {
            Require(shown.Length <= MostEvidence, $"its evidence has {shown.Length} characters");
            Require(!shown.Any(c => char.IsControl(c) && c != '\t'), "its evidence is no plain line");
            RequireMasked(shown, isWhole);
        }

        RequireMasked(failure.ToldUnused ?? "", isWhole);
        CheckTold(failure.Told);
    }

    private static void RequireMasked(string shown, bool isWhole)
    {
        Require(!shown.Contains(Secret, StringComparison.Ordinal), "a secret is shown");
        Require(!shown.Contains(Uri.EscapeDataString(Secret), StringComparison.Ordinal), "a secret is shown, escaped");

        // Whoever cuts a line before it is masked shows the beginning of a secret.
        Require(!isWhole || !shown.Contains(SecretStart, StringComparison.Ordinal), "part of a secret is shown");
    }

    private static void CheckTold(ToldDelay? told)
    {
        Require(told is null || told.After is not null ^ told.Until is not null,
            "told, and not either how long or until when");
        Require(told?.After is not { } after || (after >= TimeSpan.Zero && after <= ToldDelayReader.Longest),
            $"told to wait {told?.After}");
        Require(told?.Until is not { } until || (until > Now && until <= Now + ToldDelayReader.Longest),
            $"told to wait until {told?.Until:o}");
    }

    private static byte[] Joined(Random random) =>
        [.. Seeds[random.Next(Seeds.Length)], .. (byte[])[(byte)'\n'], .. Told[random.Next(Told.Length)]];

    private static IEnumerable<byte[]> Real()
    {
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "corpus", "dev.jsonl")))
        {
            using var record = JsonDocument.Parse(line);
            foreach (var channel in new[] { "stdout", "stderr" })
            {
                if (record.RootElement.GetProperty(channel).GetString() is { Length: > 0 and < 4000 } text)
                {
                    yield return Encoding.UTF8.GetBytes(text);
                }
            }
        }
    }
}
