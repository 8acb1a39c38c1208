using System.Buffers;

namespace Holdfast.Failures.Text;

/// <summary>
/// Reads the last message of an agent sentence by sentence for what it says of its own work. What it shows between
/// fences is a quotation. That something is missing, or was not run, says little in a report that opens with what was
/// done, unless the sentence takes something back: "Two of three are in. However, the third is still missing."
/// </summary>
internal static class AgentReport
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(".!?;");

    private static readonly SearchValues<char> EndsAndColon = SearchValues.Create(".!?;:");

    /// <summary>How an agent offers to do more than it was asked for.</summary>
    private static readonly string[] Offers =
        ["would you like", "do you want", "want me to", "shall i", "should i also", "anything else", "like me to"];

    /// <summary>First words of reports of what was done, or of an answer to a question.</summary>
    private static readonly string[] Done =
    [
        "done", "all", "everything", "nothing", "no", "yes", "here", "answer", "summary", "review", "your", "wrote",
        "built", "made", "set", "rewrote", "upgrade", "both",
    ];

    /// <summary>First words of an answer, of which nothing but a plain statement makes a failure.</summary>
    private static readonly string[] Answers = ["here", "answer", "yes", "explanation"];

    /// <summary>A headline that names what was done ("Config validated") has no more words than this.</summary>
    private const int WordsOfHeadline = 4;

    /// <summary>What <c>I</c> did where the work was done, beside words that end in "ed".</summary>
    private static readonly string[] DidWork =
        ["wrote", "built", "made", "found", "rewrote", "written", "put", "took", "ran", "went", "set", "split"];

    /// <summary>A quotation of so many words can say something; fewer are a name.</summary>
    private const int WordsOfSentence = 4;

    /// <summary>What tells of an attempt, or of its end, and of nothing that was done.</summary>
    private static readonly string[] NotDone =
    [
        "tried", "attempted", "failed", "stopped", "reached", "skipped", "aborted", "paused", "interrupted", "blocked",
        "halted", "needed", "refused", "rejected", "denied", "started", "prepared", "reverted",
    ];

    /// <summary>Words of a sentence that takes back what was said before it.</summary>
    private static readonly string[] Contrast =
    [
        "but", "however", "unfortunately", "sadly", "though", "although", "except", "only", "still", "yet",
    ];

    /// <summary>The best evidence that the work is not done; null for none.</summary>
    internal static Finding? Of(RuleBook book, ReadOnlySpan<byte> said)
    {
        var opensWell = OpensWell(said, out var answers);
        var plain = new TextJudge(book, "agent-report");
        var taken = new TextJudge(book, "agent-report");
        var shown = false;
        foreach (var line in LogLines.Choose(said))
        {
            var text = LineText.Clean(said.Slice(line.Start, line.Length));
            if (text.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                shown = !shown;
                continue;
            }

            foreach (var sentence in shown ? [] : Sentences(WithoutQuotes(text, WordsOfSentence), Ends))
            {
                plain.ReadLine(sentence, "stdout", line.Number, 0, 0);
                if (!opensWell || TakesBack(sentence))
                {
                    taken.ReadLine(sentence, "stdout", line.Number, 0, 0);
                }
            }
        }

        return Report(plain) is { Rule: not "report.left" } strong && (!answers || strong.Rule == "report.partial")
            ? strong
            : Report(taken) is { } weak && (!answers || weak.Rule == "report.left") ? weak : null;
    }

    /// <summary>What the turns of phrase of the message say all together; null where it is no clear no.</summary>
    internal static Finding? BySigns(ReadOnlySpan<byte> said)
    {
        var sentences = new List<(string Text, int Line)>();
        var shown = false;
        var lines = LogLines.Choose(said);
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            var text = LineText.Clean(said.Slice(lines[i].Start, lines[i].Length));
            if (text.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                shown = !shown;
                continue;
            }

            foreach (var sentence in shown ? [] : Sentences(WithoutQuotes(text, least: 1), EndsAndColon))
            {
                sentences.Add((sentence, lines[i].Number));
            }
        }

        return ReportSigns.Find(sentences, Asks(said));
    }

    /// <summary>Whether its last word is a question about the work, and no offer of more of it.</summary>
    private static bool Asks(ReadOnlySpan<byte> said)
    {
        var lines = LogLines.Choose(said);
        var text = lines.Count == 0 ? "" : LineText.Clean(said.Slice(lines[0].Start, lines[0].Length)).TrimEnd();
        return text is [.., '?'] && !Offers.Any(each => text.Contains(each, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Without what stands between a pair of back ticks or of quotation marks, from some words on.</summary>
    private static string WithoutQuotes(string line, int least)
    {
        foreach (var mark in "`\"")
        {
            for (var (at, from) = (line.IndexOf(mark), 0); at >= 0; at = line.IndexOf(mark, from))
            {
                var end = line.IndexOf(mark, at + 1);
                if (end < 0)
                {
                    break;
                }

                from = end + 1;
                if (line.AsSpan(at, end - at).Count(' ') >= least - 1)
                {
                    line = string.Concat(line.AsSpan(0, at), "code", line.AsSpan(end + 1));
                    from = at;
                }
            }
        }

        return line;
    }

    private static Finding? Report(TextJudge judge) => judge.Of(FailureClass.Incomplete) is { } finding
        && finding.Rule.StartsWith("report.", StringComparison.Ordinal) ? finding : null;

    /// <summary>The sentences of a line; a full stop within a word ends none.</summary>
    private static List<string> Sentences(string line, SearchValues<char> ends)
    {
        var sentences = new List<string>();
        var start = 0;
        for (var at = 0; at < line.Length; at++)
        {
            if (at == line.Length - 1 || (ends.Contains(line[at]) && line[at + 1] == ' '))
            {
                var sentence = line[start..(at + 1)].Trim().TrimEnd('.', ';', '!', '*');
                if (sentence.Length > 0)
                {
                    sentences.Add(sentence);
                }

                start = at + 1;
            }
        }

        return sentences;
    }

    private static bool OpensWell(ReadOnlySpan<byte> said, out bool answers)
    {
        answers = false;
        var lines = LogLines.Choose(said);
        var tokens = new TokenLine();
        tokens.Set(lines.Count == 0 ? "" : LineText.Clean(said.Slice(lines[^1].Start, lines[^1].Length)));
        if (tokens.Count == 0)
        {
            return false;
        }

        var word = Word(tokens, 0);
        answers = Array.IndexOf(Answers, word) >= 0;
        if (word is "i" or "i've" or "i’ve" && tokens.Count > 2)
        {
            word = Word(tokens, Word(tokens, 1) is "have" or "just" or "also" ? 2 : 1);
            return SaysDone(word) || Array.IndexOf(DidWork, word) >= 0;
        }

        var headline = Sentences(tokens.Text, EndsAndColon).FirstOrDefault() ?? "";
        return Array.IndexOf(Done, word) >= 0 || SaysDone(word) || NamesWhatWasDone(headline)
            || ReportSigns.SaysDone(headline);
    }

    private static bool NamesWhatWasDone(string headline)
    {
        var tokens = new TokenLine();
        tokens.Set(headline);
        return tokens.Count is > 1 and <= WordsOfHeadline && SaysDone(Word(tokens, tokens.Count - 1))
            && Word(tokens, tokens.Count - 2) is not ("not" or "partially" or "partly" or "only" or "never" or "no");
    }

    private static bool SaysDone(string word) => word.Length > 4
        && word.EndsWith("ed", StringComparison.Ordinal) && Array.IndexOf(NotDone, word) < 0;

    private static bool TakesBack(string sentence)
    {
        var tokens = new TokenLine();
        tokens.Set(sentence);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (Array.IndexOf(Contrast, Word(tokens, i)) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string Word(TokenLine tokens, int at) => tokens[at].ToString().ToLowerInvariant();
}
