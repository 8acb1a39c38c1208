namespace Holdfast.Failures;

internal static class InputRules
{
    internal const string Text = """
        """;
}
