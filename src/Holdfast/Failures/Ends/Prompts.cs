namespace Holdfast.Failures.Ends;

/// <summary>
/// Tells a line that asks a person. A program that was ended while such a line was its last word waited for an answer
/// that nobody gave, and will again.
/// </summary>
internal static class Prompts
{
    /// <summary>A question is short; a longer line is text that ends like one.</summary>
    private const int LongestPrompt = 300;

    private static readonly string[] Endings =
        ["[y/n]", "(y/n)", "(yes/no)", "[yes/no]", "(yes/no/[fingerprint])", "(y)", " y/n"];

    private static readonly string[] Calls =
    [
        "/dev/tty", "press any key", "press enter", "press return", "arrow keys", "arrow-keys", "use arrows to",
        "[y]es,",
    ];

    /// <summary>What a line that ends in a colon asks for.</summary>
    private static readonly string[] Secrets =
        ["password", "passphrase", "pass phrase", "username", "verification code", "otp", "login", "email"];

    /// <summary>What a question mark at the end asks leave for.</summary>
    private static readonly string[] Leave =
        ["are you sure", "overwrite", "replace", "remove", "delete", "continue", "proceed", "do you want"];

    /// <summary>Whether a line asks a person.</summary>
    internal static bool Asks(string line)
    {
        var text = line.Trim();
        var last = text.TrimEnd(':', '?', ' ');
        return text.Length is > 0 and < LongestPrompt && (text.StartsWith("? ", StringComparison.Ordinal)
            || Array.Exists(Endings, each => last.EndsWith(each, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(Calls, each => text.Contains(each, StringComparison.OrdinalIgnoreCase))
            || (text[^1] == ':' && (text.StartsWith("Enter ", StringComparison.Ordinal) || Names(Secrets, text)))
            || (text[^1] == '?' && Names(Leave, text)) || ProposesAnswer(text));
    }

    private static bool Names(string[] words, string text) =>
        Array.Exists(words, each => text.Contains(each, StringComparison.OrdinalIgnoreCase));

    /// <summary>"package name: (shop)": what it would take if nothing is entered.</summary>
    private static bool ProposesAnswer(string text) => text[^1] == ')'
        && text.LastIndexOf(": (", StringComparison.Ordinal) is > 0 and var at && text.IndexOf(':') == at
        && text.AsSpan(0, at).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz ") < 0 && !text.AsSpan(at + 3).Contains(' ');
}
