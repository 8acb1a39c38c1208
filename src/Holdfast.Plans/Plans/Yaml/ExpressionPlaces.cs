namespace Holdfast.Plans.Yaml;

/// <summary>
/// Finds where expressions stand in a text. A plan of 100,000 tasks has as many expressions, and one script may have
/// as many again, so no answer may cost a pass over the text: where lines and expressions begin is noted once.
/// </summary>
/// <param name="text">The text of the plan.</param>
internal sealed class ExpressionPlaces(string text)
{
    private const string Opening = "${{";
    private List<int>? _lines;
    private List<int>? _openings;

    /// <summary>Where the n-th <c>${{</c> after a place stands; null if there is none.</summary>
    public SourcePosition? PlaceOf(SourcePosition from, int n)
    {
        var lines = _lines ??= Lines();
        var openings = _openings ??= Openings();
        if (from.Line < 1 || from.Line > lines.Count)
        {
            return null;
        }

        var first = openings.BinarySearch(lines[from.Line - 1] + from.Column - 1);
        var which = (first < 0 ? ~first : first) + n;
        if (which >= openings.Count)
        {
            return null;
        }

        var at = openings[which];
        var line = lines.BinarySearch(at);
        line = line < 0 ? ~line : line + 1;
        return new(line, at - lines[line - 1] + 1);
    }

    private List<int> Openings()
    {
        var openings = new List<int>();
        for (var at = text.IndexOf(Opening, StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(Opening, at + 1, StringComparison.Ordinal))
        {
            openings.Add(at);
        }

        return openings;
    }

    // They end as the parser has it, whose places are asked about.
    private List<int> Lines()
    {
        var starts = new List<int> { 0 };
        for (var rest = text.AsSpan(); rest.IndexOfAny(PlacesWithin.LineEnds) is var end && end >= 0;)
        {
            end += rest[end..].StartsWith("\r\n") ? 2 : 1;
            starts.Add(starts[^1] + end);
            rest = rest[end..];
        }

        return starts;
    }
}
