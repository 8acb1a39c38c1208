using System.Globalization;
using System.Text;

namespace Holdfast.Tests.Fuzzing;

/// <summary>Changes real input: bits, bytes, chunks, lines, numbers, words of the format, extremes of
/// Unicode.</summary>
/// <param name="random">Draws everything.</param>
/// <param name="words">The dictionary of the format.</param>
internal sealed class Mutator(Random random, IReadOnlyList<string> words)
{
    private const int MostBytes = 1 << 18;
    private const int MostRepeated = 150_000;

    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e308", "1e400", "-1e400", "1e-400",
        "0.1", "1.7976931348623157e308", "00", "007", "0x10", "1_000", "999999999999999999", "1e18", "253402300800000",
        "922337203685477", "922337203685478", "86400000", "000000000000000000000000000000001", "NaN", "Infinity",
    ];

    private static readonly byte[][] Odd =
    [
        [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0x7F], [0x1B],
        .. new[]
        {
            "\uFEFF", "\u202E", "\u2028", "\u2029", "\u0085", "\u00A0", "\U0010FFFF", "\U0001F600", "\uFFFD", "\uFFFE",
            "e\u0301", "\u0130", "\u00DF", "\uF5E0", "\uF5E4", "\\ud800", "\\u0000", "\\q", "\\", "\r", "\r\n", "\t",
            "\b", "''", "\"\"", "\u200D",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly string[] Nesting = ["[", "{", "{a: ", "- ", "{\"a\":", "(", "${{ ", "\"", "'", "&a [*a, "];

    /// <summary>Changes a seed in one to eight places; few changes are drawn more often than many.</summary>
    internal byte[] Change(byte[] seed, IReadOnlyList<byte[]> others)
    {
        var bytes = seed;
        for (var changes = 1 + Math.Min(random.Next(8), random.Next(8)); changes > 0; changes--)
        {
            bytes = Once(bytes, others);
        }

        return bytes.Length > MostBytes ? bytes[..MostBytes] : bytes;
    }

    private byte[] Once(byte[] bytes, IReadOnlyList<byte[]> others)
    {
        if (bytes.Length == 0)
        {
            return Encoding.UTF8.GetBytes(Pick(words));
        }

        var at = random.Next(bytes.Length);
        return random.Next(22) switch
        {
            0 or 1 => Set(bytes, at, (byte)(bytes[at] ^ (1 << random.Next(8)))),
            2 => Set(bytes, at, (byte)random.Next(256)),
            3 => Splice(bytes, at, Length(bytes, at, 8), []),
            4 => Splice(bytes, at, Length(bytes, at, 200), []),
            5 => Splice(bytes, at, 0, Chunk(bytes, 60)),
            6 => Move(bytes, at),
            7 => bytes[..at],
            8 or 9 => Splice(bytes, at, 0, Encoding.UTF8.GetBytes(Pick(words))),
            10 or 11 => Word(bytes, at),
            12 or 13 => Number(bytes, at),
            14 => Splice(bytes, at, random.Next(2), Odd[random.Next(Odd.Length)]),
            15 => Splice(bytes, at, 0, Noise()),
            16 => Splice(bytes, at, Length(bytes, at, 60), Chunk(others[random.Next(others.Count)], 120)),
            17 => random.Next(20) == 0 ? Splice(bytes, at, 0, Repeated(bytes)) : Set(bytes, at, (byte)'\n'),
            18 => Zeros(bytes, at),
            _ => Lines(bytes),
        };
    }

    private static byte[] Set(byte[] bytes, int at, byte value)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] = value;
        return changed;
    }

    private static byte[] Splice(byte[] bytes, int at, int removed, ReadOnlySpan<byte> put) =>
        [.. bytes.AsSpan(0, at), .. put, .. bytes.AsSpan(Math.Min(bytes.Length, at + removed))];

    private int Length(byte[] bytes, int at, int most) => Math.Min(random.Next(1, most), bytes.Length - at);

    private byte[] Chunk(byte[] bytes, int most)
    {
        if (bytes.Length == 0)
        {
            return [];
        }

        var at = random.Next(bytes.Length);
        return bytes[at..(at + Length(bytes, at, most))];
    }

    private byte[] Move(byte[] bytes, int at)
    {
        var chunk = bytes[at..(at + Length(bytes, at, 120))];
        var rest = Splice(bytes, at, chunk.Length, []);
        return Splice(rest, random.Next(rest.Length + 1), 0, chunk);
    }

    // What a power cut leaves of a sector.
    private byte[] Zeros(byte[] bytes, int at)
    {
        var changed = (byte[])bytes.Clone();
        changed.AsSpan(at, Length(bytes, at, 512)).Clear();
        return changed;
    }

    private byte[] Word(byte[] bytes, int at)
    {
        var (start, end) = Around(bytes, at,
            static b => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-');
        return Splice(bytes, start, end - start, Encoding.UTF8.GetBytes(Pick(words)));
    }

    private byte[] Number(byte[] bytes, int at)
    {
        var digit = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        var put = Encoding.UTF8.GetBytes(random.Next(4) == 0
            ? random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture) : Pick(Numbers));
        if (digit < 0)
        {
            return Splice(bytes, at, 0, put);
        }

        var (start, end) = Around(bytes, at + digit, static b => char.IsAsciiDigit((char)b));
        return Splice(bytes, start, end - start, put);
    }

    private static (int Start, int End) Around(byte[] bytes, int at, Func<byte, bool> belongs)
    {
        var (start, end) = (at, at);
        while (start > 0 && belongs(bytes[start - 1]))
        {
            start--;
        }

        while (end < bytes.Length && belongs(bytes[end]))
        {
            end++;
        }

        return (start, end);
    }

    private byte[] Noise()
    {
        var noise = new byte[random.Next(1, 16)];
        random.NextBytes(noise);
        return noise;
    }

    // Long enough that work in the square of a length shows in the time of one check.
    private byte[] Repeated(byte[] bytes)
    {
        var piece = random.Next(4) switch
        {
            0 => Encoding.UTF8.GetBytes(Pick(Nesting)),
            1 => Encoding.UTF8.GetBytes(Pick(words)),
            2 => Encoding.UTF8.GetBytes(Pick(words) + Pick(words)),
            _ => Chunk(bytes, 60),
        };
        var times = Math.Min(1 << random.Next(1, 17), MostRepeated / Math.Max(1, piece.Length));
        var repeated = new byte[times * piece.Length];
        for (var at = 0; at < repeated.Length; at += piece.Length)
        {
            piece.CopyTo(repeated, at);
        }

        return repeated;
    }

    private byte[] Lines(byte[] bytes)
    {
        var lines = Split(bytes);
        var (a, b) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(6))
        {
            case 0:
                lines.RemoveAt(a);
                break;
            case 1:
                lines.Insert(b, lines[a]);
                break;
            case 2:
                (lines[a], lines[b]) = (lines[b], lines[a]);
                break;
            case 3:
                lines[a] = lines[a][..random.Next(lines[a].Length + 1)];
                break;
            case 4:
                lines.RemoveRange(a, lines.Count - a);
                break;
            default:
                lines[a] = [.. lines[a].AsSpan(0, random.Next(lines[a].Length)), .. lines[b].AsSpan(
                    random.Next(lines[b].Length))];
                break;
        }

        return [.. lines.SelectMany(line => line)];
    }

    /// <summary>Lines with their line ends.</summary>
    internal static List<byte[]> Split(byte[] bytes)
    {
        var lines = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var end = bytes.AsSpan(at).IndexOf((byte)'\n');
            var next = end < 0 ? bytes.Length : at + end + 1;
            lines.Add(bytes[at..next]);
            at = next;
        }

        return lines;
    }

    private string Pick(IReadOnlyList<string> of) => of[random.Next(of.Count)];
}
