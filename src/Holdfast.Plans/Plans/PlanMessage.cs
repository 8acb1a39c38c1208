using System.Globalization;

namespace Holdfast.Plans;

/// <summary>A place in a plan file. Both numbers start at 1; 0 means that the place is not known.</summary>
/// <param name="Line">Line of the file.</param>
/// <param name="Column">Character of the line, in UTF-16 units.</param>
public readonly record struct SourcePosition(int Line, int Column) : IComparable<SourcePosition>
{
    /// <inheritdoc/>
    public int CompareTo(SourcePosition other) =>
        Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}");
}

/// <summary>An error or a warning about a plan: where, what was seen, and the cure.</summary>
/// <param name="File">The plan file as the caller named it, or the option that was wrong (<c>--set</c>).</param>
/// <param name="Position">Where in the file; 0:0 when no place is meant.</param>
/// <param name="Text">What was seen, with the offender in quotes.</param>
/// <param name="Cure">What to do about it; null when the text says it already.</param>
public sealed record PlanMessage(string File, SourcePosition Position, string Text, string? Cure)
{
    /// <summary><c>file:line:column: text; cure</c>, on one line.</summary>
    public override string ToString()
    {
        var place = Position.Line == 0 ? File : $"{File}:{Position}";
        return Cure is null ? $"{place}: {Text}" : $"{place}: {Text}; {Cure}";
    }
}

/// <summary>What loading a plan came to. A plan is there exactly when there are no errors.</summary>
public sealed class PlanLoadResult
{
    /// <summary>How many errors, and how many warnings, are kept; the rest is only counted.</summary>
    public const int MaxMessages = 100;

    internal PlanLoadResult(Plan? plan, PlanMessages messages)
    {
        Plan = plan;
        (Errors, ErrorCount) = messages.CloseErrors();
        (Warnings, WarningCount) = messages.CloseWarnings();
    }

    /// <summary>The checked plan; null when there is any error.</summary>
    public Plan? Plan { get; }

    /// <summary>The first errors in order of position, at most <see cref="MaxMessages"/>.</summary>
    public IReadOnlyList<PlanMessage> Errors { get; }

    /// <summary>How many errors there are, shown or not.</summary>
    public int ErrorCount { get; }

    /// <summary>The first warnings in order of position, at most <see cref="MaxMessages"/>.</summary>
    public IReadOnlyList<PlanMessage> Warnings { get; }

    /// <summary>How many warnings there are, shown or not.</summary>
    public int WarningCount { get; }

    /// <summary>
    /// Every line that a person should read: errors first, then warnings, each list ended by what was left out.
    /// </summary>
    public IEnumerable<string> Lines()
    {
        foreach (var error in Errors)
        {
            yield return error.ToString();
        }

        if (ErrorCount > Errors.Count)
        {
            yield return $"and {ErrorCount - Errors.Count} more errors";
        }

        foreach (var warning in Warnings)
        {
            yield return $"{warning} (warning)";
        }

        if (WarningCount > Warnings.Count)
        {
            yield return $"and {WarningCount - Warnings.Count} more warnings";
        }
    }
}
