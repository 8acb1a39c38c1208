namespace Holdfast.Runs.Steps;

/// <summary>A delegate of the program gave null where the task of its work belongs.</summary>
internal static class NoTask
{
    /// <param name="whose">What was being done.</param>
    /// <param name="given">The delegate, as the program gave it.</param>
    internal static ArgumentException Of(string whose, string given) => new(
        $"{whose}: {given} returned null instead of a Task; make it async, or return Task.CompletedTask", given);
}
