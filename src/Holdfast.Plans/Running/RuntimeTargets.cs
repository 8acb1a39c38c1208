using Holdfast.Plans.Expressions;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs.State;

namespace Holdfast.Plans.Running;

/// <summary>
/// What the runtimes of a plan send to, by the names that breakers and throttles know: a host for requests, program,
/// model and credential for agents, what <c>target</c> says for commands. A credential is told by the names of its
/// secrets, never by their values.
/// </summary>
public static class RuntimeTargets
{
    /// <summary>The target of a runtime.</summary>
    public static string Of(PlanRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        return runtime switch
        {
            HttpRuntimeSetting http => With(new Uri(http.Base).Authority, http.Secrets),
            AgentRuntimeSetting agent => With(
                $"{ProgramOf(agent)} × {agent.Model ?? "default model"}", agent.Secrets),
            _ => runtime.Name,
        };
    }

    internal static IReadOnlyList<RuntimeChoice> ChoicesOf(Plan plan, PlanTask task) => task switch
    {
        { Target: { } target } => [new RuntimeChoice(RuntimeChoice.Command, target.Source)],
        { Work.Runtime: not null } => [.. plan.CandidatesOf(task).Select(r => new RuntimeChoice(r.Name, Of(r)))],
        { Work: HttpWork { Url: { } url } } => [new RuntimeChoice("http", HostOf(url))],
        _ => RuntimeChoice.PlainCommand,
    };

    internal static IReadOnlyDictionary<string, int> ParallelOf(Plan plan)
    {
        var bounds = new Dictionary<string, int>();
        foreach (var runtime in plan.Runtimes)
        {
            if (runtime.MaxParallel is { } max)
            {
                var target = Of(runtime);
                bounds[target] = bounds.TryGetValue(target, out var known) ? Math.Min(known, max) : max;
            }
        }

        return bounds;
    }

    internal static IReadOnlyDictionary<string, BreakerSettings> BreakersOf(Plan plan)
    {
        var breakers = new Dictionary<string, BreakerSettings>();
        foreach (var runtime in plan.Runtimes)
        {
            breakers.TryAdd(Of(runtime), runtime.Breaker);
        }

        return breakers;
    }

    /// <summary>
    /// The host of an address as far as it is written in the plan; the address as written where it is not.
    /// </summary>
    private static string HostOf(Template url)
    {
        var start = url.Parts is [{ Text: { } text }, ..] ? text : "";
        var host = start.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? start[(at + 3)..] : "";
        var end = host.IndexOfAny(['/', '?', '#']);
        return end > 0 ? host[..end] : url.IsLiteral && host.Length > 0 ? host : url.Source;
    }

    private static string ProgramOf(AgentRuntimeSetting agent) =>
        agent.Program ?? (agent.Flavor == AgentFlavor.Custom ? agent.Run[0].Source : PlanWords.Of(agent.Flavor));

    private static string With(string place, IReadOnlyList<string> secrets) =>
        secrets.Count == 0 ? place : $"{place} × {string.Join(", ", secrets.Order(StringComparer.Ordinal))}";
}
