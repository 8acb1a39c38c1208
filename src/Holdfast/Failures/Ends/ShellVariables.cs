namespace Holdfast.Failures.Ends;

/// <summary>
/// A shell that stops at a variable that is not set, in the words of the script ("job.sh: line 3: API_TOKEN:
/// must be set", from <c>${API_TOKEN:?must be set}</c>). <c>bash -c</c> ends with 127 then, as for a missing command.
/// </summary>
internal static class ShellVariables
{
    /// <summary>What a shell says behind the name of a command that it could not start.</summary>
    private static readonly string[] OfCommands =
        ["command not found", "not found", "No such file or directory", "Permission denied", "Is a directory"];

    /// <summary>Whether a shell complains of a variable, named in capitals behind the line's number.</summary>
    internal static bool Complains(string line)
    {
        var parts = line.Split(": ", 4);
        return parts.Length == 4 && IsLineNumber(parts[1]) && IsVariable(parts[2])
            && !Array.Exists(OfCommands, each => parts[3].StartsWith(each, StringComparison.Ordinal));
    }

    private static bool IsLineNumber(string part)
    {
        var number = part.StartsWith("line ", StringComparison.Ordinal) ? part.AsSpan(5) : part;
        return !number.IsEmpty && !number.ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsVariable(ReadOnlySpan<char> part)
    {
        foreach (var letter in part)
        {
            if (!char.IsAsciiLetterUpper(letter) && letter != '_' && !char.IsAsciiDigit(letter))
            {
                return false;
            }
        }

        return part.Length > 1 && !char.IsAsciiDigit(part[0]);
    }
}
