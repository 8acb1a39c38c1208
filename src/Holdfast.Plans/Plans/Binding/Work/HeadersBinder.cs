using System.Buffers;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads headers of requests.</summary>
internal sealed class HeadersBinder(ValueReader values, SecretUses secrets)
{
    // A token of RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly HashSet<string> Framing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>Names and values, each name once.</summary>
    public IReadOnlyList<KeyValuePair<string, Template>> Read(YamlNode node, TemplateNames allowed,
        CommandBinder? commands = null)
    {
        var headers = new List<KeyValuePair<string, Template>>();
        if (!values.IsMap(node, "headers", "a map of NAME: value"))
        {
            return headers;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in node.Pairs)
        {
            var name = key.Text;
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token))
            {
                values.Messages.Error(key.Position, $"no header can be called \"{Shown.Short(name)}\"",
                    "use letters, digits and hyphens");
            }
            else if (Framing.Contains(name))
            {
                values.Messages.Error(key.Position, $"the header \"{Shown.Short(name)}\" is set by Holdfast itself",
                    "leave it out");
            }
            else if (!seen.Add(name))
            {
                values.Messages.Error(key.Position, $"the header \"{Shown.Short(name)}\" is here a second time; case "
                    + "does not tell headers apart", "keep one of them");
            }
            else if (Value(name, value, allowed, commands) is { } template)
            {
                headers.Add(new(name, template));
            }
        }

        return headers;
    }

    private Template? Value(string name, YamlNode node, TemplateNames allowed, CommandBinder? commands)
    {
        if (values.Template(node, name, allowed) is not { } template)
        {
            return null;
        }

        foreach (var c in template.Source)
        {
            if (char.IsControl(c) && c != '\t')
            {
                values.Messages.Error(node.Position, $"the header \"{name}\" holds a line break or another control "
                    + "character", "write it on one line");
                return null;
            }
        }

        commands?.UseOutputs(node, template, null, listAllowed: false);
        secrets.Add(node, template);
        return template;
    }
}
