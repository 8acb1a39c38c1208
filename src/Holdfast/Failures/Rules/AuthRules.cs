namespace Holdfast.Failures;

internal static class AuthRules
{
    internal const string Text = """
        """;
}
