using System.Globalization;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads runtimes of kind agent.</summary>
internal sealed class AgentRuntimeBinder(ValueReader values, CommandBinder commands,
    IReadOnlyList<PlanVariable> variables)
{
    private const TemplateNames Allowed =
        TemplateNames.Run | TemplateNames.Task | TemplateNames.Attempt | TemplateNames.Vars;

    private readonly PlanMessages _messages = values.Messages;

    private readonly EnvironmentBinder _environment = new(values, commands);

    /// <summary>The runtime; null after an error that leaves nothing to check further.</summary>
    /// <param name="draft">What was read already.</param>
    /// <param name="node">Its map.</param>
    /// <param name="read">The keys that were.</param>
    public PlanRuntime? Read(RuntimesBinder.Draft draft, YamlNode node, string[] read)
    {
        var runtime = new AgentRuntimeSetting
        {
            Name = draft.Name,
            Position = draft.Position,
            Flavor = AgentFlavor.Custom,
            Fallback = draft.Fallback,
            Breaker = draft.Breaker,
            MaxParallel = draft.MaxParallel,
            Secrets = draft.Secrets,
        };
        var keys = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in node.Pairs)
        {
            keys[key.Text] = key;
            if (Array.IndexOf(read, key.Text) < 0)
            {
                runtime = One(draft, key, value, runtime);
            }
        }

        if (!keys.ContainsKey("flavor"))
        {
            _messages.Error(draft.Position, $"{draft.Owner} names no flavor",
                $"write one of {string.Join(", ", PlanWords.Flavors)}");
            return null;
        }

        return runtime.Flavor == AgentFlavor.Custom ? Custom(draft, runtime, keys) : Known(draft, runtime, keys);
    }

    private AgentRuntimeSetting One(RuntimesBinder.Draft draft, YamlNode key, YamlNode value,
        AgentRuntimeSetting runtime)
    {
        switch (key.Text)
        {
            case "flavor":
                var flavor = values.Choice(value, "flavor", PlanWords.Flavors);
                return runtime with { Flavor = flavor < 0 ? (AgentFlavor)(-1) : (AgentFlavor)flavor };
            case "model":
                return runtime with { Model = RuntimesBinder.Resolved(values, variables, value, "model") };
            case "permissions":
                var permissions = values.Choice(value, "permissions", PlanWords.Permissions);
                return permissions < 0 ? runtime
                    : runtime with { Permissions = (AgentPermissions)permissions };
            case "limits":
                return runtime with { Limits = Limits(value) };
            case "program":
                return runtime with { Program = RuntimesBinder.Resolved(values, variables, value, "program") };
            case "args":
                return runtime with { Arguments = commands.Templates(value, "args", Allowed) };
            case "env":
                return runtime with { Environment = _environment.Read(value, Allowed) };
            case "run":
                return runtime with { Run = Run(value) };
            case "prompt":
                return runtime with
                {
                    Prompt = (PromptDelivery)Math.Max(0, values.Choice(value, "prompt", PlanWords.Deliveries)),
                };
            case "checkpoint-lines":
                return runtime with { CheckpointLines = values.Boolean(value, "checkpoint-lines") ?? false };
            default:
                values.UnknownKey(key, draft.Owner, PlanKeys.AgentRuntime);
                return runtime;
        }
    }

    private AgentRuntimeSetting? Custom(RuntimesBinder.Draft draft, AgentRuntimeSetting runtime,
        Dictionary<string, YamlNode> keys)
    {
        if (!keys.ContainsKey("run"))
        {
            _messages.Error(draft.Position, $"{draft.Owner} of flavor custom runs nothing",
                "give it a \"run\", a list of a program and its arguments");
            return null;
        }

        foreach (var word in (string[])["program", "args"])
        {
            if (keys.TryGetValue(word, out var key))
            {
                _messages.Error(key.Position, $"\"{word}\" of {draft.Owner} stands beside \"run\", which says all "
                    + "of it", "write it into \"run\"");
            }
        }

        return runtime.Run.Count == 0 ? null : runtime;
    }

    private AgentRuntimeSetting? Known(RuntimesBinder.Draft draft, AgentRuntimeSetting runtime,
        Dictionary<string, YamlNode> keys)
    {
        // A flavor that is not known has been refused; what belongs to custom may be meant.
        if ((int)runtime.Flavor < 0)
        {
            return null;
        }

        foreach (var word in (string[])["run", "prompt"])
        {
            if (keys.TryGetValue(word, out var key))
            {
                _messages.Error(key.Position, $"\"{word}\" of {draft.Owner} belongs to flavor custom, and this is "
                    + PlanWords.Of(runtime.Flavor), "leave it out, or write flavor: custom");
            }
        }

        return runtime;
    }

    private IReadOnlyList<Template> Run(YamlNode node)
    {
        if (!node.IsSequence || node.Count == 0)
        {
            values.Wrong(node, "run", "a list of a program and its arguments; no shell reads it");
            return [];
        }

        return commands.Command(node, "run", PlanCommand.DefaultShell, Allowed)?.Arguments ?? [];
    }

    private AgentLimits Limits(YamlNode node)
    {
        var limits = AgentLimits.None;
        if (!values.IsMap(node, "limits", "a map such as { cost: 5 USD, tokens: 200000, turns: 60 }"))
        {
            return limits;
        }

        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "cost":
                    limits = limits with { CostUsd = Cost(value) };
                    break;
                case "tokens":
                    limits = limits with { Tokens = values.Number(value, "tokens", 1, 2_000_000_000) };
                    break;
                case "turns":
                    limits = limits with { Turns = values.Number(value, "turns", 1, 1_000_000) };
                    break;
                default:
                    values.UnknownKey(key, "\"limits\"", PlanKeys.Limits);
                    break;
            }
        }

        return limits;
    }

    private decimal? Cost(YamlNode node)
    {
        if (node.IsScalar && node.Text.EndsWith(" USD", StringComparison.Ordinal)
            && decimal.TryParse(node.Text.AsSpan(0, node.Text.Length - 4), NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var dollars)
            && dollars is > 0 and <= 1_000_000)
        {
            return dollars;
        }

        values.Wrong(node, "cost", "an amount in US dollars above zero, such as 5 USD or 0.25 USD");
        return null;
    }
}
