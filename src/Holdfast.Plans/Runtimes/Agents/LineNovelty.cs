namespace Holdfast.Plans.Runtimes.Agents;

/// <summary>
/// Tells new output from noise: a line that says nothing but what an earlier one said, times, counts and ids apart, is
/// no progress. Words that hold a digit are left out of the comparison; that is where those stand.
/// </summary>
internal sealed class LineNovelty
{
    /// <summary>Lines that are remembered; older ones count as new again.</summary>
    internal const int Remembered = 4096;

    /// <summary>Bytes of a line that are compared.</summary>
    internal const int Compared = 4096;

    private const ulong Start = 14695981039346656037;
    private const ulong Factor = 1099511628211;
    private readonly HashSet<ulong> _seen = [];
    private readonly Queue<ulong> _order = new();

    /// <summary>Whether nothing like it was seen among the remembered lines.</summary>
    internal bool IsNew(ReadOnlySpan<byte> line)
    {
        var hash = HashOf(line.Length > Compared ? line[..Compared] : line);
        if (!_seen.Add(hash))
        {
            return false;
        }

        _order.Enqueue(hash);
        if (_order.Count > Remembered)
        {
            _seen.Remove(_order.Dequeue());
        }

        return true;
    }

    // FNV-1a over the words without a digit; http://www.isthe.com/chongo/tech/comp/fnv/
    private static ulong HashOf(ReadOnlySpan<byte> line)
    {
        var hash = Start;
        var at = 0;
        while (at < line.Length)
        {
            var start = at;
            var hasDigit = false;
            while (at < line.Length && IsWord(line[at]))
            {
                hasDigit |= char.IsAsciiDigit((char)line[at]);
                at++;
            }

            if (at > start && !hasDigit)
            {
                foreach (var b in line[start..at])
                {
                    hash = (hash ^ b) * Factor;
                }
            }

            if (at < line.Length)
            {
                at++;
                hash = at > start + 1 ? (hash ^ ' ') * Factor : hash;
            }
        }

        return hash;
    }

    private static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' or > 0x7F;
}
