using Microsoft.Extensions.Logging;

namespace Holdfast.Extensions.Telemetry;

/// <summary>All that is logged, with stable event ids.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning,
        "Attempt {Attempt} of {OfAttempts} failed as {FailureClass}; {Strategy} in {DelaySeconds} s: {Reason}")]
    internal static partial void AttemptFailedWillRetry(
        ILogger logger, Exception error, int attempt, int ofAttempts, string failureClass, string strategy,
        double delaySeconds, string reason);

    [LoggerMessage(2, LogLevel.Error, "Attempt {Attempt} of {OfAttempts} failed as {FailureClass}: {Reason}")]
    internal static partial void AttemptFailed(
        ILogger logger, Exception error, int attempt, int ofAttempts, string failureClass, string reason);

    [LoggerMessage(3, LogLevel.Warning, "The breaker of {Target} is now {State}: {Detail}")]
    internal static partial void BreakerChanged(ILogger logger, string target, string state, string detail);

    [LoggerMessage(4, LogLevel.Information, "Run {Run} of {Program} starts, or goes on where it stood")]
    internal static partial void RunStarts(ILogger logger, string run, string program);

    [LoggerMessage(5, LogLevel.Information, "Run {Run} of {Program} ended well after {Seconds} s")]
    internal static partial void RunSucceeded(ILogger logger, string run, string program, double seconds);

    [LoggerMessage(6, LogLevel.Error, "Run {Run} of {Program} failed; \"holdfast why {Run}\" says why")]
    internal static partial void RunFailed(ILogger logger, Exception error, string run, string program);

    [LoggerMessage(7, LogLevel.Information,
        "Run {Run} of {Program} was interrupted; it goes on at the next start of the host")]
    internal static partial void RunInterrupted(ILogger logger, string run, string program);

    [LoggerMessage(8, LogLevel.Warning, "Run {Run} of {Program} waits for a person: {Reason}")]
    internal static partial void RunWaits(ILogger logger, string run, string program, string reason);

    [LoggerMessage(9, LogLevel.Warning, "Run {Run} of {Program} is driven by another process: {Reason}")]
    internal static partial void RunIsDrivenElsewhere(ILogger logger, string run, string program, string reason);

    [LoggerMessage(10, LogLevel.Error, "Run {Run} cannot be gone on with: {Problem}")]
    internal static partial void RunIsUnreadable(ILogger logger, string run, string problem);

    [LoggerMessage(11, LogLevel.Warning,
        "Run {Run} has not ended and is left as it is: no program \"{Program}\" was added to this host")]
    internal static partial void RunHasNoProgram(ILogger logger, string run, string program);
}
