using System.Globalization;

namespace Holdfast.Benchmarks;

/// <summary>
/// Measures sides in turn, round after round, so that what disturbs the machine disturbs all of them alike. Only
/// medians and their ratios are told.
/// </summary>
internal sealed class Sides
{
    private readonly List<(string Name, Func<double> Measure, List<double> Values)> _sides = [];

    /// <summary>Adds a side; its function measures once.</summary>
    internal Sides Add(string name, Func<double> measure)
    {
        _sides.Add((name, measure, []));
        return this;
    }

    /// <summary>Measures all sides, in an order that turns with each round.</summary>
    internal Sides Run(int rounds, string unit)
    {
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < _sides.Count; i++)
            {
                var (_, measure, values) = _sides[(i + round) % _sides.Count];
                values.Add(measure());
            }
        }

        foreach (var (name, _, values) in _sides)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-50} median {Median(values),10:0.0} {unit}   (from {values.Min():0.0} to "
                    + $"{values.Max():0.0}, {rounds} rounds)"));
        }

        return this;
    }

    /// <summary>The median of a side.</summary>
    internal double this[string name] => Median(_sides.First(s => s.Name == name).Values);

    /// <summary>The median of the ratios of two sides, round by round.</summary>
    internal double Ratio(string side, string against)
    {
        var (one, other) = (_sides.First(s => s.Name == side).Values, _sides.First(s => s.Name == against).Values);
        return Median([.. one.Zip(other, (a, b) => a / b)]);
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
