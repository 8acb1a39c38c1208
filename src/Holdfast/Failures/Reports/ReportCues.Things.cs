namespace Holdfast.Failures.Reports;

/// <content>Turns of phrase for what was not done, what is broken, and the state in which the work is.</content>
internal static partial class ReportCues
{
    internal const string Things = """
        @passive
        +3 <be> not <worked>
        +3 has|have|had not been <worked>
        +4 <thing> has|have|had not been <worked>
        +4 <thing> <be> not <worked>
        +5 <thing> could not be verified|tested|built|completed|finished|run|deployed|pushed|published
        +3 could not be <worked>
        +4 <thing> did not <work>
        +3 <thing> does|do not <work>
        +5 ^ not successful|yet
        +5 task|step|item|part|phase|module|milestone # ... <be> not|<open>
        +5 requirement|requirements|steps|tasks|items|parts|stage # ... <be> not|<open>
        +3 <thing> does|do|did not pass|exist|look
        +2 does|do not compile|build|pass|start|work|exist
        +4 nothing|none was|were|has|have been? <worked>
        +2 nothing|none was|were|has|have been? changed|modified
        +4 ^ no _ _? was|were|has|have been? <sent>
        +3 no changes|change|code|files|file was|were|have|has been? changed|modified|made
        +3 <me> made no|none
        +3 will fail|break|crash until
        +4 so there is|are no
        +4 <thing> can|could not be <worked>
        +4 can|could not be <worked> by me
        +5 ^ not <worked>
        +4 tests|it|code|build|change|suite <be> never <worked>
        +2 no attempt

        @state
        +5 only # of the? # ... <be> <worked>
        +6 project|code|solution|it does|do not compile|build
        +4 the? other|remaining one|two|three|four|five|six|seven|eight|nine|ten <be> still?
        +4 should be its own|separate|another pr|change|commit|task|pull
        +3 bigger|larger|harder than expected|thought|planned
        +3 workaround
        +4 problem|issue|bug|error|leak|question persists|remains
        +3 symptom|symptoms
        +4 # of? # fail|fails|failed
        +5 still needs|need|have|has to be done|written|implemented|migrated|converted|ported|finished|fixed|started
        +5 remain|remains|left to be done|written|implemented|migrated|converted|ported|finished|fixed
        +3 ^ todo|pending _
        +3 ^ in progress _
        +3 <be> wrong|incorrect|garbage|corrupt|doubled
        +4 broke|breaks # ... tests|specs|checks
        +4 verification|review|testing|approval is|are pending|outstanding|open|missing
        +5 <be> still on|in|using the? old|previous|legacy
        +4 not ready
        +5 # more to go|do|come
        +5 more to go|do $
        +3 <be>|only rudimentary|naive|hacky|crude|provisional|makeshift|minimal
        +4 <thing> <be> not $
        +5 ^ treat|regard|consider|see ... draft|sketch|prototype|proof|wip|unverified|incomplete|unfinished|untested
        +3 <be> hard coded
        +3 <be> hardcoded
        +5 # ... errors|failures|problems|warnings|conflicts left|remaining|remain|unresolved
        +4 # ... still <open>|fail|to
        +4 should stay|remain|be in|a|as? draft
        +4 <thing>|it|this|that <is> still _
        +3 <be> to be <worked>
        +4 <is> to follow
        +5 ^ two|three|four|five|several|some things|items|points|steps|tasks|questions remain|are
        +4 has|have no _ so far
        +4 has|have no _ yet
        +4 not there yet
        +4 ^ only the ... is|are|was|were <worked>
        +4 short of the|what|our|your
        +4 remaining gaps
        +4 process|import|export|job|run|build was|got killed
        +3 third|quarter|half of the ... made
        +5 <thing> <is> not touched
        +3 will not work|compile|build|run|pass|start|load
        +3 ^ so ... will not
        +4 <thing>|deployment|deploying|it <is> not possible
        +4 <is> back on|at|to
        +5 treat|regard|consider|see|take ... as a|an? draft|sketch|unverified|incomplete|unfinished
        +5 treat|regard|consider|see|take ... as a|an? untested|starting|proposal|wip|prototype
        +4 kept|keeps|keep failing
        +3 times|timed out
        +3 is|are|remain|remains still? <open>
        +2 was|were still? <open>
        +4 <thing> not <worked>
        +3 groundwork|foundation|foundations|groundworks
        +4 <thing> is|are|remain|remains|stays <open>
        +3 <thing> was|were <open>
        +5 <thing> <be> still <open>
        +4 still <open>
        +3 still fail|fails|failed|crashes|crash|leaks|hangs|breaks|use|uses|need|needs
        +3 still miss|lack|reports|shows|throws|in|the|there|reproducible|happens|occurs|present
        +3 remain|remains|left|keep|keeps <open>|to|failing|unchanged
        +4 keep|keeps failing
        +3 <be> <open> $
        +3 <be> unchanged $
        +4 # of the? # ... <open>
        +4 # tests|specs|checks|failures ... fail|fail|failing|remain|remaining|left|red|missing
        +4 # errors|files|modules|items ... fail|fail|failing|remain|remaining|left|red|missing
        +4 # passed # failed
        +4 # failed|failures $
        +3 # failing
        +4 # tests|specs|checks|cases|failures <be>|still failing|failed|red|left|unresolved
        +3 # tests|specs|cases fail|failed
        +4 # of # tests|specs|files|cases fail|failed|failing|remain
        +4 # of the? # ... pass|passed|work|works|succeed|succeeded|done|green
        +5 milestone|phase|stage|sprint|step|task|checkpoint ... # of the? #
        +4 # of the? # <worked>|files|modules|tests|tasks|steps|items|services|endpoints|packages|strings
        +4 # of # <be>|have|has
        +5 *ed|did|done # of the? #
        +3 out of the? #
        +4 *ed|did|done half|part|some of
        +4 half|part|most|some of it|them|the|this ... only|works|done|work|converted
        +5 half way|done|finished $
        +5 ^ half way|done|finished
        +5 <is> half way|done|finished|edited|written|baked
        +4 half of it|them|the <be>|works|files|tests|tasks|modules|work|items|endpoints|services|call
        +4 halfway
        +5 # through|done|complete|completed|finished
        +4 first # of
        +4 first _ of
        +4 steps|files|items|tasks|parts # ... <be> not|<open>
        +4 remaining|others|other # ... <be>|have|has not|<open>|still|to|left|listed|in
        +4 remaining|others|other # ... need|needs|still
        +4 the? remaining|rest|others|other|remainder <be>|have|has|need|needs|still not|<open>|to|left|listed
        +4 the? remaining|rest|others|other|remainder need|needs|still|will|require
        +4 left to do|be
        +4 still to do|be|come|port|write
        +5 work in progress
        +5 in progress $
        +4 partially|partly <worked>
        +4 <be> partially|partly
        +5 partial result|results|success|progress|fix|solution
        +5 progress so far
        +4 only ... so far
        +4 ^ so far <me>|only|#
        +5 status|outcome|result|task|state ^? incomplete|partial|partially|unfinished|blocked|failed|stuck
        +5 ^ status|outcome|result|state|task incomplete|partial|partially|unfinished|blocked|failed|stuck|unsuccessful
        +4 <be> local|locally only?
        +4 <be> a draft|skeleton|stub|placeholder|sketch|start
        +3 skeleton|stub|stubs|placeholder|placeholders|scaffold|scaffolding
        +3 todo|todos is|are|remain|remains|for|in|left|placeholder|placeholders|comment $
        +4 <me> commented out
        +4 commented out ... for now
        +3 for now
        +3 unverified|untested
        +2 <open> $
        +3 <be> another story|matter|question
        +3 mock|dummy|fake|sample|hard coded|hardcoded? data|values|response|responses
        +3 does|do nothing
        +5 should|must not be <worked>|used|shipped
        +4 had to be disabled|skipped|removed|deleted|excluded|commented|ignored
        +4 tests|checks|test|specs <is>|are|been disabled|skipped|commented
        +4 remains to be
        +3 had|have to disable|skip|exclude|comment
        +4 remaining|others|other|missing # ... can|could|should|must|follow
        +5 result|status|outcome|verdict|state partial|incomplete|failed|blocked|failure|unsuccessful|unfinished
        +4 # of the? # acceptance|criteria|requirements|checks|goals|milestones|subtasks|stories
        +4 what <me> tried

        @failed
        +4 <me> could|can|did not reproduce
        +4 pushing|publishing|creating|installing|deploying|uploading ... failed|fails
        +4 downloading|cloning|fetching|building|merging|importing|running ... failed|fails
        +4 push|merge|deployment|publish|release failed|fails|died|stopped|aborted
        +4 upload|download|installation|install|clone failed|fails|died|stopped|aborted
        +3 request|command|call|migration failed|fails|failing|broke|died|stopped|aborts|aborted
        +3 build|tests|suite|import|export failed|fails|failing|broke|died|stopped|aborts|aborted
        +4 build|tests|suite|pipeline|ci|linter|check is|are|remain|remains|still failing|red|broken|fail|fails
        +4 attempts|tries failed|to ... failed
        +4 each|every time|attempt|try|call|request ... failed|fails|ended|ends|answered|refused|hung
        +4 attempt|attempts ... failed|unsuccessful
        +4 push|merge|deploy|publish|release|upload _? _? <be> rejected|refused|denied|declined|blocked
        +4 request|command|call|edits|change|commit _? _? <be> rejected|refused|denied|declined|blocked
        +4 remote|server|registry|database|hook|api|host rejected|refused|denied|declined|blocked|answered
        +3 permission|access|authorization|authentication denied|refused|failed|missing|required
        +3 <be> rejected|refused|denied|forbidden
        +3 no permission|access|rights|credentials|token|network|way
        +3 <be> not available|installed|there|present|in|reachable
        +5 <be> not available to me|here
        +3 hung|hangs
        +4 not|un available ... here|sandbox|environment|container|session
        +3 no such|network
        +4 conflicts ... could|<me>
        +4 with conflicts
        +4 my? change|fix|attempt broke|breaks|caused
        +3 did|does not help|work|change|reproduce
        +4 neither|none|nothing of? them|these|it? helped|worked|works|helps
        +4 none of these|them helped|worked
        +3 without success|luck|effect
        +4 so <me> can|could not
        +3 <me> do not know|understand|see
        +3 <me> suspect|believe|guess
        +3 no progress|fix|solution
        +4 <be> in _? broken|inconsistent|unfinished state
        +4 continue|continues|continued to? fail|failing|crash|break
        +4 hit|hits|ran into|exceeded the|a|an ... timeout|limit|deadline
        +4 target|goal|budget|deadline|threshold ... missed|exceeded
        +3 beyond|outside my control
        +3 <me> <is>|have no control
        +3 forbids|forbid|prohibits
        +4 rolled back
        """;
}
