namespace Holdfast.Failures;

/// <summary>
/// What is left of a machine or runner that died under the work, and limits that runners set: CI systems, schedulers,
/// orchestrators, remote build farms, spot machines.
/// </summary>
internal static class RunnerRules
{
    internal const string Text = """
        runner.lost infrastructure_lost 88 any-line
        : runner has received a shutdown signal
        : lost communication with the server
        : lost connection to the runner
        : the runner has been lost
        : runner system failure
        : runner_system_failure
        : runner was lost|terminated|deleted
        : job failed system failure
        : prepare environment failed
        : agent lost|disconnected|went
        : agent was lost|terminated|removed
        : agent did not connect
        : agent is offline
        : stopped hearing from agent
        : we stopped hearing from
        : node was lost|terminated|deleted|preempted|drained|shutdown
        : node lost
        : node is not ready|responding
        : node ... became not ready|lost
        : nodelost|node_fail|nodenotready|nodeshutdown|nodenotready
        : node failure
        : remote call on ... failed
        : requestabortedexception
        : channel is already closed
        : closedchannelexception jenkins
        : hudson remoting
        : cannot contact ... channel
        : unexpected termination of the channel
        : slave went offline
        : went offline during the build
        : spot instance ... interrupted|terminated|reclaimed
        : spot interruption
        : instance ... preempted|reclaimed|terminated|retired
        : was preempted
        : due to preemption
        : zombie job|task
        : nodediederror|actordiederror|killedworker|workercrashederror
        : node ... has died
        : workers died while
        : preempted by
        : pod was evicted|deleted|terminated
        : pod ... evicted
        : the node was low on resource
        : taintmanagereviction|evictedbyapi|evictionbyevictionapi
        : executor lost
        : executorlostfailure
        : lost executor|task|worker|node
        : worker lost|died|disappeared|terminated
        : worker ... exited prematurely|unexpectedly
        : workerlosterror
        : machine ... shut|shutting down|lost|disappeared
        : host ... rebooted|lost|is going down
        : system is going down
        : system is rebooting
        : kernel panic
        : vm ... terminated|lost|deleted|disappeared
        : container runtime is down
        : docker daemon ... died|stopped|restarted
        : error waiting for container eof
        : session was destroyed
        : sandbox ... terminated|lost|expired
        : codespace ... stopped
        : heartbeat ... lost|missed|timeout|timed
        : lost heartbeat
        : no heartbeat
        : remote build execution ... lost
        : remote worker ... lost
        : power failure
        : backing channel ... is|was disconnected|closed|terminated
        ! no space left
        ! evicted from cache|lru
        ! test worker
        ! 0 preempted
        ! memory
        ! oom
        ! ^ waiting
        ! forked vm
        > look at the machine or runner that went away; the work itself may be fine
        + The runner has received a shutdown signal. This can happen when the runner service is stopped.
        + ERROR: Job failed (system failure): pods "runner-1" not found
        + slurmstepd: error: *** JOB 7 ON n3 CANCELLED AT 2026-11-20T09:00:00 DUE TO NODE FAILURE, SEE SLURMCTLD LOG ***
        - evicted from cache: 3 entries
        - The forked VM terminated without properly saying goodbye. VM crash or System.exit called?

        runner.limit timeout 84
        : exceeded the maximum execution time
        : execution took longer than
        : job execution timeout
        : job's time limit
        : exceeded the timeout of
        : exceeded ... walltime|wall time
        : walltime exceeded|limit
        : due to time limit
        : timed out after # minutes|seconds|hours|ms|s
        : ran longer than the maximum
        : too long with no output
        : no output has been received in the last
        : no output received
        : stuck_or_timeout_failure
        : build timed out
        : step timed out
        : task timed out after
        : cancelling ... timeout
        : killed ... took too long
        : exceeded ... active deadline
        : was active on the node longer than the specified deadline
        : functions timed out
        : function timed out
        : endpoint request timed out
        ! test timed out
        ! async
        ! hook
        ! 0 retries
        + Too long with no output (exceeded 10m0s): context deadline exceeded
        + ERROR: Job failed: execution took longer than 1h0m0s seconds
        - time limit: 3 hours

        runner.cancelled cancelled 84
        : context canceled $
        : cancellation signal|requested
        : received cancellation
        : the run was canceled|cancelled
        : job was cancelled|canceled
        : workflow was cancelled|canceled
        : build was aborted|cancelled|canceled
        : aborted by user|request|sigterm|sigint
        : cancelled by
        : canceled by
        : superseded by
        : higher priority waiting request
        : finished aborted
        : user request
        : interrupted by signal
        : interrupt received
        : got interrupt
        : received interrupt
        : received sigterm|sigint|sighup|sigquit
        : received signal 15|2|terminated|interrupt|term|int
        : received term|int signal
        : received shutdown signal
        : caught sigterm|sigint
        : signal terminated|interrupt
        : sigterm received
        : stopping ... sigterm|signal
        : graceful shutdown
        : keyboardinterrupt
        : operation cancelled|canceled
        : operation was cancelled|canceled
        : process ... interrupted
        : abort received
        : stopped by signal
        : was interrupted
        ! by user defined
        ! runner has received
        ! timeout
        ! defined by user
        ! because another
        ! used by user|users
        ! is locked
        ! accessed
        ! sudo
        ! ioexception
        ! taskcanceledexception|operationcanceledexception|timeoutexception
        ! unable to read data
        ! httpclient
        + Error: The operation was canceled.
        + Finished: ABORTED by user
        - Started by user admin

        runner.aborted cancelled 48
        : ^ aborted $
        : ^ aborting on|by user|request
        + Aborted!
        + Aborted.
        - Aborted (core dumped)
        """;
}
