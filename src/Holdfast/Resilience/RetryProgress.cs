using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>
/// How far a retried call has come. Retries for plain failures of one class are only counted; a tally is made of them
/// when a decision needs one.
/// </summary>
internal struct RetryProgress
{
    private RetryTally? _tally;
    private Failure? _last;
    private FailureClass _class;
    private int _retries;

    /// <summary>Number of the call among those of its executor; 0 until a delay is drawn for it.</summary>
    internal long Call { get; set; }

    internal readonly int Attempts => (_tally?.Attempts ?? 0) + _retries;

    internal readonly int TotalSpent => (_tally?.TotalSpent ?? 0) + _retries;

    /// <summary>What the next call is told about itself.</summary>
    internal readonly RetryCall NextCall => new(Attempts + 1, _last);

    /// <summary>All that was spent.</summary>
    internal RetryTally Tally
    {
        get
        {
            var tally = _tally ?? RetryTally.Empty;
            if (_retries > 0)
            {
                tally = (tally with { Attempts = tally.Attempts + _retries })
                    .WithSpent(_class, tally.Spent(_class) + _retries);
                (_tally, _retries) = (tally, 0);
            }

            return tally;
        }
    }

    internal readonly int Spent(FailureClass failureClass) =>
        (_tally?.Spent(failureClass) ?? 0) + (failureClass == _class ? _retries : 0);

    /// <summary>Counts a retry for a plain failure.</summary>
    internal void AddRetry(FailureClass failureClass)
    {
        if (_retries > 0 && failureClass != _class)
        {
            _ = Tally;
        }

        _class = failureClass;
        _retries++;
    }

    /// <summary>Counts what was decided.</summary>
    internal void Add(RecoveryDecision decision, Failure failure)
    {
        _tally = Tally.After(decision);
        _last = failure;
    }
}
