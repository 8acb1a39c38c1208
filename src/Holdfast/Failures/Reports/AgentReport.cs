using Holdfast.Failures.Text;

namespace Holdfast.Failures.Reports;

/// <summary>
/// Reads the last message of an agent for what it says of its own work, clause by clause: who did not do what, which
/// state the work is in, what it takes to go on. A clause that speaks of a condition, a reason, somebody else's matter
/// or what was wanted says nothing; what follows in the sentence or later may settle it. What says that work is left is
/// weighed against what says that it is done, and only a clear excess makes a failure.
/// </summary>
internal sealed class AgentReport
{
    /// <summary>The least that says so, however little speaks against it.</summary>
    private const int Least = 4;

    /// <summary>A sign of so much is a plain statement, and counts for more.</summary>
    private const int Plain = 5;

    private const int MoreForPlain = 2;

    /// <summary>The first sentence is what the report is about.</summary>
    private const int MoreForFirst = 1;

    private const int MoreForContrast = 1;

    /// <summary>A sentence of which several clauses say so.</summary>
    private const int MoreForClauses = 1;

    private const int LeastToAdd = 3;

    private const int OfQuestion = 4;

    private const int OfOpenHeading = 5;

    /// <summary>Items below "Next steps" that count, for one each.</summary>
    private const int MostNextSteps = 4;

    /// <summary>What a report counts for that opens with what was done.</summary>
    private const int OfDoneFirst = 4;

    /// <summary>What it counts for that it answers a question, or is the plan that was asked for.</summary>
    private const int OfAnswer = 8;

    /// <summary>From here on a sign says that something was done, and settles what was broken before.</summary>
    private const int PlainlyDone = 4;

    private static readonly HashSet<string> Conditions =
        ["when", "if", "unless", "whenever", "where", "once", "whether", "until", "because", "since", "why", "instead"];

    private static readonly HashSet<string> Relatives = ["that", "which", "who"];

    private static readonly HashSet<string> Author = ["i", "we", "my", "me"];

    private static readonly HashSet<string> Contrasts = ["but", "however", "although", "except"];

    /// <summary>Words beside which nothing says that the work is done.</summary>
    private static readonly HashSet<string> Denials = ["not", "only", "never", "nothing", "none", "half", "partly"];

    private readonly CueTable _cues = CueTable.BuiltIn;
    private readonly ReportText _text;
    private readonly List<Sign> _left = [];
    private int _done;
    private int _nextSteps;

    internal AgentReport(ReadOnlySpan<byte> said)
    {
        _text = new ReportText(said);
        var sentences = _text.Sentences.ToList();
        var first = sentences.FindIndex(each => !each.IsHeading);
        var last = sentences.FindLastIndex(each => !each.IsHeading);
        for (var i = 0; i < sentences.Count; i++)
        {
            if (sentences[i].IsHeading)
            {
                ReadHeading(sentences[i], i + 1 < sentences.Count ? sentences[i + 1] : null);
            }
            else if (!Has(sentences[i].Under, CueGroup.AsideHeading))
            {
                ReadSentence(sentences[i], i == first, i == last);
            }
        }
    }

    /// <summary>Lines that may say why the work is not done: where it says so, those below, quotations.</summary>
    internal IEnumerable<int> Lines =>
        _text.Shown.Concat(_left.SelectMany(each => new[] { each.Sentence.Line, each.Sentence.Line + 1 }));

    /// <summary>The sentence that says most plainly that the work is not done; null where it is, or may be.</summary>
    internal Finding? Unfinished()
    {
        if (_left.Count == 0)
        {
            return null;
        }

        var sum = _left.Sum(each => each.Counts + each.More);
        var most = _left.MaxBy(each => each.Counts);
        sum += most.Counts >= Plain ? MoreForPlain : 0;
        return sum >= Least && sum > Math.Min(_done, OfAnswer)
            ? new Finding(FailureClass.Incomplete, "report." + most.Group.ToString().ToLowerInvariant(), "stdout",
                most.Sentence.Line, most.Sentence.Text, 60)
            : null;
    }

    private void ReadHeading(ReportSentence heading, ReportSentence? below)
    {
        if (below is not null && Opens(heading.Words) && !SaysNone(below.Clauses[0]))
        {
            _left.Add(new Sign(OfOpenHeading, CueGroup.State, heading));
        }
        else if (Most(_cues.In(heading.Words)) is { Counts: >= Plain } cue)
        {
            _left.Add(new Sign(cue.Counts, cue.Group, heading));
        }
    }

    private void ReadSentence(ReportSentence sentence, bool isFirst, bool isLast)
    {
        var (sign, done) = OfClauses(sentence);
        var inAll = _cues.In(sentence.Words);
        var asks = inAll.Where(each => each.Group == CueGroup.Asks).MaxBy(each => each.Counts);
        if (asks is not null && asks.Counts > sign.Counts)
        {
            sign = new Sign(asks.Counts, CueGroup.Asks, sentence);
        }
        else if (sentence.IsQuestion && sign.Counts < OfQuestion && !IsOffer(inAll)
            && (isLast || sentence.Words.Contains("you")))
        {
            sign = new Sign(OfQuestion, CueGroup.Asks, sentence);
        }
        else if (sentence.HasLabel && Status(sentence) is { Counts: >= Plain } status)
        {
            sign = new Sign(status.Counts, status.Group, sentence);
        }
        else if (sentence.HasLabel && Opens(sentence.Clauses[0]) && !SaysNone(sentence.Clauses[1]))
        {
            sign = new Sign(OfOpenHeading, CueGroup.State, sentence);
        }
        else if (sign.Counts == 0 && sentence.IsItem && Has(sentence.Under, CueGroup.NextHeading)
            && Has(sentence.Words, CueGroup.Step) && _nextSteps++ < MostNextSteps)
        {
            sign = new Sign(1, CueGroup.Plan, sentence);
        }

        Count(sign, done, isFirst);
    }

