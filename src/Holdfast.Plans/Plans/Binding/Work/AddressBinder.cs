using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads where a request goes: <c>path</c>, <c>url</c>, <c>query</c>.</summary>
internal sealed class AddressBinder(ValueReader values, CommandBinder commands)
{
    private readonly PlanMessages _messages = values.Messages;

    public Template? Path(YamlNode node, TemplateNames allowed)
    {
        if (commands.Text(node, "path", allowed) is not { Source.Length: > 0 } path)
        {
            return null;
        }

        if (path.Parts[0].Text?.StartsWith('/') != true)
        {
            _messages.Error(node.Position, $"\"path\": \"{Shown.Short(path.Source)}\" does not begin with a slash",
                $"write /{Shown.Short(path.Source)}");
        }
        else if (Fault(path) is { } fault)
        {
            _messages.Error(node.Position, $"\"path\": \"{Shown.Short(path.Source)}\" {fault}",
                "write the path as it is sent; expressions are percent-encoded");
        }

        return path;
    }

    public Template? Url(YamlNode node, TemplateNames allowed)
    {
        if (commands.Text(node, "url", allowed) is not { Source.Length: > 0 } url)
        {
            return null;
        }

        // An address that is nothing but one expression can be judged only when it has a value.
        if (url.Parts is [{ Expression: not null }])
        {
            return url;
        }

        var begin = url.Parts[0].Text ?? "";
        var host = begin.IndexOf("://", StringComparison.Ordinal);
        if (!url.IsLiteral && (host < 0 || begin.IndexOfAny(['/', '?'], host + 3) < 0))
        {
            _messages.Error(node.Position, $"\"url\": the host of \"{Shown.Short(url.Source)}\" is not fixed",
                "write scheme, host and a slash before the first expression, or an address that is one expression");
        }
        else if ((HttpAddress.Problem(begin) ?? Fault(url)) is { } problem)
        {
            // A password in it must not be shown in the message about it.
            var shown = problem.Contains("password", StringComparison.Ordinal) ? "the address"
                : $"\"{Shown.Short(url.Source)}\"";
            _messages.Error(node.Position, $"\"url\": {shown} {problem}",
                "write one such as https://example.test/x; secrets go into headers");
        }

        return url;
    }

    public IReadOnlyList<KeyValuePair<string, Template>> Query(YamlNode node, TemplateNames allowed)
    {
        var query = new List<KeyValuePair<string, Template>>();
        if (!values.IsMap(node, "query", "a map of NAME: value"))
        {
            return query;
        }

        foreach (var (key, value) in node.Pairs)
        {
            if (values.Template(value, Shown.Short(key.Text), allowed) is { } template)
            {
                commands.UseOutputs(value, template, null, listAllowed: false);
                query.Add(new(key.Text, template));
            }
        }

        return query;
    }

    /// <summary>Whether exactly one of path behind a runtime, and url, is there.</summary>
    public bool Fits(Dictionary<string, YamlNode> keys, SourcePosition request)
    {
        var runtime = keys.ContainsKey("runtime");
        if (keys.TryGetValue("url", out var url) && (runtime || keys.ContainsKey("path")))
        {
            _messages.Error(url.Position, runtime
                ? "\"url\" stands beside \"runtime\", whose headers and secrets are for its own host"
                : "\"url\" stands beside \"path\"", runtime ? "write \"path\", or leave \"runtime\" out"
                : "keep one of them");
            return false;
        }

        if (keys.TryGetValue("path", out var path) && !runtime)
        {
            _messages.Error(path.Position, "\"path\" has no runtime whose base it is put behind",
                "name one under \"runtime\", or write the whole \"url\"");
            return false;
        }

        if (!keys.ContainsKey("url") && !keys.ContainsKey("path"))
        {
            _messages.Error(request, "the request has no address", runtime ? "write a \"path\" such as /status"
                : "write a \"url\", or a \"runtime\" and a \"path\"");
            return false;
        }

        return true;
    }

    private static string? Fault(Template address)
    {
        foreach (var part in address.Parts)
        {
            if (part.Text is { } text)
            {
                if (text.Contains('#', StringComparison.Ordinal))
                {
                    return "holds a fragment, which is never sent";
                }

                if (text.AsSpan().ContainsAny(" \t\r\n\""))
                {
                    return "holds a space, a quote or a line break";
                }
            }
        }

        return HttpAddress.HasDotSegment(string.Concat(address.Parts.Select(static part => part.Text ?? "x")))
            ? "holds a part that is . or .." : null;
    }
}
