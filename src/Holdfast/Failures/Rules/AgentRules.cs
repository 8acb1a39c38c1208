namespace Holdfast.Failures;

internal static class AgentRules
{
    internal const string Text = """
        """;
}
