using Holdfast.Failures.Scan;

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

    /// <summary>Where the line begins in its channel; −1 where that means nothing.</summary>
    internal long Offset { get; init; } = -1;

    /// <summary>Whether it is by a rule that comes before the built-in ones.</summary>
    internal bool IsOwn { get; init; }

    /// <summary>Whether it is better evidence than another; never so where both are equal.</summary>
    internal bool Beats(in Finding other) => IsOwn != other.IsOwn ? IsOwn : Score > other.Score;
}

/// <summary>
/// Reads the channels of an attempt with the rules and keeps the best evidence for each class.
/// </summary>
internal sealed class TextJudge(RuleBook book, string? tool)
{
    /// <summary>Below this a line proves nothing.</summary>
    internal const double Least = 30;

    private readonly Finding?[] _best = new Finding?[(int)FailureClass.Unknown + 1];
    private readonly List<Finding> _findings = [];

    /// <summary>Reads one channel.</summary>
    internal void Read(ReadOnlySpan<byte> text, string channel, double channelWeight)
    {
        if (text.IsEmpty)
        {
            return;
        }

        var judge = new LineJudge(book, tool, channel, channelWeight);
        var last = LogLines.Choose(text, 0, out var before);
        var scan = before > 0 ? new ChannelScan(book.ScanFor(tool), judge) : null;
        var above = scan?.Body(text[..before], 1, 0) ?? 0;

        // The lines of the end follow on those above; if there are none, they are counted by themselves.
        var first = scan is null ? text.Count((byte)'\n') + 1 : (int)above + 1 - last[^1].Number;
        foreach (var line in last)
        {
            Read(judge, LineText.Clean(text.Slice(line.Start, line.Length)), first + line.Number, line.Start,
                line.FromEnd);
        }

        KeepAll(scan?.Best() ?? []);
    }

    /// <summary>Reads one channel to its end, whatever its length, in bounded memory.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal void Read(Stream input, string channel, double channelWeight)
    {
        var judge = new LineJudge(book, tool, channel, channelWeight);
        var scan = new ChannelScan(book.ScanFor(tool), judge);
        var fromEnd = 0;
        foreach (var line in scan.Read(input))
        {
            Read(judge, LineText.Clean(line.Bytes), (int)Math.Min(int.MaxValue, line.Number), line.Offset, fromEnd++);
        }

        KeepAll(scan.Best());
    }

    /// <summary>Reads one line; also used for the message of a structured event.</summary>
    internal void ReadLine(string text, string channel, int number, int fromEnd, double channelWeight) =>
        Read(new LineJudge(book, tool, channel, channelWeight), text, number, -1, fromEnd);

    /// <summary>The best evidence for one class; null for none that is good enough.</summary>
    internal Finding? Of(FailureClass failureClass) => _best[(int)failureClass];

    /// <summary>The best evidence among some classes, and whatever a rule of one's own says; null means all.</summary>
    internal Finding? Best(Func<FailureClass, bool>? among = null)
    {
        Finding? best = null;
        foreach (var each in _best)
        {
            if (each is { } finding && (among is null || finding.IsOwn || among(finding.Class))
                && (best is null || finding.Beats(best.Value)))
            {
                best = finding;
            }
        }

        return best;
    }

    private void Read(LineJudge judge, string text, int number, long offset, int fromEnd)
    {
        _findings.Clear();
        judge.Judge(text, fromEnd, _findings);
        foreach (var each in _findings)
        {
            Keep(each with { Line = number, Offset = offset });
        }
    }

    private void KeepAll(IEnumerable<Finding> findings)
    {
        foreach (var each in findings)
        {
            Keep(each);
        }
    }

    private void Keep(Finding finding)
    {
        ref var best = ref _best[(int)finding.Class];
        // Lines come last first, so an equal score further up does not replace a later line.
        if (finding.Score >= Least && (best is null || finding.Beats(best.Value)))
        {
            best = finding;
        }
    }
}
