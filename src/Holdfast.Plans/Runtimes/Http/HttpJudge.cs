using System.Globalization;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans.Runtimes.Http;

/// <summary>
/// From what became of a request to what the engine records: the plan's expectation, then the classifier.
/// </summary>
internal sealed class HttpJudge(FailureClassifier classifier, SecretMask mask, TimeProvider time)
{
    private const int MostShown = 200;

    internal (Outcome Outcome, Failure? Failure) Judge(
        HttpWork work, TemplateContext context, HttpResult result, string bodyPath, EndedBy? stopped)
    {
        var outcome = new Outcome
        {
            HttpStatus = result.Status,
            EndedBy = stopped ?? EndedByOf(result.Error),
            Duration = result.Duration,
            StdoutBytes = result.Bytes,
        };
        return (outcome, FailureOf(work, context, result, bodyPath, outcome));
    }

    private static EndedBy EndedByOf(Exception? error) => error switch
    {
        TimeoutException => EndedBy.HardTimeout,
        AnswerTooLongException => EndedBy.OutputBound,
        _ => EndedBy.Itself,
    };

    private Failure? FailureOf(
        HttpWork work, TemplateContext context, HttpResult result, string bodyPath, Outcome outcome)
    {
        var now = time.GetUtcNow();
        if (outcome.EndedBy is EndedBy.Cancel or EndedBy.Interrupt or EndedBy.RunDeadline or EndedBy.OutputBound
            || result.Error is TimeoutException)
        {
            var ended = classifier.Classify(new FailureSignals { Outcome = outcome, Now = now });
            return ended is null || result.Error is not (AnswerTooLongException or TimeoutException) ? ended
                : ended with
                {
                    Evidence = ended.Evidence with
                    {
                        Text = result.Error.Message,
                        Remediation = result.Error is AnswerTooLongException
                            ? "ask for less, or raise \"max-bytes\" of the request" : ended.Evidence.Remediation,
                    },
                };
        }

        if (result.Error is { } error)
        {
            return FailureClassifier.ClassifyException(error, now) is { } judged
                ? judged with { Evidence = judged.Evidence with { Text = Masked(judged.Evidence.Text + By(result)) } }
                : null;
        }

        var status = result.Status!.Value;
        var isExpected = work.ExpectedStatus.Count == 0
            ? status is >= 200 and < 300
            : work.ExpectedStatus.Contains(status);
        if (result.TooManyRedirects)
        {
            return Unmet("http.redirects", FailureClass.InvalidInput,
                string.Create(CultureInfo.InvariantCulture,
                    $"it was redirected more than the {result.Redirects} times that are allowed")
                    + LocationOf(result.Headers),
                "raise \"redirects\" of the runtime, or name the last address");
        }

        if (!isExpected)
        {
            var answered = classifier.ClassifyHttp(
                status, CaptureReader.ReadEndBytes(bodyPath), WholeCapture.Of(bodyPath), now, result.Headers);
            return answered is { Evidence.Text: null }
                ? answered with { Evidence = answered.Evidence with { Text = $"status {status}{By(result)}" } }
                : answered
                ?? Unmet("http.unexpected_status", FailureClass.InvalidInput,
                    string.Create(CultureInfo.InvariantCulture,
                        $"status {status}{LocationOf(result.Headers)} is not one of those expected: {Wanted(work)}"),
                    "name it under \"expect\", or mend the request");
        }

        return work.ExpectedJson.Count == 0 ? null : Compare(work.ExpectedJson, context, bodyPath, work.MaxBytes);
    }

    private static string Wanted(HttpWork work) =>
        work.ExpectedStatus.Count == 0 ? "200 to 299" : string.Join(", ", work.ExpectedStatus);

    // Who refuses may be the proxy, of which neither status nor exception says so.
    private static string By(HttpResult result) => result.Proxy is { } proxy ? $" (by way of the proxy {proxy})" : "";

    private Failure? Compare(
        IReadOnlyList<JsonExpectation> expected, TemplateContext context, string bodyPath, long maxBytes)
    {
        JsonDocument document;
        try
        {
            using var stream = File.OpenRead(bodyPath);
            document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 200 });
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            return Unmet("http.not_json", FailureClass.InvalidInput, $"the answer is no JSON: {error.Message}",
                $"look at the answer (at most {maxBytes} bytes of it were kept)");
        }

        using (document)
        {
            foreach (var expectation in expected)
            {
                using var wanted = JsonDocument.Parse(expectation.Value.Render(context));
                var seen = JsonPath.Find(document.RootElement, expectation.Path);
                if (seen is not { } value || !JsonElement.DeepEquals(value, wanted.RootElement))
                {
                    return Unmet("http.expect_json", FailureClass.TestFailure,
                        $"\"{expectation.Path}\" is {(seen is { } found ? Short(found) : "not there")}, and was to be "
                        + Short(wanted.RootElement),
                        "mend the service, or what is expected of it");
                }
            }
        }

        return null;
    }

    private Failure Unmet(string rule, FailureClass kind, string text, string remediation) => new()
    {
        Class = kind,
        Disposition = Disposition.Fail,
        Transient = false,
        Evidence = new Evidence(rule, "http", null, Masked(text), remediation),
    };

    private string? Masked(string? text) => text is null ? null : mask.Mask(text);

    // Where an answer points that was not followed: too many before it, or no address of http or https.
    private string LocationOf(string headers)
    {
        const string Name = "location: ";
        var at = $"\n{headers}".IndexOf($"\n{Name}", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return "";
        }

        var to = mask.Mask(headers[(at + Name.Length)..].Split('\n', 2)[0]);
        return $" (to \"{(to.Length <= MostShown ? to : to[..MostShown] + "…")}\")";
    }

    // Masked before it is cut: the beginning of a secret is known as one no more.
    private string Short(JsonElement value)
    {
        var text = mask.Mask(value.GetRawText());
        return text.Length <= MostShown ? text : text[..MostShown] + "…";
    }
}

/// <summary>Finds a value by names with dots between and <c>[n]</c> for items of lists.</summary>
internal static class JsonPath
{
    internal static JsonElement? Find(JsonElement root, string path)
    {
        var at = root;
        foreach (var part in path.Split('.'))
        {
            var open = part.IndexOf('[', StringComparison.Ordinal);
            var name = open < 0 ? part : part[..open];
            if (name.Length > 0 && (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)))
            {
                return null;
            }

            while (open >= 0)
            {
                var close = part.IndexOf(']', open);
                if (close < 0 || at.ValueKind != JsonValueKind.Array
                    || !int.TryParse(part.AsSpan(open + 1, close - open - 1), NumberStyles.None,
                        CultureInfo.InvariantCulture, out var index) || index >= at.GetArrayLength())
                {
                    return null;
                }

                at = at[index];
                open = part.IndexOf('[', close);
            }
        }

        return at;
    }
}
