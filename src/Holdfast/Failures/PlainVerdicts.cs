namespace Holdfast.Failures;

/// <summary>
/// Class and transience of an exception, without the texts of a whole <see cref="Failure"/>: what a retry in a tight
/// loop needs. Most types speak for themselves. Where the message has to be read, what it says is remembered for the
/// next exception with the same message; a message that tells a wait is never remembered, since its time passes.
/// </summary>
internal static class PlainVerdicts
{
    private const int Slots = 256;
    private const int LongestMessage = 512;

    // One entry a slot, the latest: bounded whatever the messages are. Entries never change, so no lock is needed.
    private static readonly Entry?[] Remembered = new Entry?[Slots];

    /// <summary>
    /// False where more than the class is to be known: the message tells a wait, or is too long to keep.
    /// </summary>
    internal static bool TryJudge(
        Exception exception, CancellationToken cancellationToken, out FailureClass failureClass, out bool? transient)
    {
        var verdict = ExceptionJudge.Judge(exception, cancellationToken);
        if (verdict is { } byType && !FailureClassifier.MayTellAWait(byType.Class))
        {
            failureClass = byType.Class;
            transient = byType.Transient ?? FailureDefaults.Transient(failureClass);
            return true;
        }

        (failureClass, transient) = (default, null);
        var message = exception.Message;
        if (message.Length > LongestMessage)
        {
            return false;
        }

        var slot = (uint)message.GetHashCode(StringComparison.Ordinal) % Slots;
        var entry = Volatile.Read(ref Remembered[slot]);
        if (entry is null || entry.ByType != verdict?.Class || entry.Message != message)
        {
            // The clock matters only to waits, and what tells one is not remembered.
            var failure = FailureClassifier.ClassifyException(exception, DateTimeOffset.UnixEpoch, cancellationToken);
            if (failure.Told is not null || failure.ToldUnused is not null)
            {
                return false;
            }

            entry = new Entry(message, verdict?.Class, failure.Class, failure.Transient);
            Volatile.Write(ref Remembered[slot], entry);
        }

        failureClass = entry.Class;
        transient = entry.Transient;
        return true;
    }

    private sealed record Entry(string Message, FailureClass? ByType, FailureClass Class, bool? Transient);
}
