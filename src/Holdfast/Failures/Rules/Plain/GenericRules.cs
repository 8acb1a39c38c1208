namespace Holdfast.Failures;

/// <summary>
/// What programs of every kind say about the work itself, in plain words. The weakest evidence: it counts where nothing
/// more exact is said, which for a program that nobody wrote rules for is often all there is.
/// </summary>
internal static class GenericRules
{
    internal const string Text = """
        generic.missing not_found 42
        : not found
        : doesn't exist
        : not exist
        : no such
        : cannot find|locate
        : can't find|locate
        : could not find|locate
        : couldn't find|locate
        : unable to find|locate
        : failed to find|locate
        : could not be found|located|opened
        : cannot be found|located|opened
        : couldn't be found|located|opened
        : class not found
        : can't be found|located|opened
        : is missing
        : nonexistent
        : can not find|locate|open|read
        : there is no
        : cannot open
        : can't open
        : could not open
        : couldn't open
        : unable to open
        : failed to open
        : no ... found
        : not installed
        : is not defined
        : not in path
        : unknown host|module|package|service|user|group|repository|target|image|unit|profile|branch|device|recipe
        : does not contain
        : not within|inside|in an|a|any
        : has no
        : cannot|can't|unable|failed import
        : unable|failed to import
        : ^ no sessions|jobs|entries|results|matches|devices|targets|tasks|projects|files|packages|records $
        : no _ named|called
        : first run ... init|initialize|initialise
        : is not a readable|regular|directory file
        : is not readable|available
        : is|was not available|initialized|initialised
        : isn't|not an item|entry|object|element|member in
        ! permission
        ! denied
        ! no errors|error|issues|problems|vulnerabilities|warnings found
        ! no match
        ! referenceerror
        ! nameerror
        ! attributeerror
        ! typeerror
        ! has no errors|issues
        ! missing required|argument|parameter|option|value|field
        ! connect|connection|socket|server|host|certificate|credential|credentials|token
        + error: could not find profile "release-x" in settings
        + E: Cannot locate the recipe
        + ERROR: launcher 'python' cannot import kl_pipe + jax.
        + No file named nofile.exs
        - no errors found

        generic.invalid invalid_input 40
        : invalid
        : unsupported
        : unrecognized|unrecognised
        : unknown _ format|option|type|encoding|field|key|flag|mode|method
        : not supported
        : bad argument|value|format|parameter|number|option|input|character|syntax|usage|line|pattern|data
        : illegal
        : malformed
        : syntax error
        : parse error
        : parser error
        : parsing failed|error
        : failed to parse|decode|deserialize|unmarshal|read|load|validate
        : error parsing|decoding|reading|loading|validating|unmarshaling
        : cannot parse|decode|deserialize|unmarshal|convert|read|load
        : could not parse|decode|deserialize|unmarshal|convert|read|load
        : unable to parse|decode|deserialize|convert|read|load
        : must be
        : must not
        : must have|contain|specify|provide|match|start|end
        : should be
        : expected
        : required
        : missing
        : already exist|exists
        : no images defined
        : already defined
        : cannot be
        : can only be
        : too long|short|large|small|big|deep
        : out of range
        : unexpected
        : unterminated
        : unmatched
        : unknown
        : premature end
        : premature eof
        : garbled
        : dangling
        : not mounted
        : not sorted
        : not in sorted order
        : out of order
        : extra characters|arguments|input|tokens
        : can not
        : as archive
        : no commits between
        : unmarshal
        : no valid
        : unclosed
        : unbalanced
        : not valid
        : isn't a
        : not a|an
        : conflicting
        : could not import
        : are not
        : no value|argument|input
        : does not match
        : doesn't match
        : mismatched
        : mismatch
        : duplicate
        : ambiguous
        : corrupt|corrupted
        : truncated
        : not enough arguments|values|data
        : too many|few arguments|values|parameters|positional
        : specify
        : you must
        : you need to
        : please provide|specify|use|check
        : did you mean
        : validation
        : config|configuration error
        : error|errors in
        : unable to auto
        : not removing|overwriting|replacing
        : bad _ option|options
        : bad configuration
        : force|f if you really
        : cannot use|combine|mix
        : cannot change|alter|drop|update|modify|rename|specify|set|refer|determine|cast|assign|insert|delete|compare
        : cannot add|mix|subtract|truncate|give|reference|define|declare|override|extend|apply
        : does|do not support|allow|accept|understand|know
        : not understood|recognized|recognised|implemented|handled|declared|known
        : may not be|have|contain|begin|start|end
        : not part of|suitable
        : not allowed
        : only ... is|are permitted|allowed|supported|accepted
        : refusing to
        : nothing to do
        : failed to configure|determine|initialize|initialise|validate
        : aborting ... due to empty
        : empty ... message
        : should|must|need provide|specify|pass|supply|give|set|enter|choose|select|define
        : need|needs|have|has to provide|specify|pass|supply|give|set|enter|choose|select|define
        : not provided|given|specified|supplied|defined|configured|passed|set|filled
        : no ... defined|specified|given|provided|configured|supplied
        : bad ... format|header|magic|file|data|record|field|entry|column|row|block|image|index|name|key|id|encoding
        : wrong ... type|format|number|size|length|version|order|shape|field|argument|encoding|count
        : improper|improperly
        : more|fewer|less ... than expected|allowed|column|columns|there|the
        : no handler|decoder|encoder|codec|parser|loader for
        : not in _ format
        : no active ... selected
        ! unexpected error
        ! unknown error|reason|exit|failure|cause|problem|status
        ! an unexpected
        ! connection|certificate|credential|credentials|token|password|username
        ! permission
        ! memory
        ! timeout
        ! lock
        ! =Error in worker
        ! bad gateway|host|key|credentials
        ! implicit localhost
        + error: refusing to overwrite 3 drafts
        + Unsupported archive type 7
        + Failed to configure a DataSource: 'url' attribute is not specified
        + Aborting commit due to empty commit message.
        + ERROR: You should provide at least one URL
        + matcher: bad file format 'matches.csv'
        + sox FAIL formats: no handler for file extension `xyz'
        - finished an unexpected error free run, an unexpected result

        generic.permission permission 41
        : permission
        : permissions
        : denied
        : not permitted
        : readonly
        : read only
        : privileges
        : not writable|writeable
        : not readable
        : not executable
        : cannot write
        : unable to write
        : could not write
        : failed to write
        ! remote
        ! space
        ! disk
        ! closed
        ! token
        ! policy
        ! publickey
        ! not recommended|discouraged
        ! running as|with root
        + fatal: target folder is not writable
        + error: the cache folder is readonly
        - remote: permission to push

        generic.build build_failure 43
        : compile|compilation|compiling
        : compiler
        ! ^ jq
        : linker
        : linking
        : type check|checking
        : build error|errors
        : failed to build|compile
        : transpile|transpilation
        : lint
        : unresolved reference|symbol|import|identifier|external|name
        : cannot find symbol|name
        : cmake error at ... message
        ! warning
        ! succeeded
        ! compiled
        + error: compilation stopped in unit b
        + linker: 3 symbols lost
        + CMake Error at CMakeLists.txt:3 (message):
        - compiled with 0 warnings

        generic.test test_failure 43
        : tests failed|failing
        : test failed|failure|failures
        : failed tests|test|specs|scenarios|examples|assertions
        : assertion|assertions
        : failing
        : expected ... but
        : expected ... got
        : expected ... actual
        : actual ... expected
        : snapshot ... mismatch|obsolete|changed|differs
        : coverage ... below|threshold|minimum
        : # failures
        ! 0 failures|failed|failing
        ! eof
        ! token
        ! parse
        ! json
        ! yaml
        + the failing spec is stored in out/
        + coverage 71 is below threshold 80
        - 0 failures

        generic.dependency dependency_conflict 42
        : incompatible
        : dependency|dependencies
        : checksum
        : integrity
        : lockfile|lock file
        : unsupported version
        : requires version
        : version mismatch
        : newer version
        : older version
        : is too old
        : is too new
        : minimum version
        : requires at least
        ! incompatible types
        + error: plugin is too old for this host
        + unmet dependencies
        - version 3 released

        generic.policy policy_denied 44
        : policy
        : policies
        : not allowed to|by|on
        : disallowed
        : prohibited
        : blocked
        : rejected by
        : approval
        : vulnerabilities
        : violates|violation|violations
        : protected branch
        : moderation
        : rejected due|because|for
        ! constraint
        ! blocked waiting
        ! retry
        ! not allowed here
        ! sharing violation
        ! protocol
        + error: release is blocked until Monday
        + export disallowed for tenant 4
        + 550 message rejected due to content restrictions
        - retry policy: 3 times

        generic.crash crash 41
        : crash|crashed
        : core dumped
        : segfault
        : panic|panicked
        : unhandled
        : uncaught
        : fatal exception
        : assertion ... failed
        : aborted core
        : internal error
        : corrupted memory
        : deadlocked
        : died
        : _ undefined $
        ! not a bug
        ! debug
        ! report bugs
        ! assertionerror
        ! failed undefined
        + fatal: the planner crashed
        + worker 4 died
        - no rash today, nobody was hurt
        - Migration failed: undefined
        """;
}
