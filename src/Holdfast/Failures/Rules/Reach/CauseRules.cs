namespace Holdfast.Failures;

/// <summary>
/// The last link of a chain of causes, "load settings: parse a.toml: open a.toml: permission denied": whatever stands
/// before it says what was being done, and only the end says what went wrong. So these weigh more than what a rule
/// reads in the links before ("parse", "connect", "authenticate"), and less than the exact codes of a tool.
/// </summary>
internal static class CauseRules
{
    internal const string Text = """
        cause.missing not_found 80
        : no such file or directory $
        : no such file or directory os error # $
        : cannot find the file specified $
        : executable file not found in path $
        : command not found $
        : no packages loaded from
        ! socket|sock
        ! compilation
        ! fatal error
        ! usr bin ld
        + Error parsing image name "oci:a": open a/index.json: no such file or directory
        + Error: failed to parse settings: No such file or directory (os error 2)
        - no such file or directory was asked for

        cause.unread not_found 96
        : warning failed to load external entity
        + warning: failed to load external entity "no.xsl"
        + I/O warning : failed to load external entity "feed.xml"
        - loaded external entity

        cause.permission permission 80
        : permission denied $
        : permission denied os error # $
        : operation not permitted $
        : operation not permitted os error # $
        : read only file system $
        : access is denied $
        : access is denied os error # $
        ! ssh|sftp|scp|rsync|publickey|password|remote|relation|table|schema|database|docker|bucket|project
        ! connect|dial|bind|listen
        + load settings: parse /etc/shop/a.toml: open /etc/shop/a.toml: permission denied
        + Error: cannot read lockfile: Permission denied (os error 13)
        - permission denied is what the test wants

        cause.connection connection 80
        : connection refused $
        : connection refused os error # $
        : connection reset by peer $
        : connection reset by peer os error # $
        : no route to host $
        : network is unreachable $
        : no such host $
        : name or service not known $
        : temporary failure in name resolution $
        : broken pipe $
        : broken pipe os error # $
        : on closed pipe|connection $
        : connection reset $
        : server closed idle connection $
        ! unable to locate|find package
        ! attempt|try|retry #
        + invalid session store: dial tcp 127.0.0.1:6379: connect: connection refused
        + cannot authenticate: lookup id.acme.test: no such host
        - connection refused by nobody yet

        cause.timeout timeout 80
        : context deadline exceeded $
        : i o timeout $
        : deadline has elapsed $
        : operation timed out $
        : operation timed out os error # $
        : request timed out $
        : tls handshake timeout $
        ! context deadline exceeded ... refused
        ! attempt|try|retry #
        + parse remote policy: Get "http://127.0.0.1:9/p": context deadline exceeded
        + cannot load schema: read tcp 10.0.0.2:44: i/o timeout
        - the deadline has elapsed twice before

        cause.exhausted resource_exhausted 80
        : no space left on device $
        : no space left on device os error # $
        : cannot allocate memory $
        : cannot allocate memory os error # $
        : too many open files $
        : too many open files os error # $
        : disk quota exceeded $
        + invalid index: write /var/idx/7: no space left on device
        + Error: open segment: Too many open files (os error 24)
        - no space left on device is handled

        cause.contention resource_contention 80
        : address already in use $
        : address already in use os error # $
        : resource temporarily unavailable $
        : resource temporarily unavailable os error # $
        : text file busy $
        : text file busy os error # $
        : device or resource busy $
        : database is locked $
        ! http|dns|resolve|lookup
        + start metrics: invalid listener: listen tcp :9090: bind: address already in use
        + Error: migrate: execute 004.sql: database is locked
        - the address already in use by tests
        """;
}
