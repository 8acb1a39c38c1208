namespace Holdfast.Failures.Text;

/// <summary>Why a wait that was told cannot be used, as the second half of a sentence.</summary>
internal static class ToldFaults
{
    internal const string Negative = "is below zero";
    internal const string Past = "is in the past";
    internal const string TooFar = "is further ahead than 366 days";
    internal const string Unreadable = "can be read neither as a wait nor as a time";
    private const string NoUnit = "names no unit";

    /// <summary>
    /// About a number in prose without a unit: "in 20." lacks one, "3pm (Nowhere)" is no time that is known, and
    /// "3 workers" tells no wait at all (null).
    /// </summary>
    internal static string? OfBareNumber(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith(":") || rest.StartsWith("am", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("pm", StringComparison.OrdinalIgnoreCase))
        {
            return Unreadable;
        }

        var word = rest.TrimStart(' ');
        return word.IsEmpty || !(char.IsLetterOrDigit(word[0]) || word[0] is '/' or '-' or '%' or '_') ? NoUnit : null;
    }
}

/// <summary>Puts what the other side told into a failure.</summary>
internal static class ToldWaits
{
    /// <summary>
    /// The failure with the wait that the text tells; where it tells none that can be used, with the reason for that,
    /// unless the failure knows one already.
    /// </summary>
    internal static Failure WithTold(this Failure failure, string text, DateTimeOffset now, SecretMask mask) =>
        ToldDelayReader.Read(text, now, out var unused) is { } told
            ? failure with { Told = told, ToldUnused = null }
            : unused is null || failure.ToldUnused is not null || failure.Told is not null
                ? failure
                : failure with { ToldUnused = Masked(text, now, unused, mask) };

    // What was told in vain is quoted up to a length, and a secret that is cut off there is not known any more: quoted
    // from the masked text, where that still says the same. Masked again without escapes and NULs, of which a secret
    // may have some within.
    private static string? Masked(string text, DateTimeOffset now, string unused, SecretMask mask)
    {
        if (mask.IsEmpty || mask.Mask(LineText.WithoutEscapes(mask.Mask(text))) is var masked && masked == text)
        {
            return unused;
        }

        _ = ToldDelayReader.Read(masked, now, out var said);
        return said;
    }
}
