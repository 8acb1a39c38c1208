namespace Holdfast.Failures;

internal static class SourceRules
{
    internal const string Text = """
        """;
}
