using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads what an answer must be.</summary>
internal sealed class ExpectBinder(ValueReader values, CommandBinder commands)
{
    private readonly PlanMessages _messages = values.Messages;
    private readonly JsonBinder _json = new(values, commands, new());

    public HttpWork Read(YamlNode node, HttpWork request, TemplateNames allowed)
    {
        if (!values.IsMap(node, "expect", "a map such as { status: [ 200, 201 ] }"))
        {
            return request;
        }

        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "status":
                    request = request with { ExpectedStatus = Statuses(value) };
                    break;
                case "json":
                    request = request with { ExpectedJson = Json(value, allowed) };
                    break;
                default:
                    values.UnknownKey(key, "\"expect\"", PlanKeys.Expect);
                    break;
            }
        }

        return request;
    }

    private List<int> Statuses(YamlNode node)
    {
        var statuses = new List<int>();
        foreach (var item in values.List(node, "status", "a list of statuses such as [ 200, 201 ]") ?? [])
        {
            if (values.Number(item, "status", 100, 599) is not { } status)
            {
                continue;
            }

            if (statuses.Contains(status))
            {
                _messages.Warning(item.Position, $"\"status\" names {status} twice", "once is enough");
            }
            else
            {
                statuses.Add(status);
            }
        }

        if (node.IsSequence && node.Count == 0)
        {
            _messages.Error(node.Position, "\"status\" is an empty list, so no answer would be well",
                "write at least one");
        }

        return statuses;
    }

    private List<JsonExpectation> Json(YamlNode node, TemplateNames allowed)
    {
        var expected = new List<JsonExpectation>();
        if (!values.IsMap(node, "json", "a map such as { state.ok: true }"))
        {
            return expected;
        }

        foreach (var (key, value) in node.Pairs)
        {
            if (!IsPath(key.Text))
            {
                _messages.Error(key.Position, $"\"{Shown.Short(key.Text)}\" names no place in an answer",
                    "write names with dots between, and [0] for an item of a list");
            }
            else if (!value.IsScalar)
            {
                values.Wrong(value, Shown.Short(key.Text), "a text, a number, true, false or null");
            }
            else if (_json.Read(value, Shown.Short(key.Text), allowed) is { } one)
            {
                expected.Add(new(key.Text, one));
            }
        }

        return expected;
    }

    // Names without dots and brackets, each followed by any number of [digits]; a list may be the outermost.
    private static bool IsPath(string path)
    {
        foreach (var range in path.AsSpan().Split('.'))
        {
            var part = path.AsSpan()[range];
            var bracket = part.IndexOf('[');
            var name = bracket < 0 ? part : part[..bracket];
            if (part.Length == 0 || name.Contains(']') || (name.Length == 0 && range.Start.Value > 0))
            {
                return false;
            }

            for (var rest = part[name.Length..]; rest.Length > 0;)
            {
                var close = rest.IndexOf(']');
                if (rest[0] != '[' || close is < 2 or > 7 || rest[1..close].ContainsAnyExceptInRange('0', '9'))
                {
                    return false;
                }

                rest = rest[(close + 1)..];
            }
        }

        return true;
    }
}
