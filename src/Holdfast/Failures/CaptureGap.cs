namespace Holdfast.Failures;

/// <summary>
/// What is left out between the two ends of a long capture that stand one after the other, so that the lines behind it
/// can be numbered as they are in the whole capture.
/// </summary>
/// <param name="FirstLine">1-based number, in the ends, of the first line behind the gap.</param>
/// <param name="Lines">What must be added to the number of a line behind the gap.</param>
public readonly record struct CaptureGap(int FirstLine, long Lines)
{
    /// <summary>The number in the whole capture of a line of its ends.</summary>
    /// <param name="line">1-based; 0 for none.</param>
    internal int NumberOf(int line) =>
        line >= FirstLine && FirstLine > 0 ? (int)Math.Min(int.MaxValue, line + Lines) : line;
}
