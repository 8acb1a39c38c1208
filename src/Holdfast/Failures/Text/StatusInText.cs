namespace Holdfast.Failures.Text;

/// <summary>
/// Finds HTTP statuses in text: a number from 400 to 599 that the words around it call a status ("HTTP 429",
/// "status code: 503", "returned error: 404", "502 Bad Gateway"). Line 429, port 503 and a path with 504 in it are no
/// statuses.
/// </summary>
internal static class StatusInText
{
    /// <summary>Words that call a number a status where they stand before it.</summary>
    internal static readonly string[] Callers =
    [
        "http", "status", "statuscode", "status_code", "api_error_status", "httpstatus", "httpstatuscode",
        "http_status", "httpcode", "http_code", "httperror", "code", "success", "error", "errored", "returned",
        "rejected", "response", "responded", "occurred", "received", "got", "failed", "answered",
        "said", "says", "replied",
    ];

    /// <summary>First words of the reasons that follow a status.</summary>
    internal static readonly string[] Reasons =
    [
        "bad", "unauthorized", "payment", "forbidden", "not", "request", "conflict", "payload", "content",
        "unprocessable", "locked", "too", "internal", "service", "slow", "backend", "gateway", "overloaded", "site",
        "client", "server",
    ];

    /// <summary>All words that matter to what is found here.</summary>
    internal static readonly string[] Words =
    [
        .. Callers, .. Reasons, "api", "npm", "server", "client", "required", "found", "timeout", "time", "many",
        "with",
    ];

    /// <summary>The last status that a line states; 0 for none.</summary>
    internal static int Find(TokenLine line)
    {
        for (var i = line.Count - 1; i >= 0; i--)
        {
            var token = line.Tokens[i];
            if (token.Place == TokenPlace.Number && token.Length == 3 && IsKnown(line[i])
                && !IsGlued(line, i) && (IsCalled(line, i) || HasReason(line, i)))
            {
                return ((line[i][0] - '0') * 100) + ((line[i][1] - '0') * 10) + (line[i][2] - '0');
            }
        }

        return 0;
    }

    /// <summary>Statuses that are registered or that proxies send; 550 is a reply of FTP and SMTP.</summary>
    private static bool IsKnown(ReadOnlySpan<char> number) => number[0] switch
    {
        '4' => number[1] is '0' or '1' or '2' || number is "431" or "440" or "444" or "449" or "451" or "460" or "463"
            or "494" or "495" or "496" or "497" or "498" or "499",
        '5' => number[1] is '0' or '1' or '2' || number is "530" or "540" or "561" or "598" or "599",
        _ => false,
    };

    private static bool IsGlued(TokenLine line, int i)
    {
        var before = line.Before(i);
        var after = line.After(i);
        // "app.ts:429:12", "504-b", "10.0.0.429", "503:GET" are parts of something else.
        if (after.Length > 0 && after[0] is '-' or '/' or '%' or '_' && i + 1 < line.Count)
        {
            return true;
        }

        if (after is ['.' or ':', ..] && after.Length == 1 && i + 1 < line.Count)
        {
            return true;
        }

        return before is [.., '.' or '-' or '#' or '/' or '$'] && !(before is [.., '.'] && before.Length > 1);
    }

    private static bool IsCalled(TokenLine line, int i)
    {
        // "HTTP/1.1 429": step over the version.
        var j = i - 1;
        while (j >= 0 && j >= i - 2 && (line.Tokens[j].Place & TokenPlace.Number) != 0 && line.Tokens[j].Length == 1)
        {
            j--;
        }

        // "replied with 503".
        j -= j > 0 && Is(line[j], "with") && (Is(line[j - 1], "replied") || Is(line[j - 1], "answered")) ? 1 : 0;
        if (j < 0)
        {
            return false;
        }

        var word = line[j];
        var before = line.Before(i);
        if (Is(word, "http") || Is(word, "status") || Is(word, "statuscode") || Is(word, "status_code")
            || Is(word, "api_error_status") || Is(word, "httpstatus") || Is(word, "httpstatuscode")
            || Is(word, "http_status")
            || Is(word, "httpcode") || Is(word, "http_code") || Is(word, "httperror"))
        {
            return true;
        }

        if (Is(word, "code"))
        {
            return j > 0 && (Is(line[j - 1], "status") || Is(line[j - 1], "response") || Is(line[j - 1], "http")
                || Is(line[j - 1], "error")) || before.Contains(':');
        }

        if (Is(word, "success"))
        {
            // .NET: "Response status code does not indicate success: 401 (Unauthorized)."
            return before.Contains(':');
        }

        if (Is(word, "error") || Is(word, "errored"))
        {
            // "API Error: 504", "ERROR 429:", "returned error: 403", "npm error 503 Service": not "error 404 of 500".
            return before.Contains(':') || line.After(i) is [':', ..] || (j > 0 && (Is(line[j - 1], "api")
                || Is(line[j - 1], "npm") || Is(line[j - 1], "http") || Is(line[j - 1], "server")
                || Is(line[j - 1], "client")));
        }

        return (Is(word, "returned") || Is(word, "rejected") || Is(word, "response") || Is(word, "responded")
            || Is(word, "occurred") || Is(word, "received") || Is(word, "got") || Is(word, "failed")
            || Is(word, "answered") || Is(word, "said") || Is(word, "says") || Is(word, "replied"))
            && (before.Contains('(') || before.Contains(':') || !Is(word, "failed"))
            && (before.Contains('(') || line.After(i) is [] or ['.' or ' ' or ')' or ':' or ',', ..]);
    }

    private static bool HasReason(TokenLine line, int i)
    {
        if (i + 1 >= line.Count)
        {
            return false;
        }

        var next = line[i + 1];
        var second = i + 2 < line.Count ? line[i + 2] : default;
        if ((Is(next, "client") || Is(next, "server")) && Is(second, "error"))
        {
            // Python's requests: "403 Client Error. (Request ID: …)".
            return true;
        }

        return line[i] switch
        {
            "400" => Is(next, "bad") && Is(second, "request"),
            "401" => Is(next, "unauthorized"),
            "402" => Is(next, "payment") && Is(second, "required"),
            "403" => Is(next, "forbidden"),
            "404" => Is(next, "not") && Is(second, "found"),
            "408" => Is(next, "request") && (Is(second, "timeout") || Is(second, "time")),
            "409" => Is(next, "conflict"),
            "413" => Is(next, "payload") || Is(next, "request") || Is(next, "content"),
            "422" => Is(next, "unprocessable"),
            "423" => Is(next, "locked"),
            "429" => Is(next, "too") && Is(second, "many"),
            "500" => Is(next, "internal"),
            "502" => Is(next, "bad") && Is(second, "gateway"),
            "503" => Is(next, "service") || Is(next, "slow") || Is(next, "backend"),
            "504" => Is(next, "gateway"),
            "529" => Is(next, "overloaded") || Is(next, "site"),
            _ => false,
        };
    }

    private static bool Is(ReadOnlySpan<char> word, string other) =>
        word.Equals(other, StringComparison.OrdinalIgnoreCase);
}
