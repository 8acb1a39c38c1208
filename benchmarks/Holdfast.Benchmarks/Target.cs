using System.Globalization;

namespace Holdfast.Benchmarks;

/// <summary>One line of the result: what was measured, and what was promised.</summary>
/// <param name="Name">What, in a few words.</param>
/// <param name="Value">The measured value, usually a ratio of medians.</param>
/// <param name="Unit">Unit of both: <c>x</c> for a ratio.</param>
/// <param name="Bound">What was promised.</param>
/// <param name="AtLeast">Whether the bound is a lower one.</param>
internal sealed record Target(string Name, double Value, string Unit, double Bound, bool AtLeast = false)
{
    /// <summary>Whether the promise was kept.</summary>
    internal bool IsMet => AtLeast ? Value >= Bound : Value <= Bound;

    /// <summary>The line that people and scripts read: name, value, target, verdict.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-52}  {Text(Value),10}  {(AtLeast ? ">=" : "<=")} {Text(Bound),-8}  {(IsMet ? "met" : "short")}");

    private string Text(double value) => string.Create(
        CultureInfo.InvariantCulture, $"{(value >= 100 ? Math.Round(value) : Math.Round(value, 2))} {Unit}");
}
