namespace Holdfast.Cli.Looking;

/// <summary>Processes that outlived their attempt and are still there, in one line.</summary>
internal static class StrayText
{
    private const int MaxNamed = 3;

    /// <summary>"left running: 4711 node, 4712 sleep and 2 more"; empty if there are none.</summary>
    /// <param name="strays">"pid name" of each.</param>
    /// <param name="before">What to put before it.</param>
    internal static string Of(IReadOnlyList<string>? strays, string before = "")
    {
        if (strays is not { Count: > 0 })
        {
            return "";
        }

        var named = string.Join(", ", strays.Take(MaxNamed));
        var more = strays.Count > MaxNamed ? $" and {strays.Count - MaxNamed} more" : "";
        return $"{before}left running: {named}{more}";
    }
}
