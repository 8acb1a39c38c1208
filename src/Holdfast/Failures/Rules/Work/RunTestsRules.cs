namespace Holdfast.Failures;

/// <summary>
/// More test runners, by the lines in which each says that tests failed: pytest, unittest, nose, tox, JUnit, TestNG,
/// Surefire, Gradle, ScalaTest, xUnit, NUnit, MSTest, TUnit, go test, cargo test, nextest, ctest, GoogleTest, Catch2,
/// doctest, RSpec, minitest, Cucumber, Jest, Vitest, Mocha, AVA, node:test, TAP, Playwright, Cypress, Karma, PHPUnit,
/// Pest, Behat, ExUnit, EUnit, Common Test, bats, Bazel, swift test, XCTest, flutter test, deno, bun, k6, Robot.
/// </summary>
internal static class RunTestsRules
{
    internal const string Text = """
        tests.count test_failure 91
        : # failed # passed|skipped|warnings|deselected|error|errors|xfailed|pending|total
        : # passed # failed
        : failed failures
        : ^ =FAILED failures|errors
        : tests run # failures # errors
        : tests run # failed
        : total # failed #
        : failed # passed
        : there are failing tests
        : there are test failures
        : there were failing tests
        : there were test failures
        : there was|were # failure|failures|error|errors
        ! compiling
        : tests completed # failed
        : # tests # failures
        : # runs # assertions # failures
        : # tests|test # assertions # failures
        : tests # assertions # failures
        : # examples|example # failure|failures
        : # scenarios|scenario # failed
        : # steps|step # failed
        : # features|feature # failed
        : # of # tests|specs|suites failed
        : # of # failed
        : # test|tests failed
        : # tests # failing
        : # failing $
        : ^ # failed $
        : ^ # failure|failures|failed|error|errors in #
        : # doctests # failures
        : tests failed|failing
        : test files # failed
        : suites # failed
        : tests # failed
        : # =FAILED =TEST|TESTS
        : =FAILED # tests|test
        : test result =FAILED
        : test run failed
        : executed # tests with # failure|failures
        : executed # out of # tests # fails|fail
        : fails locally
        : =FAILURES tests
        : ^ fail #
        : ^ # fail $
        : not ok #
        : # expectations failed
        : failed tests
        : failed scenarios|examples|specs
        : failures detected
        : thresholds on metrics ... have been crossed
        : some thresholds have failed
        : coverage ... less than
        : coverage failure
        : coverage threshold
        : required test coverage of ... not reached
        : does not meet ... threshold
        : failed to meet ... coverage
        : # snapshots|snapshot failed|obsolete|written failed
        : summary # failed
        : # successes|passes|success # failure|failures # error|errors
        : false actual #
        ! 0 failed
        ! failed 0
        ! 0 failures
        ! tests run # failures 0 errors 0
        ! failures 0 skipped
        ! 0 failing
        ! 0 tests failed
        ! tests 0 total
        ! 0 fail
        ! fail 0
        ! 0 fails
        ! job|jobs
        ! restore
        ! to restore
        ! build step
        ! retry
        ! attempt
        ! attempts
        ! packages
        ! exit
        ! step|stage|phase|task|part # of
        > look at the first failing test
        + Tests: 3, Assertions: 4, Failures: 1.
        + 10 runs, 12 assertions, 1 failures, 0 errors, 0 skips
        + [  FAILED  ] 2 tests, listed below:
        + 5 tests completed, 2 failed
        - Tests run: 3, Failures: 0, Errors: 0, Skipped: 0

        tests.expected test_failure 58
        : expected ... but was|got|found|received
        : expected ... received
        : expected ... actual
        : expected ... got
        : actual ... expected
        : alertname ... time
        : received ... expected
        ! ninja
        ! invalid input
        ! invalid_type|invalid_value
        ! token|argument|arguments|args|type
        ! schema|checksum|sha256|digest|hash
        ! eof|end
        ! runtimeerror
        ! syntax
        ! parse
        ! json|yaml|toml|xml
        ! binary incompatibility
        ! size changed
        ! moved since
        + Expected 4 but got 5
        + expected: "a", actual: "b"
        - "message": "Invalid input: expected number, received undefined"
        - numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from PyObject

        tests.one test_failure 82
        : ^ =FAIL _
        : ^ =FAILED _
        : =FAIL =Test*
        : test ... =FAILED
        : error test failed
        : test failed to rerun
        : ^ not ok #
        : failures _
        : ^ # test _
        : ^ failure _ =Test*
        : org opentest4j
        : comparisonfailure
        : nunit ... assertionexception
        : xunit sdk
        : shouldly ... exception
        : expected ... to equal|have|contain|match|throw|include
        : to equal|be received
        : assert_eq|assert_ne failed
        : assertion ... failed left
        : left right
        : assert failed
        : assertion with == failed
        : assertionerror
        : assertionfailederror
        : expectationfailed
        : expectationnotmeterror
        : expect ... failed
        : err_assertion
        : exceptions are unequal
        : failed asserting that
        : value of ... expected
        : timed out retrying after
        : exceeded timeout of # ms for a
        : test timed out in|after
        : test timeout of # ms exceeded
        : timeout of # ms exceeded ... done
        : ensure ... done is called
        : async callback was not invoked within
        : snapshot ... mismatched|failed
        : screenshot comparison failed
        : # pixels ... are different
        : check failure stack trace
        ! parser
        ! syntax
        ! aborted core
        ! jsonschema
        ! token
        ! parse
        ! unmarshal
        ! yaml
        ! parsing
        ! end of
        ! argument|arguments|args
        ! type
        ! schema
        ! checksum|sha256|digest|hash
        ! build failed
        ! ^ =FAILED $
        ! suite failed to run
        ! task
        ! restore
        ! is|are|not required|missing|needed|installed
        ! timeout|timed|out waiting
        ! command not found
        ! no ... given
        ! outside of examples
        ! failed to
        + AssertionError: expected 3 to equal 4
        + CypressError: Timed out retrying after 4000ms: Expected to find element: `#go`, but never found it.
        + Failed asserting that 4 matches expected 5.
        - ok 1 - adds two numbers
        """;
}
