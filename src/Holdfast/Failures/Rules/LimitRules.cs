namespace Holdfast.Failures;

internal static class LimitRules
{
    internal const string Text = """
        """;
}
