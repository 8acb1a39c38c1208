using Holdfast.Failures;

namespace Holdfast.Tests.Failures.Text;

/// <summary>
/// Servers tell the reset of every limit in every answer; only that of a limit without room is to be waited for.
/// </summary>
public sealed class LimitHeaderTests
{
    [Theory]
    [InlineData("x-ratelimit-remaining: 3\nx-ratelimit-reset: 60", null)]
    [InlineData("x-ratelimit-reset: 60\nx-ratelimit-remaining: 3", null)]
    [InlineData("x-ratelimit-reset: 60\nx-ratelimit-remaining: 0", 60.0)]
    [InlineData("x-ratelimit-reset: 60\nx-ratelimit-remaining: none", 60.0)]
    [InlineData("x-ratelimit-reset: 60\nX-RateLimit-Remaining: [\"3\"]", null)]
    [InlineData("x-ratelimit-reset-tokens: 60\nx-ratelimit-remaining-requests: 3", 60.0)]
    [InlineData("{\"x-ratelimit-remaining\":\"3\",\"x-ratelimit-reset\":\"60\"}", null)]
    [InlineData("x-ratelimit-remaining: 3\ny-ratelimit-reset: 60", 60.0)]
    [InlineData("server: a\nx-ratelimit-remaining: 3\nserver-b: c\ny-ratelimit-reset: 60", 60.0)]
    [InlineData("remaining_time: 3\nreset_time: 60", null)]
    [InlineData("remaining_time: 0\nreset_time: 60", 60.0)]
    [InlineData("retry-after: 60\nx-ratelimit-remaining: 3", 60.0)]
    [InlineData("x-ratelimit-remaining: 3\nx-ratelimit-reset", null)]
    [InlineData("x-ratelimit-remaining: 3\nx-ratelimit-reset-requests", null)]
    public void A_limit_with_room_is_not_waited_for(string headers, double? seconds) =>
        Assert.Equal(seconds, Wait(headers));

    /// <summary>Names and texts may be of any length, and are read within bounds.</summary>
    [Fact]
    public void The_other_half_of_a_limit_is_looked_for_by_a_name_of_bounded_length_and_nearby()
    {
        var part = new string('a', 80);
        Assert.Null(Wait($"x{part}ratelimit-remaining: 3\n{part}ratelimit-reset: 60"));
        Assert.Null(Wait($"x{part}ratelimit-remaining: 3\ny{part}ratelimit-reset: 60"));
        Assert.Equal(60, Wait($"x{part[1..]}ratelimit-remaining: 3\ny{part[1..]}ratelimit-reset: 60"));
        var rest = "-" + new string('a', 79 - "ratelimit-reset".Length);
        Assert.Null(Wait($"ratelimit-remaining{rest}: 3\nratelimit-reset{rest}y: 60"));
        Assert.Equal(60, Wait($"ratelimit-remaining{rest[..^1]}: 3\nratelimit-reset{rest[..^1]}y: 60"));

        const string Room = "ratelimit-remaining: 3\n";
        Assert.Null(Wait(Room + new string('\n', 4096 - Room.Length) + "ratelimit-reset: 60"));
        Assert.Equal(60, Wait(Room + new string('\n', 4097 - Room.Length) + "ratelimit-reset: 60"));
        var before = new string('\n', 5000);
        var filled = new string('\n', 4096 - Room.Length - "ratelimit-reset: 60".Length);
        Assert.Null(Wait($"{before}ratelimit-reset: 60{filled}{Room}"));
        Assert.Equal(60, Wait($"{before}ratelimit-reset: 60{filled}{new string('\n', Room.Length)}{Room}"));
    }

    private static double? Wait(string headers) => ToldDelayReader.Read(headers, TestData.Now)?.After?.TotalSeconds;
}
