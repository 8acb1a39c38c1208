using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Crawler;

/// <summary>
/// A small site on this machine that answers only so many requests a second; to more it says 429 and how long to wait.
/// One request in ten fails with 503. It counts who came back too early.
/// </summary>
internal sealed class LimitedSite : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private readonly HttpListener _listener = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly int _pages;
    private readonly int _requestsPerSecond;
    private long _second;
    private int _inSecond;
    private int _answered;
    private DateTimeOffset _until;

    private LimitedSite(int pages, int requestsPerSecond)
    {
        (_pages, _requestsPerSecond) = (pages, requestsPerSecond);
        Address = new Uri($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
    }

    internal Uri Address { get; }

    internal int Asked { get; private set; }

    internal int Refused { get; private set; }

    internal int TooEarly { get; private set; }

    internal static LimitedSite Start(int pages, int requestsPerSecond)
    {
        var site = new LimitedSite(pages, requestsPerSecond);
        site._listener.Start();
        _ = Task.Run(site.ServeAsync);
        return site;
    }

    public void Dispose() => _listener.Close();

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Answer(context);
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var status = StatusOfNext();
        context.Response.StatusCode = status;
        if (status == 429)
        {
            context.Response.Headers["Retry-After"] = Wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = Encoding.UTF8.GetBytes(status == 200 ? Page(context.Request.Url!) : "no");
        context.Response.ContentLength64 = body.Length;
        context.Response.OutputStream.Write(body);
        context.Response.Close();
    }

    private int StatusOfNext()
    {
        lock (_gate)
        {
            Asked++;
            var now = _time.GetUtcNow();
            var second = now.ToUnixTimeSeconds();
            _inSecond = second == _second ? _inSecond + 1 : 1;
            _second = second;
            if (now < _until || _inSecond > _requestsPerSecond)
            {
                // Requests that were under way when the first was refused are no fault of the client.
                TooEarly += now < _until && now > _until - (Wait / 2) ? 1 : 0;
                Refused++;
                _until = now < _until ? _until : now + Wait;
                return 429;
            }

            return ++_answered % 10 == 0 ? 503 : 200;
        }
    }

    private string Page(Uri address)
    {
        var number = int.TryParse(
            address.AbsolutePath.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 0;
        var links = Enumerable.Range((number * 3) + 1, 3).Where(n => n < _pages)
            .Select(n => $"<a href=\"/{n}\">page {n}</a>");
        return $"<html><body><h1>Page {number}</h1>{string.Concat(links)}</body></html>";
    }
}
