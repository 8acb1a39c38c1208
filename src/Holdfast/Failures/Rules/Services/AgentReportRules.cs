namespace Holdfast.Failures;

/// <summary>
/// What an agent says of its own work in its last message, sentence by sentence (<see cref="Text.AgentReport"/>).
/// </summary>
internal static class AgentReportRules
{
    internal const string Text = """
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
        : publishing|pushing|deploying|uploading|merging|releasing failed $
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
        : ^ i'm|i’m not able to help|assist
        : ^ i am not able to help|assist
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
        : conflict in
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
        : please verify|test before merging|merge|deploying|deploy|releasing
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
        : i reached|hit my|the limit|budget
        : i have|i've reached|hit my|the limit|budget
        : i ran out of ideas|options|quota|attempts
        : made partial progress
        : please start a new session|run|conversation
        : will not|won't get to
        : for you to decide
        : treat this as unverified|incomplete|unfinished|draft
        : does|do not compile|build|work|run|pass yet
        : doesn't|don't|doesn’t|don’t compile|build|work|run|pass yet
        : run|start me again
        : i'm|i am stuck
        : stops|blocks|prevents|stopped|blocked|prevented me from|here|at|in
        : i'm stuck
        : don't|not consider|regard|see this|it|the
        + Progress so far: migrated 3 of 11 controllers.
        + I skipped the verification step, so please don't treat this task as complete.
        + The build still fails with 3 errors; the work is unfinished.
        + I need your decision before I can continue.
        - All remaining tests pass.
        - The old build is gone, nothing is left to do.

        report.left incomplete 62
        @ agent-report
        : is|are not started $
        : was|were not performed|applied|published|deployed|merged|generated|released|uploaded|migrated
        : could not be generated|applied|built|completed|performed|published|deployed|merged|installed|finished
        : compile|compiler|build|type errors remain
        : are|is missing $
        : remain|remains to be done|migrated|converted|written|fixed
        : steps|parts|tasks # # remain
        : could not be run|tested|verified|created|built|started|downloaded|fetched
        : is|are|remains untested|unverified|unfinished|unreleased
        : have|has not ... yet
        : # of # ... tests|specs|files fail|failed|failing|remain|remaining
        : has|have not been created|applied|performed|published|deployed|merged|released|uploaded|started|tested
        : rest|others|other # is|are untouched|unchanged|open|missing
        : was|were|is|are not created|imported|built|run|written|saved|sent|done|finished $
        : no|nothing ... was|were imported|run|written|created|applied|built|sent $
        : was|were|is not published|released|pushed|deployed|uploaded|installed|migrated|sent because|since|as
        : deployment|release|migration|upload|push|installation|build|import did not|didn't go|succeed|complete|work
        : export|backup|merge|upgrade|rollout|download|restore did not|didn't go|succeed|complete|work|finish
        : still|keeps|remains missing|failing|red|broken
        : build|tests|suite|pipeline|linter|lint|check|job still fails|fail
        : keep|keeps failing $
        : so there|that is|are no
        : is|are not in the|this workspace|repository|sandbox|container|checkout
        : no fix|change|report|summary|image|release has|was been|made
        : still to|be done|do
        : only ... so far
        : only # have|has|are|were been|converted|migrated|done
        : use|uses|need|needs still the old
        : the remaining # ... still
        : merge|rebase|conflict|conflicts is|are unresolved
        : is|are not converted|migrated|reviewed|ported|translated|documented|covered $
        : does|do not exist yet
        : i have not changed|touched
        : # of # ... still
        : ^ not done|finished|complete|completed|possible|started|covered
        : ^ open|missing|todo|outstanding|remaining
        : ^ failed to apply|complete|finish|build|deploy|push|publish|create|install|fix|fetch|download|update|run
        : ^ unable to|be
        : is|are not _ yet
        ! that|which|who is|are|was|were not
        ! nothing|none|no ... missing|remaining|outstanding|open|todo
        ! none
        ! so i instead|used|added|wrote
        ! is|are now
        ! as you|requested|asked|planned|agreed
        ! on purpose
        ! because it|they is|are already
        ! what is left of
        + The release was not published because npm asked for a one-time password.
        + The last four test files have not been converted yet.
        + Task 3 (data backfill) is not started.
        + The eviction tests are still red, and the build keeps failing
        - The 9 that are not done yet are now issues #41 to #49.
        - Restore works, checksums agree, nothing is missing.

        report.unable incomplete 68
        @ agent-report
        : i was|am unable to
        : i was|am not able to
        : i wasn't|am|still able to
        : i could not
        : i couldn't
        : i have|haven't|not been able to
        : i did not|didn't manage|succeed|finish|complete to|in|it|the
        ! find|see|spot|detect|identify|think|notice|imagine|spotted|measure|resist|reproduce
        ! so i
        ! and|so therefore|instead i
        ! at first|initially
        ! until i|we|it
        ! but now|then|after|i
        ! any more
        ! anymore
        ! because it|they|there is|are|was already|no|nothing
        ! which is why
        + I was not able to log in to the registry, the push is still to be done.
        + I couldn't open the workbook.
        - I could not find any other use of it.
        - I was unable to reproduce it at first; with TSan it shows at once.

        report.open incomplete 68
        @ agent-report
        : not yet complete
        : remaining ... could not be
        : the last|remaining|other # ... are|is open|left
        : rebase|merge|cherry pick is still in progress
        : does|did not apply|merge|rebase cleanly
        : doesn't|didn't apply|merge|rebase cleanly
        : don't|not know whether|if it completed|finished|worked|succeeded|ended
        : i'll|i will wait for your
        : i need more time
        : please resolve the|them|it
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
        : nothing has been done
        : what is left
        : i couldn't|cannot|can't complete|finish|verify|push|publish|deploy|merge|apply|clone|install|build|compile
        : i could not complete|finish|verify|push|publish|deploy|merge|apply|clone|install|build|compile
        : i was unable to complete|finish|verify|push|publish|deploy|merge|apply|clone|install|build|compile
        : i was not able to complete|finish|verify|push|publish|deploy|merge|apply|clone|install|build|compile
        : i haven't been able to
        : i have not been able to
        : i don't have permission|access
        : i do not have permission|access
        : i left ... in that state
        : the remaining # need|needs
        : the remaining # are|is listed|left|open|untouched|missing|still|not|in|untested|to|unchanged
        : to be continued
        : waiting for your|you|a answer|reply|decision|input|approval|confirmation|to
        : haven't|hasn't changed|fixed|started|tested|verified
        : ^ task aborted|stopped|failed|blocked
        : i need access|permission|credentials|permissions
        : i need|lack|require ... to continue|proceed|finish
        : need another session|run|attempt
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
        : i have not fixed|started|tested|verified
        : reverted all|everything my|i
        : none of them|these|it worked|helped|works
        : i don't|do not know how|why
        : i did not|didn't make any|progress
        : i have|had not made any|progress
        : but did not|didn't run|execute|push|deploy|start|test|publish|apply|commit it|them|the
        : no progress
        : so i can't|cannot|couldn't tell|say
        : within the time i have|had
        : i need more|the|further information|details|input|context|data
        : before|until i can|may|could start|begin|continue|go|proceed|do|finish|work
        : please confirm that|whether|if|which i|we|you|the
        : i have|had to stop|abort|end|give|interrupt
        : i must|will|end|stop stop|end here|at|the|now
        : i stopped|paused|ended|aborted here|because|work
        : i was|am interrupted|blocked|cut|stopped
        : in an|a inconsistent|broken|unfinished|incomplete state
        : i gave up
        : i have|had run out of
        : i won't|will|would not do that|this|it
        : ^ status # blocked|incomplete|partial|failed|unfinished
        : ^ status blocked|incomplete|partial|failed|unfinished|stuck
        : ^ blocked by|on|because
        : work|task|job|migration|request|implementation is|are|remains incomplete|unfinished
        : work|task|job|migration|request isn't|wasn't finished|complete|completed|done
        : task|request|work could not|couldn't be completed|finished|done
        : ^ this|it is|remains incomplete|unfinished
        : need|needs a|your decision|answer|input from|before
        : i reached the|my maximum|limit|end
        : maximum number of steps|iterations|turns|messages|actions
        ! as you|requested|asked|planned|agreed
        ! because it|they is|are already
        ! find|found
        ! at first
        ! nothing|none is|are missing|left
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
        - No remaining work; it is complete.
        - The old file was not applied to anything, so i added a test.

        report.done cancelled 50
        @ agent-report
        : tests pass|passes|passed
        : is complete|done|ready|green
        : ^ refactoring|migration|upgrade|translation|review|update complete|completed|done|finished $
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
