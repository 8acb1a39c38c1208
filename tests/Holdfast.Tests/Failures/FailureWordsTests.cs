using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Tests.Failures;

public sealed class FailureWordsTests
{
    [Fact]
    public void Every_value_has_a_word_of_its_own_and_comes_back_from_it()
    {
        foreach (var each in Enum.GetValues<FailureClass>())
        {
            Assert.True(FailureWords.TryParseClass(each.Word(), out var back) && back == each);
            Assert.NotNull(ForeignNames.Of(each));
        }

        foreach (var each in Enum.GetValues<Disposition>())
        {
            Assert.True(FailureWords.TryParseDisposition(each.Word(), out var back) && back == each);
        }

        foreach (var each in Enum.GetValues<EndedBy>())
        {
            Assert.True(FailureWords.TryParseEndedBy(each.Word(), out var back) && back == each);
        }

        foreach (var each in Enum.GetValues<Effect>())
        {
            Assert.True(EffectWords.TryParse(each.Word(), out var back) && back == each);
        }

        foreach (var each in Enum.GetValues<RecoveryStrategy>())
        {
            Assert.True(RecoveryWords.TryParse(each.Word(), out RecoveryStrategy back) && back == each);
        }

        foreach (var each in Enum.GetValues<DelayOrigin>())
        {
            Assert.True(RecoveryWords.TryParse(each.Word(), out DelayOrigin back) && back == each);
        }
    }

