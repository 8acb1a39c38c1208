using YamlDotNet.Core;

namespace Holdfast.Plans.Yaml;

/// <summary>Says in the words of a plan's author what the YAML parser did not like.</summary>
internal static class YamlSyntax
{
    /// <summary>Standard tags say what a plain reading says anyway; all others would change meaning.</summary>
    public static bool IsKnownTag(string tag) => tag is "tag:yaml.org,2002:str" or "tag:yaml.org,2002:int"
        or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:null"
        or "tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq";

    public static void Explain(string source, YamlException error, PlanMessages messages)
    {
        // Where a scan failed inside something, its beginning is more use than the point at which it gave up.
        var mark = error.Start;
        var position = new SourcePosition((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
        var text = error.Message.TrimEnd('.');
        var lowered = text.Length == 0 ? "not YAML" : char.ToLowerInvariant(text[0]) + text[1..];
        if (IndexOfTab(source, position.Line) is { } tab && (lowered.Contains("tab") || lowered.Contains("token")))
        {
            messages.Error(tab, "a tab indents this line", "YAML takes only spaces there");
            return;
        }

        var (said, cure) = Match(lowered);
        messages.Error(position, said, cure);
    }

    private static (string Said, string? Cure) Match(string text) => text switch
    {
        _ when text.Contains("invalid mapping") =>
            ("a second \": \" stands in one line of plain text",
                "quote the text, or put it on its own line after \"|\""),
        _ when text.Contains("expected ',' or '}'") || text.Contains("expected ',' or ']'") =>
            ("a brace or bracket is not closed here, or a comma is missing",
                "quote a text that holds one of { } [ ] ,"),
        _ when text.Contains("unexpected end of stream") => ("a quote that begins here is never closed", "close it"),
        _ when text.Contains("cannot start any token") =>
            ("a text cannot begin with this character", "quote the text"),
        _ when text.Contains("did not find expected key") || text.Contains("expected '-' indicator") =>
            ("the indentation does not fit the lines above", "align it with its neighbours"),
        _ when text.Contains("did not find expected ':'") || text.Contains("could not find expected ':'") =>
            ("a \":\" is missing after this key", "write key: value"),
        _ => ($"not YAML: {text}", null),
    };

    // The parser names the place where a block began; the tab itself may stand lines below.
    private static SourcePosition? IndexOfTab(string source, int fromLine)
    {
        var line = 1;
        var start = 0;
        while (start < source.Length)
        {
            if (line >= fromLine)
            {
                var at = start;
                while (at < source.Length && source[at] == ' ')
                {
                    at++;
                }

                if (at < source.Length && source[at] == '\t')
                {
                    return new(line, at - start + 1);
                }
            }

            var end = source.IndexOf('\n', start);
            if (end < 0)
            {
                return null;
            }

            start = end + 1;
            line++;
        }

        return null;
    }
}
