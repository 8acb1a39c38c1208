namespace Holdfast.Failures.Text;

/// <summary>
/// Says what one line is evidence of. The score of a line is the weight of its rule, more where the line opens with an
/// error mark, less on standard output, less the further it stands from the end, and far less in warnings, notes and
/// quoted text.
/// </summary>
internal sealed class LineJudge(RuleBook book, string? tool, string channel, double channelWeight)
{
    /// <summary>
    /// Non-blank lines from the end on which a line weighs the same wherever it stands, and weak rules count no more.
    /// </summary>
    internal const int Settled = LogLines.TailLines;

    /// <summary>A weaker rule than this proves nothing far from the end, where a log is full of plain words.</summary>
    internal const int LeastFarUp = 50;

    private const double PerLine = 0.75;
    private const double Farthest = 18;
    private const double FarthestOfAnyLine = 6;
    private const double StatusWeight = 66;

    /// <summary>Rules up to here say of a connection no more than that it failed; stronger ones say how.</summary>
    private const int StrongestFetch = 78;

    /// <summary>What the bare name of an error proves: more than plain words, less than a rule made for it.</summary>
    private const double NameWeight = 56;

    private readonly TokenLine _tokens = new();
    private readonly List<RuleMatch> _matches = [];

    private bool? _states;

    /// <summary>Adds what a line is evidence of, in the order in which it was found.</summary>
    /// <param name="text">The line, cleaned.</param>
    /// <param name="fromEnd">Non-blank lines after it.</param>
    /// <param name="into">Gets findings, of line 0.</param>
    internal void Judge(string text, int fromEnd, List<Finding> into)
    {
        _tokens.Set(text);
        _states = null;
        if (_tokens.Count == 0)
        {
            return;
        }

        _matches.Clear();
        book.Match(_tokens, tool, channel, _matches);
        var standing = channelWeight + MarkWeight(_tokens.Mark);
        var distance = Math.Min(Farthest, fromEnd * PerLine);
        var status = StatusInText.Find(_tokens);
        var statusClass = status == 0 ? null : HttpStatuses.ClassOf(status);
        foreach (var match in _matches)
        {
            var rule = match.Rule;
            var isOwn = match.Order < book.Own;
            if (!isOwn && ((fromEnd >= Settled && rule.Weight < LeastFarUp) || (rule.IsPlain && !States())))
            {
                continue;
            }

            var weight = !isOwn && WasAnswered(rule, statusClass) ? StatusWeight - 1 : rule.Weight;
            var score = weight + standing - (rule.AnyLine ? Math.Min(FarthestOfAnyLine, distance) : distance);
            into.Add(new Finding(rule.Class, rule.Id, channel, 0, text, score)
            {
                Transient = rule.Transient,
                Remediation = rule.Remediation,
                IsOwn = isOwn,
            });
        }

        if (ErrorNames.Find(_tokens) is { } named)
        {
            into.Add(new Finding(named.Class, "error.name", channel, 0, text, NameWeight + standing - distance)
            {
                Transient = named.Transient,
            });
            // The code beside a status refines it: "Status Code: 400 (HandlerErrorCode: ServiceLimitExceeded)".
            statusClass = HttpStatuses.MayRefine(status, named.Class) ? null : statusClass;
        }

        if (statusClass is { } plain)
        {
            into.Add(new Finding(plain, "http." + status, channel, 0, text, StatusWeight + standing - distance));
        }
    }

    /// <summary>
    /// Whether a line that speaks of a fetch that failed states the status that it was answered with: "Could not GET
    /// 'https://…'. Received status code 521 from server" had its connection.
    /// </summary>
    private static bool WasAnswered(FailureRule rule, FailureClass? status) =>
        rule is { Class: FailureClass.Connection, Weight: >= 60 and <= StrongestFetch }
            && status is not (null or FailureClass.Connection);

    /// <summary>Whether the line at hand states a failure; asked at most once a line.</summary>
    private bool States() => _states ??= StatedFailure.Says(_tokens);

    private static double MarkWeight(LineMark mark) => mark switch
    {
        LineMark.Error => 12,
        LineMark.Warning => -32,
        LineMark.Note => -36,
        LineMark.Quoted => -45,
        _ => 0,
    };
}
