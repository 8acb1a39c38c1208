using Holdfast.Runs;

namespace Holdfast.Tests.Runs;

public sealed class ExitCodeTests
{
    // The order of the public table; what it does not rank comes after, the greater first.
    private static readonly int[] Order = [70, 8, 3, 9, 6, 7, 4, 5, 1, 11, 10, 2, 0];

    [Fact]
    public void Of_two_codes_the_first_of_the_table_counts()
    {
        foreach (var one in Order)
        {
            foreach (var other in Order)
            {
                var first = Array.IndexOf(Order, one) < Array.IndexOf(Order, other) ? one : other;
                Assert.Equal(first, ExitCodes.First(one, other));
            }
        }
    }
}
