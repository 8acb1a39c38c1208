namespace Holdfast.Failures;

/// <summary>
/// Package managers: apt, dnf, apk, brew, pip, uv, poetry, conda, npm, yarn, pnpm, bun, cargo, go, Maven, Gradle,
/// NuGet, Composer, Bundler, Hex, pub, CocoaPods, SwiftPM.
/// </summary>
internal static class PackageRules
{
    internal const string Text = """
        package.missing not_found 85
        : unable to locate package
        : has no installation candidate
        : no package ... available
        : no match for argument
        : unable to find a match
        : no packages found matching
        : no available formula|cask
        : no formulae found
        : package ... has no|not available
        : package name ... required by|not found
        : no such package
        : packagesnotfounderror
        : packages are not available from current channels
        : was not found in the package registry
        : couldn't find any versions|package
        : couldn't find package
        : package not found in the registry
        : err_pnpm_fetch_404
        : err_pnpm_no_matching_package
        : no matching package named ... found
        : no matching package found
        : could not find ... in registry
        : does not have any module|versions
        : module ... not a module
        : is not in std|goroot
        : cannot find module providing package
        : no required module provides package
        : could not find artifact
        : could not find gem
        : could not find a valid gem
        ! here is why
        : could not find package
        : could not find any version
        : could not be found in any version
        : package ... could not be found
        : no package found for|with
        : unable to find a specification for
        : repository ... not found
        : no project found
        : 404 not found get|put
        : error get ... 404 $
        : is not in this registry
        : the specified executable|command is not available
        : no such command
        : command ... not defined
        : missing script
        : command ... not found did you mean
        : task ... not found in|project
        : unable to find package
        : unable to resolve ... for
        : does not contain a package
        : no binary|lib|example|test|bench target named
        : package id specification ... did not match any packages
        : no bin target
        : could not find cargo|pyproject|composer|gemfile
        : could not locate gemfile
        : could not find a package json|pyproject
        : couldn't find a package json
        : no pyproject toml
        : no go files in
        : go mod file not found
        : no gemfile
        : err_pnpm_no_importer_manifest_found
        : err_pnpm_no_script
        : err_pnpm_recursive_exec_first_fail command not found
        : no lockfile found
        : goal ... requires a project to execute
        : there is no pom
        : nu1101|nu1100
        ! does not satisfy
        > correct the name, or add the source that has it
        + E: Unable to locate package libfoo-dev
        + main.go:4:2: no required module provides package github.com/acme/x; to add it: go get github.com/acme/x
        + ERR_PNPM_NO_SCRIPT  Missing script: biuld
        - found 1 package in 3 ms

        package.versions dependency_conflict 87
        : unmet dependencies|dependency
        : elsproblems
        : missing ... required by
        : unable to correct problems
        : broken packages
        : dependency problems
        : conflicting requests
        : nothing provides
        : unsatisfiableerror
        : libmambaunsatisfiableerror
        : libmamba ... could not solve
        : could not solve for environment specs
        : is not installable
        : no solution found when resolving
        : version solving failed
        : no matching manifest for
        : only supports chrome|firefox|edge version
        : cannot find a version of ... that satisfies
        : satisfies the version constraints
        : because ... depends on
        : solving dependencies failed
        : your requirements could not be resolved
        : requirements could not be resolved to an installable set
        : conflict with some modules
        : cannot choose between
        : unresolvable package conflict|conflicts
        : failed to select a version for
        : all possible versions conflict
        : conflicts with a version
        : could not find compatible versions
        : could not find a compatible version
        : does not satisfy your constraint
        : requires php
        : unsupported _ core version
        : does not support terraform version
        : does not match the required version
        : your php version
        : your ruby version is
        : your node version is
        : your go version is
        : requires ext
        : requires python|node|ruby|dart|flutter
        : requires rust
        : requires rustc # # or newer
        : requires a peer of
        : requires go
        : go ... running go
        : toolchain not available
        : current python version ... is not allowed
        : python version ... not allowed|supported
        : not compatible with any version
        : err_pnpm_peer_dep_issues
        : err_pnpm_unsupported_engine
        : err_pnpm_no_matching_version
        : the engine ... is incompatible
        : found incompatible module
        : notarget no matching version
        : no candidate|matching version|versions found
        : candidate versions found which didn't match
        : invalid version unknown revision
        : module declares its path as
        : ambiguous import found
        : package references ... inconsistent
        : netsdk1045
        : does not support targeting
        : unable to find a stable package
        : is not compatible with
        : cyclic package dependency
        : already activated ... requires
        : compiled against a different
        : binary incompatible|incompatibility
        : node_module_version
        : err_package_path_not_exported
        : manifest definition does not match
        : nu1202|nu1201|nu1608|nu1107|nu1605|nu1102|nu1103
        : enforcer ... failed with message
        : dependencyconvergence
        : banneddependencies
        : conflicting dependency
        : packageconflicterror|unsatisfiable
        : specsconfigurationconflicterror
        : package conflict
        : no agreement on the version of
        ! compile
        ! warn
        ! no binary
        ! not found
        ! offline
        ! could not get
        ! could not resolve host
        > make the version ranges agree, or use the version of the runtime that is asked for
        + The following packages have unmet dependencies:
        +   × No solution found when resolving dependencies:
        + npm error notarget No matching version found for left-pad@9.9.9.
        - all dependencies are satisfied

        package.lock dependency_conflict 88
        : err_pnpm_outdated_lockfile
        : your lockfile needs to be updated
        : lockfile ... needs to be updated
        : lockfile would have been modified by this install
        : the lockfile would have been created|modified
        : lockfile had changes but lockfile is frozen
        : lock file ... is not up to date
        : pyproject toml changed significantly since
        : is not up to date with the latest changes
        : but frozen|locked was passed
        : deployment mode ... gemfile
        : the gemfile's dependencies changed
        : the dependencies in your gemfile changed
        : in the lock file is not valid|compatible
        : yn0028
        : cannot update the lock file
        : lock file version ... does not|not understood
        : lock file ... was generated with|by
        : unsupported lockfile version
        : updates to go mod needed
        : go mod file indicates ... but
        : vendor modules txt ... inconsistent
        : inconsistent vendoring
        : missing go sum entry
        : packages lock json ... not|inconsistent
        : nu1004
        : pip hash mismatch
        : err_pnpm_lockfile*
        : err_pnpm_frozen*
        > renew the lock file with the manifest, and commit both
        + ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date
        + error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.
        + error: the lock file /home/dev/Cargo.lock needs to be updated but --locked was passed to prevent this
        - wrote pnpm-lock.yaml

        package.checksum dependency_conflict 88
        : hash sum mismatch
        : hashes ... do not match
        : do not match the hashes
        : sha256 mismatch
        : sha1 mismatch
        : sha512 mismatch
        : checksum ... did not match|does not match|mismatch
        : checksum for ... changed
        : eintegrity
        : err_pnpm_tarball_integrity
        : checksum failed|invalid|verification
        : checksum|checksums did not match
        : checksum error
        : check sum ... was
        : verifying ... checksum mismatch
        : security error
        : doesn't match the checksum|hash
        : integrity check failed
        : gpg check failed
        : no_pubkey
        : the following signatures couldn't be verified
        : signatures were invalid
        : is not signed
        : untrusted signature
        : bad signature
        : nu1403
        : nu3*
        : dependency verification failed
        : yn0018
        ! hash values
        ! token
        ! disabled
        > see whether the package was changed, then renew lock file, checksum or key
        + E: Failed to fetch http://deb/x.deb  Hash Sum mismatch
        + verifying github.com/acme/x@v1.0.0: checksum mismatch
        - checksum ok
        """;
}
