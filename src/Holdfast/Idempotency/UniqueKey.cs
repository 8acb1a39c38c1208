using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Idempotency;

/// <summary>A key for one piece of work, made of the parts that tell it from all others.</summary>
public static class UniqueKey
{
    private const int MostOnStack = 512;

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

        var room = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i]
                ?? throw new ArgumentException($"part {i} of the unique key is null", nameof(parts));
            room = checked(room + sizeof(long) + ContentHash.StrictUtf8.GetMaxByteCount(part.Length));
        }

        var bytes = room <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[room];
        var length = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var written = Write(parts[i], i, bytes[(length + sizeof(long))..]);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[length..], written);
            length += sizeof(long) + written;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        return Convert.ToHexStringLower(hash);
    }

    private static int Write(string part, int index, Span<byte> into)
    {
        try
        {
            return ContentHash.StrictUtf8.GetBytes(part, into);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException(
                $"part {index} of the unique key has half a surrogate pair at {error.Index}", nameof(part), error);
        }
    }
}
