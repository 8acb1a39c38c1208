using Holdfast.Failures;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;
using Holdfast.Resilience;

namespace Holdfast.Plans.Binding;

/// <summary>Reads what is to happen to failures: retry, effect, on-failure.</summary>
internal sealed class PolicyBinder(ValueReader values, CommandBinder commands)
{
    /// <summary>The most attempts, or retries, that a plan may ask for.</summary>
    public const int MaxAttempts = 1000;

    /// <summary>The fastest that delays may grow.</summary>
    public const double MaxMultiplier = 100;

    /// <summary>The words of <see cref="RetryPreset"/>.</summary>
    internal static readonly string[] Presets = ["per-class", "standard", "in-process", "eight-class", "none"];

    /// <summary>The words of <see cref="EffectKind"/>; the last one is the key of a map.</summary>
    internal static readonly string[] Effects = ["repeatable", "keyed", "once"];

    /// <summary>The words of <see cref="FailureReaction"/>.</summary>
    internal static readonly string[] Reactions = ["continue", "stop"];

    /// <summary>The words of <see cref="StrayReaction"/>.</summary>
    internal static readonly string[] StrayWords = ["list", "end"];

    /// <summary>
    /// The words of <see cref="FailureClass"/> that a plan can set retries for, in the order of the enum. Three are
    /// missing: <c>circuit_open</c> waits for its breaker, <c>outcome_unknown</c> goes by the effect, and
    /// <c>cancelled</c> is final.
    /// </summary>
    internal static readonly string[] Classes =
    [
        "rate_limited", "quota_exhausted", "connection", "unavailable", "timeout", "resource_contention",
        "infrastructure_lost", "resource_exhausted", "auth", "permission", "not_found", "invalid_input",
        "build_failure", "test_failure", "crash", "policy_denied", "dependency_conflict", "merge_conflict",
        "", "incomplete", "", "", "unknown",
    ];

    private const string Map = "a map such as { timeout: 1 }";

    private static readonly string[] RetryKeys = [.. PlanKeys.Retry, .. Classes.Where(static word => word.Length > 0)];
    private static readonly RetrySetting?[] Bare = new RetrySetting?[Presets.Length];

    /// <summary>The setting of a preset that nothing is changed of; always the same instance.</summary>
    internal static RetrySetting OfPreset(RetryPreset preset) => preset == RetryPreset.PerClass
        ? RetrySetting.PerClass
        : Bare[(int)preset] ??= new(preset, null, []);

    public RetrySetting? Retry(YamlNode node)
    {
        if (node.IsScalar && !node.IsNull)
        {
            var preset = values.Choice(node, "retry", Presets, Map);
            return preset < 0 ? null : OfPreset((RetryPreset)preset);
        }

        if (!values.IsMap(node, "retry", $"a preset such as per-class or none, or {Map}"))
        {
            return null;
        }

        var basis = RetryPreset.PerClass;
        int? maxAttempts = null;
        var overrides = new List<RetryOverride>();
        foreach (var pair in node.Pairs)
        {
            var key = pair.Key.Text;
            if (key == "preset")
            {
                basis = (RetryPreset)Math.Max(0, values.Choice(pair.Value, "preset", Presets));
            }
            else if (key == "max-attempts")
            {
                maxAttempts = values.Number(pair.Value, "max-attempts", 1, MaxAttempts);
            }
            else if (key.Length > 0 && Array.IndexOf(Classes, key) is >= 0 and var index)
            {
                overrides.Add(Class(pair.Value, key, (FailureClass)index));
            }
            else
            {
                UnknownClass(pair.Key);
            }
        }

        return Setting(basis, maxAttempts, overrides);
    }

    /// <summary>
    /// A setting that changes nothing of its preset is that preset: written and read again it is the same, and so is
    /// the plan's hash.
    /// </summary>
    public static RetrySetting Setting(RetryPreset preset, int? maxAttempts, IReadOnlyList<RetryOverride> overrides) =>
        maxAttempts is null && overrides.Count == 0 ? OfPreset(preset) : new(preset, maxAttempts, overrides);

    public EffectSetting? Effect(YamlNode node, IReadOnlyList<string> shell, TemplateNames allowed)
    {
        if (node.IsScalar)
        {
            var kind = values.Choice(node, "effect", Effects, "{ reconcile: COMMAND }");
            return kind < 0 ? null : kind == 0 ? EffectSetting.Repeatable : new((EffectKind)kind);
        }

        if (!values.IsMap(node, "effect", "one of repeatable, keyed, once, or { reconcile: COMMAND }"))
        {
            return null;
        }

        PlanCommand? reconcile = null;
        foreach (var pair in node.Pairs)
        {
            if (pair.Key.Text == "reconcile")
            {
                reconcile = commands.Command(pair.Value, "reconcile", shell, allowed);
            }
            else
            {
                values.UnknownKey(pair.Key, "\"effect\"", PlanKeys.Effect);
            }
        }

        if (node.Count == 0)
        {
            values.Wrong(node, "effect", "{ reconcile: COMMAND }");
        }

        return reconcile is null ? null : new(EffectKind.Reconcile, reconcile);
    }

    public FailureReaction OnFailure(YamlNode node) =>
        (FailureReaction)Math.Max(0, values.Choice(node, "on-failure", Reactions));

    private RetryOverride Class(YamlNode node, string word, FailureClass failure)
    {
        if (!node.IsMapping)
        {
            return new(failure, values.Number(node, word, 0, MaxAttempts), null, null, null, null);
        }

        var read = new RetryOverride(failure, null, null, null, null, null);
        foreach (var pair in node.Pairs)
        {
            read = pair.Key.Text switch
            {
                "retries" => read with { Retries = values.Number(pair.Value, "retries", 0, MaxAttempts) },
                "base" => read with { Base = values.Duration(pair.Value, "base", true, RetryPolicy.LongestDelay) },
                "cap" => read with { Cap = values.Duration(pair.Value, "cap", false, RetryPolicy.LongestDelay) },
                "multiplier" => read with { Multiplier = values.Fraction(pair.Value, "multiplier", 1, MaxMultiplier) },
                "jitter" => read with { Jitter = values.Fraction(pair.Value, "jitter", 0, 1) },
                _ => Unknown(pair.Key, word, read),
            };
        }

        if (read.Base > read.Cap)
        {
            values.Messages.Error(node.Position, $"\"{word}\": base {DurationText.Format(read.Base.Value)} is over cap "
                + DurationText.Format(read.Cap.Value), "raise the cap, or lower the base");
        }

        return read;
    }

    private RetryOverride Unknown(YamlNode key, string word, RetryOverride read)
    {
        values.UnknownKey(key, $"\"{word}\"", PlanKeys.RetryClass);
        return read;
    }

    private void UnknownClass(YamlNode key)
    {
        var cure = key.Text switch
        {
            "circuit_open" => "it waits for its breaker and spends no retry; leave it out",
            "outcome_unknown" => "it goes by the task's \"effect\"; leave it out",
            "cancelled" => "it is final; leave it out",
            _ => null,
        };
        if (cure is null)
        {
            values.Messages.UnknownName(key.Position, $"\"retry\" has no key or failure class "
                + $"\"{Shown.Short(key.Text)}\"",
                key.Text, RetryKeys, $"the keys are {string.Join(", ", RetryKeys)}");
            return;
        }

        values.Messages.Error(key.Position, $"\"{key.Text}\" is never retried by count", cure);
    }
}
