namespace Holdfast.Plans.Expressions;

/// <summary>How the shell reads the place where an expression stands.</summary>
internal enum ShellPlace : byte
{
    /// <summary>Outside quotes, as part of a word: <c>"${V}"</c>.</summary>
    Unquoted,

    /// <summary>Outside quotes, a word of its own: a list becomes as many words as it has items.</summary>
    Word,

    /// <summary>
    /// In double quotes or the body of a here-document: <c>${V}</c>. What comes out of an expansion there is neither
    /// split nor expanded again.
    /// </summary>
    Expanding,

    /// <summary>
    /// In single quotes, where nothing is expanded: the quotes are closed around it, <c>'"${V}"'</c>.
    /// </summary>
    SingleQuoted,
}

/// <summary>Where an expression stands in a script, or why it cannot stand there.</summary>
/// <param name="Part">Index of the template's part.</param>
/// <param name="Place">How the shell reads it.</param>
/// <param name="Problem">Why a value cannot be referred to from there; null when it can.</param>
internal readonly record struct ShellSite(int Part, ShellPlace Place, ExpressionProblem? Problem);
