using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Idempotency;

/// <summary>A key for one piece of work, made of the parts that tell it from all others.</summary>
public static class UniqueKey
{
    /// <summary>
    /// SHA-256 over each part's length (8 bytes, little endian) and UTF-8, as 64 hex digits: different lists of parts
    /// give different keys, whatever the parts contain.
    /// </summary>
    /// <param name="parts">In an order that matters; parts may be empty.</param>
    /// <exception cref="ArgumentException">
    /// There are no parts (all such work would share one key), or one is not Unicode.
    /// </exception>
    public static string From(params ReadOnlySpan<string> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ArgumentException(
                "a unique key needs at least one part: work without any would all be the same", nameof(parts));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        for (var i = 0; i < parts.Length; i++)
        {
            var bytes = Utf8Of(parts[i], i);
            BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Utf8Of(string part, int index)
    {
        if (part is null)
        {
            throw new ArgumentException($"part {index} of the unique key is null", nameof(part));
        }

        try
        {
            return ContentHash.StrictUtf8.GetBytes(part);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException(
                $"part {index} of the unique key has half a surrogate pair at {error.Index}", nameof(part), error);
        }
    }
}
