using System.Text;
using Holdfast.Failures;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Scan;

/// <summary>
/// The plain way to read a log: every line cut into words and judged, last first. Whatever the scan does, it must give
/// the same class, rule, line and score for every class, from memory and from a stream.
/// </summary>
internal static class ScanOracle
{
    internal static void AssertSame(byte[] log, string? tool, RuleBook? book = null)
    {
        var plain = Plain(log, tool, book);
        var scanned = new TextJudge(book ?? RuleBook.BuiltIn, tool);
        scanned.Read(log, "stderr", 0);
        Assert.Equal(plain, Told(scanned));
        var streamed = new TextJudge(book ?? RuleBook.BuiltIn, tool);
        streamed.Read(new MemoryStream(log), "stderr", 0);
        Assert.Equal(plain, Told(streamed));
    }

    /// <summary>Every non-blank line, last first.</summary>
    internal static string Plain(byte[] log, string? tool, RuleBook? book = null)
    {
        var judge = new TextJudge(book ?? RuleBook.BuiltIn, tool);
        var fromEnd = 0;
        var number = log.AsSpan().Count((byte)'\n') + 1;
        for (var end = log.Length; end >= 0; number--)
        {
            var start = log.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
            var line = log.AsSpan(start, end - start);
            if (line.Trim(" \t\r"u8).Length > 0)
            {
                judge.ReadLine(LineText.Clean(line), "stderr", number, fromEnd++, 0);
            }

            end = start - 1;
        }

        return Told(judge);
    }

    internal static string Told(TextJudge judge)
    {
        var told = new StringBuilder();
        for (var each = FailureClass.RateLimited; each <= FailureClass.Unknown; each++)
        {
            if (judge.Of(each) is { } finding)
            {
                told.Append(each).Append(' ').Append(finding.Rule).Append(" line ").Append(finding.Line)
                    .Append(" score ").Append(finding.Score).Append(' ').Append(finding.Text).Append('\n');
            }
        }

        return told.ToString();
    }
}
