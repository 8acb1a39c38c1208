namespace Holdfast.Failures;

internal static class BuildRules
{
    internal const string Text = """
        """;
}
