namespace Holdfast.Failures;

/// <summary>
/// More compilers, type checkers, linters, bundlers and documentation builders, by the words that each of them prints:
/// clang, MSVC, rustc, go, javac, kotlinc, scalac, swiftc, ghc, ocaml, zig, elixir, erlang, dart, php -l,
/// ruby -c, protoc, mypy, pyright, pylint, ruff, flake8, shellcheck, golangci-lint, stylelint, vite, esbuild,
/// webpack, rollup, LaTeX.
/// </summary>
internal static class CompilerRules
{
    internal const string Text = """
        compiler.position build_failure 74
        : #: error
        : #: fatal error
        : #: syntax error
        : ^ # # error
        : #:#: _ is not defined
        : #:#: expected
        : has no implicit type
        : error ... cannot find symbol
        : error ... cannot find value|type|function|macro|crate|trait|struct|name
        : error ... mismatched types
        : error ... expected ... found
        : last token was
        ! yaml
        ! json
        ! ^ psql
        ! fatal error ... connect
        ! configuration
        ! toml
        ! nginx
        ! in main tf
        ! error during command execution
        ! not found
        > correct the first error
        + main.swift:3:5: error: cannot find 'foo' in scope
        + /home/dev/A.kt:4:9: error: unresolved reference: foo
        - 2026-11-20 09:47:55 ERROR 404: Not Found.
        - 2026-11-28 04:33:00.000:ERROR: queue worker stopped

        compiler.place build_failure 49
        : #:#: _
        ! ^ psql
        ! yaml|yml|json|toml
        ! warning|note
        + app.py:1:1: F401 'os' imported but unused
        + x.proto:2:13: "strng" is not defined.
        - dial tcp 127.0.0.1:8080: connect: connection refused

        compiler.c build_failure 86
        : error =C1*|C2*|C3*
        : error =LNK*
        : undefined reference to
        : undefined symbol
        : undefined symbols for architecture
        : unresolved external symbol
        : duplicate symbol
        : ld cannot find
        : library not found for
        : linking with ... failed
        : linker command failed
        : clang error
        : cc1 all warnings being treated as errors
        : was not declared in this scope
        : does not name a type
        : no member named
        : no matching function for call
        : use of undeclared identifier
        : undeclared first use in this function
        : implicit declaration of function
        : too few|many arguments to function
        : invalid conversion from
        : static assertion failed
        : conflicting types for
        : redefinition of
        : file not found with|use angled
        : file format not recognized treating as linker script
        : cmake error at ... find_package
        : target ... links to
        : cannot specify link libraries
        : generator ... could not find
        : no cmake_c_compiler could be found
        : no cmake_cxx_compiler could be found
        : the c|cxx compiler ... is not able to compile
        : ninja build stopped
        : subcommand failed
        : meson build ... error
        ! symbol lookup error
        ! cmake_c_compiler
        ! cmake_cxx_compiler
        + main.c:3:10: error: use of undeclared identifier 'foo'
        + LINK : fatal error LNK1181: cannot open input file 'x.lib'
        - linked 3 files

        compiler.toolchain_missing not_found 84
        : no cmake_c_compiler could be found
        : no cmake_cxx_compiler could be found
        : no acceptable c compiler found
        : linker cc|link not found
        : linker ... not found
        : compiler not found
        : could not find compiler
        : could not find java home
        : java_home is not set
        : android sdk not found
        : sdk location not found
        : unable to find a toolchain
        : can't find crate for
        : no such sdk
        : a compatible net sdk was not found
        : a compatible installed net sdk ... was not found
        : could not find any visual studio installation
        > install the compiler or SDK, or say where it is
        + error: linker `cc` not found
        + configure: error: no acceptable C compiler found in $PATH
        - compiler found: gcc 12

        compiler.names build_failure 84
        : cannot find symbol
        : package ... does not exist
        : unreported exception
        : incompatible types
        : class ... is public should be declared in a file
        : reached end of file while parsing
        : might not have been initialized
        : unclosed string|character|comment literal
        : illegal start of type|expression
        : expected class interface or enum
        : unresolved reference
        : type mismatch inferred|expected|required
        : not found value|type|object
        : value ... is not a member of
        : cannot find ... in scope
        : use of unresolved identifier
        : cannot convert value of type
        : missing argument for parameter
        : variable not in scope
        : couldn't match expected|type
        : no instance for
        : could not find module
        : could not load module
        : parse error on input
        : unbound value|module|constructor
        : this expression has type
        : unused local constant|variable
        : undefined function ... expected
        : undefined variable
        : is used but is not defined as a token
        : compilation error in file
        : cannot compile module
        : function ... undefined
        : head mismatch
        : the getter|method|setter ... isn't defined
        : isn't defined for
        : a value of type ... can't be assigned
        : target of uri doesn't exist
        : method ... for top level
        : #: syntax error unexpected
        : declared and|but not used
        : imported and not used
        : missing return
        : undefined _ $
        : cannot use ... as ... value in
        : missing method
        : import cycle not allowed
        : found packages ... and
        : redeclared in this block
        : unknown escape sequence
        : not enough|many return values
        : assignment mismatch
        : cannot borrow
        : borrow of moved value
        : does not live long enough
        : cannot move out of
        : mismatched types
        : unresolved import
        : unresolved module
        : failed to resolve use of undeclared
        : the trait ... is not implemented|satisfied
        : proc macro panicked
        : failed to run custom build command for
        : process didn't exit successfully build script build
        : could not compile
        : aborting due to
        : is not defined in this scope
        : identifier expected
        : declarationerror|parsererror expected
        : undeclared identifier
        ! relation
        ! schema
        ! unexpected end of file
        ! parsererror error
        ! task includes
        ! is undefined
        ! npm
        ! typeerror
        + App.java:5: error: reached end of file while parsing
        + ** (CompileError) lib/a.ex:3: undefined function foo/0 (expected A to define such a function)
        - compiled 4 modules, no type mismatches

        compiler.php build_failure 87
        : php parse error
        : ^ parse error syntax error
        : errors parsing ... php
        + PHP Parse error:  syntax error, unexpected end of file in /a.php on line 3
        + Parse error: syntax error, unexpected token "}" in /a.php on line 3
        - php parsed 3 files

        compiler.types build_failure 84
        : error ... incompatible type|return
        : incompatible return value type
        : incompatible types in assignment
        : has incompatible type
        : has no attribute ... attr
        : cannot find implementation or library stub
        : module ... has no attribute attr
        : is not assignable to
        : is not a known attribute of module
        : reportgeneraltypeissues|reportattributeaccessissue|reportmissingimports|reportargumenttype
        : reportundefinedvariable|reportcallissue|reportreturntype
        : found # errors|error in # file|files
        : # errors # warnings # informations|information
        : cannot find name
        : property ... does not exist on type
        : object is possibly undefined|null
        : implicitly has an any type
        : cannot find module ... type declarations
        : type ... is missing the following properties
        : argument of type
        : svelte check found
        : ^ =Type =error
        ! 0 errors
        ! typeerror
        ! cannot read
        ! object is not
        + app.py:3: error: Incompatible return value type (got "str", expected "int")  [return-value]
        + 2 errors, 0 warnings, 0 informations
        - 0 errors, 0 warnings, 0 informations
        - type: 'error',

        compiler.lint build_failure 78
        : found # error|errors
        : found # issue|issues
        : # issues
        : # issue s found
        : ^ # errors $
        : =MD0*
        : # error|errors # warning|warnings
        : # problems
        : # files|file would be left unchanged # would
        : would reformat
        : would be reformatted
        : oh no
        : your code has been rated
        : imports are incorrectly sorted
        : code style issues
        : run prettier
        : file ignored ... error
        : not formatted|gofmted
        : needs formatting
        : gofmt ... differ|diff
        : file is not ... formatted
        : fixable with the fix option
        : potentially fixable
        : offenses detected
        : # offense|offenses detected
        : # violation|violations found
        : # violations
        : checkstyle violations
        : you have # checkstyle|pmd|spotbugs violation|violations
        : format violations
        : =SC1*|SC2*
        : =DL3*|DL4*
        : =E999
        : =F401|F811|F821|F841|E501|W293|E302|E402
        : severity low|medium|high confidence
        : undefined name
        : imported but unused
        : lint found
        : lint errors|failed|failure
        : linting failed
        : lintvitalrelease
        : clippy ... error
        : no unused vars
        : ^ l # p #
        : error ... eslint
        : parsing error
        : vet ... printf
        : result of fmt
        : has arg ... of wrong type
        : missing rubocop
        : commitlint
        : found # linting errors
        : # files|file would fail to reformat
        : cannot format ... cannot parse
        : files were modified by this hook
        ! found 0
        ! 0 errors 0
        ! 0 problems
        ! # problems 0 errors
        ! 0 offenses|violations|issues
        ! no offenses|issues
        ! 0 error
        ! tests
        ! passed
        ! rated at 10
        > mend what the checker names, or let its fix option do it
        + app.py:1:1: F401 `os` imported but unused
        + 12 files inspected, 3 offenses detected, 2 offenses autocorrectable
        - 12 files inspected, no offenses detected

        compiler.import build_failure 82
        @ esbuild vite webpack rollup parcel tsup bun deno node npm npx pnpm yarn next nuxt astro expo metro wrangler
        : ^ could not resolve _ $
        : ^ could not resolve _ _ $
        : ^ could not resolve _ _ _ $
        ! could not resolve host|all|hostname|proxy|dependencies|dependency|authentication|requirements
        + ✘ [ERROR] Could not resolve "left-pad"
        + error: Could not resolve: "left-pad"
        - > Could not resolve all dependencies.

        compiler.bundle build_failure 82
        : could not resolve ... mark the path
        : failed to resolve import
        : failed to resolve entry
        : could not resolve entry module
        : module not found error
        : module not found can't resolve
        : module build failed
        : module parse failed
        : you may need an appropriate loader
        : build failed with #
        : error during build
        : errors during build
        : failed to compile
        : compiled with errors
        : compiled with problems
        : transform failed
        : ^ unexpected $
        : no loader is configured
        : is not exported by
        : does not provide an export named
        : export ... was not found in
        : could not load content for
        : postcss ... unknown word
        : sass ... error
        : undefined variable|mixin
        : expected ... stylesheet
        : prerendering error
        : error occurred prerendering page
        : latex error
        : undefined control sequence
        : emergency stop
        : fatal error occurred no output pdf
        : sphinx warnings treated
        : build finished with problems
        : broken link|links|reference|references
        : strict mode ... warnings
        : aborted with # warnings in strict mode
        : failed to load config from
        : bundle failed
        : build failed because of webpack errors
        : type error ... next build
        : failed to resolve ... from
        : failed|unable to resolve _ from _
        : failed to resolve _ _ _ from
        ! module not found in
        ! jest
        ! python
        ! go
        + ✘ [ERROR] Could not resolve "left-pad" You can mark the path "left-pad" as external
        + ! LaTeX Error: File `foo.sty' not found.
        - bundle of 3 modules, 0 errors

        compiler.resources build_failure 86
        : aapt|aapt2 error
        : resource|resources linking|compilation failed
        + ERROR: res/layout/main.xml:9: AAPT: error: resource string/titel (aka com.acme:string/titel) not found.
        + > Android resource linking failed
        - resource linking took 3 s
        """;
}
