using System.Globalization;
using System.Text;
using Holdfast.Journal;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// A file of lines that many processes append to: under the lock, each reads what others appended, decides, and
/// appends. The first line names the edition, which a rewriting changes, so that whoever reads on sees that the file is
/// a new one. A line that a crash tore is ended by the next writer, and passed over.
/// </summary>
/// <param name="storage">The files.</param>
/// <param name="path">The file.</param>
/// <param name="onLine">Gets every whole line but the first, in order, without its end.</param>
/// <param name="onForget">The file is another one: what was read of the old one counts for nothing.</param>
internal sealed class SharedLines(
    IStorage storage, string path, Action<ReadOnlyMemory<byte>> onLine, Action onForget) : IDisposable
{
    private static readonly int EditionBytes = FirstLine(1).Length;

    private IAppendFile? _file;
    private long _read;
    private long _rewrittenBytes;
    private byte[] _edition = [];

    /// <summary>Whether there is a file.</summary>
    internal bool Exists => storage.FileExists(path);

    /// <summary>Waits for the lock, which is held for one step.</summary>
    internal ILockHandle Lock() => storage.Lock(path + ".lock");

    /// <summary>Reads what was appended since the last time.</summary>
    internal void ReadNew()
    {
        if (!storage.FileExists(path))
        {
            Forget();
            return;
        }

        using var stream = storage.OpenRead(path);
        var edition = new byte[Math.Min(EditionBytes, stream.Length)];
        stream.ReadExactly(edition);
        if (stream.Length < _read || !edition.AsSpan().StartsWith(_edition))
        {
            // Another process wrote it anew.
            Forget();
        }

        _edition = edition.Length == EditionBytes ? edition : [];
        if (stream.Length == _read)
        {
            return;
        }

        stream.Seek(_read, SeekOrigin.Begin);
        var scanner = new LineScanner(stream, _read);
        while (scanner.MoveNext())
        {
            if (!scanner.Terminated)
            {
                break;
            }

            if (!scanner.Overlong)
            {
                onLine(scanner.Line);
            }

            _read = scanner.NextOffset;
        }
    }

    /// <summary>
    /// Appends lines, each with its end. Under the lock, after <see cref="ReadNew"/>.
    /// </summary>
    /// <param name="lines">The lines; none does nothing.</param>
    /// <param name="sync">Whether they are on the device on return.</param>
    /// <param name="known">Whether the caller knows them already, so that they are not to be read again.</param>
    internal void Append(byte[] lines, bool sync, bool known)
    {
        if (lines.Length == 0)
        {
            return;
        }

        _file ??= storage.OpenAppend(path, create: true);
        if (_file.Length == 0)
        {
            lines = [.. FirstLine(1), .. lines];
        }
        else if (_file.Length > _read)
        {
            // Somebody died within a line: the end of it goes on a line of its own.
            lines = [(byte)'\n', .. lines];
        }

        _file.Append(lines);
        if (sync)
        {
            _file.Sync();
        }

        _read = known ? _file.Length : _read;
    }

    /// <summary>Whether the file has outgrown a bound, and twice what the last rewriting left.</summary>
    internal bool IsOver(long bytes) => _read > Math.Max(bytes, 2 * _rewrittenBytes);

    /// <summary>Writes the file anew, whole or not at all. Under the lock.</summary>
    internal void Rewrite(IEnumerable<byte[]> lines)
    {
        using var content = new MemoryStream();
        content.Write(FirstLine(1 + EditionNumber()));
        foreach (var line in lines)
        {
            content.Write(line);
        }

        _file?.Dispose();
        _file = null;
        storage.WriteAtomically(path, content.ToArray());
        _read = _rewrittenBytes = content.Length;
        _edition = content.ToArray()[..EditionBytes];
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // Fixed in length.
    private static byte[] FirstLine(long edition) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"format\":1,\"edition\":\"{edition:x16}\"}}\n"));

    private void Forget()
    {
        if (_read > 0)
        {
            onForget();
            (_read, _edition) = (0, []);
            _file?.Dispose();
            _file = null;
        }
    }

    private long EditionNumber()
    {
        var text = Encoding.ASCII.GetString(_edition);
        var start = text.LastIndexOf(":\"", StringComparison.Ordinal) + 2;
        return start > 1 && text.Length >= start + 16
            && long.TryParse(text.AsSpan(start, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                out var number)
                ? number
                : 1;
    }
}
