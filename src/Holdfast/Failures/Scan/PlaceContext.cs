namespace Holdfast.Failures.Scan;

/// <summary>
/// Whether a number in raw bytes may be the column of a place in a source file, <c>a.c:12:7: expected</c>. Says yes
/// where it cannot tell.
/// </summary>
internal static class PlaceContext
{
    /// <summary>Whether the number that begins at a place may be a column.</summary>
    internal static bool MayBe(ReadOnlySpan<byte> text, int start)
    {
        if (start < 2 || text[start - 1] != ':' || !char.IsAsciiDigit((char)text[start - 2])
            || !char.IsAsciiDigit((char)text[start]))
        {
            return false;
        }

        var end = Neighbours.EndOfWord(text, start);
        if (end >= text.Length)
        {
            return false;
        }

        // "7: x", "7:" at the end, "7): x", "7) : x"; never the minutes of a time of day.
        return text[end] == ')'
            || (text[end] == ':' && (end + 1 >= text.Length || !Neighbours.IsWordByte(text[end + 1])));
    }
}
