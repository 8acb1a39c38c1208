namespace Holdfast.Failures.Reports;

/// <content>Turns of phrase by which agents say that work is done, and what makes a clause say nothing of it.</content>
internal static partial class ReportCues
{
    internal const string Done = """
        @done
        -4 ^ done|all|wrote|built|rewrote|finished
        -4 ^ both _? are|is|work|pass|now
        -4 ^ made _
        -4 ^ everything ... *ed|done|set|pass|passes|green|works|complete|ready|in|fine|goes
        -4 ^ done|finished|fixed|completed|implemented|added|approved|lgtm|yes
        -8 ^ the? answer
        -8 ^ this is|was a|an? summary|answer|explanation|analysis|overview|investigation only
        -4 ^ *ed _
        -4 <me> *ed
        -4 <me> have *ed
        -4 <me> have? wrote|rewrote|set|built|put|split|took|cut|written
        -4 <me> have? made the|a|an|it|them|this|all|sure|some|two|three|#
        -2 <me> have? found|ran
        -4 <is> complete|done|gone|live|clean|green|ready|fixed|finished|resolved|solved|merged|deployed|published|in
        -4 pass|passes|passed|succeeds|succeeded|compiles
        -4 works|work
        -3 has|have been *ed
        -3 now
        -3 no longer
        -3 no problems|issues|errors|regressions|bugs|differences|vulnerabilities|further|follow
        -3 approved|lgtm
        -3 up to date
        -3 is|are|was|were *ed
        -4 as requested|asked|instructed
        -4 you asked
        -5 ^ here is|are
        -8 ^ here is|are ... you asked|requested|wanted|need
        -8 <me> was|were asked to|whether

        @clean
        . no ... <worked> by the|a|an|any
        . as soon|long as the|a|an|it|they
        . still works|work|compatible|supported|available|valid|passes|pass|green|there|possible|compiles|the
        . <me> could not resist
        . <me> did|have not change|touch|alter|modify|rename|remove|delete|need
        . <me> did|have not see|introduce|use|find|break|include|want|notice
        . next person should
        . <me> tried # approaches|ways|variants|things|options|ideas|versions|designs
        . what <is> done|open
        . could|can only find|see|reproduce
        . what is left of
        . <me> could|can|did not find|see|spot|detect any|another|other|further|evidence|differences
        . <me> could|can|did not identify|notice|imagine|resist any|another|other|further|evidence|differences
        . <me> could|can|did not find|see|spot|detect a|an bug|issue|problem|difference|regression|place|case|user
        . not <worked> by the|a|an|cron|any
        . nothing|none|no ... left|missing|remaining|pending|outstanding|open|blocking|blocked|unresolved
        . nothing|none|neither|no is|are|was|were broken|red|failing
        . no failures|errors|problems|issues|regressions|todos
        . on purpose|request
        . by design|intention
        . deliberately|intentionally
        . at first
        . initially|previously|originally|formerly
        . no longer|more
        . any more|longer
        . anymore
        . on main|master
        . out of scope
        . outside the? scope
        . unrelated|preexisting|optional|optionally
        . pre existing
        . follow up
        . no ... necessary|needed|required
        . not needed|necessary|requested|required|applicable|affected
        . you asked|said|wanted|marked|described|mentioned|listed|requested
        . as you|requested|agreed|asked|planned|intended|designed|expected|documented|before|instructed|specified
        . before this|the|it|my change|fix|refactoring|
        . before it|this|that $
        . in the past
        . last night|week
        . yesterday
        . would have|be|fail|only|otherwise
        . should be? never
        . is correct
        . if you want|like|prefer|wish
        . is|are|were|was known
        . known issue|issues|limitation|limitations

        @resolved
        . instead $
        . works and|is|now|well|fine is|what|and|<me>|as|too
        . is|was what <me> <worked>
        . is|was the one <me> <worked>
        . ^ as you|requested|agreed|asked|planned|intended|designed|expected|documented|before|instructed|specified
        . ^ on purpose
        . after it|that|this ended|finished|was|ran
        . so|instead|and|therefore|but <me> used|fixed|added|wrote|switched|replaced|pinned
        . so|instead|and|therefore|but <me> kept|made|changed|moved|removed|rebased|installed|retried
        . so|instead|and|therefore|but <me> ran|mocked|set|put|built|took|reran
        . so|instead|and|therefore|but <me> corrected|raised|chose|found|documented|excluded|regenerated|updated
        . then <me> *ed
        . and|then pushed|retried|merged|reran again
        . now pass|passes|works|succeeds|green
        . which is|was what|why|fine|expected|intended|correct|ok
        . pass|passes|works|succeeds|worked|passed now|again|afterwards

        @offer
        . if you want|like|prefer|wish|need
        . if needed|desired|wanted|required|necessary
        . feel free
        . happy|glad to
        . you asked only|for
        . asked only|whether|to
        . plan|list|summary|overview you
        . this time|next time

        @open-heading
        . so far $
        . ^ what? is? still? remaining|remains|outstanding|todo|todos
        . ^ what? is? still? left|missing|pending|unfinished|unresolved|incomplete
        . ^ what? is? still? blocked|blockers|blocker|open|failing|failed|unverified|untested
        . ^ what? <me>? is? still? left? to do
        . ^ what? <me>? is|did|have? not <worked>
        . ^ <work> not <worked>
        . ^ in progress

        @aside-heading
        . optional|follow|scope|later|future|nice|recommended
        . recommendations|suggestions|suggestion|known|out|risk|risks
        . limitations|budget|quota|credits|balance|tokens|usage|how
        . background|cause|root|before|findings|review|question|answer|why

        @next-heading
        . ^ next steps|step|up $
        . ^ next $
        . ^ to do next

        @step
        . ^ implement|write|wire|finish|complete|fix|port|convert
        . ^ migrate|add|run|update|replace|move|integrate|hook|test
        . ^ verify|switch
        """;
}
