namespace Holdfast.Failures.Scan;

/// <summary>Sets of words, whatever their case, as text: so many literals would be compiled word by word.</summary>
internal static class WordSet
{
    /// <summary>The words of some texts, between blanks.</summary>
    internal static HashSet<string> Of(params ReadOnlySpan<string> texts)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in texts)
        {
            words.UnionWith(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }

        return words;
    }
}
