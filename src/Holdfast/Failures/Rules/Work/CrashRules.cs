namespace Holdfast.Failures;

/// <summary>Signals, panics, unhandled exceptions.</summary>
internal static class CrashRules
{
    internal const string Text = """
        crash.signal crash 86 any-line
        : segmentation fault
        : sigsegv
        : sigabrt
        : sigbus
        : sigill
        : sigfpe
        : bus error
        : illegal instruction
        : floating point exception
        : stack smashing detected
        : double free
        : free invalid pointer
        : corrupted size
        : malloc ... corrupted
        : heap corruption
        : access violation
        : buffer overflow detected
        : heap buffer overflow
        : addresssanitizer
        : shadow byte legend
        : =ABORTING $
        : signal 11|6|7|4|8
        : unexpected signal code 11|6|7|4|8
        : test host process crashed
        : fatal python error
        : stack overflow
        : stackoverflowerror
        : rangeerror maximum call stack size exceeded
        : recursionerror
        : maximum recursion depth exceeded
        : all goroutines are asleep
        : runtime error invalid memory address
        : nil pointer dereference
        : terminate called
        : pure virtual method called
        : process terminated
        : fatal error in native
        : internal compiler error
        : sigtrap
        : trace breakpoint trap
        : a fatal error has been detected by the java runtime
        : unexpectedly found nil while
        : fatal error array index is out
        : fatal error index out of range
        : fatal error division by zero
        ! program received signal
        ! fixture
        ! heap out of memory
        ! terminated by signal 15
        ! bad_alloc
        > look at the stack or core of the crash
        + Segmentation fault (core dumped)
        + *** stack smashing detected ***: terminated
        + fatal error: all goroutines are asleep - deadlock!
        - handled 11 signals

        crash.memcheck crash 72 any-line
        : invalid read|write of size
        : conditional jump or move depends on uninitialised
        : use of uninitialised value of size
        : invalid free
        : definitely lost # bytes
        : mismatched free
        ! # bytes in 0 blocks
        ! lost 0 bytes
        > correct the place that the first frame under the line names
        + ==21129== Invalid read of size 4
        + ==914== Conditional jump or move depends on uninitialised value(s)
        - ==914==    definitely lost: 0 bytes in 0 blocks

        crash.child crash 84 any-line
        : forked vm terminated without
        : vm crash or system exit called
        : the crashed tests|test
        : crashed tests $
        : worker process ... crashed
        : child process ... crashed
        : test runner ... crashed
        : daemon disappeared unexpectedly
        > look at what the child printed last, or at its core
        + The forked VM terminated without properly saying goodbye. VM crash or System.exit called?
        + Gradle build daemon disappeared unexpectedly (it may have been killed or may have crashed)
        - the child process is up, 4 uploads done

        crash.killed crash 48
        : signal killed $
        : killed by signal 9 $
        : terminated by signal 9|sigkill $
        > see who ended it: a limit of memory or time, or a person
        + exec: signal: killed
        + worker 3 was terminated by signal 9
        - Error running command 'sleep 8': signal: killed. Output:

        crash.lisp crash 82 any-line
        : unhandled type error in thread
        : unhandled simple error in thread
        : unhandled undefined function in thread
        : unhandled unbound variable in thread
        : unhandled division by zero in thread
        : unhandled ... index too large error in thread
        + Unhandled TYPE-ERROR in thread #<SB-THREAD:THREAD "main thread" RUNNING
        + Unhandled SIMPLE-ERROR in thread #<SB-THREAD:THREAD "main thread" RUNNING
        - Unhandled SB-INT:SIMPLE-FILE-ERROR in thread #<SB-THREAD:THREAD "main thread" RUNNING

        crash.core crash 70 any-line
        : core dumped
        : ^ abort trap
        : ^ trace breakpoint trap
        + Aborted (core dumped)
        + Abort trap: 6
        - core 3 is idle

        crash.panic crash 70 any-line
        : panicked at
        : ^ panic
        : panic runtime error
        : thread ... panicked
        : goroutine # running
        : kernel panic
        ! assertion
        ! left right
        ! assert
        ! panic 0
        + thread 'main' panicked at src/main.rs:4:5:
        + panic: runtime error: index out of range [5] with length 3
        - don't panic, it works

        crash.exception crash 56 any-line
        : unhandled exception
        : unhandled rejection
        : unhandled promise rejection
        : unhandledpromiserejectionwarning
        : uncaught *Exception|*Error
        : fatal error uncaught
        : exception in thread
        : unhandled error event
        : an unexpected critical error
        : unexpected critical error occurred
        : unexpected error occurred
        : internal error please report
        : terminating due to uncaught
        ! address already in use
        ! memcache
        + Unhandled exception. System.InvalidOperationException: no lease
        + Exception in thread "main" java.lang.IllegalStateException: x
        - no exceptions were thrown

        crash.script crash 44 any-line
        : ^ typeerror
        : ^ referenceerror
        : ^ nameerror
        : ^ attributeerror
        : ^ keyerror
        : ^ indexerror
        : ^ zerodivisionerror
        : ^ rangeerror
        : ^ unboundlocalerror
        : ^ assertionerror
        : nomethoderror
        : nullpointerexception
        : nullreferenceexception
        : arrayindexoutofboundsexception
        : indexoutofrangeexception
        : keynotfoundexception
        : invalidcastexception
        : illegalstateexception
        : classcastexception
        : ^ runtimeerror
        + TypeError: Cannot read properties of undefined (reading 'name')
        + KeyError: 'customer_id'
        - types: error, warning

        crash.node crash 54 any-line
        : ^ node js* v*
        : throw er $
        : throw err $
        + Node.js v20.20.2
        + Node.js v18.19.0
        - Using Node.js v20 from the cache

        crash.traceback crash 54 any-line
        : ^ traceback most recent call last
        : ^ goroutine # _
        : stack trace $
        : ^ stack traceback $
        ! option
        + Traceback (most recent call last):
        + goroutine 1 [chan receive]:
        - ERROR Traceback is attached below

        crash.ruby crash 44
        @ ruby rake bundle bundler rails rspec
        : runtimeerror|standarderror|fatal $
        > the message says what went wrong
        + a.rb:1:in `<main>': boom (RuntimeError)
        + lib/x.rb:9:in `run': no such thing (StandardError)
        - rescued a RuntimeError in line 9

        crash.halted crash 40
        : ^ =Execution halted $
        > what R says before it is the cause
        + Execution halted
        + Execution halted.
        - Execution halted the timer
        """;
}
