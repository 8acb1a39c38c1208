using FsCheck;
using FsCheck.Fluent;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

public sealed class ToldDelayTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Rate limit reached. Please try again in 20s.", 20)]
    [InlineData("try again in 1m2.5s", 62.5)]
    [InlineData("Please try again in 450ms", 0.45)]
    [InlineData("retry after 30 seconds", 30)]
    [InlineData("too many requests; wait 45 sec", 45)]
    [InlineData("come back in 10 minutes", 600)]
    [InlineData("retry in 00:01:30", 90)]
    [InlineData("resets in 1:02:03", 3723)]
    [InlineData("available in 2:05.", 125)]
    [InlineData("Please retry after 30 seconds.", 30)]
    [InlineData("please wait 2 minutes", 120)]
    [InlineData("Please wait 45 seconds before trying again", 45)]
    [InlineData("resets in 2 hours 5 minutes", 7500)]
    [InlineData("try again in 1 hour and 30 minutes", 5400)]
    [InlineData("Retry-After: 120", 120)]
    [InlineData("retry-after-ms: 1500", 1.5)]
    [InlineData("{\"retry-after\":\"120\"}", 120)]
    [InlineData("\"retryDelay\":\"34s\"", 34)]
    [InlineData("\"retryDelay\": \"34.074824224s\"", 34.0748242)]
    [InlineData("x-ratelimit-reset-tokens: 1m2.5s", 62.5)]
    [InlineData("x-ratelimit-reset-requests: 90", 90)]
    [InlineData("{\"resets_in_seconds\":9000}", 9000)]
    [InlineData("quotaResetDelay: 539.477544ms", 0.5394775)]
    [InlineData("retry after 3,5 s", 3.5)]
    [InlineData("try again in 0,250 seconds", 0.25)]
    [InlineData("try again in 1,500 ms", 1.5)]
    [InlineData("please wait 1.500,5 seconds", 1500.5)]
    [InlineData("please wait 1,500.5 seconds", 1500.5)]
    [InlineData("try again in 1 hour, 30 minutes", 5400)]
    [InlineData("Please try again in 6m0s.", 360)]
    [InlineData("x-ratelimit-reset-requests: 6m0s", 360)]
    [InlineData("x-ratelimit-reset-after: 12.5", 12.5)]
    [InlineData("RateLimit-Reset: 30", 30)]
    [InlineData("Retry-After: 120, 120", 120)]
    [InlineData("retry_delay { seconds: 34 nanos: 5 }", 34)]
    [InlineData("retry_delay {\n  seconds: 34\n}", 34)]
    [InlineData("\"quotaResetDelay\": \"3h12m5.5s\"", 11525.5)]
    [InlineData("Your quota will reset after 12h30m5s.", 45005)]
    [InlineData("\"retry-after\":[\"17\"]", 17)]
    [InlineData("Try again in 2 days 3 hours 5 minutes.", 183900)]
    [InlineData("retryDelayMs=250", 0.25)]
    [InlineData("retry_after_ms: 250", 0.25)]
    [InlineData("retry_delay_ms: 250", 0.25)]
    [InlineData("retryAfterMs: 250", 0.25)]
    [InlineData("retry_after=8", 8)]
    [InlineData("reset_seconds: 8", 8)]
    [InlineData("rate-limit-reset: 8", 8)]
    [InlineData("x_ratelimit_reset: 8", 8)]
    [InlineData("x-ratelimit-requests-reset: 8", 8)]
    [InlineData("x-ratelimit-tokens-reset: 8", 8)]
    [InlineData("x-ratelimit-unified-reset: 8", 8)]
    [InlineData("reset_time: 8", 8)]
    [InlineData("resets_at: 8", 8)]
    [InlineData("reset_at=8", 8)]
    [InlineData("resetsAt: 8", 8)]
    [InlineData("resetAt: 8", 8)]
    [InlineData("\"retryDelay\": 8", 8)]
    [InlineData("retryDelayMs: 8000", 8)]
    [InlineData("retryDelaySeconds: 8", 8)]
    [InlineData("quotaResetTimeStamp: 8", 8)]
    [InlineData("try again on 8 s", 8)]
    [InlineData("retry after 8", 8)]
    [InlineData("available in 8 sec", 8)]
    [InlineData("available again in 8 secs", 8)]
    [InlineData("retry in 8 second", 8)]
    [InlineData("wait for 2 min", 120)]
    [InlineData("wait at least 2 mins", 120)]
    [InlineData("try again after 1 minute", 60)]
    [InlineData("reset in 1 hr", 3600)]
    [InlineData("reset after 2 hrs", 7200)]
    [InlineData("resets in 1h", 3600)]
    [InlineData("resets in 1d", 86400)]
    [InlineData("resets in 1 week", 604800)]
    [InlineData("resets in 2 weeks", 1209600)]
    [InlineData("resets in 2w", 1209600)]
    [InlineData("try again in 500 msec", 0.5)]
    [InlineData("try again in 500 millis", 0.5)]
    [InlineData("try again in 1 millisecond", 0.001)]
    [InlineData("try again in 500 milliseconds", 0.5)]
    [InlineData("try again in about another 20 seconds", 20)]
    [InlineData("TRY AGAIN IN 20 SECONDS", 20)]
    [InlineData("try again in 12,345,678 ms", 12345.678)]
    [InlineData("try again in 5m 3 workers", 300)]
    [InlineData("Retry-After: 31622400", 31622400)]
    [InlineData("Retry-After: 0", 0)]
    [InlineData("{\"retry_after\": 8.5}", 8.5)]
    [InlineData("retry_delay: { seconds: 34 }", 34)]
    [InlineData("x-ratelimit-remaining-requests: 9\nx-ratelimit-remaining-tokens: 0\n"
        + "x-ratelimit-reset-requests: 1s\nx-ratelimit-reset-tokens: 6m0s", 360)]
    public void A_relative_wait_is_read(string text, double seconds)
    {
        var told = ToldDelayReader.Read(text, Now);
        Assert.NotNull(told);
        Assert.Null(told.Until);
        Assert.Equal(seconds, told.After!.Value.TotalSeconds, 5);
    }

    [Theory]
    [InlineData("Retry-After: Fri, 20 Nov 2026 12:05:00 GMT", "2026-11-20T12:05:00Z")]
    [InlineData("x-ratelimit-reset: 1795176300", "2026-11-20T12:05:00Z")]
    [InlineData("x-ratelimit-reset: 1795176300000", "2026-11-20T12:05:00Z")]
    [InlineData("retry-after: 1795176300", "2026-11-20T12:05:00Z")]
    [InlineData("resets at 2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z")]
    [InlineData("retry at 00:01:30", "2026-11-21T00:01:00Z")]
    [InlineData("tokens-reset: x\nresets_at\":\"2026-11-21T00:00:00+01:00\"", "2026-11-20T23:00:00Z")]
    [InlineData("You will regain access on 2026-12-01 at 00:00 UTC.", "2026-12-01T00:00:00Z")]
    [InlineData("You've hit your limit · resets 3pm (Europe/Berlin)", "2026-11-20T14:00:00Z")]
    [InlineData("5-hour limit reached ∙ resets 10am (UTC)", "2026-11-21T10:00:00Z")]
    [InlineData("limit will reset at 15:30 UTC", "2026-11-20T15:30:00Z")]
    [InlineData("try again at Nov 21st, 2026 3:05 PM.", "2026-11-21T15:05:00Z")]
    [InlineData("{\"resets_at\":1795176300}", "2026-11-20T12:05:00Z")]
    [InlineData("{\"resets_at\":\"1795176300\"}", "2026-11-20T12:05:00Z")]
    [InlineData("retryAfter: 1795176300000", "2026-11-20T12:05:00Z")]
    [InlineData("retry-after-ms: 1795176300000", "2026-11-20T12:05:00Z")]
    [InlineData("x-ratelimit-reset: 1795176300.5", "2026-11-20T12:05:00.5Z")]
    [InlineData("x-ratelimit-remaining: 0\nx-ratelimit-reset: 1795176300", "2026-11-20T12:05:00Z")]
    [InlineData("anthropic-ratelimit-requests-reset: 2026-11-20T12:05:00Z", "2026-11-20T12:05:00Z")]
    [InlineData("anthropic-ratelimit-input-tokens-reset: 2026-11-20T12:05:00Z", "2026-11-20T12:05:00Z")]
    [InlineData("anthropic-ratelimit-unified-reset: 1795176300", "2026-11-20T12:05:00Z")]
    [InlineData("Claude AI usage limit reached|1795176300", "2026-11-20T12:05:00Z")]
    [InlineData("Claude AI usage limit reached|1795176300000", "2026-11-20T12:05:00Z")]
    [InlineData("usage limit reached, resets at 1795176300", "2026-11-20T12:05:00Z")]
    [InlineData("\"quotaResetTimeStamp\": \"2026-11-20T12:05:00Z\"", "2026-11-20T12:05:00Z")]
    [InlineData("resets at 2026-11-20 14:05:00 +0200", "2026-11-20T12:05:00Z")]
    [InlineData("resets at 2026-11-20T14:05:00+0200", "2026-11-20T12:05:00Z")]
    [InlineData("resets at 2026-11-20 12:05:00 +0000 UTC", "2026-11-20T12:05:00Z")]
    [InlineData("Retry-After: Friday, 20-Nov-26 12:05:00 GMT", "2026-11-20T12:05:00Z")]
    [InlineData("Retry-After: Fri Nov 20 12:05:00 2026", "2026-11-20T12:05:00Z")]
    [InlineData("weekly limit · resets Nov 22, 3pm (Europe/Berlin)", "2026-11-22T14:00:00Z")]
    [InlineData("resets Nov 22 at 15:30 UTC", "2026-11-22T15:30:00Z")]
    [InlineData("resets Jan 3 at 9:30am (America/New_York)", "2027-01-03T14:30:00Z")]
    [InlineData("resets 12am (UTC)", "2026-11-21T00:00:00Z")]
    [InlineData("resets 12pm (UTC)", "2026-11-21T12:00:00Z")]
    [InlineData("resets 12:01pm (UTC)", "2026-11-20T12:01:00Z")]
    [InlineData("resets at 11:59 UTC", "2026-11-21T11:59:00Z")]
    [InlineData("resets at 0:00 Z", "2026-11-21T00:00:00Z")]
    [InlineData("resets at 23:59 GMT", "2026-11-20T23:59:00Z")]
    [InlineData("try again at 3:05 PM", "2026-11-20T15:05:00Z")]
    [InlineData("available again at 3:05 PM", "2026-11-20T15:05:00Z")]
    [InlineData("retry at 15:05", "2026-11-20T15:05:00Z")]
    [InlineData("paused until 15:05", "2026-11-20T15:05:00Z")]
    [InlineData("reset at 15:05", "2026-11-20T15:05:00Z")]
    [InlineData("resets on 2026-11-21", "2026-11-21T00:00:00Z")]
    [InlineData("resets at 2026-11-21 08:15", "2026-11-21T08:15:00Z")]
    [InlineData("resets at 2026-11-21 08:15:30.25", "2026-11-21T08:15:30.25Z")]
    [InlineData("resets at 2026-11-21T08:15Z", "2026-11-21T08:15:00Z")]
    [InlineData("resets at 2026-11-21T08:15:00-0230.", "2026-11-21T10:45:00Z")]
    [InlineData("regain access at 2026-12-01 at 00:00", "2026-12-01T00:00:00Z")]
    [InlineData("try again on November 21, 2026 3:05 PM", "2026-11-21T15:05:00Z")]
    [InlineData("try again on November 21, 2026 15:05.", "2026-11-21T15:05:00Z")]
    [InlineData("try again on Nov 22nd, 2026", "2026-11-22T00:00:00Z")]
    [InlineData("try again on November 21st, 2026", "2026-11-21T00:00:00Z")]
    [InlineData("try again on Nov. 21, 2026 3:05 PM", "2026-11-21T15:05:00Z")]
    [InlineData("try again on Sept 21, 2027 15:05", "2027-09-21T15:05:00Z")]
    [InlineData("resets Sept. 21, 3pm (UTC)", "2027-09-21T15:00:00Z")]
    [InlineData("try again on Nov 23rd, 2026 at 3:05 PM", "2026-11-23T15:05:00Z")]
    [InlineData("try again on Nov 24th, 2026", "2026-11-24T00:00:00Z")]
    [InlineData("resets Nov 20, 12:01 (UTC)", "2026-11-20T12:01:00Z")]
    [InlineData("resets Nov 20, 11:59 (UTC)", "2027-11-20T11:59:00Z")]
    [InlineData("resets Nov 21st, 3pm", "2026-11-21T15:00:00Z")]
    [InlineData("resets Dec. 1 at 3pm", "2026-12-01T15:00:00Z")]
    [InlineData("will reset Mon, 23 Nov 2026 12:05:00 GMT", "2026-11-23T12:05:00Z")]
    [InlineData("Retry-After: Sat, 21 Nov 2026 12:05:00 GMT; x=1", "2026-11-21T12:05:00Z")]
    [InlineData("resets 2:30am (Europe/Berlin)", "2026-11-21T01:30:00Z")]
    [InlineData("resets on Nov 30, 2026 at 9am (America/New_York)", "2026-11-30T14:00:00Z")]
    [InlineData("resets Nov 30, 2026, 9:15 PM", "2026-11-30T21:15:00Z")]
    [InlineData("resets Nov 15th 2027 at 09:00 UTC", "2027-11-15T09:00:00Z")]
    [InlineData("resets Mon 9am (UTC)", "2026-11-23T09:00:00Z")]
    [InlineData("resets Friday at 3pm (Europe/Berlin)", "2026-11-20T14:00:00Z")]
    [InlineData("resets Friday at 11:59 UTC", "2026-11-27T11:59:00Z")]
    [InlineData("try again on Thursday, 9:00 AM", "2026-11-26T09:00:00Z")]
    [InlineData("resets tomorrow at 09:00 UTC", "2026-11-21T09:00:00Z")]
    [InlineData("try again at today 3pm", "2026-11-20T15:00:00Z")]
    [InlineData("Next reset: 2026-11-21 00:00 UTC", "2026-11-21T00:00:00Z")]
    public void RC12_a_point_in_time_is_read_and_an_epoch_is_no_duration(string text, string until)
    {
        var told = ToldDelayReader.Read(text, Now);
        Assert.NotNull(told);
        Assert.Null(told.After);
        Assert.Equal(DateTimeOffset.Parse(until), told.Until);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Retry-After: -1")]
    [InlineData("Retry-After: 1000000000000")]
    [InlineData("Retry-After: 99999999999999999999999999")]
    [InlineData("Retry-After: Fri, 20 Nov 2020 12:05:00 GMT")]
    [InlineData("Retry-After: soon")]
    [InlineData("Retry-After: NaN")]
    [InlineData("Retry-After:")]
    [InlineData("x-ratelimit-reset: 1595176300")]
    [InlineData("resets at 2020-01-01T00:00:00Z")]
    [InlineData("resets 3pm (Atlantis/Capital)")]
    [InlineData("resets 25:00 UTC")]
    [InlineData("please try again later")]
    [InlineData("try again in 20")]
    [InlineData("retry in 20")]
    [InlineData("please wait 20")]
    [InlineData("wait for 20")]
    [InlineData("wait at least 20")]
    [InlineData("available again in 20")]
    [InlineData("resets in 20")]
    [InlineData("until 20 s")]
    [InlineData("xuntil 15:05")]
    [InlineData("untilx 15:05")]
    [InlineData("Warning: Will retry in 1 seconds. 3 retries left.")]
    [InlineData("waited until 5 workers were done")]
    [InlineData("retry-after: 1795176300000000")]
    [InlineData("retry-after: 1795176300000000000")]
    [InlineData("reset after 1795176300s")]
    [InlineData("retry-after-ms: 1595176300")]
    [InlineData("x-ratelimit-reset: 999999999")]
    [InlineData("x-ratelimit-limit: 60\nx-ratelimit-remaining: 12\nx-ratelimit-reset: 1795176300")]
    [InlineData("anthropic-ratelimit-tokens-remaining: 100\nanthropic-ratelimit-tokens-reset: 2026-11-20T12:05:00Z")]
    [InlineData("resets Feb 31 at 15:30 UTC")]
    [InlineData("retry_delay { nanos: 5 }")]
    [InlineData("resets 13pm (UTC)")]
    [InlineData("resets 0am (UTC)")]
    [InlineData("resets 24:00 UTC")]
    [InlineData("resets 12:60 UTC")]
    [InlineData("resets at 2027-11-22")]
    [InlineData("Retry-After: 31622401")]
    [InlineData("resets Nov 0 at 15:30 UTC")]
    [InlineData("wait until the 3 jobs are done")]
    [InlineData("Will retry in 20 s")]
    [InlineData("dontretry in 20 s")]
    [InlineData("resetsome 20 s")]
    [InlineData("try again in a few minutes; 20 s is the mean")]
    [InlineData("try again in 0,250,1 seconds")]
    public void Nonsense_counts_as_not_told(string text) => Assert.Null(ToldDelayReader.Read(text, Now));

    [Theory]
    [InlineData("Retry-After: -1", "\"Retry-After: -1\" is below zero")]
    [InlineData("\"retry_after\": \"-1\",", "\"retry_after\": \"-1\" is below zero")]
    [InlineData("retry-after: 99999999\nServer: x", "\"retry-after: 99999999\" is further ahead than 366 days")]
    [InlineData("try again in 900 days.", "\"try again in 900 days\" is further ahead than 366 days")]
    [InlineData("Retry-After: soon", "\"Retry-After: soon\" can be read neither as a wait nor as a time")]
    [InlineData("retry after 1.2.3 s", "\"retry after 1.2.3 s\" can be read neither as a wait nor as a time")]
    [InlineData("Retry-After: 1e12", "\"Retry-After: 1e12\" can be read neither as a wait nor as a time")]
    [InlineData("Retry-After: 20x", "\"Retry-After: 20x\" can be read neither as a wait nor as a time")]
    [InlineData("resets today at 9am", "\"resets today at 9am\" is in the past")]
    [InlineData("retry after 1,2,3 s", "\"retry after 1,2,3 s\" can be read neither as a wait nor as a time")]
    [InlineData("x-ratelimit-reset: 1595176300", "\"x-ratelimit-reset: 1595176300\" is in the past")]
    [InlineData("resets at 2020-01-01T00:00:00Z", "\"resets at 2020-01-01T00:00:00Z\" is in the past")]
    [InlineData("resets 3pm (Atlantis/Capital)",
        "\"resets 3pm (Atlantis/Capital\" can be read neither as a wait nor as a time")]
    [InlineData("try again in 20.", "\"try again in 20\" names no unit")]
    [InlineData("resets at 20:75", "\"resets at 20:75\" can be read neither as a wait nor as a time")]
    [InlineData("resets 13am", "\"resets 13am\" can be read neither as a wait nor as a time")]
    [InlineData("retry-after: -5\nretry-after: -6", "\"retry-after: -5\" is below zero")]
    [InlineData("\"x-ratelimit-reset-after\": \"later\"}",
        "\"x-ratelimit-reset-after\": \"later\" can be read neither as a wait nor as a time")]
    public void What_is_told_in_vain_is_quoted_with_the_reason(string text, string unused)
    {
        Assert.Null(ToldDelayReader.Read(text, Now, out var seen));
        Assert.Equal(unused, seen);
    }

    [Theory]
    [InlineData("please try again later")]
    [InlineData("Retry-After:")]
    [InlineData("{\"retry_after\":null}")]
    [InlineData("the answer had no retry-after header")]
    [InlineData("waited until 5 workers were done; wait for 3 jobs")]
    [InlineData("the counter resets 3 times")]
    [InlineData("retry-after=none")]
    [InlineData("retry-after: undefined")]
    [InlineData("retry-after: \"nil\"")]
    [InlineData("retry_after: false")]
    [InlineData("retry-after: unknown")]
    [InlineData("try again in 20/s")]
    [InlineData("resets 20% sooner")]
    public void Where_nothing_is_told_nothing_is_said_to_be_unused(string text)
    {
        Assert.Null(ToldDelayReader.Read(text, Now, out var seen));
        Assert.Null(seen);
    }

    [Fact]
    public void A_usable_wait_beside_an_unusable_one_is_taken()
    {
        var told = ToldDelayReader.Read("Retry-After: -1\ntry again in 20s", Now, out var unused);
        Assert.Equal(TimeSpan.FromSeconds(20), told?.After);
        Assert.Null(unused);
    }

    [Fact]
    public void What_is_quoted_of_a_long_line_is_cut_and_ends_with_its_line()
    {
        Assert.Null(ToldDelayReader.Read("Retry-After: soon" + new string('!', 200), Now, out var unused));
        Assert.Equal("\"Retry-After: soon" + new string('!', 63)
            + "\" can be read neither as a wait nor as a time", unused);
    }

    [Theory]
    [InlineData("120", 120.0, null)]
    [InlineData("1795176300", null, "2026-11-20T12:05:00Z")]
    [InlineData("Fri, 20 Nov 2026 12:05:00 GMT", null, "2026-11-20T12:05:00Z")]
    public void The_value_of_a_header_alone_is_a_wait_or_a_date(string value, double? seconds, string? until)
    {
        var told = ToldDelayReader.ReadRetryAfter(value, Now);
        Assert.Equal(seconds, told?.After?.TotalSeconds);
        Assert.Equal(until is null ? null : DateTimeOffset.Parse(until), told?.Until);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1")]
    public void A_value_that_is_neither_is_none(string value) =>
        Assert.Null(ToldDelayReader.ReadRetryAfter(value, Now));

    [Fact]
    public void A_time_of_day_without_a_zone_is_one_of_the_zone_that_is_asked_for()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Assert.Equal(Now.AddHours(2), ToldDelayReader.Read("resets 3pm", Now, berlin)?.Until);
        // What summer time skips comes an hour later; what is just over comes the next day.
        var spring = new DateTimeOffset(2027, 3, 28, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(spring.AddMinutes(90), ToldDelayReader.Read("resets 2:30am", spring, berlin)?.Until);
        Assert.Equal(Now.AddDays(1), ToldDelayReader.Read("resets 12:00", Now)?.Until);
    }

    [Fact]
    public void A_told_wait_is_written_for_people()
    {
        Assert.Equal("for 62.5 s", ToldDelayReader.Text(new ToldDelay(TimeSpan.FromSeconds(62.5), null)));
        Assert.Equal("until 2026-11-20 12:05:00 UTC",
            ToldDelayReader.Text(new ToldDelay(null, DateTimeOffset.Parse("2026-11-20T13:05:00+01:00"))));
    }

    [Fact]
    public void A_classified_429_keeps_the_wait_that_it_cannot_use_with_secrets_masked()
    {
        var failure = new FailureClassifier([], SecretMask.For(["s3cret-token"])).Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 1 },
            Stderr = TestData.Bytes("HTTP 429 Too Many Requests\nretry-after: -1 s3cret-token\n"),
            Now = Now,
        });
        Assert.Null(failure?.Told);
        Assert.StartsWith("\"retry-after: -1 ", failure?.ToldUnused);
        Assert.DoesNotContain("s3cret-token", failure?.ToldUnused);
        Assert.EndsWith("is below zero", failure?.ToldUnused);
    }

    [Fact]
    public void Any_text_is_read_without_an_error_and_yields_a_sane_wait()
    {
        var heads = Gen.Elements("Retry-After: ", "try again in ", "resets ", "x-ratelimit-reset: ", "resets at ",
            "until ");
        var tails = ArbMap.Default.GeneratorFor<string>();
        var cases = from head in heads
                    from number in Gen.Choose(int.MinValue, int.MaxValue)
                    from tail in tails
                    from digits in Gen.Elements(true, false)
                    select head + (digits ? number.ToString() : "") + tail;
        Prop.ForAll(cases.ToArbitrary(), text =>
        {
            var told = ToldDelayReader.Read(text, Now);
            return told is null
                || (told.After is { } after && after >= TimeSpan.Zero && after <= ToldDelayReader.Longest)
                || (told.Until is { } until && until > Now && until - Now <= ToldDelayReader.Longest);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_only_its_words_class_carries_the_wait_it_was_told()
    {
        var failure = FailureClassifier.Default.ClassifyProcess(
            1, TestData.Bytes("429: quota resets on Nov 30, 2026 at 9am (America/New_York)"), TestData.Now)!;
        Assert.Equal(("words.quota_exhausted", DateTimeOffset.Parse("2026-11-30T14:00:00Z",
            System.Globalization.CultureInfo.InvariantCulture)), (failure.Evidence.Rule, failure.Told?.Until));
    }

    [Fact]
    public void A_classified_429_carries_the_wait_it_was_told()
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 1 },
            Stderr = TestData.Bytes("HTTP 429 Too Many Requests\nretry-after: 7\n"),
            Now = Now,
        });
        Assert.Equal(FailureClass.RateLimited, failure?.Class);
        Assert.Equal(TimeSpan.FromSeconds(7), failure?.Told?.After);
    }
}
