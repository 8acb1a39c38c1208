using Holdfast.Failures;
using Holdfast.Plans.Runtimes;

namespace Holdfast.Cli.Looking;

/// <summary>
/// One channel that <c>classify</c> was asked about. A file is read where it is. Standard input can be read only once,
/// so what is too long for its ends to be all of it goes into a temporary file on the way, which is gone when this is
/// closed: memory stays bounded, and lines have the numbers that they have in the whole.
/// </summary>
internal sealed class ClassifyInput : IDisposable
{
    private const int MostInMemory = CaptureReader.HeadBytes + CaptureReader.TailBytes;

    private readonly FileStream? _spooled;

    private ClassifyInput(byte[] ends, CaptureGap gap, Func<Stream>? whole, FileStream? spooled = null)
    {
        (Ends, Gap, Whole) = (ends, gap, whole);
        _spooled = spooled;
    }

    /// <summary>Head and tail, one after the other.</summary>
    internal byte[] Ends { get; }

    /// <summary>What is left out between them.</summary>
    internal CaptureGap Gap { get; }

    /// <summary>Opens all of it; null where the ends are that.</summary>
    internal Func<Stream>? Whole { get; }

    /// <summary>Opens a channel.</summary>
    /// <param name="context">The command.</param>
    /// <param name="path">A file; <c>-</c> for standard input; null for nothing.</param>
    /// <exception cref="CliFailure">It cannot be read, or not be put aside.</exception>
    internal static ClassifyInput Open(CommandContext context, string? path)
    {
        if (path is null)
        {
            return new ClassifyInput([], default, null);
        }

        if (path == "-")
        {
            using var input = Console.OpenStandardInput();
            return OfStream(context, input, Path.GetTempPath());
        }

        using var file = OpenFile(context, path);
        var full = Path.GetFullPath(path, context.CurrentFolder);
        return OfFile(context, full, file.CanSeek ? file.Length : 0, null);
    }

    /// <summary>A channel that can be read only once.</summary>
    /// <param name="context">The command.</param>
    /// <param name="input">Read to its end.</param>
    /// <param name="folder">Where what is too long is put aside.</param>
    /// <exception cref="CliFailure">It cannot be put aside.</exception>
    internal static ClassifyInput OfStream(CommandContext context, Stream input, string folder)
    {
        var first = new byte[MostInMemory + 1];
        var length = input.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        if (length <= MostInMemory)
        {
            return new ClassifyInput(first[..length], default, null);
        }

        var path = Path.Combine(folder, "holdfast-" + Path.GetRandomFileName());
        FileStream? spooled = null;
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.DeleteOnClose,
                BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            spooled = new FileStream(path, options);
            spooled.Write(first, 0, length);
            input.CopyTo(spooled, 1 << 20);
            return OfFile(context, path, spooled.Length, spooled);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            spooled?.Dispose();
            throw new CliFailure("input_too_long", Runs.ExitCodes.Usage,
                $"standard input is longer than {MostInMemory:n0} bytes and cannot be put aside in {folder}: "
                + $"{error.Message}; set TMPDIR to a folder with room, or give a file");
        }
    }

    /// <summary>Opens a file that may grow meanwhile.</summary>
    /// <exception cref="CliFailure">There is none, or it cannot be read.</exception>
    internal static FileStream OpenFile(CommandContext context, string path)
    {
        try
        {
            return new FileStream(Path.GetFullPath(path, context.CurrentFolder), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var full = Path.GetFullPath(path, context.CurrentFolder);
            throw new CliFailure("file_not_found", Runs.ExitCodes.Usage, File.Exists(full)
                ? $"{path} cannot be read: {error.Message}"
                : $"{path} is {(Directory.Exists(full) ? "a folder" : "no file")}; name {(Directory.Exists(full)
                    ? "a file in it" : "one that exists")}, or \"-\" for standard input");
        }
    }

    /// <summary>Deletes what was put aside.</summary>
    public void Dispose() => _spooled?.Dispose();

    private static ClassifyInput OfFile(CommandContext context, string path, long length, FileStream? spooled)
    {
        var ends = CaptureReader.ReadEndBytes(path, out var gap);
        return new ClassifyInput(ends, gap, length > MostInMemory ? () => OpenFile(context, path) : null, spooled);
    }
}
