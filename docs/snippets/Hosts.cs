using System.Text.Json.Serialization;
using Holdfast.Extensions;
using Holdfast.Extensions.Hosting;
using Holdfast.Polly;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Polly;

namespace Holdfast.Snippets;

internal static partial class Hosts
{
    #region host
    internal static void Add(HostApplicationBuilder builder)
    {
        builder.Services
            .AddHoldfast(options => options.Json = new() { TypeInfoResolver = Results.Default })
            .AddRun("nightly-import", async (services, run) =>
            {
                var rows = await run.StepAsync("count", _ => Task.FromResult(3));
                await run.StepAsync("load", (step, token) => LoadAsync(rows, step.IdempotencyKey, token),
                    new() { Effect = Resilience.Effect.Keyed });
            });
        builder.Services.AddHttpClient("partner").AddHoldfastHandler();
    }

    [JsonSerializable(typeof(int))]
    private sealed partial class Results : JsonSerializerContext;
    #endregion

    #region polly
    internal static ResiliencePipeline Pipeline() => new ResiliencePipelineBuilder()
        .AddHoldfastRetry(new HoldfastRetryOptions { Seed = 7 })
        .AddTimeout(TimeSpan.FromSeconds(5))
        .Build();
    #endregion

    private static Task LoadAsync(int rows, string key, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(rows + key.Length), TimeProvider.System, cancellationToken);
}
