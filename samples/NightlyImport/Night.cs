using System.Globalization;
using Holdfast.Extensions.Hosting;
using Microsoft.Extensions.Hosting;

namespace NightlyImport;

/// <summary>When to import.</summary>
/// <param name="IsNow">At once, and only once.</param>
internal sealed record Schedule(bool IsNow);

/// <summary>
/// Starts one run a night. The id is the date, so that a night is one run, however often the program is started; a
/// night that was interrupted is resumed by the host itself.
/// </summary>
internal sealed class Night(HostedRuns runs, Schedule schedule, TimeProvider time, IHostApplicationLifetime host)
    : BackgroundService
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (schedule.IsNow)
        {
            await ImportAsync(time.GetLocalNow(), stoppingToken);
            host.StopApplication();
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            var now = time.GetLocalNow();
            var next = now.TimeOfDay < Hour ? now.Date + Hour : now.Date.AddDays(1) + Hour;
            await Task.Delay(next - now.DateTime, time, stoppingToken);
            await ImportAsync(time.GetLocalNow(), stoppingToken);
        }
    }

    private async Task ImportAsync(DateTimeOffset night, CancellationToken cancellationToken)
    {
        try
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"import-{night:yyyy-MM-dd}");
            await runs.StartAsync(Import.Name, id, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The log says what happened, and `holdfast why` more; tomorrow's night is another run.
            Environment.ExitCode = 1;
        }
    }
}
