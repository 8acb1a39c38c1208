using System.Globalization;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>
/// Weighs the last message of an agent by its turns of phrase, where no rule knew it: what says that work is left
/// counts up, what says that it is done counts down, and only a clear sum says that it is not done.
/// </summary>
internal static class ReportSigns
{
    /// <summary>The least sum that says so; below it good reports stand that speak of failures.</summary>
    internal const int Least = 5;

    /// <summary>What one sentence counts for, at most, either way.</summary>
    private const int MostOfSentence = 6;

    /// <summary>From here on a sign says something of the work, and is no mere topic.</summary>
    private const int LeastOfSign = 2;

    /// <summary>A headline with a sign of at least this is what the report is about, and counts for more.</summary>
    private const int Strong = 3;

    private const int MoreForHeadline = 2;

    private const int OfQuestion = 2;

    private static readonly Lazy<(int Counts, Phrase Phrase)[]> Signs = new(Read);

    /// <summary>The sentence that says most of all that work is left; null where the sum says no such thing.</summary>
    /// <param name="sentences">All of the message, the first one first.</param>
    /// <param name="asks">Whether it ends with a question.</param>
    internal static Finding? Find(IReadOnlyList<(string Text, int Line)> sentences, bool asks)
    {
        var sum = asks ? OfQuestion : 0;
        var most = 0;
        Finding? best = null;
        var headline = 0;
        for (var i = 0; i < sentences.Count; i++)
        {
            var (counts, strongest) = Weigh(sentences[i].Text);
            // A title or a greeting is no headline.
            headline = i == 0 && counts == 0 ? 1 : headline;
            counts += i == headline && strongest >= Strong && counts >= Strong ? MoreForHeadline : 0;
            sum += counts;
            if (counts > most)
            {
                most = counts;
                best = new Finding(
                    FailureClass.Incomplete, "report.signs", "stdout", sentences[i].Line, sentences[i].Text, 60);
            }
        }

        return sum >= Least ? best : null;
    }

    /// <summary>Whether a sentence says that something was done.</summary>
    internal static bool SaysDone(string sentence) => Weigh(sentence).Counts <= -Strong;

    private static (int Counts, int Strongest) Weigh(string sentence)
    {
        var tokens = new TokenLine();
        tokens.Set(sentence);
        var sum = 0;
        var topics = 0;
        var strongest = 0;
        foreach (var (counts, phrase) in Signs.Value)
        {
            if (Stands(phrase, tokens))
            {
                strongest = Math.Max(strongest, counts);
                sum += counts == 1 ? 0 : counts;
                topics += counts == 1 ? 1 : 0;
            }
        }

        sum += strongest >= LeastOfSign ? topics : 0;
        return (Math.Clamp(sum, -MostOfSentence, MostOfSentence), strongest);
    }

    private static bool Stands(Phrase phrase, TokenLine tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (phrase.MatchesAt(tokens, i))
            {
                return true;
            }
        }

        return false;
    }

    private static (int Counts, Phrase Phrase)[] Read()
    {
        var signs = new List<(int Counts, Phrase Phrase)>();
        foreach (var raw in AgentReportSigns.Text.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            var space = line.IndexOf(' ');
            if (space > 0)
            {
                signs.Add((int.Parse(line[..space], CultureInfo.InvariantCulture),
                    Phrase.Parse(line[(space + 1)..].ToString())));
            }
        }

        return [.. signs];
    }
}
