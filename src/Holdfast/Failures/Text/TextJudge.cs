namespace Holdfast.Failures.Text;

/// <summary>The best evidence for one class in what an attempt printed.</summary>
internal readonly record struct Finding(
    FailureClass Class,
    string Rule,
    string Channel,
    int Line,
    string Text,
    double Score)
{
    /// <summary>Overrides what the class says about passing by itself; null to leave it.</summary>
    internal bool? Transient { get; init; }

    /// <summary>What a person can do; null for what the class says.</summary>
    internal string? Remediation { get; init; }
}

/// <summary>
/// Reads the channels of an attempt with the rules and keeps the best evidence for each class. The score of a line is
/// the weight of its rule, more where the line opens with an error mark, less on standard output, less the further it
/// stands from the end, and far less in warnings, notes and quoted text.
/// </summary>
internal sealed class TextJudge(RuleBook book, string? tool)
{
    /// <summary>Below this a line proves nothing.</summary>
    internal const double Least = 30;

    /// <summary>What the bare name of an error proves: more than plain words, less than a rule made for it.</summary>
    private const double NameWeight = 56;

    private readonly Finding?[] _best = new Finding?[(int)FailureClass.Unknown + 1];
    private readonly TokenLine _tokens = new();
    private readonly List<RuleMatch> _matches = [];

    /// <summary>Reads one channel.</summary>
    internal void Read(ReadOnlySpan<byte> text, string channel, double channelWeight)
    {
        if (text.IsEmpty)
        {
            return;
        }

        foreach (var line in LogLines.Choose(text, book.Anchors))
        {
            ReadLine(LineText.Clean(text.Slice(line.Start, line.Length)), channel, line.Number, line.FromEnd,
                channelWeight);
        }
    }

    /// <summary>Reads one line; also used for the message of a structured event.</summary>
    internal void ReadLine(string text, string channel, int number, int fromEnd, double channelWeight)
    {
        _tokens.Set(text);
        if (_tokens.Count == 0)
        {
            return;
        }

        _matches.Clear();
        book.Match(_tokens, tool, channel, _matches);
        var standing = channelWeight + MarkWeight(_tokens.Mark);
        var distance = Math.Min(18, fromEnd * 0.75);
        foreach (var match in _matches)
        {
            var rule = match.Rule;
            var score = rule.Weight + standing - (rule.AnyLine ? Math.Min(6, distance) : distance);
            Keep(new Finding(
                rule.Class, rule.Id, channel, number, text, score)
            {
                Transient = rule.Transient,
                Remediation = rule.Remediation,
            });
        }

        if (ErrorNames.Find(_tokens) is { } named)
        {
            Keep(new Finding(
                named.Class, "error.name", channel, number, text, NameWeight + standing - distance)
            {
                Transient = named.Transient,
            });
        }

        var status = StatusInText.Find(_tokens);
        if (status != 0 && HttpStatuses.ClassOf(status) is { } statusClass)
        {
            Keep(new Finding(
                statusClass, "http." + status, channel, number, text, 66 + standing - distance));
        }
    }

    /// <summary>The best evidence for one class; null for none that is good enough.</summary>
    internal Finding? Of(FailureClass failureClass) => _best[(int)failureClass];

    /// <summary>The best evidence among some classes; a null filter means all.</summary>
    internal Finding? Best(Func<FailureClass, bool>? among = null)
    {
        Finding? best = null;
        foreach (var each in _best)
        {
            if (each is { } finding && (among is null || among(finding.Class))
                && (best is null || finding.Score > best.Value.Score))
            {
                best = finding;
            }
        }

        return best;
    }

    private void Keep(Finding finding)
    {
        ref var best = ref _best[(int)finding.Class];
        // Lines come last first, so an equal score further up does not replace a later line.
        if (finding.Score >= Least && (best is null || finding.Score > best.Value.Score))
        {
            best = finding;
        }
    }

    private static double MarkWeight(LineMark mark) => mark switch
    {
        LineMark.Error => 12,
        LineMark.Warning => -32,
        LineMark.Note => -36,
        LineMark.Quoted => -45,
        _ => 0,
    };
}
