using Holdfast.Extensions.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Holdfast.Extensions.Hosting;

/// <summary>Adds durable runs to a host.</summary>
public static class HoldfastHosting
{
    /// <summary>
    /// Adds a program whose runs are durable. When the host starts, runs of it that an earlier process left behind go
    /// on; <see cref="HostedRuns.StartAsync"/> starts new ones. Each run has a scope of services of its own.
    /// </summary>
    /// <param name="builder">What <c>AddHoldfast</c> gave.</param>
    /// <param name="name">What kind of run it is. Kept in each run's journal: a renamed program finds none of them.
    /// </param>
    /// <param name="program">The program; what it does goes through the steps of the run.</param>
    public static HoldfastBuilder AddRun(
        this HoldfastBuilder builder, string name, Func<IServiceProvider, DurableRun, Task> program)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(program);
        builder.Services.AddSingleton(new RegisteredRun(name, program));
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HoldfastOptions>, RunsOptionsCheck>());
        builder.Services.TryAddSingleton(static services => new HostedRuns(
            services.GetServices<RegisteredRun>(), services.GetRequiredService<IOptions<HoldfastOptions>>(),
            services.GetRequiredService<IServiceScopeFactory>(), services.GetRequiredService<HoldfastMetrics>(),
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>()));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RunsService>());
        return builder;
    }
}

/// <summary>A program and its name.</summary>
internal sealed record RegisteredRun(string Name, Func<IServiceProvider, DurableRun, Task> Program);

/// <summary>Resumes at start what was left behind, and interrupts at stop what runs.</summary>
internal sealed class RunsService(HostedRuns runs) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await runs.StopAsync(cancellationToken).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => runs.ResumeAsync();
}
