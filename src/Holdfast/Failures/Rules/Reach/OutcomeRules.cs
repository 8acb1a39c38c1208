namespace Holdfast.Failures;

/// <summary>Calls that a circuit breaker refused, and work of which nobody knows whether it took effect.</summary>
internal static class OutcomeRules
{
    internal const string Text = """
        outcome.breaker circuit_open 90
        : callnotpermittedexception
        : brokencircuitexception|isolatedcircuitexception|brokencircuiterror|circuitbreakererror
        : circuitbreakeropenexception|circuitopenexception|circuitopenerror|opencircuiterror|circuitbreakeropenerror
        : circuitbreakeropen|err_circuit_open
        : circuit breaker ... is open
        : circuitbreaker ... is open
        : breaker is open
        : circuit is open
        : circuit is now open
        : circuit breaker still open
        : circuit breaker open
        : circuit ... open
        : circuitbreaker ... open
        : short circuited
        : eopenbreaker
        : circuit tripped|broken
        : hystrix ... circuit
        : hystrixruntimeexception ... short
        : circuit breaker tripped
        : too many requests circuit half open
        ! circuit breaking
        ! data too large
        ! closed after
        ! was open for
        ! short circuited evaluation
        > the target failed repeatedly; it is tried again by itself
        + CallNotPermittedException: CircuitBreaker 'pricing' is OPEN and does not permit further calls
        + Polly.CircuitBreaker.BrokenCircuitException: The circuit is now open and is not allowing calls.
        + EOPENBREAKER: Breaker is open
        - breaker closed after 3 successes

        outcome.child unknown 43
        : calledprocesserror ... exit status
        : returned non zero exit status|code
        : command failed with exit code
        : command exited with code|status
        : finished with non zero exit value
        : process exited with code|status
        : child process ... exited
        : execaerror command failed
        : ^ command failed
        : exited|exits|exit with non zero exit|status
        : job|step|task|recipe execution failed
        : error in rule|recipe|step|stage _ $
        > what the program inside it printed says more
        + subprocess.CalledProcessError: Command '['false']' returned non-zero exit status 1.
        + Error: Command failed with exit code 3: ./deploy.sh
        - child processes: 3

        outcome.unknown outcome_unknown 88
        : may or may not have
        : might or might not have
        : unknowntransactioncommitresult
        : transaction_resolution_unknown|statement_completion_unknown
        : transactionresolutionunknown|statementcompletionunknown
        : in doubt transaction|transactions
        : remote ... may be in doubt
        : transaction ... in doubt
        : outcome is unknown
        : outcome ... unknown
        : unknown outcome
        : status of the ... is unknown
        : unknown whether
        : unable to determine whether
        : cannot determine whether|if
        : could not determine whether|if ... completed|applied|committed|succeeded|processed|was
        : can't tell whether
        : do not know whether|if
        : connection lost ... commit
        : lost connection ... commit
        : may have been applied|committed|processed|sent|executed|charged|completed
        : may have succeeded|completed
        : could have been applied|committed
        : no acknowledgement|acknowledgment received
        : ambiguous result
        : result of ... could not be determined
        ! log
        > find out whether it took effect before it is done again
        + ERROR: result is ambiguous: the transaction may or may not have committed
        + MongoServerError: UnknownTransactionCommitResult
        - outcome: success
        """;
}
