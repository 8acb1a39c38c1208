using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.EndToEnd.Http;

/// <summary>A request as it arrived, byte for byte.</summary>
/// <param name="Method">E.g. GET.</param>
/// <param name="Path">With its query.</param>
/// <param name="Headers">Names in lower case.</param>
/// <param name="Body">As text.</param>
internal sealed record RawRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>
/// A server on loopback that answers with any bytes at all, also with those that no server should send. Each connection
/// serves one request.
/// </summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<RawRequest, int, Func<NetworkStream, Task>> _answer;
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Starts it.</summary>
    /// <param name="answer">Says how the n-th request of its path (from 1) is answered.</param>
    internal RawServer(Func<RawRequest, int, Func<NetworkStream, Task>> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    internal string Base => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    internal ConcurrentQueue<RawRequest> Requests { get; } = new();

    /// <summary>A whole answer.</summary>
    internal static Func<NetworkStream, Task> Whole(int status, string body = "", params string[] headers) => stream =>
        WriteAsync(stream, $"HTTP/1.1 {status} Said\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + string.Concat(headers.Select(h => h + "\r\n")) + $"Connection: close\r\n\r\n{body}");

    /// <summary>These bytes, and then the connection is closed, or held open for ever.</summary>
    internal Func<NetworkStream, Task> Bytes(string text, bool hold = false, bool reset = false) => async stream =>
    {
        await WriteAsync(stream, text);
        if (hold)
        {
            await HoldAsync();
        }

        if (reset)
        {
            stream.Socket.LingerState = new LingerOption(true, 0);
        }
    };

    /// <summary>This text again and again, until the other side has enough.</summary>
    internal static Func<NetworkStream, Task> Endless(string start, string again) => async stream =>
    {
        await WriteAsync(stream, start);
        while (true)
        {
            await WriteAsync(stream, again);
        }
    };

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
    }

    private Task HoldAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _closed.Token);

    private async Task ServeAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_closed.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException
                or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream);
                int number;
                lock (Requests)
                {
                    number = Requests.Count(r => r.Path == request.Path) + 1;
                    Requests.Enqueue(request);
                }

                await _answer(request, number)(stream);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
            {
                // The other side went away, or the test is over.
            }
        }
    }

    private static async Task<RawRequest> ReadAsync(NetworkStream stream)
    {
        using var bytes = new MemoryStream();
        var block = new byte[4096];
        var head = -1;
        var length = 0;
        string[] lines = [];
        while (true)
        {
            var read = await stream.ReadAsync(block);
            bytes.Write(block, 0, read);
            var text = Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
            if (head < 0 && text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end)
            {
                head = end + 4;
                lines = text[..end].Split("\r\n");
                var told = Array.Find(lines, l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
                length = told is null ? 0 : int.Parse(
                    told.AsSpan(told.IndexOf(':') + 1), System.Globalization.CultureInfo.InvariantCulture);
            }

            if (read == 0 || (head >= 0 && bytes.Length >= head + length))
            {
                break;
            }
        }

        var first = lines.Length > 0 ? lines[0].Split(' ') : ["", "", ""];
        var headers = new Dictionary<string, string>();
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }

        return new RawRequest(
            first[0], first[1], headers,
            Encoding.UTF8.GetString(bytes.ToArray().AsSpan(Math.Max(0, head))));
    }

    private static async Task WriteAsync(NetworkStream stream, string text) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
}
