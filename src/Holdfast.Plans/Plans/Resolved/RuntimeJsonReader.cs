using System.Text.Json;
using Holdfast.Plans.Expressions;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Plans;

/// <summary>Reads the runtimes of a <c>plan.json</c>.</summary>
internal static class RuntimeJsonReader
{
    public static List<PlanRuntime> Runtimes(ref Utf8JsonReader reader)
    {
        JsonFields.BeginArray(ref reader);
        var runtimes = new List<PlanRuntime>();
        var names = new HashSet<string>();
        while (JsonFields.NextItem(ref reader))
        {
            var fields = new RuntimeFields();
            JsonFields.BeginHere(ref reader);
            while (JsonFields.Next(ref reader, out var key))
            {
                fields.Take(ref reader, key);
            }

            var runtime = fields.Build();
            if (!names.Add(runtime.Name))
            {
                throw new FormatException($"plan.json is damaged: two runtimes are called "
                    + $"\"{Shown.Short(runtime.Name)}\"; start a new run");
            }

            runtimes.Add(runtime);
        }

        return runtimes;
    }

    private static BreakerSettings Breaker(ref Utf8JsonReader reader)
    {
        var breaker = BreakerSettings.Default;
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            breaker = key switch
            {
                "failures" => breaker with { Failures = JsonFields.Within(reader.GetInt32(), 1, 1000) },
                "recover_after_ms" => breaker with { RecoverAfter = JsonFields.Duration(ref reader) },
                "probes" => breaker with { Probes = JsonFields.Within(reader.GetInt32(), 1, 100) },
                "successes" => breaker with { Successes = JsonFields.Within(reader.GetInt32(), 1, 100) },
                "max_recover_ms" => breaker with { MaxRecover = JsonFields.Duration(ref reader) },
                "ratio" => breaker with { Ratio = JsonFields.Within(reader.GetDouble(), 0.01, 1) },
                "window_ms" => breaker with { Window = JsonFields.Duration(ref reader) },
                "minimum" => breaker with { Minimum = JsonFields.Within(reader.GetInt32(), 1, 10_000) },
                _ => throw new FormatException($"plan.json: breaker has no field \"{key}\"; it was written by another "
                    + "version"),
            };
        }

