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
    [InlineData(FailureClass.Unknown, "UNKNOWN", "runtime_execution", "Other", "unknown", "unknown")]
    public void Names_in_other_systems(
        FailureClass of, string eight, string agent, string pipeline, string recovery, string cause)
    {
        var names = ForeignNames.Of(of);
        Assert.Equal((eight, agent, pipeline, recovery, cause),
            (names.EightBucket, names.AgentRuntime, names.Pipeline[0], names.Recovery, names.RootCause));
    }
}
