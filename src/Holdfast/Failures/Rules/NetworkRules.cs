namespace Holdfast.Failures;

internal static class NetworkRules
{
    internal const string Text = """
        """;
}
