using System.Diagnostics;
using System.Text.RegularExpressions;
using Holdfast.EndToEnd.Packaging;

namespace Holdfast.EndToEnd.Samples;

/// <summary>The sample as a person would start it, with its own rate-limited site on this machine.</summary>
public sealed partial class CrawlerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crawler-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_gets_all_pages_of_a_site_that_refuses_some_requests_and_writes_each_once()
    {
        var first = await Ran.Of("dotnet", [Sample.Of("Crawler"), _folder], _folder);
        Assert.True(first.Code == 0, first.Error + first.Out);
        Assert.Contains("40 pages, 40 written, 0 failed", first.Out, StringComparison.Ordinal);
        Assert.Equal(40, Directory.GetFiles(_folder).Length);

        // More was asked than there are pages: some answers were 429 or 503, and nobody came back too early.
        var told = Told().Match(first.Out);
        Assert.True(int.Parse(told.Groups["asked"].Value, null) > 40, first.Out);
        Assert.Equal("0", told.Groups["early"].Value);

        var second = await Ran.Of("dotnet", [Sample.Of("Crawler"), _folder], _folder);
        Assert.Contains("40 pages, 0 written, 0 failed", second.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_again_and_again_it_writes_only_the_pages_that_are_not_there_yet()
    {
        foreach (var pages in new[] { 1, 5, 14 })
        {
            await StartAndKillAt(pages);
        }

        var there = Directory.GetFiles(_folder, "*.html").Length;
        Assert.InRange(there, 14, 40);
        var last = await Ran.Of("dotnet", [Sample.Of("Crawler"), _folder], _folder);
        Assert.True(last.Code == 0, last.Error + last.Out);
        Assert.Contains($"40 pages, {40 - there} written, 0 failed", last.Out, StringComparison.Ordinal);
        Assert.Equal(40, Directory.GetFiles(_folder, "*.html").Length);
    }

    private async Task StartAndKillAt(int pages)
    {
        var isThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(_folder) { EnableRaisingEvents = true };
        watcher.Renamed += (_, _) => Look();
        using var crawler = Process.Start(new ProcessStartInfo("dotnet", [Sample.Of("Crawler"), _folder]))!;
        Look();
        await isThere.Task.WaitAsync(
            TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);
        crawler.Kill();
        await crawler.WaitForExitAsync(TestContext.Current.CancellationToken);

        void Look()
        {
            if (Directory.GetFiles(_folder, "*.html").Length >= pages)
            {
                isThere.TrySetResult();
            }
        }
    }

    [Fact]
    public async Task Without_a_folder_it_says_how_it_is_called()
    {
        var ran = await Ran.Of("dotnet", [Sample.Of("Crawler")], _folder);
        Assert.Equal((2, "usage: Crawler FOLDER [ADDRESS]"), (ran.Code, ran.Error.Trim()));
    }

    [GeneratedRegex("of (?<asked>\\d+) requests, (?<early>\\d+) of them too early", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Told();
}

/// <summary>Where a sample was built, beside these tests.</summary>
internal static class Sample
{
    internal static string Of(string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.Combine(Checkout.RealRoot, "samples", name, "bin", configuration, "net10.0", name + ".dll");
    }
}
