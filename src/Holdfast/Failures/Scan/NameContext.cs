using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Whether a word in raw bytes may be the name of an error as <see cref="ErrorNames"/> reads them. Says yes where it
/// cannot tell.
/// </summary>
internal static class NameContext
{
    private const int Farthest = 64;

    /// <summary>What names of errors end with, at least.</summary>
    internal static readonly byte[][] Ends =
        [.. new[] { "error", "ption", "fault", "exit" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Whether a word ends like the name of an error.</summary>
    internal static bool EndsLikeName(ReadOnlySpan<byte> word) => word is [.., var last] && last switch
    {
        (byte)'r' => word.EndsWith("Error"u8) || word.EndsWith("_error"u8),
        (byte)'n' => word.EndsWith("Exception"u8),
        (byte)'t' => word.EndsWith("Fault"u8) || word.EndsWith("Exit"u8),
        (byte)'R' => word.EndsWith("_ERROR"u8),
        _ => false,
    };

    /// <summary>Whether the word that ends at a place ends like a name, and is long enough or part of more.</summary>
    internal static bool EndsHere(ReadOnlySpan<byte> text, int end)
    {
        var start = end;
        while (start > 0 && Neighbours.IsWordByte(text[start - 1]))
        {
            start--;
        }

        return EndsLikeName(text[start..end])
            && (end - start >= ErrorNames.ShortestEnding || (start > 0 && text[start - 1] is (byte)'\'' or >= 0x80));
    }

    /// <summary>Whether a word is made of several: <c>rate_limit</c>, <c>RateLimit</c>.</summary>
    internal static bool IsCompound(ReadOnlySpan<byte> word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            if (word[i] == '_'
                || (char.IsAsciiLetterUpper((char)word[i]) && char.IsAsciiLetterLower((char)word[i - 1])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the next word of the line may be a name that is made of several words.</summary>
    internal static bool MayFollow(ReadOnlySpan<byte> text, int at)
    {
        var limit = Math.Min(text.Length, at + Farthest);
        for (; at < limit && text[at] != '\n'; at++)
        {
            if (text[at] is (byte)'\\' or >= 0x80)
            {
                return true;
            }

            if (Neighbours.IsWordByte(text[at]))
            {
                var end = Neighbours.EndOfWord(text, at);
                return IsCompound(text[at..end]) || (end < text.Length && text[end] is (byte)'\'' or >= 0x80);
            }
        }

        return at == limit && at < text.Length;
    }

    /// <summary>
    /// Whether a word may be the last of a full name that opens its line: "jinja2.exceptions.TemplateNotFound: x".
    /// </summary>
    internal static bool MayOpenLine(ReadOnlySpan<byte> text, int start)
    {
        var end = Neighbours.EndOfWord(text, start);
        if (end < text.Length && text[end] is not ((byte)':' or (byte)'\'' or >= 0x80))
        {
            return false;
        }

        var at = start;
        while (at > 0 && (Neighbours.IsWordByte(text[at - 1]) || text[at - 1] is (byte)'.' or (byte)'\'' or >= 0x80))
        {
            at--;
        }

        while (at > 0 && text[at - 1] is (byte)' ' or (byte)'\t')
        {
            at--;
        }

        return at == 0 || text[at - 1] is (byte)'\n' or (byte)'\r' or (byte)'\\';
    }

    /// <summary>
    /// Whether a word of several stands in brackets: "limit reached (MEMORY_LIMIT_EXCEEDED)", "(Net::OpenTimeout)".
    /// </summary>
    internal static bool StandsInBrackets(ReadOnlySpan<byte> text, int start)
    {
        if (start == 0 || !(text[start - 1] == '(' || (start > 1 && text[start - 1] == ':' && text[start - 2] == ':')))
        {
            return false;
        }

        var end = Neighbours.EndOfWord(text, start);
        return end < text.Length && ((text[end] == ')' && IsCompound(text[start..end]))
            || text[end] is (byte)'\'' or >= 0x80);
    }

    /// <summary>Whether a word may be a name wherever it stands in its line.</summary>
    internal static bool MayBe(ReadOnlySpan<byte> line, int start, int end)
    {
        var word = line[start..end];
        return (word.Length >= ErrorNames.ShortestEnding && EndsLikeName(word))
            || (IsCompound(word) && start > 0 && (StandsInBrackets(line, start)
                || (line[start - 1] == '.' && MayOpenLine(line, start))
                || Neighbours.MayBePrevious(line, start, in Before, out _)));
    }

    private static readonly Neighbours.Places Before = Neighbours.Places.Of(ErrorNames.Before);
}
