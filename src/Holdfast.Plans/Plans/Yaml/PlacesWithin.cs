namespace Holdfast.Plans.Yaml;

/// <summary>
/// Keeps places within a text: the parser stands behind the last line at the end of a file, and a column that was
/// counted in a value is not that of the file where the value is folded or escaped. Ask in the order of lines, so that
/// all answers together cost one pass.
/// </summary>
/// <param name="text">The text; null leaves every place as it is.</param>
internal struct PlacesWithin(string? text)
{
    /// <summary>What ends a line for the parser, which counts them.</summary>
    internal const string LineEnds = "\n\r\u0085\u2028\u2029";
    private int _line = 1;
    private int _start;

    /// <summary>
    /// The place itself, the end of its line where it has fewer characters, or the end of the text where it has fewer
    /// lines.
    /// </summary>
    internal SourcePosition Within(SourcePosition place)
    {
        if (text is null || place.Line < 1)
        {
            return place;
        }

        while (_line < place.Line)
        {
            var end = text.AsSpan(_start).IndexOfAny(LineEnds);
            if (end < 0)
            {
                return new(_line, text.Length - _start + 1);
            }

            _start += end + (text.AsSpan(_start + end).StartsWith("\r\n") ? 2 : 1);
            _line++;
        }

        var length = text.AsSpan(_start).IndexOfAny(LineEnds) is var rest && rest < 0 ? text.Length - _start : rest;
        return place.Column <= length + 1 ? place : new(place.Line, length + 1);
    }
}
