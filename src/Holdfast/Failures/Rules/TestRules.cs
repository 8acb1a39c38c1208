namespace Holdfast.Failures;

internal static class TestRules
{
    internal const string Text = """
        """;
}
