namespace Holdfast.Resilience;

/// <summary>What a task does to the world, which decides what is safe when nobody knows how it ended.</summary>
public enum Effect
{
    /// <summary>Doing it twice is as good as once: run again.</summary>
    Repeatable,

    /// <summary>The other side recognises the idempotency key: run again with the same key.</summary>
    Keyed,

    /// <summary>A command can tell whether it happened: ask it first.</summary>
    Reconcile,

    /// <summary>It must never happen twice: a person decides.</summary>
    Once,
}

/// <summary>The words for <see cref="Effect"/> in plans and journals.</summary>
public static class EffectWords
{
    /// <summary>The word of an effect, e.g. <c>keyed</c>.</summary>
    public static string Word(this Effect value) => value switch
    {
        Effect.Repeatable => "repeatable",
        Effect.Keyed => "keyed",
        Effect.Reconcile => "reconcile",
        Effect.Once => "once",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "not an effect"),
    };

    /// <summary>Reads an effect back from its word. False for a word that is none.</summary>
    public static bool TryParse(string? word, out Effect value)
    {
        for (var candidate = Effect.Repeatable; candidate <= Effect.Once; candidate++)
        {
            if (candidate.Word() == word)
            {
                value = candidate;
                return true;
            }
        }

        value = Effect.Repeatable;
        return false;
    }
}
