using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads runtimes of kind http.</summary>
internal sealed class HttpRuntimeBinder(ValueReader values, IReadOnlyList<PlanVariable> variables)
{
    private const TemplateNames Allowed = TemplateNames.Run | TemplateNames.Task | TemplateNames.Attempt
        | TemplateNames.Vars | TemplateNames.Secrets;

    private readonly PlanMessages _messages = values.Messages;

    /// <summary>The runtime; null after an error that leaves nothing to check further.</summary>
    /// <param name="draft">What was read already.</param>
    /// <param name="node">Its map.</param>
    /// <param name="read">The keys that were.</param>
    public PlanRuntime? Read(RuntimesBinder.Draft draft, YamlNode node, string[] read)
    {
        string? address = null;
        var addressSeen = false;
        var secrets = new SecretUses();
        var headers = new HeadersBinder(values, secrets);
        IReadOnlyList<KeyValuePair<string, Template>> named = [];
        var redirects = HttpRuntimeSetting.DefaultRedirects;
        TimeSpan? timeout = null;
        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "base":
                    addressSeen = true;
                    address = Base(value);
                    break;
                case "headers":
                    named = headers.Read(value, Allowed);
                    break;
                case "redirects":
                    redirects = values.Number(value, "redirects", 0, 50) ?? redirects;
                    break;
                case "timeout":
                    timeout = values.Duration(value, "timeout");
                    break;
                default:
                    if (Array.IndexOf(read, key.Text) < 0)
                    {
                        values.UnknownKey(key, draft.Owner, PlanKeys.HttpRuntime);
                    }

                    break;
            }
        }

        if (!addressSeen)
        {
            _messages.Error(draft.Position, $"{draft.Owner} has no base",
                "write one such as base: https://example.test");
        }

        secrets.Check(_messages, draft.Owner, draft.Secrets);
        return address is null ? null : new HttpRuntimeSetting
        {
            Name = draft.Name,
            Position = draft.Position,
            Base = address,
            Headers = named,
            Redirects = redirects,
            Timeout = timeout,
            Fallback = draft.Fallback,
            Breaker = draft.Breaker,
            MaxParallel = draft.MaxParallel,
            Secrets = draft.Secrets,
        };
    }

    private string? Base(YamlNode node)
    {
        if (RuntimesBinder.Resolved(values, variables, node, "base") is not { } address)
        {
            return null;
        }

        var problem = HttpAddress.Problem(address)
            ?? (address.Contains('?', StringComparison.Ordinal) ? "holds a query" : null);
        if (problem is null)
        {
            return address;
        }

        // A password in it must not be shown in the message about it.
        var shown = problem.Contains("password", StringComparison.Ordinal) ? "the address"
            : $"\"{Shown.Short(address)}\"";
        _messages.Error(node.Position, $"\"base\": {shown} {problem}",
            "write one such as https://example.test/v1; secrets go into headers");
        return null;
    }
}
