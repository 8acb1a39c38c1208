using System.Text;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>
/// Puts values into addresses and headers so that no value can be more than a value: percent-encoded in an address
/// (RFC 3986, 2.3: all but letters, digits and <c>-._~</c>), and on one line in a header.
/// </summary>
public static class HttpAddress
{
    /// <summary>The methods that a request can have.</summary>
    internal static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>What is wrong with an address without expressions, to follow it; null when nothing is.</summary>
    public static string? Problem(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return "is no address of HTTP";
        }

        return uri.UserInfo.Length > 0 ? "holds a user or password"
            : uri.Host.Length == 0 ? "names no host"
            : uri.Fragment.Length > 0 ? "holds a fragment, which is never sent" : null;
    }

    /// <summary>The value of a header with its expressions replaced.</summary>
    /// <exception cref="TemplateException">
    /// A value is missing, or holds a line break or another control character, which could add headers.
    /// </exception>
    public static string HeaderValue(string name, Template value, TemplateContext context)
    {
        var text = value.RenderPlain(context);
        foreach (var c in text)
        {
            if (char.IsControl(c) && c != '\t')
            {
                throw new TemplateException($"the header \"{name}\" would hold a line break or another control "
                    + "character; take it out of the value");
            }
        }

        return text;
    }

    internal static Uri Of(HttpWork work, HttpRuntimeSetting? runtime, TemplateContext context)
    {
        var text = new StringBuilder();
        if (work.Url is { } url)
        {
            // An address that is nothing but one expression is an address of its own, such as a line of a list.
            _ = url.Parts is [{ Expression: not null }] ? text.Append(url.RenderPlain(context))
                : Append(text, url, context);
        }
        else
        {
            _ = Append(text.Append(runtime!.Base.TrimEnd('/')), work.Path!, context);
        }

        var separator = text.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in work.Query)
        {
            _ = text.Append(separator).Append(Uri.EscapeDataString(name)).Append('=')
                .Append(Uri.EscapeDataString(value.RenderPlain(context)));
            separator = '&';
        }

        var address = text.ToString();
        if (Problem(address) is { } problem)
        {
            throw new TemplateException($"the address \"{Shown.Short(address)}\" {problem}; write "
                + "http://… or https://…");
        }

        if (HasDotSegment(address))
        {
            throw new TemplateException($"the address \"{Shown.Short(address)}\" holds a \"..\" that would lead to "
                + "another path; take it out of the value");
        }

        return new Uri(address);
    }

    /// <summary>Whether a part of the path is <c>.</c> or <c>..</c>, which the other side would resolve.</summary>
    internal static bool HasDotSegment(string address)
    {
        var end = address.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? address.AsSpan() : address.AsSpan(0, end);
        foreach (var range in path.Split('/'))
        {
            if (path[range] is "." or "..")
            {
                return true;
            }
        }

        return false;
    }

    private static StringBuilder Append(StringBuilder text, Template template, TemplateContext context)
    {
        foreach (var part in template.Parts)
        {
            _ = text.Append(part.Text
                ?? Uri.EscapeDataString(Template.Checked(part.Expression!, part.Expression!.Evaluate(context))));
        }

        return text;
    }
}
