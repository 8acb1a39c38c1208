namespace Holdfast.Failures;

/// <summary>
/// What one tool says in words that no other has: Terraform's diagnostics, MSBuild's and NuGet's codes, git's states,
/// exceptions of single libraries. Where a family of tools shares a phrase it stands with that family.
/// </summary>
internal static class SingleToolRules
{
    internal const string Text = """
        terraform.configuration invalid_input 84
        @ terraform tofu terragrunt
        : error cycle
        : resource precondition|postcondition failed
        : check block assertion failed
        : self referential block
        : output refers to sensitive values
        : attempt to get attribute from null value
        : backend configuration changed
        : resource already managed by
        : error asking for input
        : saved plan is stale
        : plan is stale
        : value for undeclared variable
        > correct the configuration at the place that is named
        + Error: Cycle: terraform_data.a, terraform_data.b
        + Error: Resource precondition failed
        + Error: Saved plan is stale
        - Error: Plugin did not respond

        terraform.missing not_found 86
        @ terraform tofu terragrunt
        : no file exists at
        : module not installed
        : no module call named
        > create the file, or correct its path
        + Invalid value for "path" parameter: no file exists at "./certs/ca.pem"; this
        + Error: Module not installed
        - Error: Invalid function argument

        terraform.locked dependency_conflict 86
        @ terraform tofu terragrunt
        : locked provider ... does not match
        : match any of the checksums previously recorded
        : required plugins are not installed
        : not consistent with the packages selected
        > run init -upgrade, or correct the version constraint
        + locked provider registry.terraform.io/hashicorp/aws 5.1.0 does not match configured version constraint ~> 4.0
        + Error: Required plugins are not installed
        - Installed hashicorp/random v3.6.0 (signed by HashiCorp)

        terraform.plugin crash 84
        @ terraform tofu terragrunt
        : plugin did not respond
        : provider produced inconsistent
        : plugin crashed
        > it is a defect of the provider: take another version of it
        + Error: Plugin did not respond
        + Error: Provider produced inconsistent result after apply
        - Error: Request cancelled

        podman.prompt invalid_input 84
        @ podman buildah skopeo docker kind
        : short name resolution
        : cannot|can't prompt without a tty
        > write the image's registry, too
        + Error: short-name resolution enforced but cannot prompt without a TTY
        + Error: error creating build container: short-name resolution enforced but cannot prompt without a TTY
        - Error: short names are listed in /etc/containers/registries.conf

        npm.proxy connection 72
        @ npm npx
        : if you are behind a proxy
        > reach the registry, or set the proxy
        + npm error If you are behind a proxy, please make sure that the 'proxy' config is set properly.
        + npm ERR! network If you are behind a proxy, please make sure that the 'proxy' config is set properly.
        - npm notice the proxy was read from .npmrc

        helm.name invalid_input 90
        @ helm helmfile
        : cannot re use a name
        : has no deployed releases
        > upgrade the release that stands, or take another name
        + Error: INSTALLATION FAILED: cannot re-use a name that is still in use
        + Error: UPGRADE FAILED: "shop" has no deployed releases
        - Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress

        elixir.compile build_failure 90
        @ elixir mix iex
        : compileerror|tokenmissingerror|mismatcheddelimitererror
        > correct the source at the line that is named
        + ** (CompileError) a.exs:1: undefined function nope/0 (there is no such import)
        + ** (TokenMissingError) a.exs:3:1: missing terminator: end
        - ** (MatchError) no match of right hand side value: {:error, :nope}

        less.undefined build_failure 92
        @ less lessc
        : is undefined in
        : unrecognised input
        + NameError: variable @brand is undefined in /w/a.less on line 1, column 12:
        + ParseError: Unrecognised input in /w/a.less on line 3, column 1:
        - variable @brand is defined in /w/a.less

        rsync.source not_found 96
        @ rsync
        : change_dir|link_stat ... failed no such file or directory
        > what is to be copied is not there; the broken pipe that follows is only its consequence
        + rsync: [sender] change_dir "/srv/none" failed: No such file or directory (2)
        + rsync: [sender] link_stat "/srv/a.tar" failed: No such file or directory (2)
        - rsync: [sender] write error: Broken pipe (32)

        msbuild.missing not_found 92
        : =NETSDK1004|NETSDK1005|NETSDK1064|MSB3644|MSB4019|MSB4236|MSB1009
        : error =NETSDK1147
        > restore, or install the SDK, workload or targeting pack that is named
        + error NETSDK1004: Assets file '/p/obj/project.assets.json' not found. Run a NuGet package restore.
        + error MSB4019: The imported project "/x/y.props" was not found.
        - error NETSDK1045: The current .NET SDK does not support targeting .NET 11.0.

        msbuild.task build_failure 90
        : =MSB4018|MSB6006
        ! out of memory
        > the task's own message stands below
        + error MSB4018: The "ResolvePackageAssets" task failed unexpectedly.
        + error MSB6006: "csc.dll" exited with code 1.
        - error MSB4025: The project file could not be loaded.

        git.state merge_conflict 88
        @ git
        : partial commit during a merge
        : already a rebase merge|apply directory
        : in the middle of another rebase|merge|am
        > finish or abort what was begun
        + fatal: cannot do a partial commit during a merge.
        + fatal: It seems that there is already a rebase-merge directory, and
        - fatal: bad revision 'HEAD~9'

        git.directory_in_way invalid_input 92
        @ git
        : key does not contain a section
        : no merge to abort
        : cannot lock ref ... exists cannot create
        : cannot lock ref ... there is a non empty directory
        : a problem with the editor
        : corrupt ... patch
        : ^ patch is empty
        : pack ... bad object at offset
        > rename the branch: one name cannot be a branch and a folder of branches
        + error: cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create 'refs/heads/a/b'
        + error: There was a problem with the editor 'vi'.
        - error: cannot lock ref 'refs/heads/main': is at 1 but expected 2

        git.moved resource_contention 78
        @ git
        : failed to update ref
        : shallow file has changed since
        > try again: somebody else was faster
        +  ! [remote rejected] main -> main (failed to update ref)
        + fatal: shallow file has changed since we read it
        - fatal: bad object HEAD

        git.policy policy_denied 88
        @ git
        : gh007|gh002|gh008|gh009
        : would publish a private email
        : exceeds maximum allowed size
        > the remote's rules refuse it
        + remote: error: GH007: Your push would publish a private email address.
        + remote: fatal: pack exceeds maximum allowed size
        - remote: Resolving deltas: 100% (3/3), done.

        git.hook policy_denied 50
        @ git
        : ^ commit msg _
        : ^ pre commit|push|receive|rebase _
        ! framework
        > mend what the hook names
        + commit-msg: message must name a ticket (SHOP-123)
        + pre-push: run the tests first
        - commit made with message x

        lock.another resource_contention 84
        : another run|job|backup|build|deploy|deployment|import|sync|release is in progress
        : another run|job|backup|build|deploy|deployment|import|sync|release is running|active|underway|already
        : lock directory|dir|file ... exists
        > let the other one end
        + lock directory exists, another run is in progress
        + another deployment is running, try again later
        - no other run is in progress

        watchdog.abort timeout 92
        : watchdog ... aborting|abort|killing|expired|timeout
        ! nmi
        ! kernel
        > see why it made no progress
        + watchdog: no heartbeat for 1 s, aborting job
        + watchdog: timeout expired after 30 s
        - watchdog enabled

        java.cut connection 90
        : unexpected end of file from server
        > the server closed the connection: try again
        + Exception in thread "main" java.net.SocketException: Unexpected end of file from server
        + Caused by: java.net.SocketException: Unexpected end of file from server
        - Unexpected end of file in a.json

        git.owner permission 86
        @ git
        : unsafe repository
        : unable to create temporary object directory
        > own the repository, or let the remote write its objects
        + fatal: unsafe repository ('/r' is owned by someone else)
        + error: remote unpack failed: unable to create temporary object directory
        - safe.directory is set

        python.ends_early crash 90
        : fatal python error
        > a defect of the interpreter or of a native module
        + Fatal Python error: Segmentation fault
        + Fatal Python error: _enter_buffered_busy: could not acquire lock for <_io.BufferedWriter name='<stdout>'>
        - python error handling is on

        python.refused_input invalid_input 78
        : line contains nul|null
        : smtprecipientsrefused
        : err_invalid_url|err_require_esm
        > correct what is read or sent
        + _csv.Error: line contains NUL
        + Error [ERR_REQUIRE_ESM]: require() of ES Module /a.mjs not supported.
        - csv error column is empty

        ftp.missing not_found 80
        : error_perm 550
        > the server has no such file
        + ftplib.error_perm: 550 Failed to open file.
        + ftplib.error_perm: 550 /x: No such file or directory
        - ftplib.error_perm: 530 Login incorrect.

        ftp.busy unavailable 92
        : error_temp 421|425|426|450|451
        > the server takes no more for now
        + ftplib.error_temp: 421 Too many users logged in
        + ftplib.error_temp: 425 Cannot open data connection.
        - ftplib.error_perm: 530 Login incorrect.

        rust.missing not_found 84
        : os code # kind notfound
        : error notpresent $
        : class ... not found in|and
        ! test
        > what it opens is not there
        + called `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: "No such file" }
        + Error: NotPresent
        + PHP Fatal error:  Uncaught Error: Class "Acme\X" not found in /x.php:3
        - called `Result::unwrap()` on an `Err` value: Os { code: 111, kind: ConnectionRefused }

        rust.denied permission 84
        : os code # kind permissiondenied
        : err_access_denied
        > it may not touch that
        + called `Result::unwrap()` on an `Err` value: Os { code: 13, kind: PermissionDenied, message: "denied" }
        + code: 'ERR_ACCESS_DENIED',
        - access denied by nobody

        rust.format build_failure 70
        @ cargo rustfmt
        : ^ diff in
        > format the sources
        + Diff in /x/src/main.rs:1:
        + Diff in /x/src/lib.rs at line 3:
        - different in kind

        claude.options invalid_input 80
        : when using ... requires verbose
        : streaming is required for operations
        > call it as it says
        + Error: When using --print, --output-format=stream-json requires --verbose
        + AnthropicError: Streaming is required for operations that may take longer than 10 minutes.
        - streaming is on

        claude.budget incomplete 80
        : exceeded usd budget
        : maximum budget ... reached|exceeded
        > raise the budget, or let it go on in the same session
        + Error: Exceeded USD budget (0.5)
        + Error: maximum budget of $2.00 reached
        - budget: 2 USD

        gemini.trust policy_denied 88
        : not running in a trusted directory
        : not inside a trusted directory
        : current folder is not trusted
        > trust the folder, or say so by option
        + Gemini CLI is not running in a trusted directory. To proceed, either use `--skip-trust`
        + Not inside a trusted directory and --skip-git-repo-check was not specified.
        - trusted directory: /home/dev/shop

        opencode.free quota_exhausted 82
        : free usage|tier|quota exceeded|exhausted
        > wait for the reset, or take another plan
        + Error: Free usage exceeded, subscribe to Go https://opencode.ai/go
        + error: free tier exhausted for today
        - free usage: 40 %

        redis.gives_up connection 76
        : max retries per request
        : maxretriesperrequesterror
        > start the server, or correct its address
        + MaxRetriesPerRequestError: Reached the max retries per request limit (which is 1).
        + Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.
        - max retries per host: 3

        c.assertion crash 92
        : #: _ assertion ... failed
        : #: _ _ assertion ... failed
        > the program found its own state wrong
        + a: a.c:2: main: Assertion `open==1 && "connection must be open"' failed.
        + app: ledger.cc:41: int main: Assertion `total >= 0' failed.
        - assertion of 3 tests failed

        lint.ansible build_failure 74
        : failed after min|safety|basic|moderate|shared|production profile
        : listing # violation|violations
        > mend what the linter names
        + Failed after min profile: 5 failure(s), 0 warning(s) on 1 files.
        + WARNING  Listing 5 violation(s) that are fatal
        - Passed: 0 failure(s), 0 warning(s) on 1 files. Last profile that met the validation criteria was 'production'.

        sql.idle timeout 86
        : due to idle in transaction timeout
        : due to idle session timeout
        > end transactions sooner, or raise the limit
        + FATAL:  terminating connection due to idle-in-transaction timeout
        + FATAL:  terminating connection due to idle-session timeout
        - FATAL:  terminating connection due to administrator command

        sql.crashed unavailable 84
        : because of crash of another server process
        > the server restarts: try again
        + WARNING:  terminating connection because of crash of another server process
        + FATAL:  the connection ends because of crash of another server process
        - crash of a process of another kind

        docker.running invalid_input 80
        @ docker podman nerdctl
        : cannot remove a running container
        : container ... is running stop
        > stop it first
        + Error response from daemon: You cannot remove a running container 4f. Stop the container first
        + Error response from daemon: cannot remove container "/web": container is running: stop the container
        - the container is running

        java.manifest invalid_input 76
        @ java
        : no main manifest attribute
        : invalid or corrupt jarfile
        > name a main class
        + no main manifest attribute, in a.jar
        + Error: Invalid or corrupt jarfile a.jar
        - main manifest written

        shell.refuses policy_denied 60
        @ bash sh make
        : ^ refusing|refuse to deploy|release|publish|push|continue|proceed|run|start|delete|overwrite|touch
        : are|is only allowed from|on|by|for|to
        : error refusing to deploy|release|publish|push|continue|proceed|run|start|delete|overwrite|touch
        > a gate of the script: meet its condition
        + refusing to deploy to production on a Friday without --force
        + ERROR: refusing to release from a dirty working tree
        - fatal: refusing to merge unrelated histories

        shell.misuse invalid_input 70
        @ bash sh
        : to a subdirectory of itself
        : line # _ readonly variable
        > correct the command
        + mv: cannot move 'a' to a subdirectory of itself, 'a/b'
        + bash: line 2: x: readonly variable
        - moved to a subdirectory

        shell.waited timeout 74
        : timeout occurred after waiting
        : gave up waiting for|after
        > what it waits for does not come up
        + wait-for-it.sh: timeout occurred after waiting 15 seconds for db:5432
        + gave up waiting for the database after 30 s
        - waiting 15 seconds for db:5432 without a timeout
        """;
}
