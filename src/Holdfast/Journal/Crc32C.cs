using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Holdfast.Journal;

/// <summary>
/// CRC32C (Castagnoli, RFC 3720 appendix B.4): "123456789" gives e3069283. Values can be continued:
/// <c>Append(Append(0, a), b)</c> is the value of a followed by b. Eight bytes a step, by the processor where it can.
/// </summary>
public static class Crc32C
{
    /// <summary>Continues a value over more bytes.</summary>
    /// <param name="crc">The value so far; 0 at the start.</param>
    /// <param name="bytes">The bytes that follow.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (BitConverter.IsLittleEndian)
        {
            // Four a turn: in a process that has just begun a turn costs more than what is done in it.
            for (; words.Length >= 4; words = words[4..])
            {
                crc = BitOperations.Crc32C(crc, words[0]);
                crc = BitOperations.Crc32C(crc, words[1]);
                crc = BitOperations.Crc32C(crc, words[2]);
                crc = BitOperations.Crc32C(crc, words[3]);
            }
        }

        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(
                crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var b in bytes[(bytes.Length & ~(sizeof(ulong) - 1))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
