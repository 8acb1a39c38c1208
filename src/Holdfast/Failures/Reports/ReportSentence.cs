namespace Holdfast.Failures.Reports;

/// <summary>A sentence of an agent's last message, or one of its headings.</summary>
/// <param name="Text">As it was written, without what it quotes.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Clauses">Its words by clause, what stood between parentheses last.</param>
/// <param name="Under">The words of the heading that it stands under.</param>
/// <param name="IsHeading">Whether it is a heading itself.</param>
/// <param name="IsItem">Whether it is an item of a list, or a row of a table.</param>
internal sealed record ReportSentence(
    string Text, int Line, List<string[]> Clauses, string[] Under, bool IsHeading, bool IsItem)
{
    /// <summary>Words of a label before a colon, at most.</summary>
    private const int MaxLabel = 4;

    /// <summary>The words of all clauses.</summary>
    internal string[] Words { get; } = [.. Clauses.SelectMany(each => each)];

    /// <summary>Whether it begins with a label: "Still to do: the docs".</summary>
    internal bool HasLabel { get; } = Clauses is [{ Length: <= MaxLabel } label, _, ..]
        && Text.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon
        && ReportWords.Clauses(Text[..colon]) is [var only] && only.Length == label.Length;

    internal bool IsQuestion => Text.AsSpan().TrimEnd("*_ ").EndsWith('?');
}
