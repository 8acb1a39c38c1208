namespace Holdfast.Failures;

/// <summary>Rate limits, quotas, unavailable servers.</summary>
internal static class LimitRules
{
    internal const string Text = """
        limit.rate rate_limited 86
        : too many requests
        : too many tokens
        : rate limit exceeded|reached|error|hit
        : rate_limit_exceeded|rate_limit_error|rate_limited
        : rate limited
        : ratelimited
        : ratelimiterror
        : ratelimitexceeded
        : rate exceeded
        : ratelimit exceeded
        : ratelimitreached
        : api rate limit
        : secondary rate limit
        : your rate limit
        : organization's rate limit
        : exceed ... rate limit
        : requests per minute|second|hour
        : tokens per minute|second
        : toomanyrequests
        : toomanyrequestsexception
        : throttling
        : throttlingexception
        : throttled
        : requestlimitexceeded
        : slowdown
        : slow down
        : reduce your request rate
        : provisionedthroughputexceededexception
        : bandwidthlimitexceeded
        : rate limit ... try again
        : rate limit retry|wait|retrying|waiting|resets|reset|cooldown
        : retry|wait ... rate limit $
        : 429 rate limit
        : ^ 429 retry|wait|try
        : hit|hitting|over|above|exceeds|exceeded ... rate limit
        : ^ rate limit $
        : error rate limit
        : pull rate limit
        : toomanyrequestserror
        : enhance your calm
        ! validation rule
        ! must be below
        ! when clients exceed
        ! clients that exceed
        ! see docs
        + HTTP 429 Too Many Requests
        + An error occurred (Throttling) when calling the DescribeStacks operation: Rate exceeded
        + This request would exceed your organization's rate limit of 30,000 input tokens per minute
        + 429 rate limit: retry in 30 s
        + rate limit resets in 3m12s
        - n must be below 100 (API rate limit). must be below
        - rate limit tests are skipped
        - undefined reference to `rate_limit'

        limit.overloaded rate_limited 80
        : overloaded_error
        : ^ overloaded
        : error overloaded
        : resource has been exhausted
        : 529 overloaded
        : api error 529
        + {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}
        + API Error: 529 Overloaded
        - The engine is currently overloaded, please try again later

        limit.google_rate rate_limited 84
        : resource_exhausted
        : resource exhausted please
        : perminute
        : *PerMinutePerProject*
        : *PerMinutePerProjectPerModel
        ! perday
        ! *PerDayPerProjectPerModel
        ! free_tier_requests limit 0
        ! check your plan and billing ... perday
        + "status":"RESOURCE_EXHAUSTED"
        + Resource exhausted. Please retry in 20s.
        + "quotaId":"GenerateRequestsPerMinutePerProjectPerModel"
        - "quotaId":"GenerateRequestsPerDayPerProjectPerModel RESOURCE_EXHAUSTED"

        quota.google_minute rate_limited 95
        : quota exceeded ... retrydelay
        : current quota ... perminute
        : *PerMinutePerProjectPerModel*
        : 429 quota exceeded for
        ! *PerDayPerProjectPerModel*
        ! per_day
        ! day|daily|month|monthly
        + "quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","retryDelay":"2s"
        + GenerateContentInputTokensPerMinutePerProjectPerModel
        - "quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"

        quota.day quota_exhausted 94
        : *PerDayPerProjectPerModel*
        : *PerDay*
        : daily limit
        : daily quota
        : per day limit|quota
        : requests per day
        : tokens per day
        : free tier limit ... day
        : free per day
        : try again|later in # hours|days|day
        : retry in # hours|days|day
        : available|reset|resets in # days|day
        + "quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"
        + Rate limit reached for gpt-4 on tokens per day (TPD): Limit 10000
        - runs 3 times per day

        quota.month quota_exhausted 98
        : exceeded its _ budget|quota|allowance
        : limited to # ... month
        : calls|requests|tokens|messages month
        : calls|requests|tokens|messages per month
        + You are using a Trial key, which is limited to 1000 API calls / month.
        + Limit reached: 500 requests per month on the free plan
        - costs 20 a month

        quota.credits quota_exhausted 91
        : insufficient credits|credit|funds|balance
        : insufficient_quota
        : insufficientquota
        : exceeded your current quota
        : quota exceeded
        : quota_exceeded
        : quotaexceeded
        : quota exhausted
        : quota has been exhausted|exceeded
        : exhausted your ... quota|capacity
        : credit balance is too low
        : out of credits
        : no credits remaining|left
        : payment required
        : billing hard limit
        : billing_hard_limit_reached
        : billing_not_active
        : check your plan and billing
        : usage limit has been reached
        : usage limit reached
        : reached your usage limit
        : hit your usage limit
        : hit your limit
        : ^ limit resets
        : hit your session|weekly|monthly limit
        : usage_limit_reached
        : usage_limit_exceeded
        : usage limits
        : spending limit
        : monthly limit
        : weekly limit reached
        : hour limit reached
        : limit reached ... resets
        : session limit reached
        : plan limit reached
        : upgrade your plan
        : servicequotaexceededexception
        : limitexceededexception
        : purchase more credits
        : data quota
        : purchase more data
        : bandwidth ... exceeded|quota
        : add more credits
        ! disk quota
        ! memory usage
        ! clients
        ! new version
        ! minute
        ! pip install
        > add credit, wait for the reset, or name a fallback
        + Insufficient credits. Add more using https://openrouter.ai/settings/credits
        + ERROR: Quota exceeded. Check your plan and billing details.
        + AI_APICallError: The usage limit has been reached
        - dd: error writing 'x': Disk quota exceeded

        unavailable.server unavailable 76
        : service unavailable
        : service_unavailable
        : serviceunavailable
        : serviceunavailableexception
        : temporarily unavailable
        : bad gateway
        : gateway time out
        : gateway timeout
        : internal server error
        : unexpected server error
        : internalservererror
        : internal_server_error
        : internalerror
        : internal error
        : api_error
        : server_error
        : server had an error
        : overloaded please try again
        : currently overloaded
        : is overloaded
        : high demand
        : server is busy
        : at capacity
        : currently unable to handle the request
        : upstream connect error
        : no healthy upstream
        : upstream request timeout
        : backend fetch failed
        : no server is available
        : try again later
        : e500
        : e502
        : e503
        : e504
        : failed calling webhook
        : leader not available
        : not ready to accept connections
        : maintenance mode
        : under maintenance
        : giving up after # attempt|attempts|tries|retries
        ! resource temporarily unavailable
        ! error code 1
        ! compiler
        ! segmentation
        ! rate limit
        ! rate
        ! etcdserver
        ! too many
        ! dialing
        ! i o timeout
        + npm error 503 Service Unavailable - GET http://127.0.0.1:19602/left-pad
        + ERROR: We’re currently experiencing high demand, which may cause temporary errors.
        + AI_APICallError: Bad Gateway
        + Error refreshing state: Failed to get state: GET http://h/state giving up after 3 attempt(s)
        - Error message: resource temporarily unavailable

        unavailable.slow timeout 84
        : unable to return a response in the time allotted
        : did not return a response in time
        : key negotiation failed to occur within
        + Error from server (Timeout): the server was unable to return a response in the time allotted
        + error: upstream did not return a response in time
        - returned a response in 12 ms

        server.starting unavailable 80
        : database system is shutting down
        : database system is in recovery
        : too many clients already
        : too many connections
        : remaining connection slots are reserved
        : loading redis is loading
        : is starting up
        : server is starting
        : loading the dataset in memory
        : masterdown
        : clusterdown
        : not yet ready
        : no leader
        + FATAL:  the database system is starting up
        + FATAL:  sorry, too many clients already
        - starting server on port 8080

        unavailable.not_ready timeout 74
        : did not become ready|healthy
        : waiting for service to become ready
        : failed to become ready|healthy
        : etcdserver request timed out
        : readiness ... timed out
        + Timed out after 3 attempts waiting for service to become ready
        + Error: the service did not become healthy in time
        - service is ready after 3 s

        timeout.collective timeout 88 any-line
        : collective operation timeout
        : ran for # milliseconds before timing out
        : watchdog ... timeout|timed
        ! watchdog timeout set|is|of
        > see why one of the ranks was late, or died
        + [Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=4111, OpType=ALLREDUCE)
        + WorkNCCL(OpType=BROADCAST, Timeout(ms)=600000) ran for 600042 milliseconds before timing out.
        - watchdog started for 8 ranks
        """;
}
