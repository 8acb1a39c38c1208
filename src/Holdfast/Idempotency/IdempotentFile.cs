using Holdfast.Journal;

namespace Holdfast.Idempotency;

/// <summary>
/// Files that are written only if their content changes, and then whole or not at all, so that writing twice is
/// writing once, and a kill leaves the old content or the new.
/// </summary>
public static class IdempotentFile
{
    private const int BlockBytes = 1 << 16;

    /// <summary>True if the file exists with exactly this content.</summary>
    /// <exception cref="IOException">It exists and cannot be read.</exception>
    public static bool IsUnchanged(string path, ReadOnlySpan<byte> content)
    {
        using var stream = OpenIfThere(path);
        if (stream is null || stream.Length != content.Length)
        {
            return false;
        }

        var block = new byte[Math.Min(BlockBytes, Math.Max(1, content.Length))];
        int read;
        while ((read = stream.Read(block, 0, block.Length)) > 0)
        {
            if (read > content.Length || !content[..read].SequenceEqual(block.AsSpan(0, read)))
            {
                return false;
            }

            content = content[read..];
        }

        return content.IsEmpty;
    }

    /// <inheritdoc cref="IsUnchanged(string, ReadOnlySpan{byte})"/>
    public static bool IsUnchanged(string path, string text)
        => IsUnchanged(path, ContentHash.StrictUtf8.GetBytes(text));

    /// <summary>
    /// Writes the file if its content differs: temporary file beside it, sync, rename, sync of the folder. Missing
    /// folders are created (0700). A link is followed, and the mode of a file that is replaced is kept (else 0600).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="cancellationToken">Looked at before the write begins; a write that began is finished.</param>
    /// <returns>True if it was written, false if it was there already.</returns>
    /// <exception cref="IOException">It cannot be written; then the old content is still there.</exception>
    public static Task<bool> WriteIfChangedAsync(
        string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        // Syncs block for as long as the disk takes, so they do not belong on the caller's thread.
        return Task.Run(() => WriteIfChanged(Path.GetFullPath(path), content.Span), cancellationToken);
    }

    /// <summary>As the other one, for a text, in UTF-8 without mark; line ends are kept as they are.</summary>
    /// <inheritdoc cref="WriteIfChangedAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    public static Task<bool> WriteIfChangedAsync(
        string path, string text, CancellationToken cancellationToken = default)
        => WriteIfChangedAsync(path, ContentHash.StrictUtf8.GetBytes(text), cancellationToken);

    // Somebody may delete it between the question and the answer.
    private static Stream? OpenIfThere(string path)
    {
        var storage = LocalStorage.Instance;
        try
        {
            return storage.FileExists(path) ? storage.OpenRead(path) : null;
        }
        catch (IOException) when (!storage.FileExists(path))
        {
            return null;
        }
    }

    private static bool WriteIfChanged(string path, ReadOnlySpan<byte> content)
    {
        var storage = LocalStorage.Instance;
        var target = new FileInfo(path).LinkTarget is null
            ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (IsUnchanged(target, content))
        {
            return false;
        }

        if (Path.GetDirectoryName(target) is { Length: > 0 } folder)
        {
            storage.CreateFolder(folder);
        }

        storage.WriteAtomically(target, content);
        return true;
    }
}
