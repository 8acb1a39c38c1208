using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads <c>http</c> of a task.</summary>
internal sealed class HttpBinder(ValueReader values, CommandBinder commands, KnownRuntimes runtimes)
{
    private readonly PlanMessages _messages = values.Messages;
    private readonly AddressBinder _addresses = new(values, commands);
    private readonly ExpectBinder _expect = new(values, commands);

    /// <summary>The request; null after an error that leaves no request.</summary>
    public HttpWork? Read(YamlNode node, TaskDraft draft)
    {
        if (!values.IsMap(node, "http", "a map such as { url: https://example.test/ }"))
        {
            return null;
        }

        draft.Other!.SecretUses = new();
        var request = new HttpWork("");
        var keys = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in node.Pairs)
        {
            keys[key.Text] = key;
            request = Take(key, value, request, draft);
        }

        var body = Body(keys);
        if (request.Method.Length == 0)
        {
            request = request with { Method = body is null ? "GET" : "POST" };
        }
        else if (body is not null && request.Method is "GET" or "HEAD")
        {
            _messages.Error(keys[body].Position, $"a {request.Method} carries no body, and \"{body}\" is one",
                "write method: POST, or leave it out");
        }

        if (request.Method == "HEAD" && request.ExpectedJson.Count > 0)
        {
            _messages.Error(keys["expect"].Position, "the answer to a HEAD has no body to look at",
                "write method: GET, or leave \"json\" out");
        }

        Runtime(keys, request, draft);
        return _addresses.Fits(keys, node.Position) ? request : null;
    }

    private HttpWork Take(YamlNode key, YamlNode value, HttpWork request, TaskDraft draft)
    {
        var address = draft.Allowed | TemplateNames.Address;
        switch (key.Text)
        {
            case "runtime":
                return request with { RuntimeName = values.Text(value, "runtime") };
            case "method":
                var method = values.Choice(value, "method", HttpAddress.Methods);
                return method < 0 ? request : request with { Method = HttpAddress.Methods[method] };
            case "path":
                return request with { Path = _addresses.Path(value, address) };
            case "url":
                return request with { Url = _addresses.Url(value, address) };
            case "query":
                return request with { Query = _addresses.Query(value, address) };
            case "expect":
                return _expect.Read(value, request, draft.Allowed);
            case "output":
                return request with { Output = Output(value, draft.Allowed) };
            case "max-bytes":
                return request with { MaxBytes = values.Size(value, "max-bytes") ?? request.MaxBytes };
            default:
                return TakeContent(key, value, request, draft);
        }
    }

    private HttpWork TakeContent(YamlNode key, YamlNode value, HttpWork request, TaskDraft draft)
    {
        var secrets = draft.Other!.SecretUses!;
        var allowed = draft.Allowed | TemplateNames.Secrets;
        switch (key.Text)
        {
            case "headers":
                return request with { Headers = new HeadersBinder(values, secrets).Read(value, allowed, commands) };
            case "json":
                return request with { Json = new JsonBinder(values, commands, secrets).Read(value, "json", allowed) };
            case "body":
                if (commands.Text(value, "body", allowed) is { } body)
                {
                    secrets.Add(value, body);
                    return request with { Body = body };
                }

                return request;
            case "body-file":
                return request with { BodyFile = commands.Text(value, "body-file", draft.Allowed) };
            default:
                values.UnknownKey(key, "\"http\"", PlanKeys.Http);
                return request;
        }
    }

    // The key of the body; a second one is an error.
    private string? Body(Dictionary<string, YamlNode> keys)
    {
        string? first = null;
        foreach (var (word, key) in keys)
        {
            if (word is not ("json" or "body" or "body-file"))
            {
                continue;
            }

            if (first is not null)
            {
                _messages.Error(key.Position, $"the request has two bodies, \"{first}\" and \"{word}\"",
                    "keep one of them");
            }

            first ??= word;
        }

        return first;
    }

    private void Runtime(Dictionary<string, YamlNode> keys, HttpWork request, TaskDraft draft)
    {
        if (request.RuntimeName is not { } name)
        {
            return;
        }

        var position = keys["runtime"].Position;
        if (!runtimes.ByName.TryGetValue(name, out var runtime))
        {
            _messages.UnknownName(position, $"task \"{Shown.Short(draft.Name)}\" asks for the runtime "
                + $"\"{Shown.Short(name)}\", which the plan has not", name, runtimes.Names,
                "declare it under the plan's \"runtimes\"");
        }
        else if (runtime is AgentRuntimeSetting)
        {
            _messages.Error(position, $"the runtime \"{Shown.Short(name)}\" of task "
                + $"\"{Shown.Short(draft.Name)}\" is of kind agent, which takes no request", "name one of kind http");
        }
        else
        {
            draft.Other!.RuntimeTimeout = (runtime as HttpRuntimeSetting)?.Timeout;
        }
    }

    private Template? Output(YamlNode node, TemplateNames allowed)
    {
        var output = commands.Text(node, "output", allowed);
        if (output is not null && PlanPath.Problem(output) is { } problem)
        {
            _messages.Error(node.Position, $"the output \"{Shown.Short(output.Source)}\" {problem}",
                "name a file below the plan's folder");
        }

        return output;
    }
}
