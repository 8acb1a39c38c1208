namespace Holdfast.Failures;

/// <summary>
/// Mistakes of a program that its language reports as it runs: Python, Ruby, Perl, PHP, Lua, JavaScript, Java, Kotlin,
/// Scala, .NET, Go, Rust, Swift, Dart, Elixir, Erlang, Haskell, OCaml, R, Julia, C++.
/// </summary>
internal static class BugRules
{
    internal const string Text = """
        bug.python crash 74 any-line
        : unsupported operand type
        : object is not callable|subscriptable|iterable|reversible
        : object does not support item
        : has no attribute
        : list index out of range
        : string index out of range
        : tuple index out of range
        : pop from empty list
        : not enough values to unpack
        : too many values to unpack
        : can only concatenate
        : must be str not
        : takes # positional
        : missing # required positional
        : got an unexpected keyword argument
        : got multiple values for argument
        : generator already executing
        : referenced before assignment
        : cannot access local variable
        : name ... is not defined
        : zerodivisionerror
        : dictionary changed size during iteration
        : was never awaited
        : event loop is closed
        : eof when reading a line
        : a process in the process pool was terminated
        : terminated abruptly
        : brokenprocesspool
        ! module
        ! mypy
        ! error ts
        ! #: error
        ! warning
        + TypeError: unsupported operand type(s) for +: 'int' and 'str'
        + AttributeError: 'NoneType' object has no attribute 'group'
        - app.py:3: error: Module has no attribute "x"

        bug.script crash 76 any-line
        : can't call method
        : can't use an undefined value
        : can't use string ... as
        : not a hash|array|code reference
        : undefined subroutine
        : illegal division by zero
        : modification of a read only value
        : deep recursion
        : undefined method
        : undefined local variable or method
        : uninitialized constant
        : divided by 0
        : can't modify frozen
        : stack level too deep
        : wrong number of arguments given
        : no implicit conversion of
        : nil can't be coerced
        : call to undefined function|method
        : call to a member function
        : uncaught typeerror|referenceerror|rangeerror|argumentcounterror|divisionbyzeroerror|valueerror
        : must be of type ... given
        : division by zero in|attempted
        : attempt to index a
        : undefined near line #
        : contract violation
        : not a procedure
        : exception not_found|failure|invalid_argument|match_failure|stack_overflow|division_by_zero|end_of_file
        : attempt to call a
        : attempt to perform arithmetic on
        : attempt to compare
        : attempt to concatenate a
        : bad argument # to
        : object ... not found $
        : subscript out of bounds
        : nonconformant arguments|matrices
        : index ... out of bound
        : unknown procedure
        : can't read ... no such variable
        : undefvarerror|boundserror|methoderror
        ! there is no package
        ! cannot load such file
        ! =TS*
        ! could not find
        ! ^ err
        > correct the program at the line of its trace
        + Can't call method "process" on an undefined value at -e line 1.
        + awk: cmd. line:1: error: division by zero attempted
        + a.rb:3:in `f': undefined method `x' for nil:NilClass (NoMethodError)
        + Exception: Not_found.
        + lua: a.lua:1: attempt to index a nil value (global 'x')
        - error TS2339: undefined method on type

        bug.tcl crash 52 any-line
        : ^ while executing $
        + while executing
        +     while executing
        - while executing the plan, 3 rows were skipped

        bug.javascript crash 74 any-line
        : cannot read properties|property of
        : cannot read property _ of undefined|null
        : cannot set properties|property of
        : is not a function
        : is not iterable
        : is not a constructor
        : cannot access ... before initialization
        : assignment to constant variable
        : maximum call stack size exceeded
        : invalid array length
        : cannot destructure property
        : cannot convert undefined or null
        : converting circular structure
        : reduce of empty array
        : class constructor ... cannot be invoked
        : err_unhandled_rejection|err_unhandled_error
        ! error ts
        ! no undef
        ! name
        + TypeError: Cannot read properties of undefined (reading 'name')
        + TypeError: foo.bar is not a function
        - 2:38  error  'x' is not defined  no-undef

        bug.managed crash 72 any-line
        : nullpointerexception|arrayindexoutofboundsexception|stringindexoutofboundsexception
        : indexoutofboundsexception|classcastexception|arithmeticexception|illegalstateexception|nosuchelementexception
        : concurrentmodificationexception|unsupportedoperationexception|negativearraysizeexception
        : uninitializedpropertyaccessexception|kotlinnullpointerexception|notimplementederror|matcherror
        : nullreferenceexception|indexoutofrangeexception|keynotfoundexception|invalidcastexception
        : dividebyzeroexception|invalidoperationexception|notimplementedexception|argumentoutofrangeexception
        : objectdisposedexception|accessviolationexception|typeinitializationexception
        : object reference not set to an instance
        : sequence contains no elements
        : null check operator used on a null value
        : lateinitializationerror|latenitializationerror
        : stateerror|concurrentmodificationerror
        ! queue ... full
        ! held by
        ! when calling the
        ! unable to locate element
        ! address already in use
        + Exception in thread "main" java.lang.IllegalStateException: no lease
        + Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.
        - caught 3 exceptions of kind NullRef

        bug.native crash 76 any-line
        : index out of bounds
        : index out of range
        : slice bounds out of range
        : nil map
        : nil pointer
        : close of closed channel
        : send on closed channel
        : concurrent map writes|read|iteration
        : attempt to add|subtract|multiply with overflow
        : called option unwrap
        : called result unwrap
        : on a none value
        : on an err value
        : already borrowed|mutably
        : byte index ... is not a char boundary
        : internal error entered unreachable code
        : not yet implemented
        : unexpectedly found nil
        : double value cannot be converted
        : non exhaustive patterns
        : empty list $
        : divide by zero
        : callstack from hascallstack
        : irrefutable pattern failed
        : fatal error exception
        : functionclauseerror|matcherror|caseclauseerror|arithmeticerror|undefinedfunctionerror|badarityerror
        : no function clause matching
        : no case clause matching
        : no match of right hand side
        : terminating with uncaught exception
        : terminate called
        : std out_of_range|runtime_error|logic_error|length_error|invalid_argument
        : bad_optional_access|bad_variant_access|bad_function_call
        : std future_error
        : invalid memory address
        : misaligned pointer
        : thread sanitizer|threadsanitizer
        : undefinedbehaviorsanitizer
        : memory leak|leaks detected
        : detected memory leaks
        : heap use after free
        : stack buffer overflow
        : illegal hardware instruction
        : trap invalid opcode
        : wasm trap
        : unreachable executed
        ! #: error
        ! notfound
        ! bad_alloc
        ! connectionrefused
        + thread 'main' panicked at src/main.rs:2:5: index out of bounds: the len is 3 but the index is 9
        + ** (MatchError) no match of right hand side value: {:error, :enoent}
        - checked 3 bounds

        bug.classic crash 58
        : fortran runtime error
        : runtime error # at
        : run time error # at
        : error termination backtrace
        : above upper bound of
        : below lower bound of
        ! no such file
        ! cannot open
        + Fortran runtime error: Index '5' of dimension 1 of array 'x' above upper bound of 2
        + Runtime error 200 at $00000000004010BE
        - Fortran runtime error: Cannot open file 'none.dat': No such file or directory

        bug.read invalid_input 70
        : bad integer|real|logical|value|repeat for|during item|list|read|count
        : fortran runtime error end of file|record
        : runtime error 106 at
        : runtime error 6|201|103|104 at
        + Fortran runtime error: Bad integer for item 1 in list input
        + Runtime error 106 at $0000000000401087
        - Runtime error 200 at $00000000004010BE
        """;
}
