// Crawls a site that allows only so many requests a second, fails now and then, and says how long to wait. The client
// waits as told, all workers with it; pages are written only if they changed, so a second crawl writes nothing.
//
//     dotnet run --project samples/Crawler -- pages/            a site of its own, on this machine
//     dotnet run --project samples/Crawler -- pages/ http://…   another one
using Crawler;
using Holdfast.Extensions;
using Microsoft.Extensions.DependencyInjection;

if (args.Length is 0 or > 2)
{
    Console.Error.WriteLine("usage: Crawler FOLDER [ADDRESS]");
    return 2;
}

using var site = args.Length == 1 ? LimitedSite.Start(pages: 40, requestsPerSecond: 20) : null;
var start = site?.Address ?? new Uri(args[1]);

var services = new ServiceCollection();
services.AddHoldfast();
services.AddHttpClient("crawler", client => client.Timeout = TimeSpan.FromMinutes(5)).AddHoldfastHandler();
await using var provider = services.BuildServiceProvider();

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("crawler");
var crawl = new Crawl(client, args[0], workers: 4);
var result = await crawl.RunAsync(start, stop.Token);

Console.WriteLine($"{result.Pages} pages, {result.Written} written, {result.Failed} failed");
if (site is not null)
{
    Console.WriteLine($"the site refused {site.Refused} of {site.Asked} requests, {site.TooEarly} of them too early");
}

return result.Failed == 0 ? 0 : 1;
