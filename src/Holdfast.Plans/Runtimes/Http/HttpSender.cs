using System.Net;
using System.Text;
using Holdfast.Failures;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes.Http;

/// <summary>
/// Sends requests over pooled connections. Redirects are followed here and not by the client: what the plan sends to
/// one
/// host, credentials before all, is not for another one to see.
/// </summary>
internal sealed class HttpSender(TimeProvider time, SecretMask mask) : IDisposable
{
    private const int BlockBytes = 64 << 10;
    private static readonly string[] NeverShown = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

    // These name what is sent or wanted, never who sends it.
    private static readonly string[] ForAnyHost =
        ["accept", "accept-language", "content-type", "user-agent", "idempotency-key"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(30),
        MaxResponseHeadersLength = 64,
        ActivityHeadersPropagator = null,
    });

    internal async Task<HttpResult> SendAsync(HttpCall call, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(call.Timeout, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        var result = new HttpResult();
        var logFile = OwnFile.Create(call.LogPath, FileMode.Create);
        using var log = new StreamWriter(logFile, new UTF8Encoding(false)) { AutoFlush = true };
        try
        {
            result = await ExchangeAsync(call, log, answer => result = answer, any.Token);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException
            or TimeoutException or InvalidOperationException or NotSupportedException or UriFormatException)
        {
            Exception told = stop.IsCancellationRequested ? new OperationCanceledException(stop)
                : deadline.IsCancellationRequested ? new TimeoutException(
                    $"it was not answered in time (timeout: {Durations.Text(call.Timeout)})")
                : error;
            await log.WriteLineAsync("* " + mask.Mask(OneLine(told)));
            result = result with { Error = told };
        }

        return result with { Duration = time.GetElapsedTime(since) };
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HttpResult> ExchangeAsync(
        HttpCall call, TextWriter log, Action<HttpResult> answered, CancellationToken any)
    {
        var (method, address, body) = (call.Method, call.Address, call.Body);
        var result = new HttpResult();
        for (var redirects = 0; ; redirects++)
        {
            answered(result = result with { Proxy = ProxyFor(address) });
            using var request = RequestOf(call, method, address, body);
            await LogRequestAsync(log, request);
            using var response = await _client.SendAsync(request, any);
            var headers = HeadersOf(response);
            await LogAnswerAsync(log, response, headers);
            answered(result = result with { Status = (int)response.StatusCode, Headers = headers });
            if (NextOf(response, address) is { } next)
            {
                if (redirects < call.Redirects)
                {
                    // 303 asks for a GET; so does, by long custom, a 301 or 302 to a POST (RFC 9110, 15.4).
                    if (response.StatusCode is HttpStatusCode.SeeOther
                        || (response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found && method == "POST"))
                    {
                        (method, body) = (method == "HEAD" ? "HEAD" : "GET", null);
                    }

                    address = next;
                    continue;
                }

                answered(result = result with { TooManyRedirects = call.Redirects > 0, Redirects = redirects });
            }

            // Told as they come: of an answer that is cut off, what did come is there too.
            await CaptureAsync(call, response, bytes => answered(result = result with { Bytes = bytes }), any);
            return result;
        }
    }

    // As the client itself chooses it, from the variables of the driver; without the credentials in its address.
    private static string? ProxyFor(Uri address) =>
        !HttpClient.DefaultProxy.IsBypassed(address) && HttpClient.DefaultProxy.GetProxy(address) is { } proxy
            ? $"{proxy.Scheme}://{proxy.Authority}"
            : null;

    private static async Task CaptureAsync(
        HttpCall call, HttpResponseMessage response, Action<long> captured, CancellationToken any)
    {
        await using var file = OwnFile.Create(call.BodyPath, FileMode.Create);
        await using var body = await response.Content.ReadAsStreamAsync(any);
        var block = new byte[BlockBytes];
        var bytes = 0L;
        while (true)
        {
            var read = await body.ReadAsync(block, any);
            if (read == 0)
            {
                return;
            }

            // What was captured until the bound is kept, and judged.
            var kept = (int)Math.Min(read, call.MaxBytes - bytes);
            await file.WriteAsync(block.AsMemory(0, kept), any);
            captured(bytes += kept);
            if (kept < read)
            {
                throw new AnswerTooLongException(call.MaxBytes);
            }
        }
    }

    private static HttpRequestMessage RequestOf(HttpCall call, string method, Uri address, Func<HttpContent>? body)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = body?.Invoke(),
        };
        var isHome = address.Authority == call.Address.Authority && address.Scheme == call.Address.Scheme;
        foreach (var (name, value) in call.Headers)
        {
            if (!isHome && !ForAnyHost.Contains(name.ToLowerInvariant()))
            {
                continue;
            }

            if (request.Headers.TryAddWithoutValidation(name, value) || request.Content is null)
            {
                continue;
            }

            request.Content.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static Uri? NextOf(HttpResponseMessage response, Uri from)
    {
        if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            || response.Headers.Location is not { } location)
        {
            return null;
        }

        var next = location.IsAbsoluteUri ? location : new Uri(from, location);

        // A server may not lead from a secret line to an open one, nor to anything that is no HTTP.
        return next.Scheme == "https" || (next.Scheme == "http" && from.Scheme == "http") ? next : null;
    }

    private async Task LogRequestAsync(TextWriter log, HttpRequestMessage request)
    {
        await log.WriteLineAsync($"> {request.Method} {mask.Mask(request.RequestUri!.AbsoluteUri)}");
        foreach (var (name, values) in request.Headers)
        {
            await log.WriteLineAsync($"> {name}: {Shown(name, string.Join(", ", values))}");
        }
    }

    private async Task LogAnswerAsync(TextWriter log, HttpResponseMessage response, string headers)
    {
        await log.WriteLineAsync($"< {(int)response.StatusCode} {mask.Mask(response.ReasonPhrase ?? "")}".TrimEnd());
        foreach (var line in headers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            await log.WriteLineAsync($"< {line[..colon]}: {Shown(line[..colon], line[(colon + 1)..].Trim())}");
        }
    }

    private string Shown(string name, string value) =>
        NeverShown.Contains(name.ToLowerInvariant()) ? "***" : mask.Mask(value);

    private static string HeadersOf(HttpResponseMessage response)
    {
        var text = new StringBuilder();
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            foreach (var value in values)
            {
                _ = text.Append(name).Append(": ").Append(value.ReplaceLineEndings(" ")).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string OneLine(Exception error)
    {
        var text = error.Message;
        for (var inner = error.InnerException; inner is not null && text.Length < 1_000; inner = inner.InnerException)
        {
            text += ": " + inner.Message;
        }

        return text.ReplaceLineEndings(" ");
    }
}
