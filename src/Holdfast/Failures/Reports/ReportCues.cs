namespace Holdfast.Failures.Reports;

/// <summary>
/// Turns of phrase by which agents say that work is left, each with what it counts for (<see cref="CueTable"/>).
/// </summary>
internal static partial class ReportCues
{
    internal const string Left = """
        $me = i|we
        $be = is|are|was|were|be|been|remain|remains|stay|stays|stayed
        $work = run|test|verify|build|compile|push|commit|apply|finish|complete|implement|write|fix|migrate|convert
        $work = deploy|publish|merge|install|download|fetch|access|reach|open|create|generate|update|confirm|check
        $work = validate|resolve|start|continue|proceed|do|make|execute|get|wire|cover|port|translate|review
        $work = process|handle|import|export|upload|connect|go|solve|satisfy|carry|perform|read|load|log
        $work = authenticate|progress|render|produce|deliver|determine|address|tackle|measure|show|prove|guarantee
        $work = rebase|restart|restore|seed|release|sign|submit|clone|pull|save|figure|work|succeed|bring|take
        $work = locate|obtain|say|tell|override|approve|end|edit|begin|attempt|set|add
        $worked = run|tested|verified|built|compiled|pushed|committed|applied|finished|completed|implemented
        $worked = written|fixed|migrated|converted|deployed|published|merged|installed|downloaded|fetched|accessed
        $worked = reached|opened|created|generated|updated|confirmed|checked|validated|resolved|started|done|made
        $worked = executed|wired|covered|ported|translated|reviewed|processed|imported|exported|uploaded|performed
        $worked = rendered|produced|delivered|addressed|tackled|measured|seeded|released|submitted|cloned|pulled
        $worked = saved|restored|solved|taken|sent|complete|ready|approved|attempted|achieved|met|refactored
        $worked = documented|adapted|moved|ticked|granted|synced|integrated|hooked|connected|adjusted|rebuilt
        $worked = regenerated|replaced|looked|booted|drafted|rolled|counted|begun|provided|working|carried
        $open = failing|red|broken|missing|open|pending|unresolved|outstanding|unfinished|incomplete|untested
        $open = unverified|stubbed|todo|unimplemented|undone|unsolved|unmigrated|unconverted|unpublished|unmerged
        $open = uncommitted|unpushed|blocked|stuck|unstarted|untranslated|undocumented|untouched|partial|flaky
        $open = unknown|unclear|unhealthy|undecided|unaddressed|unreachable|unavailable|inconclusive|unreliable
        $open = unreviewed|unsupported_|uninstalled|undeployed|unreleased|unexplained
        $thing = task|work|job|change|changes|fix|migration|build|tests|test|suite|implementation|feature|push
        $thing = refactoring|refactor|conversion|release|deployment|deploy|upgrade|report|documentation|docs
        $thing = project|code|solution|pipeline|ci|edits|edit|patch|update|rest|others|other|remainder|remaining
        $thing = script|step|steps|module|modules|merge|publish|upload|import|export|restore|installation|branch
        $thing = commit|rollout|checks|check|pr|request|ticket|issue|problem|bug|goal|checkpoint|milestone
        $thing = verification|translation|commands|command|image|images|package|artifact|binary|container|part|side
        $is = is|are|was|were
        $limit = time|context|budget|tokens|token|turns|quota|room|steps|step|ideas|options|space|attempts|calls
        $limit = credits|session|limit|limits|memory|tool
        $sent = created|opened|pushed|published|deployed|sent|generated|produced|imported|migrated|uploaded|run
        $sent = executed|applied|committed|merged|tested|converted|released|installed|processed|performed|possible
        $sent = exported|delivered|reviewed|fixed|finished|completed

        @stopped
        +5 <me> have? aborted it|the|this
        +5 <me> have? used all|up
        +4 what remains
        +5 before hitting|reaching|exhausting
        +5 before running out|into
        +5 <me> have? abandoned|suspended|ceased|discontinued
        +5 <me> have? stopped|paused|halted|ended there
        +4 approaching|nearing|close|near to? the|my ... limit|maximum|end|length
        +4 will follow in|with|later
        +4 in the? next message|response|reply|turn|session|run|iteration
        +4 ^ handing over
        +4 next agent|session|person|run|iteration|engineer|developer can|should|could|has|to|will
        +4 <me> saved what
        +4 <me> stopped
        +4 for the? next run|session|time|iteration
        +6 <me> am|was stopping|stopped|pausing|leaving
        +5 <me> had|have to stop|leave|abort|give|end|interrupt|quit|cancel|revert|roll|undo
        +5 <me> have? stopped|paused|aborted|halted|quit $
        +5 <me> have? stopped|paused|aborted|halted|quit here|now|before|because|after|early|short|working|since|as
        +5 <me> have? stopped|paused|halted at step|commit|file|item|test|chapter
        +5 <me> gave up $
        +5 <me> gave up after|because|on|here|trying|at|and|since|when
        +5 <me> will|must|should|going to? stop
        +5 am going to stop|leave
        +5 ^ stopping|stopped|paused|pausing here|now|at|after|because|early|before|for|due
        +5 ^ aborting|aborted|halted|interrupted here|now|at|after|because|early|before|for|due
        +5 stop|stopped|stopping|leave|leaving it? here
        +5 ^ stopping
        +4 ^ task|migration|work|deployment|job|step|run aborted|stopped|halted|blocked|incomplete|failed|unfinished
        +5 <me> decided|chose|preferred not to
        +4 <me> left ... in progress|as|for|unresolved|undone|open|unfinished
        +4 <me> have? reverted|undid|rolled|discarded|backed it|everything|all|my|them|back|out
        +4 <me> skipped|omitted|postponed|deferred
        +5 <me> am|was? have? ran|running|run out|low of|on the|my|its? <limit>
        +5 ran|run|am|was|were|is out of <limit>
        +4 run|running low on
        +5 <me> have? reached|hit|exceeded|exhausted the|my|a|an ... <limit>|maximum|cap|end|wall|ceiling|allowance
        +5 <me> have? used up
        +4 hit|reached|exceeded the|my|a|an ... limit|budget|quota|maximum|cap
        +4 <limit> <be>|has|have been? used? nearly? exhausted|up|reached|over|exceeded|full|spent|gone|used
        +4 <limit> exhausted|exceeded|reached|spent $
        +4 <limit> exhausted|exceeded|reached|spent after|at|before|in|on
        +4 maximum number of steps|turns|iterations|messages|actions|calls
        +5 before the? session|context|budget|time|limit ended|ran|expired|was
        +4 <me> am|was interrupted|blocked|stuck|cut|prevented
        +5 <me> am stuck
        +4 need|needs|require|requires another|new|separate session|run|pass|attempt|iteration
        +4 need|needs|require|requires second|third|further|fresh session|run|pass|attempt|iteration
        +4 in another|a|the next|later|separate|new session|run|pass|iteration|attempt
        +5 to be continued
        +5 pick ... up|on ... next|from|later
        +5 <me> lost track
        +3 ran|run into a|an|another problem|issue|wall|blocker|trouble|error
        +4 is|are left for|to you|me
        +4 what is left|missing|open|not
        +4 what <me> have|did not
        +4 <me> must not
        +4 too large|big|long|much|complex for me|this|one|the
        +4 will not get to
        +5 my time|budget was|is up
        +4 stops|blocks|prevents|stopped|blocked|prevented me from|here|at|in
        +4 <me> am not allowed|permitted
        +3 still running when
        +4 no guarantee
        +5 gone as far
        +4 for|in a? follow up session|run
        +4 keep repeating|looping|failing

        @undone
        +5 <me> have? never saw|got|reached|managed|ran|had
        +5 <me> restored|reinstated the|my|everything|all original|previous|old|files|changes
        +4 best guess
        +3 <me> did|have|had not _
        +5 <me> have? never got|get|reached|managed|ran
        +5 <me> did not dare
        +3 ^ but|however|yet ... did|do|does|is|are|was|were|will|would|can|could|has|have not
        +4 ^ but|however|yet ... says|said|reports|reported|answers|answered
        +4 ^ but|however|yet ... returns|returned|responds|complains|asks|asked
        +3 ^ so no
        +4 ^ so no _? $
        +4 <me> can|could not open|view|inspect|examine
        +5 <me> left ... blank|empty
        +4 <me> left ... open|undone|untouched|unimplemented|unfinished|todo
        +4 <me> am|was guessing|assuming
        +4 <me> would rather|prefer
        +4 <me> misread|misunderstood|overlooked
        +4 <me> only|merely created|added|wrote|drafted|sketched|stubbed|applied
        +4 <me> only|merely migrated|converted|fixed|did|covered|looked|reviewed|handled
        +4 <worked>|applied|did|created only the|a|one|two|three|part|half|stubs|routes
        +4 <me> could|can not <work>
        +3 <me> could|can not
        +4 <me> could|can not find a|any|the way|solution|cause|reason|file|document|spec|mistake
        +5 <me> do|did not know how|why
        +4 <me> left ... out because|for|until|since
        +4 <me> have not found
        +5 <me> could|can not help|assist|comply|fulfil|fulfill
        +4 <me> did|have|had not <work>
        +4 <me> did|have|had not <worked>
        +5 <me> have not started|begun|finished|got|gotten|completed
        +5 <me> did not get to|around|far|finish|succeed|make
        +4 ^ could not <work>
        +4 ^ and|but|so|or could|can not <work>
        +5 ^ did not <work>
        +4 ^ but|and|yet|however did|do|does|have|has not <work>|<worked>
        +4 ^ but|yet|and <be>? not <worked>
        +4 <me> only <worked>|got|managed|had|wrote|put
        +4 <me> only
        +4 <me> could only
        +4 <me> tried|attempted
        +3 ^ tried|attempted
        +4 not part of what <me>
        +2 <me> was|were hoping|going
        +4 <me> do|did not have
        +4 <me> have|had no ... permission|access|rights|credentials|token|network|way|means|idea|control|time
        +3 <me> have|had no
        +5 did|does|do|will|would not let|allow|permit me|us
        +4 <me> <is>|am not sure|certain|clear how|which|what|whether|where|why
        +4 <me> did not look|understand|cover|test|reach
        +5 <me> left a|an|some ... todo|empty|stub|placeholder|open|unimplemented|blank
        +3 <me> started with
        +3 <me> made no|none
        +5 as far as <me> can|could
        +4 there is|was nothing|no ... <me> can|could
        +4 ^ without the|a|an|it|that|access ... can|could|is not|nothing|no

        @needs
        +5 maintainer|admin|administrator|owner|operator has|have|needs|must to? _
        +5 <me> will wait for your answer|reply|decision|input|confirmation|response|approval|go|call|word
        +4 want|need|have to bring|put|add|turn it|them|that back|again
        +3 to get|make ... green|pass|passing
        +4 would like|need|appreciate your advice|input|opinion|guidance|help|feedback|decision
        +4 clarify|decide|confirm before
        +4 as soon as <me>|you
        +4 once <me> have|know|get
        +4 any hint|help|pointer|advice
        +4 <me> need|require|lack
        +5 <me> need you|your|more|permission|access|someone|a|to
        +5 waiting for your|you|the|an|a|confirmation|approval|input|feedback|answer|decision
        +5 awaiting
        +4 needs|need|requires|require a|your|more|an _? decision|approval|confirmation|input|answer
        +4 needs|need|requires|require explicit|human|manual|someone|somebody _? decision|approval
        +4 needs|need|requires|require explicit|human|manual|someone|somebody _? confirmation|input|answer
        +4 needs|need|requires|require a|your|more|an _? intervention|work|person|human|somebody|attention
        +4 needs|need|requires|require explicit|human|manual|someone|somebody _? intervention|work|person
        +4 needs|need|requires|require explicit|human|manual|someone|somebody _? human|somebody|attention
        +4 needs|need|requires|require a? human
        +4 needs|need|has|have to be <worked>|added|filled|changed|renewed|reviewed|checked|adapted|rewritten
        +4 still needs|need|has|have|requires
        +3 would need|require
        +2 you will|would need|have|must to?
        +3 you will|would? need|have|must to? ... manually|yourself
        +4 someone|somebody ... has|have|needs|must|should
        +4 please provide|confirm|clarify|decide|tell|advise|give|grant|answer
        +4 please approve|choose|send|share|specify|paste|renew|advise|instruct|log
        +2 please <work>
        +4 please run|start|try|execute|retry ... again
        +4 please rerun|retry
        +5 please let me know which|how|what|whether|if
        +5 before <me> can|continue|proceed|go|start|make|do|touch|begin|write
        +5 until <me>|you have|get|know|can|confirm|decide|answer|provide|grant
        +4 without it|that|this|them|a|an|the|those <me>
        +4 once you
        +5 do|please|should not ... treat|consider|regard|merge|ship|deploy|release|count|see
        +4 <me> consider ... not|unfinished|incomplete|open
        +4 treat|regard|consider|see this|it|that as a? draft|unverified|incomplete|unfinished|untested
        +4 run|start|ask|call|invoke me again
        +3 try again
        +4 will? have|has|needs|need to be *ed
        +4 will? have|has to be <worked>|split|done|redone|rerun
        +4 someone|somebody|anyone with ... takes|take|should|could|can|look|looks|has
        +4 recommend|suggest someone|somebody|pairing|asking|involving|escalating|handing
        +4 take|takes|taking over
        +4 reply with
        +4 please verify|check|review before
        +5 make the change|changes as soon as

        @plan
        +5 <me> will start|begin|first|now|next
        +5 ^ let me <work>
        +4 ^ first <me> will
        +4 ^ next <me> will
        +3 <me> would <work>|approach|suggest|propose|recommend|go
        +3 ^ here is|are how|my|the plan|how|proposed|approach
        +3 ^ next
        +3 <me> suggest|propose|recommend
        +5 ^ now <me> will
        +5 <me> will now|not
        +4 <me> will need|have

        @asks
        +5 which|what|how|where ... should|shall <me>
        +5 let me know which|whether|when|once
        +5 let me know how|what ... proceed|do|want|prefer|like|should|continue|need|missing
        +5 let me know if ... continue|proceed|go|start|finish|do
        +5 please? tell me which|how|what|whether|if ... <me>
        +5 want|like me to ... continue|proceed|go|start|begin|apply|finish|complete|implement
        +5 should|shall|may|can <me> ... continue|proceed|go|start|begin|apply|finish|complete|implement
        +5 once you ... <me>
        """;
}
