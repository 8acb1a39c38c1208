using Holdfast.Extensions.Http;
using Holdfast.Extensions.Telemetry;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Holdfast.Extensions;

/// <summary>Adds Holdfast to a host.</summary>
public static class HoldfastServices
{
    /// <summary>
    /// Adds <see cref="RetryExecutor"/>, <see cref="CircuitBreakerRegistry"/>, logging, traces and metrics (activity
    /// source and meter are called <c>Holdfast</c>). Calling it twice is calling it once. The clock is the <see
    /// cref="TimeProvider"/> of the services, where there is one.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Changes the defaults; null for none. What cannot work is refused at start.</param>
    public static HoldfastBuilder AddHoldfast(
        this IServiceCollection services, Action<HoldfastOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<HoldfastOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HoldfastOptions>, HoldfastOptionsCheck>());
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HoldfastMetrics>();
        services.TryAddSingleton<CallObserver>();

        // One for all clients, and beyond the minutes that a factory keeps a handler.
        services.TryAddSingleton<ThrottledTargets>();
        services.TryAddSingleton(Breakers);
        services.TryAddSingleton(Retry);
        return new HoldfastBuilder(services);
    }

    /// <summary>
    /// Puts retries, a breaker for each host, and timeouts in front of a client; see <see cref="ResilientHandler"/>.
    /// Needs <see cref="AddHoldfast"/>.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Changes the defaults; null for none.</param>
    public static IHttpClientBuilder AddHoldfastHandler(
        this IHttpClientBuilder builder, Action<ResilientHandlerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddHttpMessageHandler(services =>
        {
            var common = services.GetRequiredService<IOptions<HoldfastOptions>>().Value;
            var options = new ResilientHandlerOptions { Retry = common.Retry, MaxWait = common.MaxWait };
            configure?.Invoke(options);
            return new ResilientHandler(
                options, services.GetRequiredService<CircuitBreakerRegistry>(),
                services.GetRequiredService<ThrottledTargets>(), services.GetRequiredService<CallObserver>());
        });
    }

    private static CircuitBreakerRegistry Breakers(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<HoldfastOptions>>().Value;
        var registry = new CircuitBreakerRegistry(options.Breaker, services.GetRequiredService<TimeProvider>());
        registry.Changed += services.GetRequiredService<CallObserver>().OnBreaker;
        return registry;
    }

    private static RetryExecutor Retry(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<HoldfastOptions>>().Value;
        return new RetryExecutor(new RetryExecutorOptions
        {
            Table = options.Retry,
            MaxWait = options.MaxWait,
            Time = services.GetRequiredService<TimeProvider>(),
            Decided = services.GetRequiredService<CallObserver>().OnDecision,
        });
    }
}
