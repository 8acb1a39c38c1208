namespace Holdfast.Failures;

/// <summary>
/// What people write in the error messages of their own scripts and services, as whole phrases. Unlike the plain words
/// of <see cref="GenericRules"/> a phrase says by itself that something went wrong.
/// </summary>
internal static class SaidRules
{
    internal const string Text = """
        $ thing = command|commands|tool|tools|program|programs|binary|binaries|executable|executables|file|files
        $ thing + dependency|dependencies|package|packages|module|modules|library|libraries|plugin|plugins

        said.timeout timeout 52
        : no|not|never|nobody ... within # s|sec|seconds|second|min|minutes|minute|ms|m|h|hours
        : no progress for|in|since
        : deadline ... passed|missed|over|reached
        : gave up waiting
        : took longer than
        : ran out of time
        : never became ready|healthy|available
        : no answer|reply|response|heartbeat for|within|after
        + job 8812: no worker picked it up within 300 s
        + no progress for 600 s, aborting
        - the report is due within 300 s

        said.connection connection 52
        : server|host|peer|broker|resolver did not answer
        : tunnel|session|link|socket|stream ... dropped|lost|broke|broken
        : peer|broker|remote|counterpart dropped|hung
        : could not|cannot|can't reach
        : not reachable
        : empty response|reply|answer from
        : stream|download|transfer|body|upload ended|stopped|broke after|at
        : cannot|can't|couldn't resolve
        ! dependency|dependencies|module|package|conflict|conflicts|import|reference|symbol|path|version|entry|type
        + name server did not answer
        + tunnel to bastion dropped
        - 3 rows dropped

        said.certificate connection 58 permanent
        : certificate|cert is for ... not
        : certificate|cert|pem|crt ... expired on
        : handshake ... protocol version
        > the other side shows another certificate: correct the address, or renew the certificate
        + TLS: certificate is for staging.acme.dev, not for api.acme.dev
        + certcheck: /etc/ssl/shop.pem expired on Nov 18 2026
        - certificate written to shop.pem

        said.lost infrastructure_lost 58
        : node|host|machine|vm|instance|runner|executor ... was|were drained|preempted|evicted|reclaimed|rebooted|replaced
        : node|host|machine|vm|instance|runner|executor drained|preempted|evicted|reclaimed
        : runner|agent|executor|node|machine lost contact|communication|heartbeat
        : machine|host|node|vm|server rebooted|restarted during|while
        : container|pod was evicted
        + node eu-1b was drained while the job was running
        + the runner lost contact with the server
        - 3 nodes were drained on purpose

        said.unavailable unavailable 52
        : health|readiness|liveness check|probe|checks failed|failing|fails
        : healthcheck failed|failing|fails
        : no|lost|without quorum
        : has no leader
        : vault|store is sealed
        : not accepting
        : primary|master|leader|database|cluster is in recovery|standby|failover
        : replica|standby|follower ... behind|lagging
        + deploy: health check failed 5 times, rolling back
        + cluster has no quorum (1 of 3 nodes up)
        - health checks: 3 passed

        said.exhausted resource_exhausted 52
        : 0 of # kb|mb|gb|tb|mib|gib|bytes left|free|available
        : 0 gb|mb|kb|bytes|inodes left|free|available
        : swap|memory|ram|space|heap used up
        : swap|memory|ram|heap is used up
        : has # gb|mb|gib|mib ... needs #
        : only # kb|mb|gb|mib|gib left|free|available
        + quota: user build has 0 of 200 GB left
        + /data: 0 inodes free
        - 0 of 3 tests left to write

        said.contention resource_contention 52
        : all # ... in use|busy|taken
        : taken by another
        : somebody|someone else
        : by another worker|process|job|task|run|user|session|node|instance
        : port # is taken|occupied
        : pid file ... exists
        + license: all 5 seats are in use
        + slot 3 is taken by another job
        - all 5 seats were booked

        said.missing not_found 78
        : missing <thing> _
        : missing required|needed <thing> _
        ! operand|argument|arguments|parameter|name|option|descriptor|extension|line|type|header|field|version
        + ERROR: Missing command: helm
        + Missing required dependencies: git jq
        - usage: missing command

        said.input invalid_input 52
        : column|cell|field ... is empty|blank|null
        : file|upload|payload|body|image|attachment exceeds
        : file|upload|payload|body|image|attachment is too|larger large|big|than
        : needs|takes|expects a|an _ $
        : is no _ $
        : date|time lies|comes after|before
        : quote|bracket|brace|tag|string|block|parenthesis ... not closed|terminated
        : ends|ended too early
        : may only contain|have|use|start|end
        : may only be a|an|one|set|lower|upper|letters|between|positive
        : null value
        ! there is
        ! it is
        ! is no good|use|more|longer
        ! role
        + import: row 17: column "price" is empty
        + upload rejected: file exceeds the limit of 25 MB
        - the field is green

        said.dependency dependency_conflict 52
        : needs|requires|need|require ... or later|newer|above|higher
        : two|both ... provide|provides the
        : unsupported _ version
        : # or higher|newer|later
        : checksum|hash|digest ... differs|differ
        : checksum|hash|digest|sha|sha1|sha256|sha512|md5 mismatch
        : wants ... wants
        : built for|against ... found|but
        ! golden|baseline|snapshot
        ! must be
        ! install
        + needs bash 5 or later, this is 4.2
        + Unsupported make version: use 3.82 or higher
        + two plugins provide the command "sync"
        - needs a cup of tea or two

        said.bug crash 88
        : invariant violated|broken|failed
        : this should never|not happen
        : should never|not happen
        : unreachable code
        > a defect of the program: report it
        + internal error: invariant violated (ledger sum != 0)
        + BUG: this should never happen
        - all invariants hold

        said.state crash 46
        : unexpected state|condition
        : ^ bug _ _
        > a defect of the program: report it
        + fatal: unexpected state 7
        + BUG: negative refcount
        - the state was expected

        said.rate rate_limited 56
        : # requests|calls in ... minute|second|hour
        : come back in|after #
        : too fast|often|quickly
        ! quota|month|day
        + rate limiter: 120 requests in the last minute, limit is 100
        + the server asked us to come back in 90 seconds
        - 120 requests served

        said.quota quota_exhausted 58
        : minutes|hours|credits|tokens|budget|allowance|units used up
        : minutes|hours|credits|tokens|budget|allowance|units is|are used up
        : monthly|daily|weekly|yearly ... used up|exhausted
        : balance|credit too low
        : plan|tier allows|includes|permits #
        : budget of # ... reached|exceeded|spent
        + ERROR: monthly build minutes used up (3000 of 3000)
        + the team's allowance is used up
        - 3000 minutes were used

        said.proxy auth 60
        : proxy ... 407
        + proxy refused CONNECT to api.acme.dev:443 (407)
        + tunnel: proxy answered 407
        - 407 rows went through the proxy

        said.read_only permission 54
        : mounted read only
        + /data is mounted read-only
        + error: volume is mounted read-only
        - mounted read and write

        said.not_yours permission 52
        : write|writing|read|reading|access to ... is|was not allowed
        : is owned by root|another
        : not the owner
        : may not bind|chown|chmod|write|open|read|execute
        : user may not
        ! role|token|vault|bucket|secret|project|repository
        + write to /etc/shop.conf is not allowed
        + this user may not bind to ports below 1024
        - root owns the file, as it must

        said.who auth 56
        : key|token|certificate|access ... been|was revoked
        : not a member of
        : secret|token|password|code does|did not match
        + key 0x3F2A has been revoked
        + you are not a member of team platform
        - members of the team: 3

        said.policy policy_denied 54
        : is|are disabled for|by
        : critical|high|severe vulnerabilities|vulnerability
        : not on the allow|allowed list
        : push stopped|blocked
        ! 0 critical|high|severe
        + feature "export" is disabled for this tenant
        + image contains 3 critical vulnerabilities
        - 0 critical vulnerabilities

        said.test test_failure 52
        : # of # checks|tests|specs|cases|scenarios are|is red|failing|broken
        : screenshot|snapshot|picture differs|differ
        : regressed by
        + 2 of 8 checks are red
        + screenshot differs by 3.1 %
        - 8 of 8 checks are green

        said.cases test_failure 58
        : # case|test|check|spec|scenario|example|fixture|assertion _ failed|failing|red
        : # of # _ failed
        ! 0 case|test|check|spec|scenario|example|fixture|assertion
        ! 0 of
        + lint self-test: 2 case(s) failed
        + 3 of 9 samples failed
        - 0 of 9 samples failed

        said.build build_failure 52
        : bundle|binary|library|package|module|target ... could|can not be built|compiled|linked
        + bundle could not be built
        + error: target "api" can not be linked
        - the bundle was built

        said.merge merge_conflict 58
        : patch ... does|did not apply
        : both branches|sides changed|modified|edited
        : conflict markers|marker
        : branch|head is # commits|commit behind
        : pull|rebase|merge first $
        + patch 0007 does not apply
        + local branch is 3 commits behind, pull first
        - the patch applies

        said.cancelled cancelled 54
        : stopped|ended|aborted on|at request
        : on request of
        : ctrl c
        + stopped on request of ops
        + user pressed ctrl-c
        - sent on request
        """;
}
