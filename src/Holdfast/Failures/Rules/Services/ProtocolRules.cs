namespace Holdfast.Failures;

/// <summary>
/// Protocols with error names of their own: SMB (NT_STATUS), LDAP (RFC 4511), Kerberos, SMTP and FTP reply codes
/// (RFC 5321, 3463, 959), DNS (RCODEs), IMAP, MQTT, OAuth 2 (RFC 6749), JSON-RPC, S3, git-lfs, Prisma.
/// </summary>
internal static class ProtocolRules
{
    internal const string Text = """
        protocol.auth auth 86
        : nt_status_logon_failure|nt_status_access_denied|nt_status_wrong_password|nt_status_account_locked_out
        : nt_status_account_disabled|nt_status_password_expired|nt_status_password_must_change|nt_status_no_such_user
        : ldap_bind|ldap_sasl_bind ... invalid credentials
        : invalid credentials 49
        : insufficient access 50
        : strong|stronger authentication required
        : inappropriate authentication
        : pre authentication failed
        : preauthentication failed
        : password incorrect while getting
        : client ... not found in kerberos database
        : kdc has no support|policy
        : ticket expired
        : no kerberos credentials available
        : no credentials cache found
        : 535 # # #
        : 530 # # # authentication
        : 530 login
        : 530 not logged in
        : 530 access denied
        : authentication unsuccessful
        : username and password not accepted
        : relaying denied
        : relay access denied
        : no authentication type succeeded
        : authenticationfailed imap
        : invalid_client|unauthorized_client|access_denied|invalid_grant|invalid_token|insufficient_scope|login_required
        : connection refused not authorised|authorized
        : connection refused bad user name
        : p1000
        : p1010
        : data key required to decrypt
        : wrong password or no key found
        : no secret key
        : no gpg secret key
        : no identity matched
        : incorrect passphrase
        : bad passphrase
        : passphrase ... is incorrect
        : passphrase is incorrect
        : could not decrypt
        ! ldap_result
        > renew user, password or key
        + session setup failed: NT_STATUS_LOGON_FAILURE
        + ldap_bind: Invalid credentials (49)
        + Fatal: wrong password or no key found
        - 535 files copied

        protocol.missing not_found 84
        : nt_status_object_name_not_found|nt_status_object_path_not_found|nt_status_bad_network_name
        : nt_status_no_such_file|nt_status_not_found
        : no such object 32
        : # no such object
        : ldap ... no such object
        : user unknown
        : mailbox unavailable
        : no such mailbox|folder
        : 550 no such
        : file unavailable
        : failed to change directory
        : p1003
        : p2021|p2022|p2025
        : method not found 32601
        : can't locate revision
        : no public key
        : encryption failed no name|public
        : didn't find section in config file
        : did not resolve to an alias
        : don't know what it is
        : nothing provides|matched
        : no results matching
        : could not import
        : directory not found
        + tree connect failed: NT_STATUS_BAD_NETWORK_NAME
        + FAILED: Can't locate revision identified by 'abc123'
        - result: 0 Success

        protocol.connection connection 84
        : nt_status_connection_refused|nt_status_connection_reset|nt_status_connection_disconnected
        : nt_status_host_unreachable|nt_status_network_unreachable|nt_status_unsuccessful connect
        : can't contact ldap server
        : cannot contact any kdc
        : cannot find kdc for
        : can't reach database server
        : p1001|p1017
        : 421 # # # connection|service
        : unable to obtain connection from database
        : nxdomain
        : servfail
        : server can't find
        : no reachable servers
        : could not open a connection to your authentication agent
        : error reading ssh protocol banner
        : agent refused operation
        : broker unavailable
        : unix _ _ _ _ refused connection
        : sock refused connection
        ! password authentication
        ! access denied
        > see whether the server listens, and whether its name resolves
        + do_connect: Connection to 10.0.0.9 failed (Error NT_STATUS_CONNECTION_REFUSED)
        + Error: P1001: Can't reach database server at `127.0.0.1:5432`
        + ** server can't find nope.corp.internal: NXDOMAIN
        - status: NOERROR

        protocol.invalid invalid_input 82
        : nt_status_invalid_parameter|nt_status_object_name_invalid|nt_status_object_name_collision
        : invalid dn syntax
        : object class violation
        : constraint violation 19
        : no such attribute
        : recipient address rejected
        : bad sender|recipient address
        : sender address rejected
        : 501 # # # syntax
        : 552 # # # message
        : message size exceeds
        : message ... too large
        : p1012
        : p2002|p2003|p2011|p2012
        : invalid_request|invalid_scope|unsupported_grant_type|unsupported_response_type|redirect_uri_mismatch
        : invalid params 32602
        : parse error 32700
        : failed to convert
        : failed to bind properties
        : errors found in configuration
        : configuration failed|error|invalid|rejected
        : error|errors in configuration|config|crontab
        : the error appears to be in
        : conflicting action statements
        : insufficient image data
        : improper image header
        : don't want to overwrite
        : system check identified
        : wrong fs type
        : unknown key type
        ! user unknown
        ! greylisted|greylisting
        ! try again later
        + msmtp: server message: 550 5.1.1 <nope@>: Recipient address rejected: not RFC compliant
        + [ALERT]    (12633) : config : Fatal errors found in configuration.
        - configuration checked, 0 hints

        protocol.down unavailable 80
        : too many 500|502|503|504 error responses
        : 451 # # # temporary
        : 421 # # # try
        : temporary lookup failure
        : temporary local problem
        : temporarily deferred
        : greylisted|greylisting
        : server unavailable 52
        : server is unavailable 52
        : connection refused server unavailable
        : is not running
        : is unhealthy
        : dependency failed to start
        ! docker daemon
        ! mysql
        + (Caused by ResponseError('too many 503 error responses'))
        + 451 4.3.0 Temporary lookup failure
        + dependency failed to start: container db-1 is unhealthy
        - greylist is empty

        protocol.busy resource_contention 82
        : nt_status_sharing_violation|nt_status_file_lock_conflict
        : ldap busy 51
        : currently locked by
        : change log lock
        : already mounted
        : =JOB already
        : address already in use bind
        : was already in use
        > wait for the other one, or release its lock
        + liquibase.exception.LockException: Could not acquire change log lock.  Currently locked by build07 (10.0.0.7)
        + mount: /mnt: /dev/sdb1 already mounted on /mnt.
        - share mounted

        protocol.full resource_exhausted 84
        : nt_status_disk_full|nt_status_quota_exceeded|nt_status_insufficient_resources|nt_status_no_memory
        : 452 # # # insufficient
        : 552 # # # mailbox
        : mailbox is full|over quota
        : mailbox full
        : rsrc_insufficient*
        : has less than # cpus
        : received killed signal
        : job ran out of memory
        : node running low on memory
        + putting file x: NT_STATUS_DISK_FULL
        + Exiting due to RSRC_INSUFFICIENT_CORES:  Docker has less than 2 CPUs available
        - mailbox holds 3 messages

        protocol.rate rate_limited 88
        : 454 # # # too many
        : 421 # # # too many
        : 450 # # # rate
        : too many login attempts
        : too many certificates already issued
        : too many failed authorizations recently
        : error creating new order ... too many
        : too many new orders
        : too many connections from your
        : too many messages
        + smtplib.SMTPResponseException: (454, b'4.7.0 Too many login attempts, please try again later.')
        + Error creating new order :: too many certificates already issued for exact set of domains: acme.dev
        - certificates issued: 3

        protocol.refused policy_denied 84
        : 554 # # # spam
        : message rejected as spam|due
        : blocked using
        : listed at|in ... blocklist|blacklist
        : not on the allow list
        : ip allow list
        : not allowed by the security policy
        ! npm error 403
        : blocked by ... firewall|waf
        : rejected by policy
        + gh: Forbidden: your IP address 203.0.113.9 is not on the allow list for this organization (HTTP 403)
        + convert: attempt to perform an operation not allowed by the security policy `PDF'
        - npm error 403 it is not allowed by the security policy
        """;
}
