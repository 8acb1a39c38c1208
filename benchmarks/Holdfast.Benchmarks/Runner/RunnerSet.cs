namespace Holdfast.Benchmarks.Runner;

/// <summary>The runner: starting commands, the journal, long journals, large plans, start-up.</summary>
internal static class RunnerSet
{
    /// <summary>Measures all of it.</summary>
    internal static IEnumerable<Target> Measure(Place place) =>
    [
        .. ManyCommands.Measure(place),
        .. JournalRates.Measure(place),
        .. LongJournal.Measure(place),
        .. LargePlans.Measure(place),
        .. TaskCosts.Measure(place),
        .. StartUp.Measure(place),
    ];
}
