using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Plans.Binding;

/// <summary>The runtimes of a plan, as tasks refer to them.</summary>
/// <param name="All">Those that could be read.</param>
/// <param name="ByName">Also those that could not be read, as null: nobody is told that they are unknown.</param>
internal sealed record KnownRuntimes(IReadOnlyList<PlanRuntime> All, IReadOnlyDictionary<string, PlanRuntime?> ByName)
{
    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Names => (IReadOnlyCollection<string>)ByName.Keys;
}

/// <summary>Reads <c>runtimes</c>.</summary>
internal sealed class RuntimesBinder(ValueReader values, CommandBinder commands, SecretNames secrets,
    IReadOnlyList<PlanVariable> variables)
{
    private static readonly string[] Reserved = ["kind", "secrets", "fallback", "breaker", "max-parallel"];

    private readonly PlanMessages _messages = values.Messages;
    private readonly BreakerBinder _breaker = new(values);
    private readonly FallbackCheck _fallbacks = new(values);
    private readonly AgentRuntimeBinder _agents = new(values, commands, variables);
    private readonly HttpRuntimeBinder _http = new(values, variables);

    /// <summary>What can be shared by all kinds, while it is read.</summary>
    internal sealed class Draft(string name, SourcePosition position)
    {
        public string Name { get; } = name;

        public SourcePosition Position { get; } = position;

        public IReadOnlyList<string> Secrets { get; set; } = [];

        public IReadOnlyList<string> Fallback { get; set; } = [];

        public BreakerSettings Breaker { get; set; } = BreakerSettings.Default;

        public int? MaxParallel { get; set; }

        /// <summary>For messages.</summary>
        public string Owner => $"runtime \"{Shown.Short(Name)}\"";
    }

    /// <summary>All runtimes; those with errors are known by name.</summary>
    public KnownRuntimes Read(YamlNode? node)
    {
        var all = new List<PlanRuntime>();
        var byName = new Dictionary<string, PlanRuntime?>();
        if (node is not { } map
            || !values.IsMap(map, "runtimes", "a map such as api: { kind: http, base: https://example.test }"))
        {
            return new(all, byName);
        }

        if (map.Count / 2 > PlanRuntime.MaxCount)
        {
            _messages.Error(map.Position, $"the plan has {map.Count / 2:N0} runtimes, and {PlanRuntime.MaxCount:N0} is "
                + "the limit", "let tasks share them");
            foreach (var pair in map.Pairs)
            {
                byName[pair.Key.Text] = null;
            }

            return new(all, byName);
        }

        foreach (var (key, value) in map.Pairs)
        {
            if (PlanNames.Problem(key.Text) is { } problem)
            {
                _messages.Error(key.Position, $"the runtime name \"{Shown.Short(key.Text)}\" {problem}",
                    $"use letters, digits, _, - and ., at most {PlanNames.MaxLength}");
            }

            var runtime = One(key, value);
            byName[key.Text] = runtime;
            if (runtime is not null)
            {
                all.Add(runtime);
            }
        }

        _fallbacks.Run(all, byName);
        return new(all, byName);
    }

    /// <summary>A text whose variables are put in place at once; null after an error.</summary>
    internal static string? Resolved(ValueReader values, IReadOnlyList<PlanVariable> variables, YamlNode node,
        string what)
    {
        if (values.Template(node, what, TemplateNames.Vars) is not { } template)
        {
            return null;
        }

        var text = template.RenderPlain(new TemplateContext
        {
            Variable = name => variables.FirstOrDefault(variable => variable.Name == name)?.Value ?? "",
        });
        if (text.Length == 0)
        {
            values.Messages.Error(node.Position, $"\"{what}\" is empty", "leave it out, or write what is meant");
            return null;
        }

        return text;
    }

    private PlanRuntime? One(YamlNode key, YamlNode node)
    {
        var draft = new Draft(key.Text, key.Position);
        if (!values.IsMap(node, Shown.Short(key.Text), "a map such as { kind: agent, flavor: opencode }"))
        {
            return null;
        }

        YamlNode? kindNode = null;
        foreach (var pair in node.Pairs)
        {
            kindNode = pair.Key.Text == "kind" ? pair.Value : kindNode;
        }

        if (kindNode is not { } named)
        {
            _messages.Error(key.Position, $"{draft.Owner} does not say what it is", "write kind: agent or kind: http");
            return null;
        }

        var kind = values.Choice(named, "kind", PlanWords.RuntimeKinds);
        if (kind < 0)
        {
            return null;
        }

        foreach (var pair in node.Pairs)
        {
            TakeReserved(pair, draft);
        }

        return kind == 0 ? _agents.Read(draft, node, Reserved) : _http.Read(draft, node, Reserved);
    }

    private void TakeReserved(YamlPair pair, Draft draft)
    {
        switch (pair.Key.Text)
        {
            case "secrets":
                draft.Secrets = secrets.Read(values, pair.Value);
                break;
            case "fallback":
                draft.Fallback = _fallbacks.Read(draft.Name, pair.Value);
                break;
            case "breaker":
                draft.Breaker = _breaker.Read(pair.Value);
                break;
            case "max-parallel":
                draft.MaxParallel = values.Number(pair.Value, "max-parallel", 1, PlanBinder.MaxParallel);
                break;
        }
    }
}
