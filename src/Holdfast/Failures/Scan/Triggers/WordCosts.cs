using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan.Triggers;

/// <summary>
/// How often words stand in logs of programs that work, roughly: a phrase is looked for by its rarest word. A wrong
/// guess costs time only.
/// </summary>
internal static class WordCosts
{
    /// <summary>How often a word of a phrase stands beside its neighbour, as a part of how often that stands.</summary>
    private const double Together = 0.002;

    private const double PerPair = 0.1;

    /// <summary>How often what is counted ("0 failed") is not zero, in logs of good news.</summary>
    private const double UnlessZero = 0.1;

    /// <summary>How often a number stands behind bad news, not before.</summary>
    private const double BeforeNumber = 0.5;

    /// <summary>Words of almost every line of prose.</summary>
    private static readonly HashSet<string> Everywhere = WordSet.Of("""
        a an the to of in on at by for from with and or is are was be been has have had it its this that as
        not no can will your you we i s t l n v if but all any e x do does did
        """);

    /// <summary>Words of logs that report good news.</summary>
    private static readonly HashSet<string> Often = WordSet.Of("""
        file files line test tests build task project target server client service request requests response
        connection connected connect http https status code error errors failed fail failure failures
        warning info debug version package packages module user host port address time ms seconds process
        thread main worker job run running start started stop stopped open close closed read write data
        input output type name path key token value set get post api model node npm git docker image
        container java python org com io app src lib log found find use using used new update check load
        complete completed done total size count limit max min memory cache disk session message command
        option config local remote branch commit merge lock assert assertion expected timeout exit signal
        step retry system database example examples go passed compiling compiled installing downloading
        loading peer table query index is too many more one only while after before during could must should
        may no internal invalid unable missing required already
        """);

    /// <summary>Words of bad news, which stand in logs of good news too ("0 failed").</summary>
    private static readonly HashSet<string> BadNews = WordSet.Of("""
        error errors failed fail failure failures warning timeout invalid unable missing limit retry assert
        assertion could must required internal exit signal
        """);

    /// <summary>The cost of looking for an element of a phrase; the greatest number where it cannot be done.</summary>
    internal static double Of(in PhraseElement element)
    {
        double sum = 0;
        foreach (var word in element.Words)
        {
            sum += Of(element.Kind, word);
        }

        return sum;
    }

    /// <summary>How much of the cost of an element is left by what stands beside it.</summary>
    /// <param name="elements">The phrase.</param>
    /// <param name="at">The element.</param>
    /// <param name="zeroes">Words that forbid the rule where a zero counts them.</param>
    internal static double Share(ReadOnlySpan<PhraseElement> elements, int at, HashSet<string> zeroes)
    {
        if (!Array.TrueForAll(elements[at].Words, BadNews.Contains))
        {
            return 1;
        }

        return (Array.TrueForAll(elements[at].Words, zeroes.Contains) ? UnlessZero : 1)
            * (at + 1 < elements.Length && elements[at + 1].Kind == PhraseElementKind.Number ? BeforeNumber : 1);
    }

    /// <summary>
    /// The cost of looking for two elements side by side; the greatest number where it cannot be done: both must be
    /// plain words, and the second must not be a number, since numbers are not looked up.
    /// </summary>
    internal static double OfPair(in PhraseElement first, in PhraseElement second)
    {
        if (first.Kind != PhraseElementKind.Words || second.Kind != PhraseElementKind.Words
            || !Array.TrueForAll(first.Words, IsPairable) || !Array.TrueForAll(second.Words, IsPairable))
        {
            return double.MaxValue;
        }

        // Words that a phrase puts side by side stand so more often than chance would have it; and each pair fills the
        // filter a little.
        return (Of(first) * Of(second) * Together) + (first.Words.Length * second.Words.Length * PerPair);
    }

    private static bool IsPairable(string word) => IsPlain(word) && !char.IsAsciiDigit(word[0]);

    private static double Of(PhraseElementKind kind, string word)
    {
        var apostrophe = word.IndexOf('\'');
        if (!IsPlain(apostrophe > 0 ? word.AsSpan(0, apostrophe) : word))
        {
            return double.MaxValue;
        }

        switch (kind)
        {
            case PhraseElementKind.Suffix:
                // A shorter end could stand in the line after one whose words are not all seen yet.
                return word.Length < 4 ? double.MaxValue : 400;
            case PhraseElementKind.Prefix:
                return word.Length < 2 ? double.MaxValue : word.Length < 3 ? 200 : 60.0 / word.Length;
        }

        if (char.IsAsciiDigit(word[0]))
        {
            return 90;
        }

        word = apostrophe > 0 ? word[..apostrophe] : word;

        return Everywhere.Contains(word) ? 100
            : BadNews.Contains(word) ? 10
            : Often.Contains(word) ? 20
            : 1 + (6.0 / word.Length);
    }

    private static bool IsPlain(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return word.Length > 0;
    }
}
