using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Runs.Steps.Programs;
using Holdfast.Runs;
using Holdfast.Runs.Steps;
using Holdfast.Runs.Workspaces;

namespace Holdfast;

/// <content>Runs of C# programs: durable steps without a server.</content>
public sealed partial class Workspace : IAsyncDisposable
{
    /// <summary>What a program does whose workspace cannot be written.</summary>
    internal const string Elsewhere = "open a workspace on a disk that can be written";

    private ProgramRuns? _programs;

    /// <summary>
    /// Opens a workspace for runs of C# programs, and makes it first if it is missing. Results are written by
    /// reflection; programs that are trimmed or compiled ahead of time use the other overload.
    /// </summary>
    /// <param name="path">The folder itself; <c>.holdfast</c> in the current folder if left out.</param>
    /// <param name="cancellationToken">Looked at before it begins.</param>
    /// <inheritdoc cref="OpenAsync(string, WorkspaceOptions, CancellationToken)"/>
    [RequiresUnreferencedCode("Types of results are looked into by reflection; give WorkspaceOptions with a context.")]
    [RequiresDynamicCode("Types of results are looked into by reflection; give WorkspaceOptions with a context.")]
    public static Task<Workspace> OpenAsync(
        string path = FolderName, CancellationToken cancellationToken = default) =>
        OpenAsync(path, WorkspaceOptions.WithReflection(), cancellationToken);

    /// <summary>Opens a workspace for runs of C# programs, and makes it first if it is missing.</summary>
    /// <param name="path">The folder itself.</param>
    /// <param name="options">How results are written, and the clock.</param>
    /// <param name="cancellationToken">Looked at before it begins.</param>
    /// <returns>The workspace. Dispose it: that interrupts its runs, and waits until their programs have
    /// left.</returns>
    /// <exception cref="WorkspaceException">
    /// It is unreadable, cannot be made, or is of a version that this one cannot read.
    /// </exception>
    public static Task<Workspace> OpenAsync(
        string path, WorkspaceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<Workspace>(cancellationToken);
        }

        options.Json.MakeReadOnly();
        var workspace = Open(options.Storage, path, create: true, Elsewhere);
        workspace._programs = new ProgramRuns(workspace, options);
        return Task.FromResult(workspace);
    }

    /// <summary>
    /// Runs a program whose steps are durable, or goes on with it: steps that an earlier start of this run finished
    /// return what they returned then, and are not done again.
    /// </summary>
    /// <param name="id">Id of the run: 1 to 100 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
    /// <param name="program">
    /// The program. What it does outside of steps is done again at each start, so it should only decide.
    /// </param>
    /// <param name="options">Name, and whether what failed is tried again.</param>
    /// <param name="cancellationToken">Interrupts the run: it can be started again later.</param>
    /// <exception cref="StepFailedException">A step failed for good; the run has ended.</exception>
    /// <exception cref="StepHeldException">A step waits for a person's decision; the run waits.</exception>
    /// <exception cref="StepMismatchException">The program no longer fits the run's journal.</exception>
    /// <exception cref="RunCancelledException">The run was cancelled for good.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted by the token, or by disposal.</exception>
    /// <exception cref="RunLockedException">Another process, or this one, drives the run now.</exception>
    /// <exception cref="RunExistsException">The run of that id is one of a plan.</exception>
    /// <exception cref="InvalidOperationException">It is of another name, see <see cref="RunOptions.MustHaveName"/>.
    /// </exception>
    /// <exception cref="WorkspaceException">The folder of the run cannot be written.</exception>
    /// <exception cref="Journal.JournalPoisonedException">
    /// The disk failed or is full: what was returned is kept, nothing more is; the next start goes on.
    /// </exception>
    /// <exception cref="Journal.JournalException">
    /// The run's journal is damaged, or of a newer version; nothing was run.
    /// </exception>
    public async Task<RunResult> RunAsync(
        string id, Func<DurableRun, Task> program, RunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        var given = new RunOptions<Nothing>
        {
            Name = options?.Name,
            RetryFailed = options?.RetryFailed ?? false,
            MustHaveName = options?.MustHaveName ?? false,
        };
        return await ProgramExecution.ExecuteAsync(
            Programs, this, id,
            async run =>
            {
                await (program(run) ?? throw NoTask.Of($"run {run.Id}", nameof(program)));
                return default;
            }, given, cancellationToken);
    }

    /// <summary>As the other one, for a program that returns a value, which the run keeps too.</summary>
    /// <typeparam name="T">What the program returns.</typeparam>
    /// <inheritdoc cref="RunAsync(string, Func{DurableRun, Task}, RunOptions?, CancellationToken)"/>
    public Task<RunResult<T>> RunAsync<T>(
        string id, Func<DurableRun, Task<T>> program, RunOptions<T>? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        return ProgramExecution.ExecuteAsync(
            Programs, this, id, program, options ?? new RunOptions<T>(), cancellationToken);
    }

    /// <summary>
    /// Makes a new run that takes over what another one had finished when a step first began. Started under the new id,
    /// the program goes on from that step; the other run stays as it is.
    /// </summary>
    /// <param name="runId">The run whose results are taken over.</param>
    /// <param name="newId">Id of the new run.</param>
    /// <param name="from">The step, with its scopes, that runs anew, with all that had not ended when it began.</param>
    /// <param name="cancellationToken">Looked at before it begins; a fork that began is finished.</param>
    /// <returns>The steps whose results were taken over.</returns>
    /// <exception cref="RunNotFoundException">There is no such run, or no such step in it.</exception>
    /// <exception cref="RunExistsException">There is a run of the new id.</exception>
    /// <exception cref="StepResultLostException">The file of a large result is gone; no run is made.</exception>
    public Task<IReadOnlyList<string>> ForkAsync(
        string runId, string newId, string from, CancellationToken cancellationToken = default)
    {
        StepNames.CheckRunId(runId);
        StepNames.CheckRunId(newId);
        ArgumentNullException.ThrowIfNull(from);
        var fork = new ProgramFork(this, Programs.Options.Time);

        // Copies and syncs block for as long as the disk takes, so they do not belong on the caller's thread.
        return Task.Run(() => fork.Fork(Run(runId), Run(newId), from), cancellationToken);
    }

    /// <summary>
    /// Interrupts the runs that this process drives, waits until their programs have left, and lets go of their files.
    /// A program that does not look at its token is waited for as long as it takes; one that disposes of its own
    /// workspace waits for itself.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_programs is { } programs)
        {
            await programs.DisposeAsync();
        }
    }

    private ProgramRuns Programs => _programs ?? throw new InvalidOperationException(
        "this workspace was opened to look at its files only; open it with Workspace.OpenAsync to run programs in it");
}
