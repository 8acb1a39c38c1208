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
                $"{agent.Called} × {agent.Model ?? "default model"}", agent.Secrets),
            _ => runtime.Name,
        };
    }

    internal static IReadOnlyList<RuntimeChoice> ChoicesOf(Plan plan, PlanTask task, string runId) => task switch
    {
        { Target: { } target, ForEach: not null } when !target.IsLiteral =>
            [new RuntimeChoice(RuntimeChoice.Command, target.Source)],
        { Target: { } target } => [Rendered(plan, task, target, runId, task.Name, item: null)],
        { Work.Runtime: not null } => [.. plan.CandidatesOf(task).Select(r => new RuntimeChoice(r.Name, Of(r)))],
        { Work: HttpWork { Url: { } url } } => [new RuntimeChoice("http", HostOf(url))],
        _ => RuntimeChoice.PlainCommand,
    };

    /// <summary>The runtimes of an instance, where its target is told by its item; null where it is not.</summary>
    internal static Func<string, string, int, IReadOnlyList<RuntimeChoice>>? InstanceChoicesOf(
        Plan plan, PlanTask task, string runId) => task is { Target: { IsLiteral: false } target, ForEach: not null }
            ? (name, item, index) => [Rendered(plan, task, target, runId, name, new ItemValue(item, index))]
            : null;

    // An item without a value for it, an empty path say, is no reason to lose the run: it shares what is written.
    private static RuntimeChoice Rendered(
        Plan plan, PlanTask task, Template target, string runId, string name, ItemValue? item)
    {
        try
        {
            var told = target.RenderPlain(new TemplateContext
            {
                RunId = runId, RunName = plan.Name, TaskName = name, Variable = plan.Variable, Item = item,
            });
            return new RuntimeChoice(RuntimeChoice.Command, told.Length == 0 ? task.Name : told);
        }
        catch (TemplateException)
        {
            return new RuntimeChoice(RuntimeChoice.Command, target.Source);
        }
    }

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

    private static string With(string place, IReadOnlyList<string> secrets) =>
        secrets.Count == 0 ? place : $"{place} × {string.Join(", ", secrets.Order(StringComparer.Ordinal))}";
}
