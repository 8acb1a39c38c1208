namespace Holdfast.Failures;

/// <summary>Package managers: fetching, locks, manifests that cannot be read, what is refused.</summary>
internal static class PackageFetchRules
{
    internal const string Text = """
        package.busy resource_contention 88
        : could not get lock
        : unable to acquire the dpkg frontend lock
        : is another process using it
        ! are you root
        : waiting for cache lock
        : existing lock
        : another app is currently holding
        : yum lock
        : waiting for file lock on
        : waiting for process with pid
        : another active homebrew
        : has already locked
        : lockerror failed to acquire lock
        : could not acquire lock
        : timeout waiting to lock
        : timeout of # ms expired before ... lock
        : gradle ... lock ... in use
        : unable to lock database
        : unable to lock the administration directory
        > wait for the other installer to finish
        + E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (apt-get)
        + Timeout waiting to lock build logic queue. It is currently in use by another Gradle instance.
        - lock file is fresh

        package.fetch connection 64
        : could not fetch url
        : could not get
        ! could not get ... lock
        : could not download
        : could not head
        : failed to fetch
        : failed to download
        : could not retrieve mirrorlist
        : cannot download repomd
        : cannot prepare internal mirrorlist
        : cannot find a valid baseurl
        : condahttperror
        : could not transfer artifact
        : transfer failed for
        : request to ... failed reason
        : spurious network error
        : failed to retrieve information
        : could not query the registry
        : curl error # while downloading
        : file could not be downloaded
        : unable to download
        : error retrieving ... packages
        : request failed $
        ! 404
        ! not found
        ! 401
        ! 403
        ! offline
        ! hash
        ! checksum
        + Could not GET 'https://repo.example.test/x.pom'.
        + E: Failed to fetch http://deb/InRelease  Something wicked happened
        - download finished, 3 files

        package.wrapper connection 46
        : unable to fetch some archives
        : some index files failed to download
        : transaction failed
        : failed to query available provider packages
        : could not retrieve the list of available versions
        : failed to install provider
        : failed to fetch some
        : unable to load the service index
        : failed to get ... as a dependency
        : unable to update registry
        : download of ... failed
        : couldn't get current server api group list
        > what it said before tells why
        + E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?
        + E: Some index files failed to download. They have been ignored, or old ones used instead.
        - all archives fetched

        package.resolve dependency_conflict 48
        : could not resolve all
        : could not resolve dependencies
        : no matching distribution found
        : from versions none
        > what it said before tells why
        + Could not resolve all files for configuration ':compileClasspath'.
        + ERROR: No matching distribution found for x
        - resolved all files

        package.retried connection 96 any-line
        : after connection broken by
        + WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError': /simple/x/
        + Retrying (Retry(total=3, connect=None)) after connection broken by 'ProtocolError'
        - retrying is over

        package.unreadable invalid_input 82
        : invalid requirement
        : could not parse requirement
        : invalidversion
        : invalid package name
        : ejsonparse
        : einvalidpackagename
        : einvalidtagname
        : eusage
        : failed to parse manifest
        : failed to parse lock file
        : does not contain any element
        : composer json ... does not match the expected json schema
        : composer json does not contain valid json
        : is not valid json
        : error parsing gemfile
        : there was an error parsing
        : malformed pom
        : non resolvable
        : non parseable
        : the poetry configuration is invalid
        : is not a valid poetry
        : malformed module path
        : malformed import path
        : invalid module version
        : go mod ... unknown directive
        : unknown block type
        : environmentfilenotvalid
        : invalidspec|invalidmatchspec
        : unknown lifecycle phase
        : no plugin found for prefix
        : no goals have been specified
        : no such option
        : invalid tag|version
        ! in sync
        ! parent pom
        + ERROR: Invalid requirement: 'netcore=>1.0' (from line 1 of bad.txt)
        + error: failed to parse manifest at `/home/dev/Cargo.toml`
        - manifest parsed

        package.refused policy_denied 88
        : externally managed environment
        : environment is externally managed
        : err_pnpm_trust*|err_pnpm_no_mature*
        : package ... is blocked|quarantined
        : violates your security policy
        : refused to install
        : advisories
        : vulnerabilities found
        : # critical|high|moderate|low severity vulnerability|vulnerabilities
        : found # vulnerability|vulnerabilities
        : yanked
        ! found 0 vulnerabilities
        ! 0 vulnerabilities
        ! warning
        > ask the owner of the policy, or choose another version
        ! node|machine|instance|vm|host
        + error: externally-managed-environment
        + found 3 vulnerabilities (1 critical)
        - found 0 vulnerabilities
        """;
}
