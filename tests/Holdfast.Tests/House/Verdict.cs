namespace Holdfast.Tests.House;

/// <summary>A place where a rule of the house is broken.</summary>
/// <param name="Where">A path, or <c>path: member</c>; exemptions are keyed by it.</param>
/// <param name="Said">What was seen, and the cure.</param>
internal sealed record Problem(string Where, string Said);

/// <summary>A known breach of a rule that stays for now; it goes as soon as the breach has gone.</summary>
internal sealed record Exemption(string Rule, string Where, string Reason);

/// <summary>The only way out of a rule, so that it can be read in one place. It may only become shorter.</summary>
internal static class Exemptions
{
    internal static readonly IReadOnlyList<Exemption> All = [];
}

/// <summary>Sums up what a rule found.</summary>
internal static class Verdict
{
    /// <summary>Fails when nothing was looked at, a breach has no exemption, or an exemption no breach.</summary>
    internal static void Holds(string rule, int looked, IEnumerable<Problem> problems)
    {
        // All of them, one a line: whoever mends a rule mends it everywhere at once.
        var told = Judge(rule, looked, problems, Exemptions.All);
        Assert.True(told.Count == 0, string.Join('\n', told));
    }

    internal static IReadOnlyList<string> Judge(
        string rule, int looked, IEnumerable<Problem> problems, IReadOnlyList<Exemption> exemptions)
    {
        if (looked == 0)
        {
            return [$"{rule}: looked at nothing, so nothing is proven"];
        }

        var found = problems.ToList();
        var known = exemptions.Where(e => e.Rule == rule).ToList();
        var told = found.Where(p => known.All(e => e.Where != p.Where))
            .Select(p => $"{rule}: {p.Where}: {p.Said}")
            .ToList();
        told.AddRange(known.Where(e => found.All(p => p.Where != e.Where))
            .Select(e => $"{rule}: the exemption of {e.Where} is no longer needed; take it off the list"));
        told.AddRange(known.Where(e => string.IsNullOrWhiteSpace(e.Reason))
            .Select(e => $"{rule}: the exemption of {e.Where} gives no reason"));
        return told;
    }
}
