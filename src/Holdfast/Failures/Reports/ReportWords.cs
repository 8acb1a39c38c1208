namespace Holdfast.Failures.Reports;

/// <summary>
/// Cuts a sentence into clauses and its words into a plain form, so that one cue stands for many wordings: short forms
/// are written out ("couldn't" is "could not"), ways to say that one could not are made one ("I haven't been able to"
/// is "I could not"), and words that change nothing ("fully", "yet") are left out.
/// </summary>
internal static class ReportWords
{
    private static readonly HashSet<string> Fillers =
    [
        "also", "just", "currently", "really", "actually", "fully", "completely", "entirely", "successfully", "simply",
        "yet", "properly", "reliably", "locally", "quite", "very", "already", "unfortunately", "sadly", "therefore",
        "thus", "hence", "then", "myself", "safely", "cleanly", "ever", "directly", "either",
    ];

    /// <summary>Words that open a clause of their own.</summary>
    private static readonly HashSet<string> Openers =
    [
        "when", "if", "unless", "whenever", "where", "while", "that", "which", "who", "because", "since", "although",
        "though", "but", "however", "so", "once", "whether", "until", "except", "instead", "even",
    ];

    private static readonly HashSet<string> Persons = ["i", "we", "you", "they", "he", "she", "it"];

    /// <summary>Words whose <c>'s</c> is "is".</summary>
    private static readonly HashSet<string> Pointers =
        ["it", "that", "what", "there", "here", "which", "who", "he", "she", "nothing", "everything"];

    /// <summary>Words that go before "able to", "unable to", "failed to" and mean no more than these.</summary>
    private static readonly HashSet<string> Auxiliaries =
    [
        "not", "been", "be", "being", "am", "is", "are", "was", "were", "did", "have", "has", "had",
    ];

    /// <summary>What good work does; that it does so no longer is no repair.</summary>
    private static readonly HashSet<string> GoodVerbs =
    [
        "compiles", "compile", "builds", "build", "passes", "pass", "works", "work", "applies", "apply",
    ];

    /// <summary>The words of each clause; what stands between parentheses comes last.</summary>
    internal static List<string[]> Clauses(string sentence)
    {
        var clauses = new List<string[]>();
        var aside = new List<string[]>();
        Cut(sentence.AsSpan(), clauses, aside);
        clauses.AddRange(aside);
        return clauses;
    }

    private static void Cut(ReadOnlySpan<char> text, List<string[]> clauses, List<string[]> aside)
    {
        var words = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '(' && text[at..].IndexOf(')') is > 0 and var length)
            {
                Cut(text.Slice(at + 1, length - 1), aside, aside);
                at += length + 1;
            }
            else if (IsWord(text[at]))
            {
                var end = EndOfWord(text, at);
                Add(words, text[at..end], clauses);
                at = end;
            }
            else
            {
                if (Divides(text, at))
                {
                    Close(words, clauses);
                }

                at++;
            }
        }

        Close(words, clauses);
        if (words.Count > 0)
        {
            clauses.Add(clauses.Count > 0 ? [.. Reopen(words, clauses)] : [.. words]);
        }
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '%';

    // "1,200", "0.5" and "don't" are one word each.
    private static int EndOfWord(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && (IsWord(text[at]) || (at + 1 < text.Length && IsWord(text[at + 1])
            && (text[at] is '\'' or '’' || (text[at] is '.' or ',' && char.IsAsciiDigit(text[at - 1])
                && char.IsAsciiDigit(text[at + 1]))))))
        {
            at++;
        }

        return at;
    }

    private static bool Divides(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        ',' or ';' or ':' => at + 1 == text.Length || text[at + 1] is ' ' or '*',
        '-' or '–' or '—' => at > 0 && text[at - 1] == ' ' && at + 1 < text.Length && text[at + 1] == ' ',
        '|' or '…' or '(' or ')' => true,
        _ => false,
    };

    private static void Add(List<string> words, ReadOnlySpan<char> word, List<string[]> clauses)
    {
        var text = word.ToString().ToLowerInvariant().Replace('’', '\'').Trim('_');
        var mark = text.IndexOf('\'', StringComparison.Ordinal);
        var stem = mark < 0 ? text : text[..mark];
        // "only … so far" is one clause.
        if (Openers.Contains(stem) && !(words.Count == 1 && Openers.Contains(words[0])))
        {
            Close(words, clauses);
        }
        else if (stem == "far" && clauses.Count > 0 && words is ["so"])
        {
            words = Reopen(words, clauses);
        }

        foreach (var each in WrittenOut(stem, mark < 0 ? "" : text[(mark + 1)..]))
        {
            if (each.Length > 0 && !Fillers.Contains(each))
            {
                words.Add(each);
            }
        }
    }

    private static List<string> Reopen(List<string> words, List<string[]> clauses)
    {
        words.InsertRange(0, clauses[^1]);
        clauses.RemoveAt(clauses.Count - 1);
        return words;
    }

    private static string[] WrittenOut(string stem, string ending) => (stem, ending) switch
    {
        ("cannot", "") => ["can", "not"],
        (_, "") => [stem],
        ("can", "t") => ["can", "not"],
        ("won", "t") => ["will", "not"],
        (_, "t") => [stem.TrimEnd('n'), "not"],
        (_, "ve") => [stem, "have"],
        (_, "re") => [stem, "are"],
        (_, "m") => [stem, "am"],
        (_, "ll") => [stem, "will"],
        (_, "d") => Persons.Contains(stem) ? [stem, "would"] : [stem],
        ("let", "s") => ["let", "us"],
        (_, "s") => Pointers.Contains(stem) ? [stem, "is"] : [stem],
        _ => [stem, ending],
    };

    private static void Close(List<string> words, List<string[]> clauses)
    {
        // "On Windows, however, it fails": the word alone belongs to what follows.
        if (words.Count == 0 || (words.Count == 1 && Openers.Contains(words[0])))
        {
            return;
        }

        words.RemoveAll(each => each == "still" && words.Contains("not"));
        for (var i = 0; i + 1 < words.Count; i++)
        {
            if (words[i + 1] == "to" && words[i] is "able" or "unable" or "failed" or "manage")
            {
                i = WriteCould(words, i);
            }
        }

        WriteNot(words);
        clauses.Add([.. words]);
        words.Clear();
    }

    /// <summary>"No longer compiles" is "does not compile".</summary>
    private static void WriteNot(List<string> words)
    {
        for (var i = 0; i + 2 < words.Count; i++)
        {
            if (words[i] == "no" && words[i + 1] == "longer" && GoodVerbs.Contains(words[i + 2]))
            {
                (words[i], words[i + 1]) = ("does", "not");
                words[i + 2] = words[i + 2] switch
                {
                    "applies" => "apply",
                    "passes" or "pass" => "pass",
                    var verb => verb.TrimEnd('s'),
                };
            }
        }
    }

    private static int WriteCould(List<string> words, int at)
    {
        var start = at;
        while (start > 0 && Auxiliaries.Contains(words[start - 1]))
        {
            start--;
        }

        var isNot = words[at] is "unable" or "failed" || words.GetRange(start, at - start).Contains("not");
        if (words[at] == "manage" && !isNot)
        {
            return at;
        }

        words.RemoveRange(start, at + 2 - start);
        words.InsertRange(start, isNot ? ["could", "not"] : ["could"]);
        return start;
    }
}
