namespace Holdfast.Failures;

/// <summary>Compilers, linkers, bundlers, linters.</summary>
internal static class BuildRules
{
    internal const string Text = """
        build.csharp build_failure 88
        : error =CS*
        : error =BC*
        : error =FS*
        : error =NETSDK*
        : error =CA*
        : error =MA*
        : error =IDE*
        : error =MSB3*
        : error =MSB4* target
        : error =AD*
        : error =NG1*|NG2*|NG3*|NG5*|NG6*|NG8*|NG9*
        ! locked by
        ! used by another process
        ! =NETSDK1045
        ! =CSV|CSRF|CSS|CSP|CA|AD|BCRYPT
        ! =NETSDK1004|NETSDK1005
        ! access to the path
        > correct the first error
        + /src/T.cs(2,72): error CS0103: The name 'HttpStatusCode' does not exist in the current context
        + P.fs(3,5): error FS0039: The value or constructor 'x' is not defined.
        - error in csv file

        build.typescript build_failure 88
        : error =TS1*|TS2*|TS4*|TS7*|TS8*|TS9*
        : found # error|errors in
        : found # error|errors $
        ! =TS5*
        ! =TS6*
        ! =TS18003
        ! found 0
        + src/app.ts:429:12 - error TS2345: Argument of type 'string' is not assignable
        + Found 3 errors in the same file, starting at: a.ts:1
        - error TS5023: Unknown compiler option 'strictt'.

        build.c build_failure 84
        : fatal error ... no such file
        : #: error
        : #: fatal error
        : undefined reference to
        : ld returned # exit status
        : all warnings being treated as errors
        : linker command failed
        : cannot find l*
        : multiple definition of
        : undefined symbols for architecture
        : unresolved external symbol
        : collect2 error
        : no such file or directory compilation terminated
        : ld symbol
        : # errors|error generated
        : relocation truncated
        : implicit declaration of function
        ! # warnings generated
        ! ^ psql
        ! yaml
        ! killed
        ! =TS*
        ! =MSB*
        ! syntax error mapping
        ! no unused
        ! document start
        ! ld wrote
        ! xctassert*
        ! error launcher|config|reporter|karma|plugin
        ! conf|cfg|cnf|ini|nft|properties|rules|zone|yaml|yml|toml #
        ! xctfail
        ! unexpectedly found nil
        ! fatal error index out of range
        ! fatal error division|array|negative|not
        ! error during command execution
        ! division by zero
        ! cannot open file|script
        + conn.c:4:48: error: 'struct connection' has no member named 'timeout'
        + link.c:(.text+0xa): undefined reference to `permission_denied'
        - 2:3 warning: missing newline
        - App/main.swift:4: Fatal error: Unexpectedly found nil while unwrapping an Optional value

        build.syntax build_failure 72
        : unexpected symbol near
        : missing terminator
        : tokenmissingerror
        : unfinished string|comment near
        : malformed number near
        : eof expected near
        : #: premature eof
        > correct the place that the line names
        + lua: (command line):1: unexpected symbol near <eof>
        + ** (TokenMissingError) a.exs:2:1: missing terminator: end (for "do" starting at line 1)
        - symbols near the end are kept

        build.fortran build_failure 66
        : ^ error ... at 1 $
        > correct the place that the lines above the message show
        + Error: Syntax error in argument list at (1)
        + Error: Unclassifiable statement at (1)
        - Error: connection closed at 12

        build.rust build_failure 88
        : error =E0*
        : could not compile
        : aborting due to ... error|errors
        + error[E0382]: borrow of moved value: `x`
        + error: could not compile `shop` (lib) due to 2 previous errors
        - error: test failed, to rerun pass `--lib`

        build.go build_failure 80
        : #:#: undefined
        : php parse error
        : declared and|but not used
        : imported and not used
        : cannot use ... as ... value
        : #: syntax error unexpected
        : syntax error non declaration
        : too many errors
        : import cycle not allowed
        : build constraints exclude all go files
        : not enough arguments in call
        : missing return
        ! build failed successfully
        ! syntax error unexpected end of file
        ! near
        + ./m.go:7:2: declared and not used: n
        + ./m.go:3:8: "os" imported and not used
        - build finished

        build.java build_failure 80
        : compilation failure
        : compilation error
        : cannot find symbol
        : compilation failed
        : incompatible types
        : unresolved reference
        ! sql compilation error
        + [ERROR] COMPILATION ERROR :
        + App.java:5: error: cannot find symbol
        - BUILD SUCCESS

        build.task build_failure 47
        : execution failed for task ... compile*
        : task compile* failed
        > look for the first message above it; a task of this name also downloads what it compiles against
        + > Task :compileJava FAILED
        + Execution failed for task ':app:compileKotlin'.
        - > Task :test FAILED

        build.script build_failure 74
        : syntaxerror
        : module not found error
        : can't resolve
        : could not resolve entry
        : could not resolve ... from
        : cannot find source file
        : no sources given to target
        : cmake generate step failed
        : errors compiling module
        : syntax error before
        ! could not resolve dependencies|requirements|host
        : parsing error
        : indentationerror
        : taberror
        : syntax error ... unexpected end
        : syntax error unexpected
        : aborted due to compilation errors
        : failed to compile
        : module parse failed
        : build failed with # error|errors
        : compiled with # error|errors
        : transform failed with
        : errors during build
        : rollup failed to resolve
        : unexpected token
        : requires explicit package name
        : had compilation errors
        ! json
        ! host
        ! syntax sh
        ! line # syntax error
        ! authentication
        ! hostname
        ! jq
        ! could not resolve all
        ! invalid numeric
        ! proxy
        ! query operation
        ! sqlstate
        + SyntaxError: Unexpected token ';'
        + Module not found: Error: Can't resolve './missing' in '/src'
        - curl: (6) Could not resolve host: example.test

        build.jest build_failure 88 any-line
        : jest encountered an unexpected token
        : test suite failed to run ... syntax
        > the test file does not parse; see the transform settings
        + Jest encountered an unexpected token
        + Jest encountered an unexpected token in queue.test.js
        - jest encountered 2 failing tests

        build.lint_line build_failure 64
        : ^ # # error
        + 1:7   error    'timeoutError' is assigned a value but never used  no-unused-vars
        + 2:38  error    'rejectConnection' is not defined                  no-undef
        - 12 errors

        build.lint build_failure 72
        : # problems # error|errors
        : problems ... errors ... warnings
        : # errors # fixable
        : found # lint
        : found # error in # file
        : would reformat
        : lint errors
        : code style issues found
        ! 0 errors
        + ✖ 5 problems (4 errors, 1 warning)
        + [warn] Code style issues found in 2 files. Run Prettier to fix.
        - ✖ 3 problems (0 errors, 3 warnings)

        build.step build_failure 44
        : did not complete successfully
        : failed to solve
        : error building
        : returned a non zero code
        : builder for ... failed with exit code
        ! canceled|cancelled
        > what the step printed before tells why
        + ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2
        + builder for '/nix/store/047n-shop.drv' failed with exit code 1
        + The command '/bin/sh -c make' returned a non-zero code: 2
        - step 3 completed

        build.native build_failure 72
        : metadata generation failed
        : subprocess exited with error $
        : failed building wheel
        : failed to build
        : could not build wheels
        : gyp err
        : node gyp failed
        : legacy install failure
        : error compiling
        : did not run successfully
        : build failure
        : task ... compile ... failed
        ! failed to build ... not found
        ! pluginresolution
        + error: metadata-generation-failed
        + ERROR: Failed building wheel for netcore
        - Successfully built netcore
        """;
}
