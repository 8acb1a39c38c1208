using Holdfast.Failures;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>The retry presets of the failures room, by the words that a plan uses.</summary>
public enum RetryPreset
{
    /// <summary><c>per-class</c>: each failure class has its own numbers. The default.</summary>
    PerClass,

    /// <summary><c>standard</c>.</summary>
    Standard,

    /// <summary><c>in-process</c>.</summary>
    InProcess,

    /// <summary><c>eight-class</c>.</summary>
    EightClass,

    /// <summary><c>none</c>: nothing is retried.</summary>
    None,
}

/// <summary>How a task's failures are retried: a preset, and what the plan changes of it.</summary>
/// <param name="Preset">Where everything that is not overridden comes from.</param>
/// <param name="MaxAttempts">Bounds the sum over all classes, 1 to 1000; null: the preset's (10).</param>
/// <param name="Overrides">One at most for each class, in the order written.</param>
public sealed record RetrySetting(RetryPreset Preset, int? MaxAttempts, IReadOnlyList<RetryOverride> Overrides)
{
    /// <summary>The default.</summary>
    public static RetrySetting PerClass { get; } = new(RetryPreset.PerClass, null, []);
}

/// <summary>What a plan says about the retries of one class. What is null stays as in the preset.</summary>
/// <param name="Class">The class.</param>
/// <param name="Retries">Tries after the first, 0 to 1000.</param>
/// <param name="Base">Delay before the first retry.</param>
/// <param name="Cap">No delay is longer.</param>
/// <param name="Multiplier">Growth from one retry to the next, 1 to 100.</param>
/// <param name="Jitter">Share of the delay that is random, 0 to 1.</param>
public sealed record RetryOverride(FailureClass Class, int? Retries, TimeSpan? Base, TimeSpan? Cap,
    double? Multiplier, double? Jitter);

/// <summary>The kinds of effect that work can have on the world.</summary>
public enum EffectKind
{
    /// <summary>Running it again does no harm.</summary>
    Repeatable,

    /// <summary>The other side knows the idempotency key, and acts once for it.</summary>
    Keyed,

    /// <summary>It must not run again unless a person says so.</summary>
    Once,

    /// <summary>A command says whether it happened.</summary>
    Reconcile,
}

/// <summary>What an unknown outcome of a task means.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Reconcile">
/// Exit code 0: it happened; 1: it did not; set for <see cref="EffectKind.Reconcile"/> only.
/// </param>
public sealed record EffectSetting(EffectKind Kind, PlanCommand? Reconcile = null)
{
    /// <summary>The default of commands, agents and idempotent requests.</summary>
    public static EffectSetting Repeatable { get; } = new(EffectKind.Repeatable);

    /// <summary>The default of requests that are not idempotent.</summary>
    public static EffectSetting Once { get; } = new(EffectKind.Once);
}

/// <summary>What the environment of an attempt has besides the clean one.</summary>
/// <param name="Inherit">Names of the driver's variables that are passed on; a <c>*</c> may end a name.</param>
/// <param name="Variables">Names and values, in the order written.</param>
public sealed record EnvironmentSetting(IReadOnlyList<string> Inherit,
    IReadOnlyList<KeyValuePair<string, Template>> Variables)
{
    /// <summary>Nothing more than the clean environment.</summary>
    public static EnvironmentSetting None { get; } = new([], []);

    /// <summary>Whether a variable of the driver is passed on.</summary>
    public bool Inherits(string name)
    {
        foreach (var pattern in Inherit)
        {
            if (pattern.EndsWith('*')
                ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
                : name == pattern)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Where the items of a fan-out come from.</summary>
public enum ForEachSource
{
    /// <summary>Files that match globs.</summary>
    Files,

    /// <summary>The lines of a file, read when the task is ready.</summary>
    Lines,

    /// <summary>A list in the plan.</summary>
    Items,
}

/// <summary>A fan-out: the task runs once for each item.</summary>
/// <param name="Source">Where the items come from.</param>
/// <param name="Values">Globs, the one file, or the items themselves.</param>
/// <param name="MaxParallel">How many instances run at once, 1 to 1024; null: the plan's bound alone.</param>
public sealed record ForEachSetting(ForEachSource Source, IReadOnlyList<Template> Values, int? MaxParallel);

/// <summary>When a task runs, judged when all its needs have ended.</summary>
public enum WhenKind
{
    /// <summary><c>success()</c>: every need ended well. The default.</summary>
    Success,

    /// <summary><c>always()</c>: however they ended, blocked ones too; not after a cancel.</summary>
    Always,

    /// <summary><c>failed(task)</c>: that need ended in failure.</summary>
    Failed,
}

/// <summary>The condition of a task.</summary>
/// <param name="Kind">Which condition.</param>
/// <param name="Task">Index of the task that <c>failed(…)</c> asks about, which is one of the needs; else -1.</param>
public sealed record WhenCondition(WhenKind Kind, int Task = -1)
{
    /// <summary>The default.</summary>
    public static WhenCondition Success { get; } = new(WhenKind.Success);

    /// <summary><c>always()</c>.</summary>
    public static WhenCondition Always { get; } = new(WhenKind.Always);
}
