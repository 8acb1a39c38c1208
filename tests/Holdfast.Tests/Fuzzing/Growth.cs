namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Holds work against itself at an eighth of its size, in processor time of the thread: a bound in seconds would say
/// as much of the machine as of the work.
/// </summary>
internal static class Growth
{
    private const int Times = 8;

    /// <summary>Three times what work in the length of its input takes, well below the 64 of its square.</summary>
    private const double Most = 3 * Times;

    /// <summary>Noise only makes one side longer for a while; growth in the square is there each time.</summary>
    private const int Tries = 5;

    /// <param name="size">Size of the input at which the growth is told; a square must be felt there.</param>
    /// <param name="make">Makes the input of a size; not measured.</param>
    /// <param name="work">What is measured.</param>
    internal static void IsLinear<T>(int size, Func<int, T> make, Action<T> work)
    {
        var (small, large) = (make(size / Times), make(size));
        work(small);
        var least = double.MaxValue;
        for (var n = 0; n < Tries && least > Most; n++)
        {
            var one = Took(work, small);
            least = Math.Min(least, Took(work, large) / one);
        }

        Assert.True(least <= Most, $"{Times} times the input takes {least:0} times as long");
    }

    private static TimeSpan Took<T>(Action<T> work, T input)
    {
        var started = ThreadTime.Now;
        work(input);
        return ThreadTime.Now - started;
    }
}
