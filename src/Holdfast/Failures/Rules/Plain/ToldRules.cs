namespace Holdfast.Failures;

/// <summary>
/// What went wrong around the work in anybody's own words: what kind of thing (a server, a lock, a key) is in what kind
/// of state (silent, taken, expired). One pair of families stands for a hundred wordings of which nobody thought. They
/// count where no rule says more, and never turn a good exit into a failure.
/// </summary>
internal static class ToldRules
{
    internal const string Text = """
        $ place = server|servers|host|hosts|peer|peers|broker|remote|upstream|backend|service|services|api|endpoint
        $ place + gateway|collector|registry|mirror|mirrors|replica|replicas|node|nodes|relay|database|db|cluster
        $ place + warehouse|store|cache|proxy|daemon|controller|plane|catalogue|catalog|index|scheduler|site|provider
        $ place + feed|primary|leader|master|router|hub|resolver|nameserver|storage|portal|instance|side|end|system
        $ link = link|connection|connections|channel|tunnel|session|socket|stream|pipe|uplink|vpn|network|transfer
        $ broke = broke|broken|lost|dropped|died|dead|torn|cut|severed|interrupted|closed|reset|collapsed|vanished|gone
        $ unit = ms|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hour|hours
        $ few = two|three|five|ten|fifteen|twenty|thirty|sixty|a|an|one|the|its
        $ not = not|never|didn't|hasn't|haven't|couldn't|wasn't|isn't|cannot|can't|won't|doesn't|don't
        $ other = another|someone|somebody|other|others
        $ room = room|space|memory|ram|heap|swap|disk|inodes|storage|capacity|handles|descriptors|ports|addresses
        $ room + threads|processes|slots|bytes|buffers|stack|sockets|vram
        $ size = kb|mb|gb|tb|kib|mib|gib|tib|bytes|inodes
        $ machine = host|machine|vm|instance|node|runner|executor|pod|worker|box|computer|agent

        told.connection connection 48
        : <place> ... <not> answer|answering|responding|reachable|listening|respond|reply|replying|accessible
        : <place> stopped|quit|ceased answering|responding|listening|replying
        : nobody|nothing|none|noone is|was|are|were listening|answering|home
        : <place>|broker went|fell|gone|is|became|are silent|away|quiet|dark|mute
        : <link> went|fell|gone|is|was|are|has ... <broke>|silent|away
        : <link> <broke>
        : lost the|its|our <link>|<place>
        : <place> hung|hang up
        : <link> is|was not up|established|available|open|there
        : no <link> to|with|from
        : torn down by
        : no route to|towards
        : no address|addresses|record for
        : reach|contact the|any|our <place>
        : unknown to dns
        : no internet|network|wifi|dns|carrier
        : connect to internet|network|wifi|vpn
        : no _ daemon
        : nobody|noone picked|picks|answers|answered
        : not|doesn't|didn't|won't pick up
        : closed|hung up|on on|us
        ! resolve|conflict
        ! user|database|table|relation
        > the other side is not there, or the way to it is broken
        + metrics: collector at 10.4.0.9:8125 is not answering
        + lost the link to warehouse-2 after 14 rows
        + broker.acme.dev: nobody is listening on 5671
        + connect to VPN & try again
        + no Docker daemon: refusing to overwrite out.json
        - the collector answered after 3 s

        told.unproven connection 49 permanent
        : offers|speaks|supports|has ssl|tls
        : certificate|cert|issuer|chain ... not|un trusted|known|valid|verified
        : certificate|cert ... ran|run out
        : self made|signed|issued certificate
        > the other side cannot be trusted as it is: correct its certificate, its name or the versions of the protocol
        + the server offers TLS 1.0 only, refusing to continue
        + issuer of the certificate is not trusted
        - the certificate is valid and trusted

        told.unavailable unavailable 48
        : <place> ... being upgraded|restarted|migrated|rebooted|updated|rebuilt|replaced|maintained|patched
        : <place> ... is|are|still warming|starting|booting|loading|initialising|initializing|recovering|restarting
        : <place> is|are|was|were|looks|seems red|down|overwhelmed|sick|degraded|offline|stopped|paused|saturated
        : none of ... healthy|available|ready|up|alive|reachable|online
        : no <machine>|workers|nodes|instances|replicas|backends ... available|ready|healthy|alive|free|online|left
        : shards|replicas|partitions ... unassigned|offline|missing
        : come back later|soon|tomorrow|in
        : refuses|refusing|rejects writes|reads|connections|traffic|queries
        : <place> busy
        : <place> is|was|too|so busy
        : warming up
        : no _ right now
        : has no _ right now
        : <place>|container|node|process|daemon ... did not start|boot $
        + api is still warming up, come back later
        + mail gateway busy, try later
        + the index refuses writes
        + none of the 3 replicas is healthy
        - the backend is up, none of the shards moved

        told.timeout timeout 48
        : <not> ... within|in|after|before # <unit>
        : <not> ... within <few> <unit>
        : <not> ... in|on time
        : too late|slow for
        : took|takes|taken|ran|running|lasted more|longer than|past
        : still ... after # <unit>
        : ran|run|went|goes past|over|beyond its|the
        : exceeded|exceeds|overran its|the ... budget|allowance|limit|window of # <unit>
        : waited _ for
        : waiting _ for ... still
        : nothing|output|progress|activity|news|data for|in|since # <unit>
        : before the cut|cutoff|deadline
        : hung|hanging|stuck|frozen for|since|after
        : no answer|reply|response in|after
        : not up after
        : not check in
        : nothing ... for|in <few> <unit>
        : after # <unit> ... never|not|nothing|still|nobody
        : took|takes|taking ages|forever|long
        : to finish in|within # ... not|n't
        ! disk|memory|space|size|file|bytes|requests
        + waited 300s for rollout of shop-api, still 2 of 5 pods updated
        + server did not come up in time
        + out of patience after 90 s, the canary never turned green
        + step exceeded its budget of 120 seconds
        - it took 30 seconds

        told.contention resource_contention 48
        : held|taken|occupied|owned|claimed|reserved|grabbed|used|squatted|hogged by
        : moved|changed|modified|updated ... while we|i|you|it
        : already being _
        : being ... run|written|edited|used|modified|processed|rebuilt|deployed|migrated|read|moved|copied ... by
        : previous|last|earlier|another|other run|job|build|instance|deployment ... still|not
        : previous|last|earlier|another|other deploy|process|sync|backup|copy ... still|not
        : <other> ... holding|holds|has|using|uses|editing
        : already listening|listens|attached|checked
        : still has|have|holds open|running|active|users|clients
        : changed|modified|updated|written|touched|edited by <other>
        : changed since|underneath|meanwhile
        : changed in the meantime
        : owner is _ $
        : lock|locked|mutex|lease|semaphore ... taken|owner|holder|held|acquire|acquired
        : is locked
        : wait ... to finish|end|release
        : another|other|previous ... is|are|seems already|active|running|run|open|underway
        : in use by
        : opened by _ $
        : two|three|several writers|jobs|processes|runs|deploys ... once|same
        : already answering
        : is|are active|running refusing|exiting|aborting
        : is|are|already running remotely|elsewhere
        : is mounted|attached $
        : let it|them finish
        : quit|close|stop|exit|shut ... first
        : single instance
        ! root|account|rate|password|version
        + migration is already being run by host web-2
        + previous run has not finished yet (pid 4410)
        + quit the simulator first
        + yarn is running, let it finish
        + deploy lock taken by alice 4 minutes ago
        + row 7 was updated while we edited
        - the owner was glad

        told.exhausted resource_exhausted 48
        : not enough <room>
        : no <room>|more left|remaining|available|free ... in|on|to
        : no <room> left
        : no more <room>
        : out of <room>|file|open
        : <room> ... is|are|was full|depleted|exhausted
        : grew|grown past|beyond|over|above
        : process|thread|file|memory|descriptor|handle|connection|session limit|maximum ... hit|reached
        : has # <size> ... take|takes|need|needs|require|requires
        : need|needs|requires|wants|would # <size>
        : tried to allocate
        : tablespace|table ... is full
        : limit of # ... too small|low
        : fd|inode|pid|thread|handle|socket table|limit|pool ... hit|full|exhausted|reached
        : low on resource|resources|memory|disk
        : full again|now
        : cuda|gpu|vram|heap oom
        ! quota|plan|license|credit|credits|seats
        > free what is used up, or give more of it
        + not enough room on the scratch volume for the snapshot
        + heap grew past 4096 MB, stopping the indexer
        + cannot start more workers: process limit (1024) hit
        + inode table full on /srv
        - 12 GB free

        told.auth auth 49
        : token|password|passphrase|credential|credentials ... longer|not valid|accepted|good
        : secret|login|cookie|jwt|otp ... longer|not valid|accepted|good
        : token|password|passphrase|credential|credentials is|was|are|were|has wrong|empty|bad|old
        : secret|login|jwt|otp|pin is|was|are|were|has wrong|empty|bad|old
        : pass phrase ... wrong|incorrect
        : ticket|session|login|token ran|run out
        : key ... wrong|incorrect|revoked|expired|rejected
        : does|do|did not|n't know|recognize|recognise|accept|like this|the|that|your key|token|password|user|account
        : has|have|had|lacks|lack|with no ... access|role|scope|rights|privileges|membership to|in|on|for
        : not ... access|rights to|in|on this|the project|repository|organization|organisation|team|tenant|space
        : need|needs|requires|require the|an|a ... role|scope|permission|membership
        : role|account|bot ... may|can|must not
        : not logged|signed|enrolled
        : log|sign|logged|signed in again|first
        : who are you
        : client certificate refused|rejected|required
        : no key|keys|identity found|for|available
        : you can't|cannot|may edit|delete|view|access|modify|see|change
        ! directory|folder|file|disk
        + token for registry is no longer valid
        + the ticket ran out overnight
        + the bot has no write access to this project
        + you need the admin role to rotate keys
        - the key is in the door

        told.key auth 49
        : unexpected ... fingerprint
        : fingerprint ... mismatch|mismatches|differs|changed|unexpected|unknown
        : =*_TOKEN|*_KEY|*_SECRET|*_PASSWORD|*_PASS ... empty|blank|missing|not|unset
        : check =*_TOKEN|*_KEY|*_SECRET|*_PASSWORD
        ! duplicate|foreign|primary
        + PAGER_TOKEN is not defined in the .env file
        + check REGISTRY_PASSWORD
        + unexpected key fingerprint for git.acme.dev
        - BUILD_KEY is set

        told.permission permission 49
        : as|be|need|needs|require|requires|with|become root|sudo|administrator|superuser
        : me as root
        : belongs|belong to root|another|someone|somebody
        : lack|lacks|lacking|without the|any|no rights|right|privileges|permission
        : not ... executable|writable|writeable|readable by
        : cannot|can't|could|couldn't|may ... as user
        : may only be used|read|written|opened by
        : mounted ro
        : owned by uid|gid|user|root
        : write protected
        : not allowed to write|read|create|delete|execute|open|touch|modify
        ! already|running|login|ssh|role
        + this must run with sudo
        + cannot touch /etc/cron.d/shop as user build
        + the image is mounted ro, cannot patch it
        + disk is write-protected
        - it runs as root already

        told.missing not_found 48
        : is|are|was|were|isn't|wasn't|not there|here|present|around|installed not|nor
        : not there|here|present|around|installed|where
        : is|are|was|were gone
        : no longer exist|exists|there|present|here
        : has|have|was|were never been|existed
        : never heard of
        : absent from|in
        : not|never arrived|appeared|delivered|materialised|materialized
        : not|never turned up
        : don't|doesn't|not know a|an|any|such|environment|target|command|host
        : install ... first
        : tool|program|command|binary|executable|package|library|plugin ... missing|absent
        : missing on|from this|the|your|my
        : was|were|been deleted|removed|renamed ... on|from|by|in
        : no record|entry|row|trace|backup|snapshot|release|artifact|image|device|customer|order $
        : no ... exists|exist $
        : nothing to restore|import|upload|publish|deploy|process|resume
        : no ... like that
        : there|there's no ... like|such|called|named|for
        : is not known
        : missing dependency|dependencies|deps|prerequisite|tool|program|command
        : ^ _ missing $
        : neither ... nor ... is|are|was available|found|installed|present|there
        : ^ run ... first $
        : ^ _ _ missing $
        : missing under|at
        : ^ no _ with|under|matching|like|named|called
        : cannot|can't see any|the|a
        : been deleted|removed
        : missing ... image|file|directory|folder|binary|executable|module
        : no _ are|is available
        : no executable
        : not on path
        : not resolve head|ref|revision|sha
        : ^ no _ _ in|under|for|at
        : ^ no _ _ _ in|under|for|at
        : no _ available|present|installed for|at|in|on
        : no _ binary|library|plugin|image|module at|in|on|under|for
        : not staged|checked|fetched|downloaded locally|out|yet
        : ^ missing _ $
        : ^ missing _ _ $
        : ^ missing _ _ _ $
        : ^ missing _ _ _ _ $
        : is|are required to build|run|compile|transpile|install|use|start|deploy|convert|render
        : no entries|records|rows|items|lines|artifacts|builds|releases|images|packages|files in|under|for|of
        : no backups|snapshots|tags|matches|logs|keys|users|jobs|tasks|tests|targets in|under|for|of
        : is|isn't|not on this|the|your box|machine|host|system|path|computer
        : where is|are|did
        : not in|inside|within a|an|the ... directory|project|repository|checkout|root|folder
        : not in _ project|repository directory|folder|root
        : not contain|hold a|any|the|one|exactly
        : doesn't|didn't contain|hold
        ! connection|network|peer|address|password|permission|lock|token|space|room|memory
        ! end of|near
        ! ^ no errors|failures|problems|issues|changes|matches|warnings|differences|matching
        ! missing ... closing|opening|trailing|comma|colon|semicolon|quote|bracket|brace|separator|operand
        ! missing ... variable|variables|env|environment|configuration|setting|settings|credential|credentials
        ! argument|parameter|option|field|key|header|value|column
        + customer 4711: no record
        + FATAL: missing model_4000.pt
        + neither pg_dump nor docker is available
        + run ./install.sh first
        + no preview 'feat-1' in /srv/previews
        + ERROR: ffmpeg is required to render the clips
        + nothing to restore: snapshot 2026-11-19 is not there
        + no backup older than 7 days exists
        - is there more

        told.rate rate_limited 49
        : got|said|says|answered|sent|gave|saw|with 429
        : too many calls|queries|logins|messages|hits|attempts
        : limit of # requests|calls|queries|messages per
        : next|one ... allowed|possible in|at|after
        : sending|request|call rate exceeded|too
        : slow|calm|cool down
        : cool|ease|back off
        : # calls|requests|queries|messages|hits a|an|per minute|second|hour
        : too many _ in|within a|the|one|short|last
        + Error: too many calls, next one allowed in 38 seconds
        + got 429 on page 7
        + the gateway told us to cool off
        + hit the ceiling of 60 calls a minute
        - 429 rows sent

        told.quota quota_exhausted 49
        : credits|credit|budget|allowance|balance|minutes|tokens|contingent|units|volume ... gone|spent|used|over|empty
        : monthly|daily|weekly|yearly|annual allowance|limit|budget|contingent|maximum ... used|reached|spent|hit|over
        : no ... credits|minutes|tokens|budget|units|seats|licenses left|remaining
        : no ... left this|for this month|week|day|today|year
        : top up
        : ran|run dry
        : invoice|bill|payment ... unpaid|overdue|outstanding|due
        : account on hold
        : upgrade|raise|extend the|your plan|subscription|license|tier
        : account|plan|license|tier|subscription limit|maximum ... reached|hit|exceeded
        : said|says|answered|returned|got 402
        ! disk|memory|home|directory
        > buy more, wait for the next period, or use another account
        + SMS budget for November is spent
        + no build minutes left this month
        + the free tier ran dry at 14:00
        + invoice unpaid, account on hold
        - two days later all was used

        told.lost infrastructure_lost 49
        : <machine> ... vanished|disappeared|evaporated
        : <machine> was|were|has|been ... taken|shut|switched back|down|off
        : <machine> went|going|goes down|away|offline for|during|while|in|under
        : <machine> ... yanked|pulled|ripped|reclaimed away|by|out
        : node|memory|disk pressure
        : runner|node|host|vm|machine|box died|dies
        ! file|files
        + build host vanished in the middle of step 3
        + the VM was taken back by the provider
        - the worker went on for an hour
        """;
}
