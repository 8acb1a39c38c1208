using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Holdfast.Extensions;
using Holdfast.Extensions.Http;
using Holdfast.Extensions.Telemetry;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Holdfast.Tests.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Holdfast.Tests.Extensions;

public sealed class HoldfastServicesTests
{
    private static readonly RetryTable AtOnce =
        RetryTable.Uniform(new RetryPolicy { Retries = 3, Base = TimeSpan.Zero, Jitter = 0 });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twice_added_is_once_added_and_all_parts_are_there()
    {
        await using var services = Services(added => added.AddHoldfast());
        Assert.Same(services.GetRequiredService<RetryExecutor>(), services.GetRequiredService<RetryExecutor>());
        Assert.Same(
            services.GetRequiredService<CircuitBreakerRegistry>().GetOrAdd("a"),
            services.GetRequiredService<CircuitBreakerRegistry>().GetOrAdd("a"));
        Assert.Single(services.GetServices<HoldfastMetrics>());
    }

    [Fact]
    public async Task What_cannot_work_is_refused_by_name_when_the_host_starts()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddHoldfast(options =>
        {
            options.Breaker = options.Breaker with { Probes = 0 };
            options.MaxWait = TimeSpan.FromSeconds(-1);
        });
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Contains("probes is 0; it must be 1 to 1000", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxWait is -00:00:01", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_waits_and_breakers_are_counted_logged_and_traced_by_the_conventions()
    {
        var log = new Lines();
        await using var services = Services(added => added.AddLogging(logging => logging.AddProvider(log)));
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                // Other tests of this process have meters of the same name; this one's factory tells them apart.
                if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => seen.Add(Told(i, value, tags)));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => seen.Add(Told(i, value, tags)));
        listener.Start();
        using var activity = new Activity("caller").Start();
        var calls = 0;
        await services.GetRequiredService<RetryExecutor>().ExecuteAsync(
            _ => ++calls == 1 ? throw new TimeoutException("slow") : ValueTask.CompletedTask, Token);
        var breaker = services.GetRequiredService<CircuitBreakerRegistry>().GetOrAdd("db");
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        activity.Stop();

        const string Tags = "error.type=System.TimeoutException holdfast.failure.class=timeout "
            + "holdfast.recovery.strategy=retry";
        Assert.Equal(
            [
                $"holdfast.attempt.failures {{failure}} 1 {Tags}", $"holdfast.retry.delay s 0 {Tags}",
                "holdfast.breaker.transitions {transition} 1 holdfast.breaker.name=db holdfast.breaker.state=open",
            ],
            seen);
        Assert.Equal(
            [
                "Warning 1 Attempt 1 of 4 failed as timeout; retry in 0 s: timeout: retry 1 of 3",
                "Warning 3 The breaker of db is now open: trip",
            ],
            log.Told);
        Assert.Equal("holdfast.retry", Assert.Single(activity.Events).Name);
    }

    [Fact]
    public async Task An_answer_that_failed_is_told_by_its_status_and_an_exception_by_its_type()
    {
        await using var services = Services(added => added.AddHttpClient("api").AddHoldfastHandler()
            .ConfigurePrimaryHttpMessageHandler(() => new Scripted(() => HttpStatusCode.ServiceUnavailable)));
        var types = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => types.AddRange(
            tags.ToArray().Where(tag => tag.Key == "error.type").Select(tag => (string)tag.Value!)));
        listener.Start();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        using var answer = await client.GetAsync("http://a/x", Token);
        Assert.Equal(Enumerable.Repeat("503", 4), types);
        Assert.Equal("System.TimeoutException", HoldfastMetrics.ErrorType(new TimeoutException()));
    }

    [Fact]
    public async Task A_client_of_the_factory_goes_through_the_handler()
    {
        var asked = 0;
        await using var services = Services(added => added.AddHttpClient("api").AddHoldfastHandler()
            .ConfigurePrimaryHttpMessageHandler(() => new Scripted(() => ++asked < 3
                ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK)));
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        using var answer = await client.GetAsync("http://a/x", Token);
        Assert.Equal((HttpStatusCode.OK, 3), (answer.StatusCode, asked));
        Assert.Equal("http://a", Assert.Single(services.GetRequiredService<CircuitBreakerRegistry>().All).Name);
    }

    [Fact]
    public async Task What_one_client_was_told_to_wait_another_one_waits_too()
    {
        var (asked, time) = (0, new FakeTime());
        await using var services = Services(added =>
        {
            added.AddSingleton<TimeProvider>(time);
            foreach (var name in new[] { "one", "other" })
            {
                added.AddHttpClient(name).AddHoldfastHandler(options =>
                {
                    (options.Retry, options.AttemptTimeout) = (RetryTable.None, null);
                }).ConfigurePrimaryHttpMessageHandler(() => new Scripted(() => ++asked == 1
                    ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK));
            }
        });
        foreach (var name in new[] { "one", "other" })
        {
            using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var answer = await client.GetAsync("http://a/x", Token);
        }

        Assert.Equal((2, TimeSpan.FromSeconds(60)), (asked, Assert.Single(time.Waits)));
    }

    private static ServiceProvider Services(Action<IServiceCollection> more)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new FakeTime());
        services.AddHoldfast(options =>
        {
            options.Retry = AtOnce;
            options.Breaker = new BreakerSettings { Failures = 1 };
        });
        more(services);
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static string Told<T>(
        Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        $"{instrument.Name} {instrument.Unit} {value} "
            + string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));

    private sealed class Scripted(Func<HttpStatusCode> next) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(next());
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(60));
            }

            return Task.FromResult(answer);
        }
    }
}
