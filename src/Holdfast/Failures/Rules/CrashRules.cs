namespace Holdfast.Failures;

internal static class CrashRules
{
    internal const string Text = """
        """;
}
