using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Idempotency;

/// <summary>SHA-256 of contents, as 64 lower-case hex digits.</summary>
public static class ContentHash
{
    private const int BlockBytes = 1 << 17;

    /// <summary>Hash of a text's UTF-8.</summary>
    /// <exception cref="ArgumentException">
    /// The text is no valid Unicode, so that different texts would share a hash.
    /// </exception>
    public static string OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return OfBytes(StrictUtf8.GetBytes(text));
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException($"the text has half a surrogate pair at {error.Index}", nameof(text), error);
        }
    }

    /// <summary>Hash of bytes.</summary>
    public static string OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Hash of what is left of a stream, in bounded memory.</summary>
    public static async Task<string> OfStreamAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>Hash of a file's content, in bounded memory.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string OfFile(string path)
    {
        using var stream = Open(path, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <inheritdoc cref="OfFile"/>
    public static async Task<string> OfFileAsync(string path, CancellationToken cancellationToken = default)
    {
        await using var stream = Open(path, FileOptions.SequentialScan | FileOptions.Asynchronous);
        return await OfStreamAsync(stream, cancellationToken);
    }

    internal static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static FileStream Open(string path, FileOptions options)
        => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BlockBytes, options);
}
