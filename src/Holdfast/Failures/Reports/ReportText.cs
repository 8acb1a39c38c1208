using System.Buffers;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Reports;

/// <summary>
/// Cuts an agent's last message, which is Markdown as a rule, into headings and sentences. What stands between fences,
/// is indented as code, or follows on <c>&gt;</c> is a quotation and left out.
/// </summary>
internal sealed class ReportText
{
    private const int CodeIndent = 4;

    /// <summary>A line that ends with a colon and has as many words is a sentence as well.</summary>
    private const int WordsOfSentence = 4;

    private static readonly SearchValues<char> Ends = SearchValues.Create(".!?;");

    private readonly List<ReportSentence> _sentences = [];
    private readonly List<int> _shown = [];
    private string[] _under = [];
    private bool _isFenced;

    internal ReportText(ReadOnlySpan<byte> said)
    {
        var lines = LogLines.Choose(said);
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            ReadLine(LineText.Clean(said.Slice(lines[i].Start, lines[i].Length)), lines[i].Number);
        }
    }

    /// <summary>The first one first.</summary>
    internal IReadOnlyList<ReportSentence> Sentences => _sentences;

    /// <summary>The lines that are quotations.</summary>
    internal IReadOnlyList<int> Shown => _shown;

    private void ReadLine(string line, int number)
    {
        var text = line.Trim();
        if (text.Length == 0)
        {
            // An escape sequence alone, or a line break that was written out.
            return;
        }

        if (text.StartsWith("```", StringComparison.Ordinal) || text.StartsWith("~~~", StringComparison.Ordinal))
        {
            _isFenced = !_isFenced;
            return;
        }

        var content = WithoutBullet(text);
        var isItem = content.Length < text.Length || text[0] == '|';
        if (_isFenced || text[0] == '>' || (!isItem && line.AsSpan().IndexOfAnyExcept(' ') >= CodeIndent))
        {
            _shown.Add(number);
            return;
        }

        content = WithoutQuotes(content);
        if (!isItem && Heading(content) is { } heading)
        {
            // A long one is a sentence that stands under the heading before it, and not under itself.
            string[] words = [.. ReportWords.Clauses(heading).SelectMany(each => each)];
            var isShort = content[0] is '#' or '*' or '_' || words.Length < WordsOfSentence;
            _under = isShort ? words : _under;
            Add(heading, number, isShort, isItem: false);
            _under = words;
            return;
        }

        if (!isItem && _sentences is [.., { IsItem: true }])
        {
            _under = [];
        }

        ReadSentences(content, number, isItem);
    }

    private void ReadSentences(string content, int number, bool isItem)
    {
        var start = 0;
        for (var at = 0; at < content.Length; at++)
        {
            var isEnd = at == content.Length - 1 || (Ends.Contains(content[at]) && IsGap(content, at + 1));
            if (isEnd)
            {
                var sentence = content[start..(at + 1)].Trim();
                Add(sentence, number, isHeading: false, isItem);
                start = at + 1;
            }
        }
    }

    // "**Done.** The rest follows" ends a sentence, too.
    private static bool IsGap(string text, int at)
    {
        while (at < text.Length && text[at] is '*' or '_')
        {
            at++;
        }

        return at >= text.Length || text[at] == ' ';
    }

    private void Add(string text, int number, bool isHeading, bool isItem)
    {
        var clauses = ReportWords.Clauses(text);
        if (clauses.Count > 0)
        {
            _sentences.Add(new ReportSentence(text, number, clauses, _under, isHeading, isItem));
        }
    }

    /// <summary>What a line is headed by: "## Remaining", "**Remaining**", "Remaining:"; null for no heading.</summary>
    private static string? Heading(string text)
    {
        if (text[0] == '#')
        {
            return text.Trim('#', ' ', ':', '*');
        }

        var plain = text.TrimEnd(':');
        var isBold = plain.Length > 4 && (plain.StartsWith("**", StringComparison.Ordinal)
            ? plain.EndsWith("**", StringComparison.Ordinal) && plain.IndexOf("**", 2, StringComparison.Ordinal)
                == plain.Length - 2
            : plain.StartsWith("__", StringComparison.Ordinal) && plain.EndsWith("__", StringComparison.Ordinal));
        var isTitle = text[^1] == ':' && char.IsUpper(text[0]) && plain.AsSpan().IndexOfAny(".:|") < 0;
        var heading = text.Trim('*', '_', ':', ' ');
        return (isBold || isTitle) && heading is not [.., '.' or '!' or '?'] ? heading : null;
    }

    private static string WithoutBullet(string text)
    {
        var at = 0;
        if (text[0] is '-' or '*' or '+' or '•')
        {
            at = 1;
        }
        else
        {
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            at = at > 0 && at < text.Length && text[at] is '.' or ')' ? at + 1 : 0;
        }

        if (at == 0 || at >= text.Length || text[at] != ' ')
        {
            return text;
        }

        var content = text[at..].Trim();
        return content is ['[', _, ']', ' ', ..] ? content[4..].Trim() : content;
    }

    /// <summary>With a word in place of what stands between a pair of back ticks or of quotation marks.</summary>
    private static string WithoutQuotes(string line)
    {
        foreach (var (opens, closes) in new[] { ('`', '`'), ('"', '"'), ('“', '”') })
        {
            for (var at = line.IndexOf(opens); at >= 0; at = at < line.Length ? line.IndexOf(opens, at) : -1)
            {
                var end = line.IndexOf(closes, at + 1);
                if (end < 0)
                {
                    break;
                }

                line = string.Concat(line.AsSpan(0, at), "code", line.AsSpan(end + 1));
                at += "code".Length;
            }
        }

        return line;
    }
}
