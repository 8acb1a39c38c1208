using Holdfast.Failures;

namespace Holdfast.Cli.Live;

/// <summary>A reason with the class in front, unless the reason names it itself.</summary>
internal static class ReasonText
{
    internal static string Of(FailureClass kind, string reason) =>
        reason.Contains(kind.Word(), StringComparison.Ordinal) || kind == FailureClass.OutcomeUnknown
            ? reason
            : $"{kind.Word()}: {reason}";
}
