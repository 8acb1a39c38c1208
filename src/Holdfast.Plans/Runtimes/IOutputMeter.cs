namespace Holdfast.Plans.Runtimes;

/// <summary>
/// Somebody who reads an attempt's output while it grows, and so knows more of it than its size. Asked by the thread
/// that watches; must answer at once.
/// </summary>
public interface IOutputMeter
{
    /// <summary>
    /// Grows with each output that says something new; stands still while the same is said over and over.
    /// </summary>
    long Progress { get; }

    /// <summary>Whether the attempt used more than it may; it is ended then.</summary>
    bool IsPastLimit { get; }
}
