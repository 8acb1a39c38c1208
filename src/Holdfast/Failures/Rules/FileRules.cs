namespace Holdfast.Failures;

internal static class FileRules
{
    internal const string Text = """
        """;
}
