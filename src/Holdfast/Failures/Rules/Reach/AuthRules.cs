namespace Holdfast.Failures;

/// <summary>Credentials, refusals by the other side, and policies.</summary>
internal static class AuthRules
{
    internal const string Text = """
        auth.api_key auth 88
        : incorrect|invalid|bad|wrong api key
        : api key not valid
        : api key ... invalid|missing|expired|incorrect
        : api_key_invalid
        : invalid_api_key
        : invalid x api key
        : invalid authentication
        : authentication_error
        : authenticationerror
        : no api key
        : api key not found
        : missing api key
        : missing credentials
        : set the *_KEY ... environment variable
        : must specify the ... api_key environment variable
        : must specify the *_API_KEY
        : missing environment variable ... *_KEY|*_TOKEN
        : could not resolve authentication method
        : please set ... *_API_KEY
        : set the *_API_KEY environment variable
        : set the *_TOKEN
        : set ... *_TOKEN environment variable
        : set ... *_TOKEN or
        : please run gh auth login
        : to get started with github cli
        : *_TOKEN ... not|isn't set
        : *_TOKEN environment variable is
        : please run login
        : please log in
        : please login
        : not logged in
        : login required
        : credentials_missing
        : invalid api token
        : api_key client option must be set
        : user not found 401
        : set|export|provide|define|configure|missing *_API_KEY|*_TOKEN|*_SECRET|*_ACCESS_KEY
        : no ... api|openai|anthropic|access|secret|auth|bearer key|token
        ! docs example
        ! unprivileged
        > set or renew the key that the line names
        + Incorrect API key provided: invalid_key
        + {"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}
        + ERROR: Missing environment variable: `ACME_API_KEY`.
        + ERROR: no OpenAI key (set OPENAI_API_KEY in env/.env)
        - loaded 3 api keys

        auth.unauthorized auth 72
        : no valid credential
        : messageencryptor invalidmessage
        : not ... have an active account
        : gcloud auth login
        : not ... any credentialed accounts
        : run ... auth login
        : ^ unauthorized
        : unauthorized $
        : 401 unauthorized
        : unauthorized access
        : error unauthorized
        : not authorized
        : not authenticated
        : disabled|deactivated organization|account|workspace
        : organization|account|workspace|project has been disabled|deactivated|suspended
        : your account is disabled|deactivated|not active
        : unauthenticated
        : authentication required
        ! interactive authentication
        ! insufficient permission for adding
        : authentication failed
        : authentication failure
        : authorization required
        : authorization failed
        : requires auth|authentication
        : unable to authenticate
        : could not authenticate
        : invalid credentials
        : bad credentials
        : invalid credential
        : no credentials
        : no ... token specified|provided|found|set|given
        : token ... not set|specified|provided|given
        : bad decrypt
        : unable to locate credentials
        : invalid username
        : login failed
        : login incorrect
        : incorrect username or password
        : username|user or password not|is|are|was|incorrect|invalid|wrong
        : invalidclienttokenid
        : signaturedoesnotmatch
        : authfailure
        : accessdenied
        : accessdeniedexception
        : unauthorizedoperation
        : noauth
        : wrongpass
        : auth failed
        : e401
        : eneedauth
        : e403
        : access token ... expired|invalid|revoked
        : token is expired
        : token has expired
        : token ... expired
        : expiredtoken
        : expired token
        : token invalid|invalidated|revoked
        : refresh token ... reused|expired|invalid
        : invalid bearer token
        : invalid token
        : jwt expired
        : invalid_grant
        : session expired
        : credentials ... expired
        : permissiondeniederror
        : permission_error
        : permission_denied
        : insufficient permission|permissions|scopes|privileges
        : does not have permission|permissions|access
        : you do not have access
        : model access denied
        : need to authenticate
        : must be logged in
        : credentials not|are|were correct|incorrect
        : invalid|expired|missing|bad|revoked npm|api|access|auth|refresh|oauth|github|gitlab|id|deploy|bot token
        : auth_failed|auth_failure
        : auth failure
        ! undefined reference
        ! unexpected token
        ! syntaxerror
        ! region
        ! does not exist
        > renew the credential, or ask for access
        + 401 Unauthorized: model access denied
        + An error occurred (ExpiredToken) when calling the GetCallerIdentity operation
        + AUTH failed: WRONGPASS invalid username-password pair or user is disabled.
        + EINVALIDNPMTOKEN Invalid npm token.
        - SyntaxError: invalid token in JSON

        auth.sso auth 80
        : error loading sso token|session
        : sso token|session ... expired|exist|invalid|found
        : error when retrieving token from sso
        : token for ... does not exist
        : access key id you provided does not exist
        > sign in again
        + Error loading SSO Token: Token for acme does not exist
        + The SSO session associated with this profile has expired or is otherwise invalid.
        + The Access Key Id you provided does not exist in our records.
        - sso session token refreshed

        auth.forbidden auth 64
        : forbidden
        : access denied
        : access is denied
        : permission to ... denied to
        : write access to repository not granted
        : you are not allowed to
        : not accessible by integration|personal
        : denied access
        : request blocked by ... gateway
        : request was blocked by
        ! protected branch|branches
        ! forbidden by
        ! country
        ! operation not permitted
        + remote: Permission to acme/shop.git denied to ci-bot.
        + Error: Forbidden: request was blocked by a gateway or proxy.
        - error: main is a protected branch, forbidden

        permission.windows permission 68
        : ^ access is denied $
        : system error 5 has occurred
        + Access is denied.
        + System error 5 has occurred.
        - Access is denied for tenant 4

        auth.git auth 86
        : could not read username|password
        : terminal prompts disabled
        : permission denied publickey|keyboard|password
        : host key verification failed
        : remote host identification has changed
        : no supported authentication methods
        : too many authentication failures
        : support for password authentication was removed
        : repository not found ... authentication
        : invalid username or token
        : logon failed
        > give the job a key or token that the remote knows
        + fatal: could not read Username for 'http://127.0.0.1:19101': terminal prompts disabled
        + deploy@127.0.0.1: Permission denied (publickey,keyboard-interactive).
        - debug1: Authentications that can continue: publickey

        auth.registry auth 68
        : error response from daemon ... denied
        : pull access denied
        : push access denied
        : ^ denied
        : unauthorized authentication required
        ! mount
        > log in to the registry, or ask for access to the repository
        + Error response from daemon: Get "https://ghcr.test/v2/": denied: denied
        + denied: requested access to the resource is denied
        - permission denied: a/b

        auth.signing auth 70
        : no signing certificate|identity
        : requires a provisioning profile
        : no profiles for ... were found
        : no identity found
        : code signing ... failed|error|required
        : no matching signatures|signature
        > give the job the certificate and profile that sign its program
        + error: No signing certificate "iOS Development" found
        + error: "App" requires a provisioning profile.
        - signed with the certificate of Acme

        auth.database auth 74
        : permission denied for table|relation|schema|database|sequence|function|view
        : must be owner of
        : access denied for user
        : role ... is not permitted
        : no pg_hba
        : pg_hba ... rejects
        : gpg failed to sign
        : permission denied to create|set
        : select command denied
        + ERROR:  permission denied for table secrets
        + ERROR 1045 (28000): Access denied for user 'app'@'localhost' (using password: YES)
        - cat: /etc/shadow: Permission denied

        policy.content policy_denied 86
        : flagged as potentially violating
        : content filter
        : content_filter
        : content_policy_violation
        : content policy
        : usage policies|policy
        : safety system
        : response was blocked
        : blocked by ... safety|policy
        : prompt ... was blocked
        : prohibited_content
        : blocked due to safety
        : finish reason safety
        : responsible ai policy
        ! updated
        > rephrase the request, or ask the provider
        + Error: Invalid prompt: your prompt was flagged as potentially violating our usage policy.
        + ERROR: stream disconnected before completion: Incomplete response returned, reason: content_filter
        - note: response policy cache refreshed

        policy.region policy_denied 90
        : country region or territory not supported
        : unsupported_country_region_territory
        : not available in your country|region|location
        : user location is not supported
        : unsupported region
        + unexpected status 403 Forbidden: Country, region, or territory not supported
        + code: 'unsupported_country_region_territory',
        - region = eu-west-1

        policy.branch policy_denied 88
        : protected branch
        : protected branches
        : not fully merged
        : hook declined
        : denying non fast forward
        : denying ref deletion
        : deletion prohibited
        : deletion of the current branch prohibited
        : refusing to delete the current branch
        : push declined
        : gh006
        : gh013
        : gh001
        : repository rule violations
        : changes must be made through a pull request
        : required status check
        : push rejected ... policy
        : commits must have verified signatures
        : gl hook err
        > the remote's rules refuse it; go through a merge request
        +  ! [remote rejected] main -> main (pre-receive hook declined)
        + remote: error: denying ref deletion for refs/heads/feature
        - hint: Updates were rejected because the tip of your current branch is behind

        policy.gate policy_denied 80
        : externally managed environment
        : environment is externally managed
        : denied by policy
        : commit|push|merge rejected|blocked
        : hook id
        : subject|type|scope may not be empty
        : commit message
        : conventional commit
        : dangerous to operate recursively
        : essential packages
        : uncommitted changes
        : dirty state
        : working tree is dirty
        : working directory is not clean
        : quality gate
        : cannot publish over
        : epublishconflict
        : commit hook
        : commit msg hook
        : not inside a trusted directory
        : is not trusted workspace|folder
        : folder|directory|workspace is not trusted
        : violates policy
        : policy violation
        : blocked by ... policy
        : prohibited by policy
        : forbidden by policy|rule
        : admission webhook ... denied the request
        : violates podsecurity
        : organization policy
        : not allowed by ... policy
        : denied by ... scp|guardrail
        : explicit deny
        : sandbox denied
        : rejected by user
        : approval required
        : operation blocked by
        : scanning found secrets
        : secret detected
        ! empty commit message
        ! hook id
        ! files were modified by this hook
        > ask the owner of the policy
        + Error from server (Forbidden): admission webhook "gate.acme.io" denied the request: no owner label
        + Error: request disallowed: blocked by organization policy
        - policy: retry 3 times
        - Aborting commit due to empty commit message.

        policy.checks policy_denied 70
        : vulnerabilities found
        : exceeds the audit level
        : =CVE # #
        : leaks found
        : vulnerable paths
        : severity high|critical|medium confidence
        : known vulnerabilities
        : known low|moderate|high|critical severity vulnerability
        : secrets found
        ! leaks found 0
        ! no known
        + error: 3 vulnerabilities found, 1 critical
        + npm error audit: vulnerabilities found
        - found 0 vulnerabilities
        """;
}
