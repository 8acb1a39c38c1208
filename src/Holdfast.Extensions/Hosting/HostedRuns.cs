using System.Collections.Concurrent;
using System.Diagnostics;
using Holdfast.Extensions.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Holdfast.Extensions.Hosting;

/// <summary>
/// The durable runs of a host: starts them by the name of their program, and resumes at the start of the host those
/// that an earlier process left behind. Thread-safe.
/// </summary>
public sealed class HostedRuns : IAsyncDisposable
{
    private readonly Dictionary<string, RegisteredRun> _programs;
    private readonly ConcurrentDictionary<string, Driven> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task<Workspace>> _workspace;
    private readonly IServiceScopeFactory _scopes;
    private readonly HoldfastMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    internal HostedRuns(
        IEnumerable<RegisteredRun> programs, IOptions<HoldfastOptions> options, IServiceScopeFactory scopes,
        HoldfastMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        _programs = new Dictionary<string, RegisteredRun>(StringComparer.Ordinal);
        foreach (var program in programs)
        {
            if (!_programs.TryAdd(program.Name, program))
            {
                throw new InvalidOperationException(
                    $"two programs are added as runs \"{program.Name}\"; give each AddRun a name of its own");
            }
        }

        (_scopes, _metrics, _time) = (scopes, metrics, time);
        _log = loggers.CreateLogger("Holdfast.Runs");
        _workspace = new Lazy<Task<Workspace>>(() => Open(options.Value, time));
    }

    /// <summary>
    /// Starts a run, or goes on with it. A run of that id that is under way in this process is joined; one that ended
    /// well returns at once.
    /// </summary>
    /// <param name="name">Name of the program, as given to <c>AddRun</c>.</param>
    /// <param name="id">Id of the run.</param>
    /// <param name="cancellationToken">Stops waiting for it; the run goes on until the host stops.</param>
    /// <exception cref="ArgumentException">No program has that name.</exception>
    /// <exception cref="InvalidOperationException">A run of that id was started by another program.</exception>
    /// <exception cref="StepFailedException">A step failed for good.</exception>
    /// <exception cref="StepHeldException">A step waits for a person's decision.</exception>
    /// <exception cref="OperationCanceledException">The host is stopping, or nobody waits any more.</exception>
    public Task<RunResult> StartAsync(string name, string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (!_programs.TryGetValue(name, out var program))
        {
            throw new ArgumentException(
                $"no run \"{name}\" was added; there is: {string.Join(", ", _programs.Keys.Order())}", nameof(name));
        }

        var driven = _running.GetOrAdd(id, new Driven(name, new(() => DriveAsync(program, id))));
        return driven.Name == name
            ? driven.Run.Value.WaitAsync(cancellationToken)
            : throw new InvalidOperationException(
                $"run {id} is under way as \"{driven.Name}\"; give one of \"{name}\" an id of its own");
    }

    /// <summary>Resumes all runs of known programs that have not ended; returns when each has ended or waits.</summary>
    internal async Task ResumeAsync()
    {
        if (_programs.Count == 0)
        {
            return;
        }

        var workspace = await _workspace.Value.ConfigureAwait(false);
        var unfinished = workspace.UnfinishedRuns(out var unreadable);
        foreach (var broken in unreadable)
        {
            Log.RunIsUnreadable(_log, broken.Id, broken.Problem);
        }

        var resumed = unfinished.Where(IsToBeResumed)
            .Select(run => StartAsync(run.Name, run.Id).ContinueWith(
                ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default));
        await Task.WhenAll(resumed).ConfigureAwait(false);
    }

    // What is left as it is, is told: a run that nobody goes on with would wait for ever, unseen.
    private bool IsToBeResumed(UnfinishedRun run)
    {
        if (!_programs.ContainsKey(run.Name))
        {
            Log.RunHasNoProgram(_log, run.Id, run.Name);
            return false;
        }

        if (run.IsDriven)
        {
            Log.RunIsDrivenElsewhere(_log, run.Id, run.Name, "it goes on there");
        }

        return !run.IsDriven;
    }

    /// <summary>Interrupts all runs and waits until their programs have left.</summary>
    internal async Task StopAsync(CancellationToken patience)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        var all = Task.WhenAll(_running.Values.Select(driven => driven.Run.Value));
        await Task.WhenAny(all, Task.Delay(Timeout.InfiniteTimeSpan, _time, patience)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_workspace.IsValueCreated)
        {
            await (await _workspace.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task<RunResult> DriveAsync(RegisteredRun program, string id)
    {
        await Task.Yield();
        var since = _time.GetTimestamp();
        var outcome = "failed";
        Exception? thrown = null;
        Log.RunStarts(_log, id, program.Name);
        try
        {
            var workspace = await _workspace.Value.ConfigureAwait(false);
            var scope = _scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var result = await workspace.RunAsync(
                    id, run => program.Program(scope.ServiceProvider, run),
                    new RunOptions { Name = program.Name, MustHaveName = true }, _stopping.Token).ConfigureAwait(false);
                outcome = "succeeded";
                Log.RunSucceeded(_log, id, program.Name, _time.GetElapsedTime(since).TotalSeconds);
                return result;
            }
        }
        catch (Exception error)
        {
            thrown = error;
            outcome = Tell(error, program.Name, id);
            throw;
        }
        finally
        {
            _metrics.Ran(program.Name, _time.GetElapsedTime(since), outcome, thrown);

            // Ended or not, the next start asks the journal.
            _running.TryRemove(id, out _);
        }
    }

    private string Tell(Exception error, string name, string id)
    {
        switch (error)
        {
            case RunCancelledException:
                Log.RunFailed(_log, error, id, name);
                return "cancelled";
            case OperationCanceledException:
                Log.RunInterrupted(_log, id, name);
                return "interrupted";
            case StepHeldException:
                Log.RunWaits(_log, id, name, error.Message);
                return "waiting";
            case RunLockedException:
                Log.RunIsDrivenElsewhere(_log, id, name, error.Message);
                return "elsewhere";
            default:
                Log.RunFailed(_log, error, id, name);
                return "failed";
        }
    }

    private static Task<Workspace> Open(HoldfastOptions options, TimeProvider time) => Workspace.OpenAsync(
        options.WorkspacePath,
        new WorkspaceOptions
        {
            Json = options.Json!, // Checked with the other options.
            Time = time,
        });

    private sealed record Driven(string Name, Lazy<Task<RunResult>> Run);
}
