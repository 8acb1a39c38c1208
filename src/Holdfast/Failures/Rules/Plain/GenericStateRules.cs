namespace Holdfast.Failures;

/// <summary>
/// What programs of every kind say about the world around the work, in plain words: networks, servers, locks, limits,
/// credentials. As weak as <see cref="GenericRules"/>.
/// </summary>
internal static class GenericStateRules
{
    internal const string Text = """
        generic.auth auth 46
        : unauthorized|unauthorised
        : unauthenticated
        : not authorized|authorised|authenticated
        : authentication
        : authorization
        : credential|credentials
        : login
        : log in
        : signin
        : sign in
        : access token
        : api key|token
        : apikey
        : auth token
        : bearer token
        : password
        : passphrase
        : forbidden
        : access denied
        : token expired|invalid|missing|required
        : invalid|expired|missing|bad token
        : permission to
        : wrong key
        : decryption failed
        : signature
        : 2fa|mfa|otp
        : authorized list
        : access ... is restricted
        : update|query|transfer failed =REFUSED|NOTAUTH|NOTZONE
        ! unexpected token
        ! method signature
        ! signatures
        ! gufunc
        ! policy
        ! checksum
        + error: the access token for this feed is no good
        + ERROR: wrong passphrase
        + Access to model meta/x is restricted and you are not in the authorized list.
        - Unexpected token at 3: no signature help

        generic.timeout timeout 45
        : timeout
        : timed out
        : time out
        : deadline
        : took too long
        : gave up after|waiting
        : giving up $
        : waited #
        : not finish|complete|respond in|within
        : exceeded ... time limit
        : time limit exceeded
        : no response
        : did not respond
        : not responding
        : stalled
        : exceeded when|while waiting
        : waiting for ... expired|exceeded|elapsed
        : retries ... exceeded|exhausted ... waiting
        : timeout ... waiting for
        ! lock
        ! timeout 0
        ! timeouts 0
        ! must be
        ! invalid
        ! gave up after # attempts|tries|retries
        + error: no reply before the deadline
        + worker did not respond
        + Error: Maximum retries: 200 exceeded when waiting for server: kv to bind to socket
        - timeout: 0

        generic.connection connection 43
        : connection failed|error|lost|closed|dropped|problem|broken|aborted|terminated|interrupted|failure|could|to
        : lost connection
        : no connection
        : cannot|can't|couldn't|not connect|connected
        : unable|failed to connect
        : connect failed|error|failure
        : connecting to ... failed
        : network error|failure|is|problem|unavailable|unreachable|timeout
        : unreachable
        : disconnected
        : dns
        : handshake
        : socket error|closed|hang|connect
        : resolve host|name|hostname|address
        : tls|ssl error|failure|alert|connect|handshake
        : eof
        : cannot|can't|couldn't|unable talk|communicate to|with
        : could not talk|communicate to|with
        : failed getting|retrieving|downloading ... file|list|index|metadata|manifest|package|packages
        : dead|broken|unreachable link|links found
        ! npm
        ! connection string
        ! resolve dependency
        ! unexpected eof
        ! end of file
        ! compilation
        ! attributeerror
        ! typeerror
        ! near
        ! premature eof
        ! symbol|parse|parser|syntax
        + error: network is gone
        + fatal: handshake with node 7 failed
        + 506 Cannot talk to daemon
        - npm warn peer dependency

        generic.unavailable unavailable 45
        : unavailable
        : overloaded
        : not ready
        : maintenance
        : temporarily
        : giving up after
        : try again
        : try later
        : please retry
        : is down
        : outage
        : not running
        : not started
        : not healthy
        : unhealthy
        : shutting down
        : starting up
        : out of service
        : gave up after # attempts|tries|retries
        ! please try again with
        ! fix
        ! correct
        ! above and try
        ! application is shutting down
        ! update|change|install|check|verify|correct|remove|set|edit|upgrade|enable ... try again
        + error: the catalogue is down
        + scheduler is unhealthy
        - is the lamp down there

        generic.contention resource_contention 46
        : locked
        : lock
        : busy
        : in use
        : conflict
        : deadlock
        : concurrent|concurrently
        : already running|started|active|open|mounted|bound|listening
        : held by
        : in progress
        : being used
        ! lock file
        ! lockfile
        ! package lock
        ! dependency|dependencies|version|versions
        ! merge
        ! block
        ! rebase
        ! poisoned
        ! in use at exit
        + error: project is busy
        + Another deployment is in progress
        - yarn.lock lockfile written

        generic.exhausted resource_exhausted 46
        : exhausted
        : out of memory|space|disk|handles|descriptors|inodes|resources|swap|file
        : disk ... full
        : is full
        : no space
        : insufficient memory|space|disk|storage|resources|cpu
        : not enough memory|space|disk|storage|resources
        : too many open|files|processes|threads|connections|handles
        : limit reached
        : limit exceeded
        : exceeds ... limit
        : exceeded ... limit
        : over ... limit
        : overflow
        : cannot allocate
        : allocation
        ! rate
        ! api
        ! requests
        ! time limit
        ! quota
        ! stack overflow
        ! integer
        ! retries
        + error: cache volume is full
        + worker: out of swap
        - retries exhausted, rate halved

        generic.quota quota_exhausted 46
        : quota
        : credits
        : billing account|plan|details|period|issue|problem|error|disabled|hard|is|not|address|limit|method|info
        : subscription expired|required|inactive
        : plan limit
        : payment
        : usage limit
        : trial ... expired|ended
        : license ... expired|limit
        ! disk quota
        ! retry in
        + error: the quota of team a is used up
        + Your trial has expired
        - disk quota warning at 80 percent

        generic.cancelled cancelled 44
        : interrupted
        : cancelled|canceled
        : cancelling|canceling
        : aborted by
        : aborting on user request
        : stopped by
        : terminated by user|signal
        : received signal
        : shutdown requested
        : user abort|aborted
        ! system call
        ! request was canceled due
        ! interrupted system
        ! job ... was cancelled because
        + migration cancelled
        + sync stopped by operator
        - 3 subscriptions were active

        generic.rate rate_limited 47
        : rate
        : throttle|throttled|throttling
        : too many requests
        : too fast
        : slow down
        : backoff
        ! rate of
        ! bit rate
        ! sample
        ! frame
        ! hit rate
        ! error rate
        + error: sent too fast
        + client was throttled by the hub
        - hit rate 30 percent
        """;
}
