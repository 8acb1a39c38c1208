namespace Holdfast.Plans.Runtimes;

/// <summary>One word of a command line, as a POSIX shell takes it.</summary>
public static class ShellWord
{
    private const string Plain = "-_./=:,+@%";

    /// <summary>The text itself where a shell changes nothing in it, else between single quotes.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !Plain.Contains(c, StringComparison.Ordinal))
            {
                return $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
            }
        }

        return text.Length == 0 ? "''" : text;
    }
}
