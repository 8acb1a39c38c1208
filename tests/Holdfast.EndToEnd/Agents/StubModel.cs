using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.EndToEnd.Agents;

/// <summary>A request to the stub.</summary>
/// <param name="Answer">The first part of its path: which answer it asks for.</param>
/// <param name="Path">The rest of its path.</param>
/// <param name="Body">Its body.</param>
/// <param name="Number">1 for the first request to this answer.</param>
internal sealed record ModelRequest(string Answer, string Path, string Body, int Number);

/// <summary>
/// A model server on loopback that answers badly in every way that one can: raw HTTP, since a library would not let it
/// close in the middle or never end its headers. The first part of the path chooses the answer, so that one server does
/// for all.
/// </summary>
internal sealed class StubModel : IDisposable
{
    private const int MaxHeaders = 64 << 10;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ModelRequest, string> _choose;

    /// <param name="choose">The name of the answer to a request; by default what its path asks for.</param>
    internal StubModel(Func<ModelRequest, string>? choose = null)
    {
        _choose = choose ?? (request => request.Answer.Split('.')[0]);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The command that a good answer asks to be run first; null for none.</summary>
    internal Func<ModelRequest, string?> Command { get; set; } = _ => null;

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Requests so far by what their path asked for.</summary>
    internal int Requests(string answer) => _counts.GetValueOrDefault(answer);

    internal string Base(string answer) =>
        string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/{answer}");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException
                or SocketException)
            {
                return;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await ReadAsync(stream) is { } request)
                {
                    await ModelAnswers.SendAsync(stream, _choose(request), request, Command(request), _stop.Token);
                }
            }
            catch (Exception left) when (left is IOException or OperationCanceledException or ObjectDisposedException
                or SocketException)
            {
                // The program went away, which is its right.
            }
        }
    }

    private async Task<ModelRequest?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < MaxHeaders && !EndsHeaders(head))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n");
        var target = lines[0].Split(' ')[1].TrimStart('/');
        var length = lines.FirstOrDefault(l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
        var body = new byte[length is null ? 0 : int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        var slash = target.IndexOf('/', StringComparison.Ordinal);
        var answer = slash < 0 ? target : target[..slash];
        return new ModelRequest(
            answer, slash < 0 ? "" : target[slash..], Encoding.UTF8.GetString(body),
            _counts.AddOrUpdate(answer, 1, (_, n) => n + 1));
    }

    private static bool EndsHeaders(List<byte> head) =>
        head is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'];
}
