namespace Holdfast.Failures;

/// <summary>Failing tests and assertions.</summary>
internal static class TestRules
{
    internal const string Text = """
        test.summary test_failure 90
        : # failed # passed
        : # failed in
        : tests # failed
        : test files # failed
        : test result =FAILED
        : tests run # failures # errors
        : # test|tests failed
        : # examples # failures
        : failed # passed # skipped
        : ^ =FAILED failures
        : ^ =FAILED errors
        : test run failed
        : the following tests =FAILED
        : errors while running ctest
        : there are test failures
        : ^ test failed $
        : ^ testing failed $
        : xctassert* failed
        : xctfail
        : failure in test _
        : configured to fail if
        : # failing
        : total tests failed
        : failing tests
        : there was|were # failure|failures
        : ^ failures $
        : # specs # failures
        : ^ failed failed # passed
        : no plan found in tap output
        : ^ result fail $
        : looks like you failed # test|tests
        ! 0 failed
        ! tests run # failures 0 errors 0
        ! # examples 0 failures
        ! 0 tests failed
        ! failed 0 passed
        ! tests 0 total
        ! 0 failing
        ! 0 test failed
        ! 0 failures
        > look at the first failing test
        + 1 failed, 1 passed in 0.02s
        + test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
        + Tests:       1 failed, 1 total
        + Parse errors: No plan found in TAP output
        - Passed! - Failed: 0, Passed: 131, Skipped: 0
        - Tests:       0 total

        test.line test_failure 80
        : ^ =FAILED _
        : ^ =FAIL _
        : =FAIL =Test*
        : test failed
        : ^ not ok #
        : =FAIL #
        ! ^ =FAILED $
        ! is|are required|missing|needed
        ! timeout|timed|out waiting
        ! command not found
        ! no ... given
        ! failed to|source|load
        ! build failed
        ! suite failed to run
        ! configuration file
        ! parsing|parse
        ! yaml|json|toml
        ! to run
        + --- FAIL: TestConnectionTimeout (0.00s)
        + FAILED test_app.py::test_msg - AssertionError: assert 'Error: conne'
        - ok 1 - adds two numbers

        test.assertion test_failure 76
        : assertionerror
        : assertionfailederror
        : assertion failed
        : assert failed
        : assertion ... failed
        : expect received
        : assert equal* failure
        : xunit sdk
        : should be equal
        : comparisonfailure
        : expectation failed
        : panicked at assertion
        : failed assertion
        : not equal expected
        : expected # got #
        ! parser
        ! unexpected
        ! syntax
        ! aborted core
        ! jsonschema
        ! token
        + AssertionError: expected 3 to be 4
        + assertion `left == right` failed: 0 != 5
        - asserting ownership of the lock

        test.dotnet test_failure 82
        : ^ failed ... ms
        : error message assert
        : failed ... total
        : =Failed =FAIL
        ! failed 0 passed
        ! 0 failed
        ! failed to
        ! job
        +   Failed ErrorTests.Maps [3 ms]
        + Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3
        - Passed!  - Failed:     0, Passed:     3, Skipped:     0, Total:     3
        """;
}
