using Holdfast.Failures;

namespace Holdfast.Tests.Failures.Text;

/// <summary>Every header and every turn of phrase by which a wait is told, every month and every day.</summary>
public sealed class ToldWordsTests
{
    private static DateTimeOffset Now => TestData.Now;

    [Fact]
    public void A_header_has_a_unit_of_its_own_and_words_name_theirs()
    {
        foreach (var key in ("retry-after-ms retry_after_ms retryDelayMs retry_delay_ms retryAfterMs retry-after "
            + "retry_after retryAfter retryDelay retry_delay resets_in_seconds reset_seconds resets_at reset_at "
            + "resetsAt resetAt requests-reset tokens-reset unified-reset ratelimit-reset ratelimit_reset "
            + "rate-limit-reset reset_time quotaResetTimeStamp quotaResetDelay").Split(' '))
        {
            var unit = key.EndsWith("ms", StringComparison.OrdinalIgnoreCase) ? 0.001 : 1;
            Assert.Equal((key, 20 * unit), (key, ToldDelayReader.Read($"x-{key}: 20", Now)?.After?.TotalSeconds));
            Assert.Null(ToldDelayReader.Read($"{key}: soon", Now, out var unused));
            Assert.Equal($"\"{key}: soon\" can be read neither as a wait nor as a time", unused);
        }

        foreach (var words in ("try again in|try again after|try again at|try again on|retry in|retry at|please wait"
            + "|wait for|wait at least|available in|available again at|available again in|reset in|reset after"
            + "|reset at|resets|resets in|resets at|resets on|will reset|regain access on|regain access at").Split('|'))
        {
            Assert.Equal((words, 20.0), (words, ToldDelayReader.Read($"{words} 20 s", Now)?.After?.TotalSeconds));
            Assert.Null(ToldDelayReader.Read($"{words} 20", Now, out var unused));
            Assert.Equal($"\"{words} 20\" names no unit", unused);
            Assert.Null(ToldDelayReader.Read($"{words}: soon", Now, out unused));
            Assert.Null(unused);
        }

        Assert.Null(ToldDelayReader.Read("retry after: soon", Now, out var none));
        Assert.Null(none);
        Assert.Null(ToldDelayReader.Read("until: soon", Now, out none));
        Assert.Null(none);
    }

    [Fact]
    public void Every_month_and_every_day_is_known_by_its_name()
    {
        foreach (var month in "January February March April May June July August September October November December"
            .Split(' '))
        {
            foreach (var name in new[] { month, month[..3], month[..3].ToUpperInvariant() })
            {
                var year = month is "November" or "December" ? 2026 : 2027;
                var expected = DateTimeOffset.Parse($"21 {month} {year} 15:00Z");
                Assert.Equal(expected, ToldDelayReader.Read($"resets {name} 21, 3pm (UTC)", Now)?.Until);
                Assert.Equal(expected, ToldDelayReader.Read($"try again on {name} 21, {year} 15:00", Now)?.Until);
            }
        }

        for (var day = Now.AddDays(1); day < Now.AddDays(8); day = day.AddDays(1))
        {
            Assert.Equal(day, ToldDelayReader.Read($"Retry-After: {day:r}", Now)?.Until);
            Assert.Equal(day, ToldDelayReader.Read(FormattableString.Invariant(
                $"Retry-After: {day:dddd, dd-MMM-yy HH:mm:ss} GMT"), Now)?.Until);
            Assert.Equal(day, ToldDelayReader.Read(FormattableString.Invariant(
                $"Retry-After: {day:ddd MMM d HH:mm:ss yyyy}"), Now)?.Until);
        }
    }
}
