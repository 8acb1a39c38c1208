using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Idempotency;

namespace Crawler;

/// <summary>What a crawl did.</summary>
/// <param name="Pages">Pages that were read.</param>
/// <param name="Written">Pages that were new or had changed.</param>
/// <param name="Failed">Addresses that gave no page in the end.</param>
internal sealed record CrawlResult(int Pages, int Written, int Failed);

/// <summary>Follows the links of one site, some pages at a time.</summary>
internal sealed partial class Crawl(HttpClient client, string folder, int workers)
{
    private int _pages;
    private int _written;
    private int _failed;

    internal async Task<CrawlResult> RunAsync(Uri start, CancellationToken cancellationToken)
    {
        var seen = new HashSet<Uri> { start };
        var next = new List<Uri> { start };
        while (next.Count > 0)
        {
            var found = new List<Uri>();
            await Parallel.ForEachAsync(
                next,
                new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken },
                async (page, token) =>
                {
                    var links = await ReadAsync(page, token);
                    lock (found)
                    {
                        found.AddRange(links);
                    }
                });
            next = [.. found.Where(link => link.Authority == start.Authority && seen.Add(link))];
        }

        return new CrawlResult(_pages, _written, _failed);
    }

    private async Task<IReadOnlyList<Uri>> ReadAsync(Uri page, CancellationToken cancellationToken)
    {
        // The handler retries, waits as told, and keeps off a host that is down: nothing of it is to be seen here.
        using var answer = await client.GetAsync(page, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            Interlocked.Increment(ref _failed);
            Console.Error.WriteLine($"{page}: {(int)answer.StatusCode}");
            return [];
        }

        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Interlocked.Increment(ref _pages);
        if (await IdempotentFile.WriteIfChangedAsync(Path.Combine(folder, FileOf(page)), text, cancellationToken))
        {
            Interlocked.Increment(ref _written);
        }

        return [.. Links().Matches(text).Select(link => new Uri(page, link.Groups["link"].Value))];
    }

    private static string FileOf(Uri page) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(page.PathAndQuery)))[..16] + ".html";

    [GeneratedRegex("href=\"(?<link>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Links();
}