        return breaker;
    }

    private sealed class RuntimeFields
    {
        private string? _name;
        private string? _kind;
        private string? _base;
        private AgentRuntimeSetting _agent = new() { Name = "", Flavor = AgentFlavor.Custom };
        private HttpRuntimeSetting _http = new() { Name = "", Base = "" };
        private List<string> _secrets = [];
        private List<string> _fallback = [];
        private List<string> _inherit = [];
        private List<KeyValuePair<string, Template>> _variables = [];
        private int? _maxParallel;
        private bool _flavorSeen;
        private bool _isOfHttp;
        private bool _isOfAgent;
        private BreakerSettings _breaker = BreakerSettings.Default;

        public void Take(ref Utf8JsonReader reader, string key)
        {
            var isOfAny = key is "name" or "kind" or "secrets" or "fallback" or "max_parallel" or "breaker";
            var isOfHttp = key is "base" or "headers" or "redirects" or "timeout_ms";
            (_isOfHttp, _isOfAgent) = (_isOfHttp || isOfHttp, _isOfAgent || (!isOfAny && !isOfHttp));
            switch (key)
            {
                case "name":
                    _name = reader.GetString();
                    break;
                case "kind":
                    _kind = reader.GetString();
                    break;
                case "secrets":
                    _secrets = JsonFields.Texts(ref reader);
                    break;
                case "fallback":
                    _fallback = JsonFields.Texts(ref reader);
                    break;
                case "max_parallel":
                    _maxParallel = JsonFields.Parallel(ref reader);
                    break;
                case "breaker":
                    _breaker = Breaker(ref reader);
                    break;
                case "base":
                    _base = reader.GetString();
                    break;
                case "headers":
                    _http = _http with { Headers = JsonFields.Pairs(ref reader) };
                    break;
                case "redirects":
                    _http = _http with { Redirects = JsonFields.Within(reader.GetInt32(), 0, 50) };
                    break;
                case "timeout_ms":
                    _http = _http with { Timeout = JsonFields.Duration(ref reader) };
                    break;
                default:
                    TakeAgent(ref reader, key);
                    break;
            }
        }

        private void TakeAgent(ref Utf8JsonReader reader, string key)
        {
            switch (key)
            {
                case "flavor":
                    _flavorSeen = true;
                    _agent = _agent with
                    {
                        Flavor = (AgentFlavor)PlanWords.Index(PlanWords.Flavors, reader.GetString(), "flavor"),
                    };
                    break;
                case "permissions":
                    _agent = _agent with
                    {
                        Permissions = (AgentPermissions)PlanWords.Index(PlanWords.Permissions, reader.GetString(),
                            "permissions"),
                    };
                    break;
                case "prompt":
                    _agent = _agent with
                    {
                        Prompt = (PromptDelivery)PlanWords.Index(PlanWords.Deliveries, reader.GetString(), "prompt"),
                    };
                    break;
                case "inherit":
                    _inherit = JsonFields.Texts(ref reader);
                    break;
                case "env":
                    _variables = JsonFields.Pairs(ref reader);
                    break;
                default:
                    _agent = Agent(ref reader, key, _agent);
                    break;
            }
        }

        private static AgentRuntimeSetting Agent(ref Utf8JsonReader reader, string key, AgentRuntimeSetting agent) =>
            key switch
            {
                "model" => agent with { Model = reader.GetString() },
                "program" => agent with { Program = reader.GetString() },
                "cost_usd" => agent with
                {
                    Limits = agent.Limits with
                    {
                        CostUsd = JsonFields.Within(reader.GetDecimal(), 0, decimal.MaxValue),
                    },
                },
                "tokens" => agent with
                {
                    Limits = agent.Limits with { Tokens = JsonFields.Within(reader.GetInt64(), 1, 2_000_000_000) },
                },
                "turns" => agent with
                {
                    Limits = agent.Limits with { Turns = JsonFields.Within(reader.GetInt32(), 1, 1_000_000) },
                },
                "args" => agent with { Arguments = JsonFields.Templates(ref reader) },
                "run" => agent with { Run = JsonFields.Templates(ref reader) },
                "checkpoint_lines" => agent with { CheckpointLines = reader.GetBoolean() },
                _ => throw new FormatException($"plan.json: a runtime has no field \"{key}\"; it was written by "
                    + "another version"),
            };

        public PlanRuntime Build()
        {
            var name = JsonFields.Given(_name, "runtimes.name");
            var isHttp = PlanWords.Index(PlanWords.RuntimeKinds, _kind, "kind") == 1;
            if (isHttp ? _isOfAgent : _isOfHttp)
            {
                throw new FormatException($"plan.json is damaged: runtime \"{Shown.Short(name)}\" has fields of "
                    + "another kind; start a new run");
            }

            if (isHttp)
            {
                var address = JsonFields.Given(_base, $"base of {name}");
                return HttpAddress.Problem(address) is { } problem
                    ? throw new FormatException($"plan.json is damaged: base of {name} {problem}; start a new run")
                    : _http with
                    {
                        Name = name,
                        Base = address,
                        Secrets = _secrets,
                        Fallback = _fallback,
                        MaxParallel = _maxParallel,
                        Breaker = _breaker,
                    };
            }

            if (!_flavorSeen || (_agent.Flavor == AgentFlavor.Custom && _agent.Run.Count == 0))
            {
                throw new FormatException($"plan.json is damaged: runtime \"{Shown.Short(name)}\" names no program; "
                    + "start a new run");
            }

            return _agent with
            {
                Name = name,
                Secrets = _secrets,
                Fallback = _fallback,
                MaxParallel = _maxParallel,
                Breaker = _breaker,
                Environment = _inherit.Count + _variables.Count == 0 ? EnvironmentSetting.None
                    : new(_inherit, _variables),
            };
        }
    }
}
