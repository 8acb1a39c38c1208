namespace Holdfast.Failures;

/// <summary>Version control conflicts, versions, lock files, checksums.</summary>
internal static class SourceRules
{
    internal const string Text = """
        merge.conflict merge_conflict 90 any-line
        : merge conflict
        : conflict content
        : conflict modify
        : conflict add
        : conflict rename
        : conflict file
        : automatic merge failed
        : fix conflicts and
        : could not apply
        : patch does not apply
        : patch failed
        : unmerged paths
        : unmerged files
        : have|with conflicts
        : both modified|added|deleted
        : multiple head revisions
        : multiple heads
        : unresolved file merges|conflicts
        : # files unresolved
        : hg resolve
        : unmerged file
        : resolve all conflicts
        : cannot merge
        : need to specify how to reconcile divergent branches
        : not possible to fast forward
        : merge commit cannot be cleanly created
        : not mergeable ... conflicts
        : updates were rejected
        : non fast forward
        : rejected ... stale info
        : unresolved conflict
        : would be overwritten by
        : after resolving the conflicts
        : not concluded your merge|cherry
        : could not revert
        : revert failed
        : cherry pick failed
        : fetch first
        : local changes ... would be overwritten
        : you have unstaged changes
        : unrelated histories
        : hunk|hunks failed
        : file|item|directory|folder ... is out of date
        : e160028|e155011|e155015|e155027
        : remains in conflict|tree conflict
        : tree conflict|conflicts
        : creates new remote head|heads
        : unresolved merge conflicts
        : uncommitted merge
        : must be resolved or reverted
        : would fork
        : abort uncommitted changes
        : must resolve ... before submitting
        : conflicting files
        : backport|cherry|merge|branch ... conflicts with
        : changed|modified|edited|updated|differ on both sides|ends|replicas|paths
        : in conflict between replicas
        ! denying
        ! conflict resolver loaded
        ! lock file
        > resolve the conflict, or take the newer commits first
        + CONFLICT (content): Merge conflict in app.py
        +  ! [rejected]        main -> main (non-fast-forward)
        + error: app.py: patch does not apply
        - remote: error: denying non-fast-forward refs/heads/main (you should pull first)

        git.name_taken merge_conflict 90
        : cannot lock ref ... _ ... exists cannot create
        > a branch stands where the other needs a folder of branches: rename one, or prune the remote's old ones
        + error: cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create 'refs/heads/a/b'
        + fatal: cannot lock ref 'refs/remotes/o/x/y': 'refs/remotes/o/x' exists; cannot create 'refs/remotes/o/x/y'
        - error: cannot lock ref 'refs/heads/main': Unable to create '/r/.git/refs/heads/main.lock': File exists.

        dependency.versions dependency_conflict 86
        : eresolve
        : resolutionimpossible
        : conflicting dependencies
        : conflicting peer dependency
        : could not resolve dependency
        : unable to resolve dependency tree
        : dependency conflict
        : version conflict
        : versionconflict
        : failed to select a version
        : could not find a version that satisfies
        ! from versions none
        : no matching version found
        : no version ... satisfies
        : version solving failed
        : has requirement ... but you have
        : incompatible with
        : requires ... but you have
        : requires ... but none of the providers can be installed
        : conflicts with file from package
        : checksum was ... but wanted
        : dependency resolver
        : nu1605
        : nu1107
        : nu1608
        : nu1102
        : nu1103
        : ebadengine
        : ebadplatform
        : unsupported platform
        : unsupported engine
        : not compatible with your version
        : requires python
        : requires a different python
        : # or higher is required
        : requires rustc
        : requires go
        : conflicts with a previous package
        : unmet dependencies
        : unmet peer
        : depends ... but it is not going to be installed
        : held broken packages
        : unresolvable dependencies
        : dependency cycle
        : circular dependency
        : peer dep missing
        : dependencyresolutionexception
        : detected package downgrade
        : unsupported class file major version
        : unsupportedclassversionerror
        : has been compiled by a more recent version
        : no compatible version
        : glibc_* not found
        : version ... not found required by
        : could not find gem ... in
        : bundler could not find compatible versions
        ! npm warn
        > make the version ranges agree
        + npm error code ERESOLVE
        + ERROR: ResolutionImpossible: for help visit https://pip.pypa.io
        - resolved 12 dependencies

        dependency.lock dependency_conflict 88
        : lock file out of date
        : lock file needs to be updated
        : lockfile ... out of date|sync
        : lock json ... are in sync
        : are in sync ... update your lock
        : package lock ... in sync
        : frozen lockfile
        : inconsistent dependency lock file
        : lock file ... not up to date|match
        : pnpm lock yaml is not up to date
        : updates to go mod needed
        : missing go sum entry
        : go mod ... out of sync
        : inconsistent vendoring
        : the lock file ... needs to be updated
        : lockfile would have been modified
        : nu1004
        : lockfile_out_of_date
        : the lockfile is
        + npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.
        + Error: Inconsistent dependency lock file
        - wrote lock file

        dependency.checksum dependency_conflict 88
        : checksum mismatch
        : checksum ... mismatch|failed|differ|changed
        : hash mismatch
        : hash sum mismatch
        : do not match the hashes
        : eintegrity
        : integrity check failed
        : integrity ... failed
        : sha512 ... integrity checksum failed
        : digest mismatch
        : nu1403
        : content hash validation failed
        : signature ... could not be verified
        ! segment
        ! database
        > see whether the package was changed, then renew lock file or checksum
        + ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.
        + npm error code EINTEGRITY
        - checksum ok
        """;
}
