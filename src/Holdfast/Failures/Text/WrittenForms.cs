using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Holdfast.Failures.Text;

/// <summary>
/// How programs write a text where some characters have to be written otherwise. Each encoder has its own idea of which
/// those are, so there are several forms of each kind.
/// </summary>
internal static class WrittenForms
{
    /// <summary>What JSON is put into JSON, once as a text and once more as a part of that.</summary>
    private const int DeepestJson = 2;

    internal static IEnumerable<string> Of(string text)
    {
        foreach (var url in Urls(text))
        {
            yield return url;
            yield return LowerHex(url, '%', 2);
            yield return url.Replace("%20", "+", StringComparison.Ordinal);
        }

        foreach (var json in Jsons(text))
        {
            var form = json;
            yield return form;
            for (var depth = 0; depth < DeepestJson; depth++)
            {
                form = form.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal);
                yield return form;
            }
        }

        var html = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
        yield return html;
        yield return html.Replace("'", "&#x27;", StringComparison.Ordinal);
        yield return html.Replace("'", "&#39;", StringComparison.Ordinal);
        yield return text.Replace("'", "'\\''", StringComparison.Ordinal);
    }

    // RFC 3986; what browsers leave as it is; what Python leaves.
    private static IEnumerable<string> Urls(string text)
    {
        var strict = Uri.EscapeDataString(text);
        yield return strict;
        yield return strict.Replace("%21", "!", StringComparison.Ordinal).Replace("%27", "'", StringComparison.Ordinal)
            .Replace("%28", "(", StringComparison.Ordinal).Replace("%29", ")", StringComparison.Ordinal)
            .Replace("%2A", "*", StringComparison.Ordinal);
        yield return strict.Replace("%2F", "/", StringComparison.Ordinal);
    }

    // Most programs; .NET, which escapes what HTML minds; Go and Rails, <, > and & only; Python, all beyond ASCII; PHP
    // the slash besides.
    private static IEnumerable<string> Jsons(string text)
    {
        var plain = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
        yield return plain;
        var careful = JavaScriptEncoder.Default.Encode(text);
        yield return careful;
        yield return LowerHex(careful, 'u', 4);
        yield return plain.Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);
        var ascii = Ascii(plain);
        yield return ascii;
        yield return ascii.Replace("/", "\\/", StringComparison.Ordinal);
    }

    private static string Ascii(string json)
    {
        var text = new StringBuilder(json.Length);
        foreach (var c in json)
        {
            _ = c < 0x80 ? text.Append(c) : text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return LowerHex(text.ToString(), 'u', 4);
    }

    /// <summary>The same with small hexadecimal digits behind each mark.</summary>
    private static string LowerHex(string text, char mark, int digits) =>
        string.Create(text.Length, (text, mark, digits), static (to, from) =>
        {
            from.text.CopyTo(to);
            for (var at = 0; at + from.digits < to.Length; at++)
            {
                // A 'u' counts behind its backslash only.
                if (to[at] == from.mark && (from.mark == '%' || (at > 0 && to[at - 1] == '\\')))
                {
                    for (var i = at + 1; i <= at + from.digits; i++)
                    {
                        to[i] = char.IsAsciiHexDigitUpper(to[i]) ? char.ToLowerInvariant(to[i]) : to[i];
                    }
                }
            }
        });
}
