using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Tests.Runs;

/// <summary>Small plans for the tests of the engine.</summary>
internal static class Plans
{
    /// <summary>A plan; <c>"b: a"</c> is a task b that needs a, <c>"c: a b"</c> one that needs two.</summary>
    internal static RunSpec Of(params string[] tasks) => Of([.. tasks.Select(Task)]);

    internal static RunSpec Of(params TaskSpec[] tasks) => new() { RunId = "bench", Tasks = tasks };

    internal static TaskSpec Task(string text)
    {
        var parts = text.Split(':', StringSplitOptions.TrimEntries);
        return new TaskSpec(parts[0]) { Needs = parts.Length == 1 ? [] : parts[1].Split(' ') };
    }

    internal static TaskSpec With(this string text, Effect effect) => Task(text) with { Effect = effect };

    internal static TaskSpec Always(this string text) => Task(text) with { When = WhenKind.Always };

    internal static TaskSpec WhenFailed(this string text, string task) =>
        Task(text) with { When = WhenKind.Failed, WhenFailedTask = task };

    internal static TaskSpec FanOut(this string text, int? parallel = null) =>
        Task(text) with { IsFanOut = true, FanOutParallel = parallel };

    internal static Expansion Items(params string[] items) => new([.. items.Select(i => new FanOutItem(i, i))]);
}
