namespace Holdfast.Failures;

/// <summary>
/// What went wrong with the work itself, in anybody's own words: its input, its build, its tests, who forbade or
/// stopped it. As weak as <see cref="ToldRules"/>.
/// </summary>
internal static class ToldWorkRules
{
    internal const string Text = """
        told.input invalid_input 48
        : must|should|has|have|needs come|lie|be|stand|fall before|after|between|below|above
        : exactly|only one|two|three of|file|files|argument|value|name
        : makes|make no sense
        : were|was|are given ... choose|pick|use
        : choose|pick one
        : want|wants|wanted|expecting|expects a|an|one|only
        : is|are|was|were not|no json|yaml|xml|csv|toml|number|integer|date|utf
        : nothing|empty on|from stdin|input
        : require|requires|need|needs|wants|takes a|an|the ... got|not|but
        : decompression|decoding|deserialization|unpacking|extraction|conversion failed
        : field|fields _ mismatches|mismatch|mismatched
        : given an|a empty|blank
        : you forgot
        : make|makes sense of
        : nobody|noone|nothing set|sets|defined|defines|passes
        : not derive|infer|deduce|extract|guess
        : you gave|sent|typed|passed|handed
        : only speak|speaks|understand|understands|read|reads|know|knows|accept|accepts
        : is|are|comes|lies after|before to|from|end|start|since|until
        : prompt|input|message|request ... over|past|beyond the|its window|context
        : follow|follows|match|matches|fit|fits|satisfy|obey the|its|our schema|format|template|pattern|spec|rules
        : looks|seems damaged|corrupt|broken|wrong|truncated
        : # fields|columns|arguments|values ... expected|wanted|needed
        : cannot|can't|could not read|understand|parse this|the|that
        : has no header|title|field|column|rows|customer|id
        : have no _ id
        : no header
        : not enough args|arg|arguments|parameters
        : at most|least one|two|three
        : empty upload|file|body|payload|batch|list|table|dump
        : refused ... rows|records|entries|lines
        : address|value|name|id|number without _
        : please set|define|export|pass|give|enter|type|supply
        : make sure to set|define|pass|provide|specify|give|export
        : isn't|not|aren't set $
        : please _ folder|file|name|path|directory
        : pass|give|specify one of
        : no _ selected|chosen|given
        : unset $
        : unset refusing|exiting|aborting
        : cannot target|point
        ! version|checksum|disk|permission|connection|memory
        ! password|token
        + --since must come before --until
        + give me exactly one file
        + make sure to set SASS_DIR in your settings
        + please enter a name without extension
        + I only speak JSON, sorry
        + could not derive a name from billing.skb
        + you forgot the output path
        + the prompt is way over the window
        + chunk decompression failed
        + error: field Data mismatches
        + --voxels requires a positive integer, got 'ten'
        + date 2026-13-01 makes no sense
        - one of them was given

        told.build build_failure 48
        : failed|fails|would|does|did|not|refused|refuses to|not build|compile|link|transpile
        : formatting|style|format ... differs|differ|off|wrong
        : type errors|error #
        : compiler|linker ... exited|ended|stopped|died|complained|returned
        : files|file need|needs formatting|reformatting
        : build|compilation failed|broken|broke $
        : without a _ build
        : run the formatter|linter|prettier|gofmt
        : rustc|gcc|clang|tsc|javac|ghc|swiftc|kotlinc choked|chokes|gave|died|complained|complains
        : # type|lint|style errors|problems
        : gofmt|prettier|rustfmt|black|clang ... with # files
        : compiler|linker|typechecker|linter ... line #
        : types don't|do|doesn't|not ... line|match|agree|fit
        : reported|found|detected|has|with|lists issues|problems|offenses|offences|findings|smells
        : reported|found|detected|has|with|lists # issues|problems|offenses|offences|findings|smells
        + type errors: 7
        + prosecheck reported issues
        + the compiler hates line 40 of pay.c
        + rustc choked on lib.rs
        + 14 type errors, not emitting anything
        + step 4/9: compiler exited with 1
        - the format of last year

        told.test test_failure 49
        : # red
        : specs|tests|checks|cases|scenarios ... red|broken
        : golden|baseline|reference|fixture ... mismatch|differs|differ|changed|not
        : smoke|acceptance|regression|integration|load test|check|suite ... but|not|no|failed
        : expected # ... found|got|saw|have|counted #
        : wanted|want # ... found|got|saw #
        : coverage fell|dropped|is|at|of ... required|minimum|below|needed|least
        : the bar|baseline|target is # _
        : not ok #
        : regression in|of|found|detected
        : checks|gates|probes failed
        : check _ failed
        : guard|sanity|consistency|integrity|idempotency|self|parity|drift check|checks|test|tests failed
        : wrong _ return|exit value|code|status
        : differs|differ|diverges|diverge|deviates|deviate from ... golden|baseline|reference|original
        : is _ should be
        : got worse|slower ... by
        : snapshot|golden|baseline|fixture said|says
        : test|tests|suite|spec|specs went|turned|is|are red
        : got # wanted|expected|want #
        : pixel|image|visual|screenshot diff|difference ... over|above|exceeds|allowed
        : score|coverage dropped|fell|sank below|under|to
        ! type|style|lint|bootstrap|health|license
        ! argument|arguments|parameter|parameters|field|fields|column|columns|version
        + 2 red specs
        + the wasm output diverges from the native reference
        + ABI guard check failed.
        + snapshot said 41, code says 42
        + the smoke test went red on /checkout
        + mutation score dropped below 80
        + wrong tar return value 2
        + golden file mismatch: out/report.txt
        + expected 3 rows in orders, found 2
        - expected 3 arguments, got 1

        told.crash crash 48
        : down|exited|died|ended|stopped|killed with|by|on signal
        : exited|died|ended|stopped|quit|terminated unexpectedly|abnormally
        : impossible $
        : ^ impossible
        : internal inconsistency|contradiction|failure|fault
        : uncaught|unhandled error|exception|rejection
        : corrupted state|heap|memory
        : state that does|should not
        : stack trace|traceback above|below|follows
        : fell over|apart
        : null where
        : reached a|an impossible|unknown|invalid state
        + internal inconsistency detected, refusing to go on
        + indexer went down with signal 11
        + boom, stack trace above
        + the process fell over at noon
        - it is not impossible to say

        told.policy policy_denied 49
        : freeze ... force|effect|place|until|on
        : are|is closed|frozen until|till|for
        : may|can|must only be touched|changed|edited|managed|written|deployed by|through|via
        : not accepted|approved|signed $
        : not been approved|reviewed|accepted|signed|cleared
        : not|never approved|reviewed by
        : production|main|master ... may|can|must only be touched|changed|deployed ... from|by|on|in|through|after
        : production|main|master ... may|can|must only be pushed|released|merged|run ... from|by|on|in|through|after
        : refusing|refuse|refuses|refused to drop|delete|publish|push|wipe|erase|clear|purge|destroy|commit|release|send
        : not on|in the list|whitelist|allowlist of
        : not on|in our|your|my list|whitelist|allowlist
        : refusing|refuse|refuses|refused to run|start|execute|deploy|operate|seed|reset in|on|against|from
        : must have|pass ... successful|passing|green
        : can't|cannot|won't deploy|release|publish|push|merge|ship with|on|from|while|without
        : dirty working|worktree|tree|checkout
        : refusing|refuse|refuses|refused unsafe|insecure|untrusted|symlink|suspicious
        : refusing|refuse|refuses|refused to _ the|a|your production|prod|live|main|master
        : not touching|deploying|releasing|pushing|merging|publishing|shipping
        : approvals|approval|reviews|signoffs wanted|needed|required|missing|given|short
        : pr|mr|request|change is not open|mergeable|approved|ready
        : unauthorized|unauthorised|unapproved|unreviewed _ _ detected|found
        : unauthorized|unauthorised|unapproved|unreviewed _ detected|found
        : path|file|output|target|link|symlink|entry|directory escapes|escaped|leaves
        : outside|beyond the|your|its|this workspace|sandbox|project|context|repository|boundary
        : outside of|the the|allowed workspace|sandbox|project|context|repository|boundary|directories|folders|paths
        : key|keys|secret|secrets|password|passwords in ... refusing|blocked|stopped
        : needs|requires|require|need ... approval|review|sign
        : deploys|deploy|deployment|deployments|commits ... not|are|is allowed|permitted|forbidden|closed|blocked
        : pushes|push|merges|releases|changes ... not|are|is allowed|permitted|forbidden|closed|blocked
        : off limits|limit
        : limited|restricted to the
        : not eligible|entitled
        ! request body|format
        ! argument|option|parameter
        ! as|by|with|needs|requires root
        + the change has not been approved yet
        + guard: refusing to drop a table in production
        + seed: refusing to run in production
        + not deploying on a Friday
        + can't deploy with a dirty working directory
        + refusing unsafe folder: /
        + refusing to remove the production checkout
        + two approvals wanted, one given
        + this bucket may only be touched by terraform
        + archive entry escapes the target: ../../etc/cron.d/x
        + production may only be touched from the release branch
        - approved and published

        told.dependency dependency_conflict 49
        : found|have|has|is ... # is the minimum|least|oldest
        : # found ... minimum|required|needed|least
        : checksum|sha256|sha512|sha1|md5|digest|hash ... not|differs|wrong|other|unlike|another
        : fit|work|go together
        : lockfile|lock|manifest ... disagree|disagrees
        : lockfile|lock|manifest ... older|newer|behind than
        : want|wants|need|needs _ # and _ #
        : supports|support _ only
        : supports|support _ _ only
        : only supports|support|runs|works|built on|for|linux|macos|windows|x86|arm64|amd64
        : lock|lockfile ... out of date|sync
        : out of sync ... lock|lockfile|manifest
        : too old|new|recent for
        : needs|requires|wants _ # ... has|is|have|found #
        : wrong|bad _ version
        : not agree with
        : side by side
        : not|doesn't match ... version
        + plugin billing wants core 3, core is 2.8
        + error: this installer supports Linux only
        + lockfile and manifest disagree
        + deps want react 18 and react 17 at once
        + client 4.1 and server 3.9 do not fit together
        + sha256 of tool.tgz is not what the manifest says
        - found 3, all fit

        told.merge merge_conflict 49
        : moved|gone on|ahead since
        : has|have|was moved|advanced since
        : please|must|need|needs|first rebase|merge
        : both touched|changed|edited|modified|rewrote
        : not go|apply|merge|rebase ... cleanly
        : branch|branches|origin|histories went separate
        : patch|hunk|hunks ... bounced|rejected|refused
        : both|two sides|branches|people|commits touched|changed|edited|modified|rewrote
        : backport|cherry|merge|rebase|patch|branch ... conflicts|conflict|overlaps with|in
        : resolve|solve ... by hand|manually
        : hunk|hunks ... rejected|failed
        ! lock|lockfile|version|versions|request body
        + main moved on since you branched, please rebase
        + patch 0003 bounced off src/db.c
        + the pick does not go in cleanly
        + ::error::head has moved since the approval: expected 9f2c011, got 41ab09c
        + both sides touched src/app.py, resolve by hand
        - moved to the next branch

        told.cancelled cancelled 48
        : because you|somebody|someone|user|operator asked|wanted|said|pressed|hit|clicked|told|closed
        : not|never confirmed
        : aborted|stopped|cancelled|quitting you said|answered|typed|chose no
        : ^ not confirmed
        : cancelled|canceled|stopped|aborted from|by|via|through
        : deployment|operation|installation|setup|upgrade|publishing|migration|deploy aborted $
        ! error|errors|failed|limit
        + stopped because you asked for it
        + run cancelled from the web console by bob
        + aborted, you said no
        - asked and answered
        """;
}
