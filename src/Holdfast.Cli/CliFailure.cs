using Holdfast.Runs;

namespace Holdfast.Cli;

/// <summary>
/// A command that cannot do what was asked: it ends with a message that names the offender, what was seen and the cure.
/// </summary>
/// <param name="code">Stable word for programs, e.g. <c>run_not_found</c>; the same as in the HTTP API.</param>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">For people; whole, with the cure.</param>
internal sealed class CliFailure(string code, int exitCode, string message, Exception? inner = null)
    : Exception(message, inner)
{
    internal string Code { get; } = code;

    internal int ExitCode { get; } = exitCode;

    internal string? File { get; init; }

    internal int? Line { get; init; }

    internal int? Column { get; init; }

    internal string? Hint { get; init; }

    /// <summary>Commands that help next.</summary>
    internal IReadOnlyList<string> Next { get; init; } = [];
}
