using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Extensions;
using Holdfast.Extensions.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Holdfast.Tests.Extensions;

/// <summary>Durable runs in real hosts, one after the other on one workspace.</summary>
public sealed class HostedRunsTests : IDisposable
{
    // Far more than it takes on a busy machine: what is never resumed fails, and does not hang.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("hosted-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_an_earlier_host_left_behind_goes_on_at_the_start_of_the_next_one()
    {
        var (first, second) = (0, 0);
        var inside = new TaskCompletionSource();
        using (var host = Host(("import", async (_, run) =>
        {
            await run.StepAsync("first", _ => Task.FromResult(++first));
            await run.StepAsync<int>("second", async token =>
            {
                inside.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return 0;
            });
        })))
        {
            await host.StartAsync(Token);
            var started = Runs(host).StartAsync("import", "r-1", Token);
            await inside.Task.WaitAsync(Patience, TimeProvider.System, Token);
            await host.StopAsync(Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => started);
        }

        var done = new TaskCompletionSource();
        using var next = Host(("import", async (_, run) =>
        {
            Assert.Equal(1, await run.StepAsync("first", _ => Task.FromResult(++first)));
            await run.StepAsync("second", _ => Task.FromResult(++second));
            done.SetResult();
        }));
        await next.StartAsync(Token);
        await done.Task.WaitAsync(Patience, TimeProvider.System, Token);
        var result = await Runs(next).StartAsync("import", "r-1", Token);
        Assert.Equal("r-1", result.RunId);
        await next.StopAsync(Token);
        Assert.Equal((1, 1), (first, second));
    }

    [Fact]
    public async Task A_run_that_is_under_way_is_joined_and_one_that_ended_is_not_run_again()
    {
        var calls = 0;
        var gate = new TaskCompletionSource();
        using var host = Host(("p", (_, run) => run.StepAsync("s", async _ =>
        {
            await gate.Task;
            return ++calls;
        })));
        await host.StartAsync(Token);
        var both = new[] { Runs(host).StartAsync("p", "r", Token), Runs(host).StartAsync("p", "r", Token) };
        gate.SetResult();
        await Task.WhenAll(both);
        Assert.True((await Runs(host).StartAsync("p", "r", Token)).WasDone);
        Assert.Equal(1, calls);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Each_run_has_services_of_its_own_and_a_failed_one_harms_no_other()
    {
        var seen = new HashSet<Box>();
        using var host = Host(("p", async (services, run) =>
        {
            lock (seen)
            {
                seen.Add(services.GetRequiredService<Box>());
            }

            await run.StepAsync<int>(
                "s", _ => run.Id == "bad" ? throw new ArgumentException("no") : Task.FromResult(1));
        }));
        await host.StartAsync(Token);
        await Assert.ThrowsAsync<StepFailedException>(() => Runs(host).StartAsync("p", "bad", Token));
        await Runs(host).StartAsync("p", "good", Token);
        Assert.Equal(2, seen.Count);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_name_that_nobody_added_is_refused_with_those_that_are_there()
    {
        using var host = Host(("a", (_, _) => Task.CompletedTask), ("b", (_, _) => Task.CompletedTask));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Runs(host).StartAsync("c", "r", Token));
        Assert.Contains("no run \"c\" was added; there is: a, b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_programs_of_one_name_are_refused()
    {
        using var host = Host(("a", (_, _) => Task.CompletedTask), ("a", (_, _) => Task.CompletedTask));
        var error = Assert.Throws<InvalidOperationException>(() => Runs(host));
        Assert.Contains("two programs are added as runs \"a\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_of_another_program_is_not_gone_on_with_whether_it_is_under_way_or_was_left_behind()
    {
        var (calls, inside) = (0, new TaskCompletionSource());
        using (var host = Host(("a", Hangs), ("b", Counts)))
        {
            await host.StartAsync(Token);
            var started = Runs(host).StartAsync("a", "r", Token);
            await inside.Task.WaitAsync(Patience, TimeProvider.System, Token);
            var busy = await Assert.ThrowsAsync<InvalidOperationException>(
                () => Runs(host).StartAsync("b", "r", Token));
            Assert.Contains("run r is under way as \"a\"", busy.Message, StringComparison.Ordinal);
            await host.StopAsync(Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => started);
        }

        using var next = Host(("b", Counts));
        await next.StartAsync(Token);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Runs(next).StartAsync("b", "r", Token));
        Assert.Contains("run r was started as \"a\"", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, calls);
        await next.StopAsync(Token);

        Task Counts(IServiceProvider services, DurableRun run) => run.StepAsync("s", _ => Task.FromResult(++calls));
        Task Hangs(IServiceProvider services, DurableRun run) => run.StepAsync("s", token =>
        {
            inside.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
    }

    /// <summary>SR15: what is never gone on with is at least told.</summary>
    [Fact]
    public async Task A_run_that_is_not_resumed_is_told_with_why()
    {
        var inside = new TaskCompletionSource();
        using (var host = Host(("old-name", (_, run) => run.StepAsync("s", token =>
        {
            inside.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }))))
        {
            await host.StartAsync(Token);
            var left = Runs(host).StartAsync("old-name", "renamed", Token);
            await inside.Task.WaitAsync(Patience, TimeProvider.System, Token);
            await host.StopAsync(Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        }

        var broken = Directory.CreateDirectory(Path.Combine(_folder, ".holdfast", "runs", "broken"));
        await File.WriteAllTextAsync(Path.Combine(broken.FullName, "journal.ndjson"), "no journal\n", Token);
        var log = new Lines();
        using var next = Host(log, ("new-name", (_, _) => Task.CompletedTask));
        await next.StartAsync(Token);
        await next.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single().ExecuteTask!.WaitAsync(
            Patience, TimeProvider.System, Token);
        Assert.Contains(log.Told, line => line.StartsWith("Error 10 Run broken cannot be gone on with: "));
        Assert.Contains(
            "Warning 11 Run renamed has not ended and is left as it is: no program \"old-name\" was added to this host",
            log.Told);
        await next.StopAsync(Token);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_way_to_write_results_no_host_starts_and_the_cure_is_named(bool hasOptions)
    {
        var json = hasOptions ? new JsonSerializerOptions() : null;
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddHoldfast(options => (options.WorkspacePath, options.Json) = (_folder, json))
            .AddRun("a", (_, _) => Task.CompletedTask)
            .AddRun("b", (_, _) => Task.CompletedTask);
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Contains("set HoldfastOptions.Json", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    private static HostedRuns Runs(IHost host) => host.Services.GetRequiredService<HostedRuns>();

    private IHost Host(params (string Name, Func<IServiceProvider, DurableRun, Task> Program)[] programs) =>
        Host(log: null, programs);

    private IHost Host(Lines? log, params (string Name, Func<IServiceProvider, DurableRun, Task> Program)[] programs)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true });
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddScoped<Box>();
        var holdfast = builder.Services.AddHoldfast(options =>
        {
            options.WorkspacePath = Path.Combine(_folder, ".holdfast");
            options.Json = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        });
        foreach (var (name, program) in programs)
        {
            holdfast.AddRun(name, program);
        }

        return builder.Build();
    }

    private sealed class Box;
}
