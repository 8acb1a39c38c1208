using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>What the last lines are about, where no rule knows one of them.</summary>
internal sealed partial class AttemptJudge
{
    /// <summary>Lines from the end that are asked; what stands further up led to the end, and is not it.</summary>
    private const int LastLines = 3;

    /// <summary>So few lines on standard error were written because something is wrong.</summary>
    private const int FewLines = 2;

    /// <summary>A class by the words of the last line that states a failure; null where they say too little.</summary>
    private Failure? ByWords()
    {
        if (IsAgent || Outcome.ExitCode == 0)
        {
            return null;
        }

        var errors = LogLines.Last(signals.Stderr.Span);
        var (lines, output, channel) = errors.Count > 0
            ? (errors, signals.Stderr, "stderr")
            : (LogLines.Last(signals.Stdout.Span), signals.Stdout, "stdout");
        var tokens = new TokenLine();
        foreach (var line in lines.Take(LastLines))
        {
            var text = LineText.Clean(output.Span.Slice(line.Start, line.Length));
            tokens.Set(text);
            var states = StatedFailure.Says(tokens) || (channel == "stderr" && lines.Count <= FewLines);
            if (states && tokens.Mark is LineMark.None or LineMark.Error && WordSenses.Of(tokens) is { } about)
            {
                var number = output.Span[..line.Start].Count((byte)'\n') + 1;
                return WithTold(
                    Make(about, "words." + about.Word(), channel, text, number, 0.35),
                    new Finding(about, "words", channel, number, text, 0), headers: null);
            }
        }

        return null;
    }
}
