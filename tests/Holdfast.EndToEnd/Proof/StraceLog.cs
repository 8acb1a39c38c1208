using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.EndToEnd.Proof;

/// <summary>One system call of a trace.</summary>
/// <param name="Thread">Of the caller.</param>
/// <param name="Name">E.g. <c>execve</c>.</param>
/// <param name="Arguments">As printed, without the parentheses around them.</param>
/// <param name="Result">What it returned; null if it never did.</param>
/// <param name="Entered">Number of the line at which it began.</param>
/// <param name="Returned">Number of the line at which it returned; the largest number if it never did.</param>
internal sealed record TracedCall(int Thread, string Name, string Arguments, long? Result, int Entered, int Returned);

/// <summary>
/// The output of <c>strace -f</c>: calls that were under way while another thread was told of are put together again.
/// The order of lines is the order in which the tracer let the calls go on, so a call that waits for another one's
/// return is always told of later.
/// </summary>
internal static partial class StraceLog
{
    private const string Unfinished = " <unfinished ...>";

    internal static List<TracedCall> Parse(string text)
    {
        var calls = new List<TracedCall>();
        var open = new Dictionary<int, (string Name, string Begun, int Line)>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var head = Head().Match(line);
            if (!head.Success)
            {
                continue;
            }

            var thread = int.Parse(head.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            var rest = line[head.Length..];
            if (Resumed().Match(rest) is { Success: true } resumed)
            {
                if (open.Remove(thread, out var begun))
                {
                    calls.Add(Call(thread, begun.Name, begun.Begun + rest[resumed.Length..], begun.Line, number));
                }
            }
            else if (Begin().Match(rest) is { Success: true } begin)
            {
                var name = begin.Groups[1].Value;
                var body = rest[begin.Length..];
                if (body.EndsWith(Unfinished, StringComparison.Ordinal))
                {
                    open[thread] = (name, body[..^Unfinished.Length], number);
                }
                else
                {
                    calls.Add(Call(thread, name, body, number, number));
                }
            }
        }

        calls.AddRange(open.Select(o =>
            new TracedCall(o.Key, o.Value.Name, o.Value.Begun, Result: null, o.Value.Line, int.MaxValue)));
        calls.Sort((x, y) => x.Entered.CompareTo(y.Entered));
        return calls;
    }

    /// <summary>The bytes of the first quoted text, unescaped; throws where the trace cut it short.</summary>
    internal static byte[] Quoted(string arguments)
    {
        var bytes = new MemoryStream();
        var i = arguments.IndexOf('"', StringComparison.Ordinal) + 1;
        for (; arguments[i] != '"'; i++)
        {
            if (arguments[i] != '\\')
            {
                bytes.WriteByte((byte)arguments[i]);
                continue;
            }

            i++;
            var octal = 0;
            while (octal < 3 && arguments[i + octal] is >= '0' and <= '7')
            {
                octal++;
            }

            bytes.WriteByte(octal > 0 ? Convert.ToByte(arguments.Substring(i, octal), 8) : Escape(arguments[i]));
            i += Math.Max(0, octal - 1);
        }

        return arguments.AsSpan(i + 1).StartsWith("...")
            ? throw new InvalidDataException($"the trace cut a text short; raise strace -s: {arguments[..80]}")
            : bytes.ToArray();
    }

    private static byte Escape(char letter) => letter switch
    {
        'n' => (byte)'\n',
        't' => (byte)'\t',
        'r' => (byte)'\r',
        'f' => (byte)'\f',
        'v' => (byte)'\v',
        _ => (byte)letter,
    };

    private static TracedCall Call(int thread, string name, string body, int entered, int returned)
    {
        var result = Result().Match(body);
        return result.Success
            ? new TracedCall(thread, name, body[..result.Index],
                long.TryParse(result.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var value) ? value : null,
                entered, returned)
            : new TracedCall(thread, name, body, Result: null, entered, int.MaxValue);
    }

    [GeneratedRegex(@"^(\d+) +(?:\d+\.\d+ )?")]
    private static partial Regex Head();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(\w+)\(")]
    private static partial Regex Begin();

    // The result is the last " = " behind the closing parenthesis; a text may hold the like.
    [GeneratedRegex(@"\) += (-?\d+|\?)[^""]*$")]
    private static partial Regex Result();
}
