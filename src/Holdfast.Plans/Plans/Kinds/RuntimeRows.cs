namespace Holdfast.Plans;

/// <summary>Puts each runtime and its fallbacks into one row.</summary>
internal static class RuntimeRows
{
    /// <summary>
    /// The row of every runtime, by name; one beyond <see cref="PlanRuntime.MaxCandidates"/> is cut off after one more.
    /// </summary>
    public static Dictionary<string, IReadOnlyList<PlanRuntime>> Of(IReadOnlyList<PlanRuntime> runtimes)
    {
        var byName = new Dictionary<string, PlanRuntime>(runtimes.Count);
        foreach (var runtime in runtimes)
        {
            byName[runtime.Name] = runtime;
        }

        var rows = new Dictionary<string, IReadOnlyList<PlanRuntime>>(runtimes.Count);
        foreach (var runtime in runtimes)
        {
            rows[runtime.Name] = Row(runtime, byName);
        }

        return rows;
    }

    // Without recursion, since a chain may hold every runtime of the plan.
    private static List<PlanRuntime> Row(PlanRuntime first, Dictionary<string, PlanRuntime> byName)
    {
        var row = new List<PlanRuntime>();
        var seen = new HashSet<string>();
        var identities = new HashSet<string>();
        var open = new Stack<string>([first.Name]);
        while (open.TryPop(out var name) && row.Count <= PlanRuntime.MaxCandidates)
        {
            if (!seen.Add(name) || !byName.TryGetValue(name, out var runtime))
            {
                continue;
            }

            if (identities.Add(runtime.Identity))
            {
                row.Add(runtime);
            }

            for (var i = runtime.Fallback.Count - 1; i >= 0; i--)
            {
                open.Push(runtime.Fallback[i]);
            }
        }

        return row;
    }
}
