namespace Holdfast.Failures.Ends;

/// <summary>
/// What programs print when their own run failed. By these lines alone a run is told that failed although what was
/// seen is the exit code of something behind it: <c>make | tee build.log</c>, a later command of a script.
/// </summary>
/// <remarks>
/// A row names programs, which of their lines (<c>any</c>, or the <c>last</c> one that is not blank) and what it
/// contains; <c>^</c>: opens with, <c>…</c>: something between. <c>#</c> stands for a number other than 0. Only what
/// the program says of the whole run belongs here: not a warning, not an error that it may have got over.
/// </remarks>
internal static class EndPhrases
{
    internal const string Text = """
        pytest : last ^# failed : last ^# error
        unittest python python3 : last ^FAILED (
        python python3 : last python3: No module named : last python: No module named
        python python3 : last python3: can't open file : last python: can't open file
        jest vitest npm npx yarn pnpm bun : any ^Tests: # failed : any ^Tests # failed : any ^Test Files # failed
        jest : any ^Test Suites: # failed
        mocha npm npx yarn pnpm : any ^# failing
        rspec : any examples, # failure : any example, # failure
        phpunit : any ^FAILURES! : any ^ERRORS!
        ctest : any ^The following tests FAILED:
        go : last ^go: cannot : last ^go: no : last ^go: unknown : last ^go: module : last ^stat …: directory not found
        go : last ^FAIL : last ^exit status # : last ^./ : last ^vet: ./
        cargo rustc rust : any ^error: could not compile : any ^error[E : any ^test result: FAILED : last ^error:
        cargo rustc rust : outlast ^note: run with `RUST_BACKTRACE=
        dotnet msbuild csc : any ^Build FAILED. : any : error CS : any : error MSB : any : error NU : any : error FS
        dotnet : any ^Failed! - Failed: # : any ^Unhandled exception.
        java : any ^Error: Could not find or load main class : any ^Error: Unable to access jarfile
        java kotlin scala : any ^Exception in thread "main"
        javac kotlinc : any : error:
        maven mvn : any BUILD FAILURE : last ^[ERROR]
        gradle : any ^BUILD FAILED : any ^FAILURE: Build failed
        npm npx : any ^npm error code : any ^npm ERR! code : last ^npm error : last ^npm ERR!
        yarn pnpm : any ^ERR_PNPM_ : last ^error Command failed
        tsc npm npx yarn pnpm : any error TS
        composer : any ^Your requirements could not be resolved
        vite npm npx yarn pnpm : any ^error during build:
        eslint npm npx yarn pnpm : any problems (# error : any problem (# error
        webpack npm npx yarn pnpm : any compiled with # error : any ^ERROR in
        gcc g++ cc c++ clang clang++ : any : error: : any : fatal error: : any ld returned # exit status
        make gmake cmake ninja : any ^make: *** : any ^gmake: *** : any ^make[#]: *** : any ^gmake[#]: ***
        cmake : any ^CMake Error
        ninja cmake : any ^ninja: build stopped
        ruby : outlast :in `<main>' : outlast :in '<main>' : any : syntax error,
        php : any ^PHP Fatal error: : any ^Fatal error: Uncaught : any ^PHP Parse error: : any ^Parse error:
        perl : any aborted due to compilation errors : any ^BEGIN failed--
        node nodejs tsx ts-node openai-api anthropic-api google-genai : last ^Node.js v
        tar bash sh : any ^tar: Exiting with failure status : any ^tar: Error is not recoverable
        rsync bash sh : any ^rsync error:
        terraform tofu terragrunt : any ^Error: : any ^│ Error:
        kubectl oc : last ^The connection to the server : last ^Unable to connect to the
        kubectl oc : errlast ^Error from server : errlast ^error:
        helm : last ^Error:
        psql : err ^ERROR: : any ^psql: error: : any ^psql: FATAL: : any ^psql:…: ERROR:
        pg_dump pg_dumpall pg_restore bash sh : any ^pg_dump: error: : any ^pg_dumpall: error: : any ^pg_restore: error:
        mysqldump mysql mariadb bash sh : any ^mysqldump: Got error: : any ^mysqldump: Error : any ^mariadb-dump: Got
        mysql mariadb : last ^ERROR # (
        sqlite3 sqlite : err ^Error: : err ^Parse error : err ^Runtime error : any ^Error near line
        docker podman : last ^Cannot connect to the Docker : last ^Error response from daemon : last ^docker: Error
        docker podman : last ^ERROR: failed to
        ssh scp sftp : last ^ssh: : last ^Host key verification failed : errlast Permission denied (
        ssh scp sftp : last ^kex_exchange
        ssh scp sftp : last ^Connection closed by : last ^Connection reset by : last ^Received disconnect from
        git : last ^fatal: : last ^error: failed to push : last ^Automatic merge failed
        git : last ^and the repository exists.
        ansible ansible-playbook : any : ok=…unreachable=# : any : ok=…failed=#
        wget : last ERROR #: : last failed: Connection refused. : last ^wget: unable to resolve
        aws aws-cli : last ^An error occurred ( : last ^aws: error: : last ^Could not connect to the endpoint
        aws aws-cli : last ^Unable to locate credentials
        """;
}
