using System.Globalization;
using Holdfast.Failures;

namespace Holdfast.Tests.Fuzzing;

/// <summary>Waits that are drawn, said in words, and read back: what is told is what was meant.</summary>
internal static class ToldPhrases
{
    /// <summary>Says one wait as it is written in the wild, and asks what was told.</summary>
    internal static void Check(int draw, DateTimeOffset now)
    {
        var seconds = 1 + (draw % 100_000);
        var until = now.AddSeconds(seconds);
        var wait = TimeSpan.FromSeconds(seconds);
        switch (draw % 9)
        {
            case 0:
                After($"Retry-After: {seconds}", wait, now);
                break;
            case 1:
                After($"Please try again in {(int)wait.TotalHours}h{wait.Minutes}m{wait.Seconds}s.", wait, now);
                break;
            case 2:
                After($"retry-after-ms: {seconds}", TimeSpan.FromMilliseconds(seconds), now);
                break;
            case 3:
                After($"wait for {(int)wait.TotalMinutes} minutes and {wait.Seconds} seconds", wait, now);
                break;
            case 4:
                After($"{{\"retryDelay\": \"{seconds}.5s\"}}", wait + TimeSpan.FromMilliseconds(500), now);
                break;
            case 5:
                Until($"Retry-After: {Text(until, "r")}", until, now);
                break;
            case 6:
                Until($"resets at {Text(until, "yyyy-MM-dd'T'HH:mm:ss'Z'")}", until, now);
                break;
            case 7:
                var epoch = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                Until($"x-ratelimit-reset: {epoch}", until, now);
                break;
            default:
                var past = Text(now.AddSeconds(-seconds), "yyyy-MM-dd'T'HH:mm:ss'Z'");
                Fuzzer.Require(ToldDelayReader.Read($"resets at {past}", now, out var unused) is null
                    && unused is not null, "told what is past, and taken for a wait");
                break;
        }
    }

    private static string Text(DateTimeOffset time, string format) =>
        time.ToUniversalTime().ToString(format, CultureInfo.InvariantCulture);

    private static void After(string said, TimeSpan meant, DateTimeOffset now)
    {
        var told = ToldDelayReader.Read(said, now);
        Fuzzer.Require(told?.After is { } after && (after - meant).Duration() < TimeSpan.FromMilliseconds(1),
            $"\"{said}\" is read as {told}");
    }

    private static void Until(string said, DateTimeOffset meant, DateTimeOffset now)
    {
        var told = ToldDelayReader.Read(said, now);
        Fuzzer.Require(told?.Until is { } until && (until - meant).Duration() <= TimeSpan.FromSeconds(1),
            $"\"{said}\" is read as {told}");
    }
}
