namespace Holdfast.Benchmarks.Library;

/// <summary>The library: its building blocks against the best-known ones of .NET, durable steps.</summary>
internal static class LibrarySet
{
    /// <summary>Measures all of it.</summary>
    internal static IEnumerable<Target> Measure(Place place) =>
    [
        .. BlockBenches.Measure(place),
        .. StepRates.Measure(place),
    ];
}