    private void Count(Sign sign, int done, bool isFirst)
    {
        if (sign.Counts > 0)
        {
            // That something was broken, as the first word, is as often what was mended.
            var more = isFirst && sign.Group is not (CueGroup.Failed or CueGroup.State) ? MoreForFirst : 0;
            _left.Add(sign with { More = sign.More + more });
        }

        if (done >= OfAnswer)
        {
            _done += OfAnswer;
        }
        else if (sign.Counts == 0 && done > 0)
        {
            _done += isFirst ? OfDoneFirst : done >= PlainlyDone ? 2 : 1;
            if (!sign.Sentence.IsItem)
            {
                _left.RemoveAll(each => each.Counts < Plain && IsOfThings(each.Group));
            }
        }
    }

    /// <summary>What the clauses of a sentence say most of all that work is left, and that it is done.</summary>
    private (Sign Left, int Done) OfClauses(ReportSentence sentence)
    {
        var left = new Sign(0, CueGroup.State, sentence);
        var done = 0;
        var offers = IsOffer(_cues.In(sentence.Words)) || (sentence.HasLabel && SaysNone(sentence.Clauses[1]));
        var says = 0;
        var isSupposed = false;
        foreach (var words in sentence.Clauses)
        {
            var cues = _cues.In(words);
            var most = offers || isSupposed || SaysNothing(words, cues) ? null : Most(cues);
            // "If the key is missing, the build is broken" says nothing of the build.
            isSupposed = !Contrasts.Contains(words[0])
                && (isSupposed || (words == sentence.Clauses[0] && IsCondition(words) && !words.Any(Author.Contains)));
            var counts = most is null ? 0 : most.Counts + (Contrasts.Contains(words[0]) ? MoreForContrast : 0);
            if (cues.Exists(each => each.Group == CueGroup.Resolved))
            {
                (left, says) = (left with { Counts = 0 }, 0);
            }

            says += counts >= LeastToAdd && !IsOfThings(most!.Group) ? 1 : 0;
            left = counts > left.Counts ? new Sign(counts, most!.Group, sentence) : left;
            var good = IsCondition(words) ? 0
                : -cues.Where(each => each.Group == CueGroup.Done).Select(each => each.Counts).DefaultIfEmpty().Min();
            if (counts == 0 && (good >= OfAnswer || !words.Any(Denials.Contains)))
            {
                done = Math.Max(done, good);
            }
        }

        return (says > 1 ? left with { More = MoreForClauses } : left, done);
    }

    /// <summary>A clause of a condition, a reason or another thing, or one that says that nothing is left.</summary>
    private static bool SaysNothing(string[] words, List<ReportCue> cues) => IsCondition(words) || words[0] == "as"
        || (Relatives.Contains(words[0]) && !words.Any(Author.Contains))
        || cues.Exists(each => each.Group == CueGroup.Clean)
        || IsWhole(words);

    /// <summary>What the label says together with what follows on it: "Result: partial".</summary>
    private ReportCue? Status(ReportSentence sentence)
    {
        string[] words = [.. sentence.Clauses[0], .. sentence.Clauses[1]];
        var cues = _cues.In(words);
        return SaysNothing(words, cues) ? null : Most(cues);
    }

    private static bool IsCondition(string[] words) => Conditions.Contains(words[0]);

    /// <summary>"8 of 8", "all 12 of the 12".</summary>
    private static bool IsWhole(string[] words)
    {
        for (var i = 0; i + 2 < words.Length; i++)
        {
            var of = words[i + 2] is "the" or "all" or "its" or "my" or "these" && i + 3 < words.Length ? i + 3 : i + 2;
            if (words[i + 1] == "of" && ReportCue.ValueOf(words[i]) is > 0 and var part
                && part == ReportCue.ValueOf(words[of]))
            {
                return true;
            }
        }

        return false;
    }

    private static ReportCue? Most(List<ReportCue> cues) =>
        cues.Where(each => each.Counts > 0 && each.Group < CueGroup.Asks).MaxBy(each => each.Counts);

    /// <summary>What is broken or not done, and not what the author could not do.</summary>
    private static bool IsOfThings(CueGroup group) => group is CueGroup.Failed or CueGroup.State or CueGroup.Passive;

    private static bool IsOffer(List<ReportCue> cues) => cues.Exists(each => each.Group == CueGroup.Offer);

    private static bool SaysNone(string[] words) => words[0] is "none" or "nothing" or "no" or "0" or "n";

    private bool Opens(string[] heading) =>
        Has(heading, CueGroup.OpenHeading) && !Has(heading, CueGroup.AsideHeading);

    private bool Has(string[] words, CueGroup group) => _cues.In(words).Exists(each => each.Group == group);

    /// <param name="Counts">What its cue counts for.</param>
    /// <param name="Group">What its cue says.</param>
    /// <param name="Sentence">Where it stands.</param>
    /// <param name="More">What it counts for beside, by its place.</param>
    private readonly record struct Sign(int Counts, CueGroup Group, ReportSentence Sentence, int More = 0);
}
