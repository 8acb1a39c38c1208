namespace Holdfast.Failures;

/// <summary>
/// Turns of phrase by which agents say that work is left, and by which they say that it is done, each with what it
/// counts for (<see cref="ReportSigns"/>). None proves anything alone; reports are worded in endless ways, and these
/// are the words that most of them share. What counts +1 is a mere topic.
/// </summary>
internal static class AgentReportSigns
{
    internal const string Text = """
        +3 i could not|couldn't|cannot|can't|can’t|couldn’t
        +3 i was|am|wasn't|am not|unable|able
        +3 i haven't|have not|had not
        +2 i did not|didn't|do not|don't|won't
        +3 ^ not|could|couldn't|didn't|unable|failed|blocked
        +3 ^ waiting|stopped|stuck|paused|partially|sorry|unfortunately
        +3 i only|just managed|got|did|have
        +3 i managed only
        +3 i had|have to stop|roll|give|abort|revert|undo|end|break|leave|quit|interrupt
        +3 i got ... before
        +2 before the|my|i session|context|budget|time|limit|tokens|turns|quota
        +3 i am waiting|stuck|blocked|afraid|leaving|out|missing|sorry
        +3 i'm|i’m waiting|stuck|blocked|afraid|leaving|out|missing|sorry
        +3 i|i've|i’ve hit|reached|ran|exhausted|used the|my|out|up|into
        +3 i gave up
        +3 i must not|stop|leave
        +3 i left|leave it|them|this|that|the as|alone|unchanged|open|undone|untouched|out
        +3 i attempted|tried
        +2 i need|require|lack
        +3 task|work|job|checkpoint|outcome _ not|partially|partly|blocked|incomplete|failed|unsuccessful|missing|open
        +3 result|status|goal|milestone|deliverable _ not|partially|partly|blocked
        +3 result|status|goal|milestone|deliverable _ incomplete|failed|unsuccessful|missing|open
        +3 task|work|job|checkpoint|outcome|result|status|goal|milestone|state not|partially|partly|blocked
        +3 task|work|job|checkpoint|outcome incomplete|failed|unsuccessful|missing|open
        +3 result|status|goal|milestone|state incomplete|failed|unsuccessful|missing|open
        +3 task|work|job|checkpoint|goal|milestone is|was|are not|incomplete|unfinished|blocked|open|partially
        +3 too large|big|long|much|complex for me|this|one
        +2 needs|need|requires|require a|your|more human|person|work|decision|input|answer|help|attention|time|review
        +2 has|have|needs|need to be done|finished|completed by|manually|later|separately|next|still
        +2 has|have|needs|need to be merged|approved|run|fixed by|manually|later|separately|next|still
        +2 someone|somebody|you ... has|have|must|need|needs to
        +2 please confirm|answer|decide|start|provide|tell|advise|clarify|grant|send
        +2 please approve|restart|rerun|run|check|fix|free|give|let|install
        +3 nothing|none has|was|were|is been|applied|done|changed|pushed|written
        +3 nothing|none has|was|were|is deployed|published|merged|committed|started|installed|imported
        +2 no was|were|has opened|created|made|written|pushed|been|published|deployed|sent
        +2 no _ _ was|were opened|created|made|written|pushed|published|deployed|sent|generated|produced|possible
        +2 no _ was|were opened|created|made|written|pushed|published|deployed|sent|generated|produced|possible
        +3 could not be *ed
        +2 could not be done|built|run|made|read|sent|written|found
        +2 couldn't|can't|cannot be
        +2 is|are|was|were|has|have not *ed
        +2 is|are|was|were|has|have not been|done|built|run|complete|written|ready|successful|yet|made|sent
        +2 isn't|aren't|wasn't|weren't|hasn't|haven't *ed
        +2 isn't|aren't|wasn't|weren't|hasn't|haven't been|done|built|run|complete|written|ready|yet
        +3 but|and|yet|still not merged|done|tested|applied|deployed|pushed|finished|complete|verified|run|working
        +2 is|are|remain|remains|left|stay|stays unchanged|untouched|placeholders|placeholder
        +2 is|are|remain|remains|left|stay|stays open|unfinished|undone|outstanding|unresolved
        +2 is|are|remain|remains|left|stay|stays unmerged|unpushed|unverified|untested
        +2 is|are|remain|remains|left|stay|stays red|broken|incomplete|stubs|empty
        +2 still fail|fails|failing|missing|red|broken|open|todo
        +2 still run|runs|on|use|uses|pending|unresolved|locked|blocked
        +2 does|do|did not $
        +2 does|do|did not work|compile|build|pass|finish|succeed|complete|start|run|go yet
        +1 does|do|did not|n't work|compile|build|pass|finish|succeed|complete|start|run|go|exist|contain|have
        +1 doesn't|don't|didn't work|compile|build|pass|finish|succeed|complete|start|run|go|exist|contain|have
        +2 # failed|failing|failures
        +2 # passed # failed|failing|failures
        +2 # of # tests|specs|files|modules|steps|tasks|items|cases
        +2 only the first|half|some|part
        +2 only # of
        +2 first _ of|out
        +2 next|another|later|new run|session|time|attempt|iteration|pass
        +2 remaining # records|files|items|modules|tests|tasks|steps|pages|endpoints|packages|services
        +2 the remaining|rest|others|other is|are|have|has|was|were
        +2 remaining|open|todo|missing|outstanding|pending|left
        +1 unfortunately|sadly|sorry|afraid|however
        +2 incomplete|unfinished|partial|partially|unsuccessful|half|placeholder|placeholders|untested|unverified
        +2 out of time|context|budget|tokens|room|ideas|options|memory
        +2 context|budget|limit|tokens|quota|turns ... low|full|filled|reached|exhausted|up|exceeded|over|short
        +2 blocked|waiting|stuck|stopped|halted on|for|by|at|because|here|while|after
        +2 paused|interrupted|aborted|aborts|cancelled on|for|by|at|because|here|while|after
        +1 exits|exit|exited|fails|failed|died|dies|aborts|stops|hangs with|code|at|on
        +1 missing|lack|lacks|lacking|without credentials|permission|permissions|access|token
        +1 missing|lack|lacks|lacking|without key|keys|rights|file|dependency|tool
        +1 error|errors|failed|failure|fails|fail|denied
        +1 rejected|refused|timeout|locked|conflict|conflicts|violation|expired
        +1 do not|don't know|understand|have|want
        +2 i don't|don’t|do know|understand|have|want
        +2 rolled|roll|reverted|revert back|all|my|everything
        +3 start|run me again
        +2 attempt|attempts|times ... each|every|all|none|failed|without
        +2 later|tomorrow|next|afterwards|another $
        -4 ^ done|all|everything|wrote|built|rewrote|made|both
        -4 ^ *ed _
        -4 none $
        -4 i|i've|i’ve *ed
        -4 i|i've|i’ve also|just|then|now *ed
        -4 i|i've|i’ve wrote|rewrote|made|set|built|ran|put|split|found|took|cut
        -4 i have *ed
        -4 i have written|rewritten|made|built|found|cut|split
        -4 migration|upgrade|refactoring|work|task|translation complete|completed|done|finished
        -4 review|release|update|deployment|everything|job|import complete|completed|done|finished
        -4 is|are complete|done|gone|live|clean|green|ready
        -4 is|are fixed|finished|resolved|converted|solved|merged|deployed|published
        -4 tests|checks|build|suite|ci|pipeline|everything|it pass|passes|passed|succeeds green
        -4 tests|checks|build|suite|ci|pipeline|everything|it succeeded|compiles|works|is green
        -4 # passed # failed 0
        -3 now|again starts|works|compiles|passes|exits|returns|answers|stops|uses|takes|runs|reports|succeeds
        -3 starts|works|compiles|passes|exits|returns|answers|stops|runs|succeed|succeeds|pass again|now
        -3 no longer|more
        -3 any more|longer
        -3 anymore
        -4 as you|required|requested|agreed|asked|planned|intended|designed|expected|documented
        -3 on purpose|request
        -4 you asked|only|said|wanted|marked|described|mentioned
        -6 ^ here is|are
        -6 ^ answer|yes
        -6 ^ no $
        -4 no _ problems|issues|errors|regressions|bugs|differences|vulnerabilities|changes found|needed|left
        -4 no problems|issues|errors|regressions|bugs|differences|vulnerabilities|changes needed|found
        -3 because|since it|its|the was|were|is|handler
        -3 has|have|are|is been|now replaced|fixed|resolved|converted|updated|listed|issues|removed
        -3 which i fixed|corrected|changed|replaced
        -2 so i fixed|rebased|replaced|used|added|changed|corrected|pinned|kept
        -4 find|found any|a|no other|another|bug|issue|issues
        -3 when|if|unless|until|whenever|where|which|that it|there|a|the|an|could|cannot|is|are|was|were
        -6 ^ the answer
        +4 i|i've|i’ve tried|attempted|failed|stopped|reached|skipped|aborted
        +4 i|i've|i’ve paused|halted|needed|started|prepared|managed|decided|wanted
        +4 i have tried|attempted|failed|stopped|reached|skipped|aborted
        +4 i have paused|halted|needed|started|prepared|managed|decided|wanted
        +4 ^ tried|attempted|failed|stopped|reached|skipped|aborted|paused
        +4 ^ interrupted|blocked|halted|refused|rejected|denied|started|prepared|reverted
        -6 0 failed|failures|errors|problems
        +2 are|is another matter|story|question|topic
        +3 consider|considered|regard it|this|that|the not|incomplete|unfinished|open
        -4 code|it|they|which|that already
        -4 nothing is left
        -4 are|is still open on your
        +3 ^ no _ was|were|has|have opened|created|made|written|pushed|been|published
        +3 ^ no _ was|were|has|have deployed|sent|generated|produced|imported|migrated|uploaded|possible
        +3 ^ no _ _ was|were|has|have opened|created|made|written|pushed|been|published
        +3 ^ no _ _ was|were|has|have deployed|sent|generated|produced|imported|migrated|uploaded|possible
        -6 no _ changes were|are
        -6 no changes were|are
        -6 were|was|is|are necessary|needed|correct|identical
        +3 requirement|requirements|step|steps|item|items ... open|missing|stub|draft|undone
        +3 part|parts|section|sections|milestone|chapter ... open|missing|stub|draft|undone
        +3 is|are a draft|stub|skeleton|placeholder|sketch
        +3 i only|just reached
        +3 therefore|so|hence not been|done|written|run|created|built
        +6 ^ not completed|done|finished|started|covered|included|yet $
        +6 ^ not completed|done|finished|started|yet done|started $
        +3 the other|others|rest # need|needs|require|requires
        +3 i can't|cannot|could not|couldn't see|reach|open|access|install|proceed|continue
        +3 still running|waiting|in progress when
        +3 no guarantee|certainty that
        +3 i lost track
        +3 give|send|tell|ask me ... again
        +4 i decided|chose|preferred not to
        +4 ^ stopping|pausing|leaving|aborting
        +3 tell me how|which you
        +2 i did not|didn't make the|any|this|that
        +3 need|needs someone|somebody|you to
        +4 i need you|someone|somebody to
        +3 partial|half|incomplete|provisional fix|solution|result|success|answer|implementation|work
        +3 still crashes|crash|fails|breaks|leaks|hangs|there|present|occurs|happens
        +5 isn't|aren't available to me
        +3 is|are not available to|here
        +3 into a wall|dead|limit|blocker|problem
        +3 i don't|do|cannot|can't see|find a|any way
        +3 issue|problem|bug|error|leak|failure|question is|remains not|unresolved|unsolved|open
        +4 ^ work in progress
        +4 # through|done|complete|completed|finished
        +1 at the moment
        +3 does not build|compile|run|start|work|pass
        +3 exhausted|ended|over|up after|at|before
        +3 after|at file|step|item|module|page|chapter|part # of
        +3 my edits|changes|change|commit|push|attempt was|were rejected|refused|denied|reverted
        +3 task|work|job|implementation is|are only|partially|still|not|incomplete
        +3 refactor|refactoring|migration|upgrade|report is|are only|partially|still|not|incomplete
        +3 still needs|need|has|have to be
        +3 i stopped before|because|short|early
        +3 checkpoint|checkpoints|milestone|goal|target ... not reached|met|written|passed
        +3 # tests|specs|checks|steps|failures are|is still|failing|red|broken
        +3 so the|it|they|nothing|no ... not been
        +3 so the|it|they _ was|were|is|are not
        +4 i did not|didn't finish|succeed|manage|get
        +2 the remaining _ is|are
        +3 i'm|i’m unable|not
        +3 is|are still|in progress
        +2 ^ next steps|step|up|todo
        +4 and|but|so can't|cannot|couldn't|can’t continue|proceed|finish|complete|go
        +3 hit|reached a|the|my ... limit|quota|budget
        +4 just|only|merely|mostly a|an|the skeleton|stub|sketch|draft|placeholder|outline|start
        +3 is|are missing $
        """;
}
