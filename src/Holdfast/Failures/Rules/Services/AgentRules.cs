namespace Holdfast.Failures;

/// <summary>Coding agents and model APIs: limits of turns and tokens, contexts, models, agents' own reports.</summary>
internal static class AgentRules
{
    internal const string Text = """
        agent.max_turns incomplete 88
        : reached max turns
        : max session turns
        : maximum number of turns
        : max turns reached|exceeded
        : error_max_turns
        : maximum turns
        : turn limit reached
        : maximum iterations reached
        : step limit reached
        : loop detected
        : turn limit
        : fatalturnlimitederror
        : budget reached|exhausted ... stopping
        : messageoutputlengtherror
        : error_max_budget_usd
        > allow more turns, or go on in the same session
        + Error: Reached max turns (1)
        + Reached max session turns for this session. Increase the number of turns
        - max_turns: 40

        agent.max_tokens incomplete 88
        : reason max_output_tokens|length|max_tokens
        : incomplete response returned
        : finish reason max_tokens|length
        : output token limit
        : maximum output tokens
        : response was truncated
        : exceeded the # output token maximum
        : stream ended without a finish reason
        : without a finish reason
        ! content_filter
        > raise the limit of output tokens, or go on in the same session
        + ERROR: Incomplete response returned, reason: max_output_tokens
        + [ERROR] Model stream ended without a finish reason.
        - max_tokens: 4096

        agent.interrupted cancelled 84
        : ^ turn interrupted
        : interrupted by user
        : aborted by user
        : cancelled by user
        : canceled by user
        : user interrupted
        : user cancelled|canceled|aborted
        : ^ keyboardinterrupt
        : keyboardinterrupt $
        : due to user request
        : operation was canceled|cancelled by
        : received sigterm|sigint
        : caught signal 15|2
        : ^ interrupted $
        : got signal interrupt
        : request was aborted
        : the run was canceled|cancelled
        ! postgres statement
        + turn interrupted
        + ERROR:  canceling statement due to user request
        - press ctrl-c to interrupt

        agent.context invalid_input 90
        : maximum context length
        : context length exceeded
        : context_length_exceeded
        : context the overflows
        : loaded with context length of
        : context window
        : prompt is too long
        : prompt too long
        : input is too long
        : input length and ... exceed
        : exceeds the ... context
        : too many input tokens
        : request too large
        : request_too_large
        : exceeds the maximum size
        : exceeds the maximum number of tokens
        : token count exceeds
        : ran out of room in the model's context
        ! compacted successfully
        > shorten the input, or start with less context
        + Error: This model's maximum context length is 128000 tokens. However, your messages resulted in 153021 tokens.
        + Prompt is too long · the request is ~213462 tokens (limit 200000)
        - context: 128000 tokens

        agent.parameter invalid_input 82
        : unsupported parameter
        : unsupported_parameter
        : unsupported value
        : unknown parameter
        : unknown_parameter
        : invalid_request_error
        : invalid request
        : invalid_argument
        : invalid argument
        : missing required parameter
        : extra inputs are not permitted
        : image ... could not be processed
        : is not supported with this model
        : does not support ... tool|tools|image|images
        : badrequesterror
        ! api key
        ! api_key
        ! model_not_found
        ! does not exist
        ! expected type
        ! *Error invalid argument
        ! ^ fatal invalid argument $
        ! ^ invalid argument $
        + Unsupported parameter: 'max_tokens' is not supported with this model.
        + {"error":{"type":"invalid_request_error","message":"messages: field required"}}
        - parameter max_tokens set to 4096

        agent.model not_found 90
        : model ... does not exist
        : model_not_found
        : model not found
        : unknown model
        : model ... not found
        : no such model
        : model ... is not available
        : model ... not supported when using
        : invalid model
        : providermodelnotfounderror
        : not a valid model
        : model ... has been deprecated|retired
        ! metadata for
        ! view
        ! migrate
        > name a model that this account may use
        + ERROR: The model `gpt-9-codex` does not exist or you do not have access to it.
        + code: 'model_not_found',
        - warning: Model metadata for `gpt-5.1` not found. Defaulting to fallback metadata

        agent.session not_found 76
        : session not found
        : no conversation found
        : no such session
        : no session found
        : conversation ... not found
        : thread ... not found
        + Error: Session not found
        + No conversation found with session ID: 7a0b
        - session found in cache

        report.refused incomplete 60
        @ agent-report
        : i tried to ... but
        : i attempted to ... but
        : i was unable to
        : i was not able to
        : i wasn't able to
        : i could not
        : i couldn't
        : but could not|couldn't|cannot|can't
        : but was|were not able
        : but was|were unable
        : cannot be finished|completed by me
        : cannot finish|complete
        : nothing was pushed|published|deployed|merged
        : push|merge|deploy|publish|release|upload|request was rejected|refused|denied|declined|blocked
        : i cannot|can't merge|push|do|fix|publish|deploy this|it|them myself
        : upload|download|push|call|command|request ... was denied|refused|rejected|declined
        ! pushed again
        ! at first
        ! so i rebased|fixed|retried|added|used|pushed
        + I tried to push the branch but the remote rejected it:
        + I was unable to reach the registry from here.
        + The push was rejected:
        - The user tried to log in twice.
        - The push was rejected at first, so I rebased on main and pushed again.

        report.declined policy_denied 70
        @ agent-report
        : ^ i cannot|can't|won't|can’t help|assist|comply|fulfill|fulfil with|that|this|your
        : ^ sorry ... cannot|can't|can’t|unable|won't help|assist|comply|do
        : ^ i'm|i’m sorry but
        : ^ i am sorry but
        : ^ i must decline
        ! before
        + I cannot help with that request, as it would involve creating malware.
        + Sorry, I can't assist with that.
        - I cannot see any other use of it.

        report.conflict merge_conflict 62
        @ agent-report
        : produced|hit|has|have|had|caused|with|are|were merge conflict|conflicts
        : produced|hit|caused|had conflicts in
        : conflicts ... could not|i resolve
        : aborted the merge|rebase
        + Merging main produced conflicts in api.ts and db.ts.
        + I aborted the merge; the branch is unchanged.
        - The two names no longer clash.

        report.partial incomplete 74
        @ agent-report
        : don't|not treat this|the task as complete
        : i'm stopping here
        : i am stopping here
        : stopping here because
        : i stopped because ... limit|session|context|budget|tokens|time|turns
        : progress so far
        : partial result|results
        : skipped the verification
        : i ran out of room|time|context|budget|tokens|turns|tool
        : someone must|needs to finish
        : does not compile until
        : checkpoint ... not updated
        : have|has not compiled|tested|verified|run it
        : tests were never|not run
        : do|please not merge|ship|deploy|release ... yet
        : work is unfinished|incomplete
        : the|my build still fails with
        : before i can continue|proceed|go
        : before i go|continue|proceed ... i need
        : i need ... your decision|answer|input|approval
        : ^ stopped early
        : i stopped early|here
        : i had to stop
        : i reached|hit my|the limit|budget
        : i have|i've reached|hit my|the limit|budget
        : i ran out of ideas|options|quota|attempts
        : made partial progress
        : please start a new session|run|conversation
        : will not|won't get to
        : for you to decide
        : treat this as unverified|incomplete|unfinished|draft
        : does|do not compile|build|work|run yet
        : run|start me again
        : i'm|i am stuck
        : i am stuck
        : stops|blocks|prevents|stopped|blocked|prevented me from|here|at|in
        : i'm stuck
        + Progress so far: migrated 3 of 11 controllers.
        + I skipped the verification step, so please don't treat this task as complete.
        + The build still fails with 3 errors; the work is unfinished.
        + I need your decision before I can continue.
        - All remaining tests pass.
        - The old build is gone, nothing is left to do.

        report.open incomplete 68
        @ agent-report
        : not yet complete
        : i have not|haven't started
        : have not been started|migrated|converted
        : did not|didn't get to
        : still todo
        : still to do
        : remaining ... are still
        : still need|needs to be done|migrated|converted
        : task is not complete|finished|done
        : could not|couldn't finish|complete the
        : unable to finish|complete the
        : not able to finish|complete the
        : was not able to finish|complete
        : not|isn't|aren't finished|done|complete|started yet
        : is|are not started $
        : nothing has been done
        : was|were not performed|applied|published|deployed|merged|generated|released|uploaded|migrated
        : could not be generated|applied|built|completed|performed|published|deployed|merged|installed|finished
        : compile|compiler|build|type errors remain
        : what is left
        : i couldn't|cannot|can't complete|finish|verify|push|publish|deploy|merge|apply|clone|install|build|compile
        : i could not complete|finish|verify|push|publish|deploy|merge|apply|clone|install|build|compile
        : i was unable to complete|finish|verify|push|publish|deploy|merge|apply|clone|install|build|compile
        : i was not able to complete|finish|verify|push|publish|deploy|merge|apply|clone|install|build|compile
        : i haven't been able to
        : i have not been able to
        : i don't have permission|access
        : i do not have permission|access
        : are|is missing $
        : i left ... in that state
        : remain|remains to be done|migrated|converted|written|fixed
        : steps|parts|tasks # # remain
        : could not be run|tested|verified|created|built|started|downloaded|fetched
        : is|are|remains untested|unverified|unfinished|unreleased
        : the remaining # are|is|need|needs
        : to be continued
        : waiting for your|you|a answer|reply|decision|input|approval|confirmation|to
        : have|has not ... yet
        : haven't|hasn't changed|fixed|started|tested|verified
        : ^ task aborted|stopped|failed|blocked
        : i need access|permission|credentials|permissions
        : i need|lack|require ... to continue|proceed|finish
        : need another session|run|attempt
        : # of # ... tests|specs|files fail|failed|failing|remain|remaining
        : tests fail # of #
        : i couldn't|cannot|can't|won't run|fix|test|create|generate|fetch|download|continue
        : i could not run|fix|test|create|generate|fetch|download|continue
        : i wasn't able to run|fix|test|create|generate|fetch|download|continue
        : not able to run|fix|test|create|generate|fetch|download|continue
        : i was unable to run|fix|test|create|generate|fetch|download|continue
        : i couldn't|cannot|can't|won't proceed|start|connect|reach|access|commit|upload|save|resolve
        : i could not proceed|start|connect|reach|access|commit|upload|save|resolve
        : i wasn't able to proceed|start|connect|reach|access|commit|upload|save|resolve
        : not able to proceed|start|connect|reach|access|commit|upload|save|resolve
        : i was unable to proceed|start|connect|reach|access|commit|upload|save|resolve
        : has|have not been created|applied|performed|published|deployed|merged|released|uploaded|started|tested
        : therefore|so|thus not tested|run|verified|deployed|built|pushed|published
        : i could only handle|do|convert|complete|finish|process|get|fix|migrate
        : i have no rights|permission|permissions|access|credentials|way
        : it cannot be merged|pushed|deployed|published|built|tested|released
        : halted at|on
        : please run|try|start ... again
        : ^ did not proceed|continue|start|apply|run|push|merge
        : needs your explicit|confirmation|approval|decision|input|answer
        : pick ... up ... next|from
        : i am not allowed|permitted to
        : i'm not allowed|permitted to
        : rest|others|other # is|are untouched|unchanged|open|missing
        : was|were|is|are not created|imported|built|run|written|saved|sent|done|finished $
        : no|nothing ... was|were imported|run|written|created|applied|built|sent $
        : i had to give up
        : i gave up on
        : ^ half way|done
        : ^ halfway
        : ^ paused|stopped after|at|because
        : is|are left for you
        : can|could only do part
        : build is still red|broken|failing
        : i have no token|key|credentials|password
        : that|which i did not|didn't have
        : until then i
        : please tell me which|whether|how
        : i did not have time
        : i didn't have time
        : only half of the files|endpoints|modules|tasks|steps|tests|work|items|cases|records
        : i have not changed|fixed|started|tested|verified|touched
        ! no remaining work
        ! none
        ! so i instead|used|added|wrote
        ! but the feature|change|fix
        ! so i instead
        ! only if
        ! did not need
        ! what is left of
        + The remaining four endpoints are still todo.
        + The task is not complete: two of nine packages are left.
        + Task 3 (data backfill) is not started.
        - No remaining work; it is complete.
        - The old file was not applied to anything, so i added a test.

        report.done cancelled 50
        @ agent-report
        : all|the|42 tests pass|passed
        : tests pass|passes|passed
        : everything is done|green|ready
        : everything you asked for is done
        : is complete|done|ready|green
        : lgtm
        : approved
        : all green
        : no failures
        : all # ... are migrated|converted|done
        : finished the rest
        : build passes|succeeded
        + All tests pass.
        + The migration is complete.
        - I ran out of room in this session.
        """;
}
