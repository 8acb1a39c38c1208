using Holdfast.Journal;

namespace Holdfast.Plans;

/// <summary>
/// Reads whole files within a bound, also those whose size nobody can tell before (pipes, /proc, /dev).
/// </summary>
internal static class BoundedFile
{
    /// <summary>The bytes of a file; null when there are more than <paramref name="maxBytes"/>.</summary>
    public static byte[]? Read(string path, int maxBytes)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete, 1);
        var length = stream.CanSeek ? stream.Length : 0;
        if (length > maxBytes)
        {
            return null;
        }

        var buffer = new byte[Math.Max(length + 1, 4096)];
        var filled = 0;
        while (true)
        {
            var read = stream.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
            {
                return filled == buffer.Length ? buffer : buffer[..filled];
            }

            filled += read;
            if (filled > maxBytes)
            {
                return null;
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min((long)buffer.Length * 2, (long)maxBytes + 1));
            }
        }
    }

    /// <summary>The same of what a driver reads: a pipe that nobody writes to would hold it, and no signal end it.
    /// </summary>
    /// <exception cref="EndlessFileException">It is no file.</exception>
    public static byte[]? ReadFile(string path, int maxBytes) =>
        PortableCalls.IsEndless(path) ? throw new EndlessFileException() : Read(path, maxBytes);

    /// <summary>Why a file could not be read, and the cure, to follow its name.</summary>
    public static string Reason(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "does not exist; create it, or name another",
        EndlessFileException => EndlessFileException.Reason,
        UnauthorizedAccessException => "cannot be read (it is a folder, or permission is missing); allow reading",
        _ => $"cannot be read ({error.Message}); allow reading",
    };
}

/// <summary>What was to be read is a pipe, a socket or a device.</summary>
internal sealed class EndlessFileException() : IOException(Reason)
{
    /// <summary>What it is, and the cure, to follow its name.</summary>
    internal const string Reason = "is a pipe, a socket or a device; name a file";
}
