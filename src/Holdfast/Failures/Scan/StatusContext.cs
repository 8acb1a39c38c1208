using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Whether a number of three digits in raw bytes may be a status as <see cref="StatusInText"/> reads them, by the first
/// letters of the words around it. Says yes where it cannot tell.
/// </summary>
internal static class StatusContext
{
    private static readonly Neighbours.Places Callers = Neighbours.Places.Of(StatusInText.Callers);
    private static readonly Neighbours.Places Reasons = Neighbours.Places.Of(StatusInText.Reasons);

    /// <summary>Whether the number at a place may be a status.</summary>
    internal static bool MayBe(ReadOnlySpan<byte> text, int at)
    {
        if (Neighbours.MayBeNext(text, at + 3, in Reasons))
        {
            return true;
        }

        // The word before it, past up to two single digits ("HTTP/1.1 429").
        for (var step = 0; step < 3; step++)
        {
            if (Neighbours.MayBePrevious(text, at, in Callers, out var start))
            {
                return true;
            }

            if (start < 0 || !char.IsAsciiDigit((char)text[start]) || Neighbours.IsWordByte(text[start + 1]))
            {
                return false;
            }

            at = start;
        }

        return false;
    }
}
