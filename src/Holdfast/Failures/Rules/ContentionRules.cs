namespace Holdfast.Failures;

internal static class ContentionRules
{
    internal const string Text = """
        """;
}
