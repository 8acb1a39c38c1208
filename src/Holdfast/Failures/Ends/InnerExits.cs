using System.Globalization;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Ends;

/// <summary>The code of the program inside, which a script prints as its last word: <c>echo "exit: $?"</c>.</summary>
internal static class InnerExits
{
    /// <summary>A longer line tells a story, in which a code may be of anything.</summary>
    private const int MostWords = 5;

    private const int LargestCode = 255;

    /// <summary>The code from 1 that the last line tells; 0 for none.</summary>
    internal static int CodeOf(ReadOnlySpan<byte> stdout)
    {
        if (LogLines.Last(stdout) is not [var last, ..])
        {
            return 0;
        }

        var line = new TokenLine();
        line.Set(LineText.Clean(stdout.Slice(last.Start, last.Length)));
        return line.Count is > 1 and <= MostWords && SaysExit(line)
            && int.TryParse(line[line.Count - 1], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            && code <= LargestCode
                ? code
                : 0;
    }

    private static bool SaysExit(TokenLine line)
    {
        var behind = line[line.Count - 2] is "exit" or "code" or "status" or "with" or "rc";
        for (var i = 0; behind && i < line.Count - 1; i++)
        {
            if (line[i] is "exit" or "exited" or "Exit" or "Exited" or "EXIT" or "rc")
            {
                return true;
            }
        }

        return false;
    }
}