    /// <summary>Journals and scripts hold these words, so none may ever change.</summary>
    [Fact]
    public void The_words_are_those_that_files_hold()
    {
        Assert.Equal("rate_limited quota_exhausted connection unavailable timeout resource_contention "
            + "infrastructure_lost resource_exhausted auth permission not_found invalid_input build_failure "
            + "test_failure crash policy_denied dependency_conflict merge_conflict circuit_open incomplete "
            + "outcome_unknown cancelled unknown",
            string.Join(' ', Enum.GetValues<FailureClass>().Select(each => each.Word())));
        Assert.Equal("retry wait fall_back park hold fail stop",
            string.Join(' ', Enum.GetValues<Disposition>().Select(each => each.Word())));
        Assert.Equal("itself hard_timeout no_progress run_deadline output_bound cancel interrupt start_failed lost "
            + "usage_limit",
            string.Join(' ', Enum.GetValues<EndedBy>().Order().Select(each => each.Word())));
        Assert.False(FailureWords.TryParseDisposition("none", out var disposition));
        Assert.False(FailureWords.TryParseEndedBy("none", out var endedBy));
        Assert.False(FailureWords.TryParseClass("none", out var kind));
        Assert.Equal((Disposition.Fail, EndedBy.Itself, FailureClass.Unknown), (disposition, endedBy, kind));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((FailureClass)99).Word());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Disposition)99).Word());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((EndedBy)99).Word());
    }

    [Theory]
    [InlineData(true, Disposition.Wait, FailureClass.RateLimited, FailureClass.CircuitOpen)]
    [InlineData(true, Disposition.Retry, FailureClass.Connection, FailureClass.Unavailable, FailureClass.Timeout,
        FailureClass.ResourceContention, FailureClass.InfrastructureLost)]
    [InlineData(null, Disposition.Retry, FailureClass.Unknown)]
    [InlineData(null, Disposition.Hold, FailureClass.Incomplete, FailureClass.OutcomeUnknown)]
    [InlineData(null, Disposition.Stop, FailureClass.Cancelled)]
    [InlineData(false, Disposition.Park, FailureClass.QuotaExhausted)]
    [InlineData(false, Disposition.Fail, FailureClass.ResourceExhausted, FailureClass.Auth, FailureClass.Permission,
        FailureClass.NotFound, FailureClass.InvalidInput, FailureClass.BuildFailure, FailureClass.TestFailure,
        FailureClass.Crash, FailureClass.PolicyDenied, FailureClass.DependencyConflict, FailureClass.MergeConflict)]
    public void What_a_class_means_where_nothing_says_otherwise(
        bool? passes, Disposition disposition, params FailureClass[] classes) =>
        Assert.All(classes, each => Assert.Equal((each, passes, disposition), (
            each, FailureDefaults.Transient(each), FailureDefaults.DispositionOf(each))));

    [Fact]
    public void Every_class_says_what_a_person_can_do_unless_it_was_a_person_who_cancelled()
    {
        var said = Enum.GetValues<FailureClass>().Where(each => each != FailureClass.Cancelled)
            .Select(each => FailureDefaults.Remediation(each)).ToList();
        Assert.All(said, each => Assert.True(each?.Length > 20, each));
        Assert.Equal(said.Count, said.Distinct().Count());
        Assert.Null(FailureDefaults.Remediation(FailureClass.Cancelled));
    }

    [Theory]
    [InlineData("RateLimited")]
    [InlineData("RATE_LIMITED")]
    [InlineData("")]
    [InlineData(null)]
    public void SR11_other_spellings_are_no_words(string? word) =>
        Assert.False(FailureWords.TryParseClass(word, out _));

    [Theory]
    [InlineData(FailureClass.RateLimited, "BACKPRESSURE", "rate_limit", "Transport", "transient", "network_io")]
    [InlineData(FailureClass.Auth, "EXECUTION_ERROR", "runtime_auth", "Transport", "permanent", "permission_denied")]
    [InlineData(FailureClass.CircuitOpen, "CIRCUIT_OPEN", "circuit_open", "Execution", "transient", "unknown")]
    [InlineData(FailureClass.QuotaExhausted, "BACKPRESSURE", "rate_limit", "Transport", "transient", "network_io")]
    [InlineData(FailureClass.Connection, "CONNECTION_BOOTSTRAP", "transport", "Transport", "transient", "network_io")]
    [InlineData(FailureClass.Unavailable, "BACKPRESSURE", "transport", "Transport", "transient", "network_io")]
    [InlineData(FailureClass.Timeout, "TIMEOUT", "timeout", "Execution", "transient", "timeout")]
    [InlineData(FailureClass.ResourceContention, "EXECUTION_ERROR", "runtime_execution", "Io", "transient", "unknown")]
    [InlineData(FailureClass.InfrastructureLost, "EXECUTION_ERROR", "runtime_execution", "Execution", "transient",
        "unknown")]
    [InlineData(FailureClass.ResourceExhausted, "EXECUTION_ERROR", "runtime_execution", "Execution", "permanent",
        "unknown")]
    [InlineData(FailureClass.PolicyDenied, "POLICY_DENIED", "policy", "Other", "permanent", "permission_denied")]
    [InlineData(FailureClass.InvalidInput, "VALIDATION_FAILED", "configuration", "Manifest", "permanent", "unknown")]
    [InlineData(FailureClass.NotFound, "EXECUTION_ERROR", "configuration", "Manifest", "permanent", "missing_file")]
    [InlineData(FailureClass.Permission, "EXECUTION_ERROR", "runtime_setup", "Io", "permanent", "permission_denied")]
    [InlineData(FailureClass.TestFailure, "EXECUTION_ERROR", "runtime_execution", "Execution", "permanent",
        "assertion_failure")]
    [InlineData(FailureClass.BuildFailure, "EXECUTION_ERROR", "runtime_execution", "Execution", "permanent", "build")]
    [InlineData(FailureClass.Crash, "EXECUTION_ERROR", "runtime_execution", "Execution", "permanent", "panic")]
    [InlineData(FailureClass.DependencyConflict, "EXECUTION_ERROR", "runtime_setup", "Manifest", "permanent",
        "unknown")]
    [InlineData(FailureClass.MergeConflict, "EXECUTION_ERROR", "runtime_setup", "Manifest", "permanent", "unknown")]
    [InlineData(FailureClass.Incomplete, null, "checkpoint_incomplete", null, null, null)]
    [InlineData(FailureClass.OutcomeUnknown, "UNKNOWN", "runtime_execution", null, "manual intervention", "unknown")]
    [InlineData(FailureClass.Cancelled, null, "interrupted", null, null, null)]
    [InlineData(FailureClass.Unknown, "UNKNOWN", "runtime_execution", "Other", "unknown", "unknown")]
    public void Names_in_other_systems(
        FailureClass of, string? eight, string agent, string? pipeline, string? recovery, string? cause)
    {
        var names = ForeignNames.Of(of);
        var first = names.Pipeline is [var one, ..] ? one : null;
        Assert.Equal((eight, agent, pipeline, recovery, cause),
            (names.EightBucket, names.AgentRuntime, first, names.Recovery, names.RootCause));
    }

    [Fact]
    public void Another_system_tries_again_what_it_says_so_of()
    {
        FailureClass[] yes = [FailureClass.Connection, FailureClass.Timeout, FailureClass.RateLimited,
            FailureClass.Unavailable, FailureClass.ResourceContention, FailureClass.InfrastructureLost];
        FailureClass[] no = [FailureClass.Auth, FailureClass.Permission, FailureClass.TestFailure,
            FailureClass.BuildFailure, FailureClass.Crash];
        Assert.All(Enum.GetValues<FailureClass>(), each => Assert.Equal(
            yes.Contains(each) ? true : no.Contains(each) ? false : null, ForeignNames.Of(each).PipelineRetryable));
        Assert.Equal(["Manifest", "Marshaling", "Serialization"], ForeignNames.Of(FailureClass.InvalidInput).Pipeline);
        Assert.Equal(["Execution", "PythonVm", "Wasm"], ForeignNames.Of(FailureClass.Crash).Pipeline);
    }
}
