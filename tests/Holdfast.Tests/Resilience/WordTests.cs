using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Resilience;

/// <summary>The words that plans, journals and answers are written in: another one could not be read back.</summary>
public sealed class WordTests
{
    [Fact]
    public void Strategies_and_origins_keep_their_words()
    {
        Assert.Equal(
            ["retry", "wait", "park", "fall_back", "hold", "reconcile", "fail", "stop"],
            Enum.GetValues<RecoveryStrategy>().Select(each => each.Word()));
        Assert.Equal(
            ["none", "computed", "told", "throttle", "probe", "breaker", "budget"],
            Enum.GetValues<DelayOrigin>().Select(each => each.Word()));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((RecoveryStrategy)99).Word());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DelayOrigin)99).Word());
    }

    [Fact]
    public void Effects_and_what_breakers_say_keep_their_words()
    {
        Assert.Equal(
            ["repeatable", "keyed", "reconcile", "once"], Enum.GetValues<Effect>().Select(each => each.Word()));
        Assert.Equal(
            ["closed", "open", "half_open"], Enum.GetValues<BreakerState>().Select(each => each.Word()));
        Assert.Equal(
            ["success", "failure", "trip", "half_open", "recover", "short_circuit", "reset"],
            Enum.GetValues<BreakerEventKind>().Select(each => each.Word()));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Effect)99).Word());
    }

    [Fact]
    public void Every_word_is_read_back()
    {
        Assert.All(
            Enum.GetValues<RecoveryStrategy>(),
            each => Assert.True(RecoveryWords.TryParse(each.Word(), out RecoveryStrategy read) && read == each));
        Assert.All(
            Enum.GetValues<DelayOrigin>(),
            each => Assert.True(RecoveryWords.TryParse(each.Word(), out DelayOrigin read) && read == each));
        Assert.All(
            Enum.GetValues<Effect>(),
            each => Assert.True(EffectWords.TryParse(each.Word(), out var read) && read == each));
        Assert.All(
            Enum.GetValues<BreakerState>(),
            each => Assert.True(BreakerWords.TryParse(each.Word(), out BreakerState read) && read == each));
        Assert.All(
            Enum.GetValues<BreakerEventKind>(),
            each => Assert.True(BreakerWords.TryParse(each.Word(), out BreakerEventKind read) && read == each));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Retry")]
    [InlineData("unknown")]
    public void A_word_that_is_none_is_not_read(string? word)
    {
        Assert.False(RecoveryWords.TryParse(word, out RecoveryStrategy strategy));
        Assert.False(RecoveryWords.TryParse(word, out DelayOrigin origin));
        Assert.False(EffectWords.TryParse(word, out var effect));
        Assert.False(BreakerWords.TryParse(word, out BreakerState _));
        Assert.False(BreakerWords.TryParse(word, out BreakerEventKind _));
        // What stands there then starts nothing by itself.
        Assert.Equal((RecoveryStrategy.Fail, DelayOrigin.None, Effect.Repeatable), (strategy, origin, effect));
    }
}
