namespace Holdfast.Tests.Fuzzing;

/// <summary>One input, and which seed of the corpus it was made from, for checks that compare with the
/// original.</summary>
/// <param name="Bytes">What the product is given.</param>
/// <param name="Corpus">Index of the seed.</param>
internal sealed record FuzzInput(byte[] Bytes, int Corpus);

/// <summary>A promise that an input broke.</summary>
internal sealed class BrokenPropertyException(string message) : Exception(message);

/// <summary>Makes inputs and knows what has to hold for each of them.</summary>
internal abstract class Fuzzer
{
    /// <summary>Names the fuzzer in the replay command.</summary>
    internal abstract string Name { get; }

    /// <summary>Makes an input; everything follows from the random numbers.</summary>
    internal abstract FuzzInput Make(Random random);

    /// <summary>Throws where a promise is broken; an exception of the product that is not stated is one too.</summary>
    internal abstract void Check(FuzzInput input);

    /// <summary>
    /// How many bytes one check may allocate on its thread: the bound on the work, which does not depend on how busy
    /// the machine is.
    /// </summary>
    internal virtual long MostAllocatedBytes(int inputBytes) => (64L << 20) + (20_000L * inputBytes);

    /// <summary>
    /// How long one check may keep its thread busy, waiting not counted: far above what is needed, and far below what
    /// work in the square of the length takes.
    /// </summary>
    internal virtual TimeSpan MostTime(int inputBytes) => TimeSpan.FromMilliseconds(500 + (inputBytes / 100.0));

    internal static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPropertyException(otherwise);
        }
    }

    /// <summary>Throws unless two texts are the same, and shows where they part.</summary>
    internal static void RequireSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        if (!expected.SequenceEqual(actual))
        {
            var at = expected.CommonPrefixLength(actual);
            throw new BrokenPropertyException(
                $"{what}: differs at byte {at}: {Near(expected, at)} / {Near(actual, at)}");
        }

        static string Near(ReadOnlySpan<byte> bytes, int at)
        {
            var from = Math.Max(0, at - 20);
            return System.Text.Encoding.UTF8.GetString(bytes.Slice(from, Math.Min(80, bytes.Length - from)));
        }
    }
}
