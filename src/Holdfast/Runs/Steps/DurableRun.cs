using System.Text.Json.Serialization.Metadata;
using Holdfast.Runs.Steps.Programs;
using Holdfast.Runs.Steps;

namespace Holdfast;

/// <summary>
/// A run as its program sees it: what it does goes through steps, each of which is done once and then known. A scope of
/// it has names of its own. Safe to use from several threads; steps may run side by side.
/// </summary>
public sealed class DurableRun
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(36_500);

    private readonly Workspace _workspace;
    private readonly ProgramRun _run;
    private readonly string _scope;

    internal DurableRun(Workspace workspace, ProgramRun run, string scope) =>
        (_workspace, _run, _scope) = (workspace, run, scope);

    /// <summary>Id of the run.</summary>
    public string Id => _run.Id;

    /// <summary>Cancelled when the run is interrupted or cancelled.</summary>
    public CancellationToken CancellationToken => _run.Token;

    /// <summary>A scope with names of its own within this one.</summary>
    /// <param name="name">One line of plain text, at most 200 characters.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or holds control characters.</exception>
    public DurableRun Scope(string name) => new(_workspace, _run, StepNames.Scoped(_scope, name));

    /// <summary>
    /// Does a step and keeps what it returns; or returns what was kept, if an earlier start of the run did it. The
    /// result is on the disk before this returns.
    /// </summary>
    /// <typeparam name="T">What it returns; must be writable as JSON.</typeparam>
    /// <param name="name">Tells the step from all others of this scope. One line of plain text, up to 200 characters.
    /// </param>
    /// <param name="step">The work. It may be called again after a failure, or after its process was killed.</param>
    /// <param name="options">Effect, retries, timeout.</param>
    /// <returns>What the step returned.</returns>
    /// <exception cref="StepFailedException">It failed, and its policy allows no further try.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it happened; a person has to say.</exception>
    /// <exception cref="StepMismatchException">It returned another type when it ran.</exception>
    /// <exception cref="DuplicateStepException">A step of this name was asked for already.</exception>
    /// <exception cref="ArgumentException">The name cannot be one, or the options contradict each other.</exception>
    /// <exception cref="NotSupportedException">Its result cannot be written as JSON; nothing was run.</exception>
    public Task<T> StepAsync<T>(
        string name, Func<StepContext, CancellationToken, Task<T>> step, StepOptions<T>? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        return _run.StepAsync(StepNames.Scoped(_scope, name), step, options ?? DefaultsOf<T>.Options);
    }

    /// <inheritdoc cref="StepAsync{T}(string, Func{StepContext, CancellationToken, Task{T}}, StepOptions{T}?)"/>
    public Task<T> StepAsync<T>(
        string name, Func<CancellationToken, Task<T>> step, StepOptions<T>? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        return _run.StepAsync(
            StepNames.Scoped(_scope, name), (_, token) => step(token), options ?? DefaultsOf<T>.Options);
    }

    /// <summary>As the others, for a step that returns nothing.</summary>
    /// <inheritdoc cref="StepAsync{T}(string, Func{StepContext, CancellationToken, Task{T}}, StepOptions{T}?)"/>
    public Task StepAsync(
        string name, Func<StepContext, CancellationToken, Task> step, StepOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        return _run.StepAsync<Nothing>(
            StepNames.Scoped(_scope, name),
            async (context, token) =>
            {
                await (step(context, token) ?? throw NoTask.Of($"step \"{context.Name}\" of run {Id}", nameof(step)));
                return default;
            }, WithoutResult(options));
    }

    /// <summary>As the others, for a step that returns nothing.</summary>
    /// <inheritdoc cref="StepAsync{T}(string, Func{StepContext, CancellationToken, Task{T}}, StepOptions{T}?)"/>
    public Task StepAsync(string name, Func<CancellationToken, Task> step, StepOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        return StepAsync(name, (_, token) => step(token), options);
    }

    /// <summary>
    /// Does something for each item, each in a scope of its own, several at once. Items after a failed one are still
    /// done.
    /// </summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <param name="name">Names the loop within this scope.</param>
    /// <param name="items">
    /// The items. They may be others at the next start: those that were added are done, in whatever order they stand,
    /// and the steps of those that are gone are told as not asked for (<see cref="RunResult.UnaskedSteps"/>).
    /// </param>
    /// <param name="label">
    /// Tells an item from all others, at every start alike: a scope is called <c>name[label]</c>. Never its place among
    /// the items, which changes with them.
    /// </param>
    /// <param name="body">What is done with an item; its steps go through the scope that it is given.</param>
    /// <param name="maxParallel">Most items at once, 1 or more. Default 4.</param>
    /// <exception cref="AggregateException">Items failed; it holds what each of them threw.</exception>
    /// <exception cref="DuplicateStepException">Two items have the same label; nothing was done.</exception>
    /// <exception cref="ArgumentException">A label cannot be one; nothing was done.</exception>
    public Task ForEachAsync<T>(
        string name, IEnumerable<T> items, Func<T, string> label, Func<DurableRun, T, CancellationToken, Task> body,
        int maxParallel = 4)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxParallel, 1);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var work = new Queue<(DurableRun Scope, T Item)>();
        foreach (var item in items)
        {
            var scope = StepNames.OfItem(_scope, name, label(item), work.Count + 1);
            work.Enqueue(known.Add(scope)
                ? (new DurableRun(_workspace, _run, scope), item)
                : throw DuplicateStepException.OfItem(Id, scope, work.Count + 1));
        }

        return ItemLoop.RunAsync(
            work,
            each => body(each.Scope, each.Item, CancellationToken)
                ?? throw NoTask.Of($"\"{each.Scope._scope}\" of run {Id}", nameof(body)),
            maxParallel, $"\"{name}\" of run {Id}", CancellationToken);
    }

    /// <summary>Sleeps; a restart goes on with what is left of it, and never sleeps longer than was meant.</summary>
    /// <param name="name">Names the timer within this scope.</param>
    /// <param name="delay">
    /// How long, 0 or more, up to 100 years. Where a later start names another length, it counts from where the timer
    /// began.
    /// </param>
    public Task SleepAsync(string name, TimeSpan delay)
    {
        CheckWait(name, delay, nameof(delay));
        return _run.SleepAsync(StepNames.Scoped(_scope, name), delay, null);
    }

    /// <summary>Sleeps until a time of the wall clock, wherever that is set to meanwhile.</summary>
    /// <param name="name">Names the timer within this scope.</param>
    /// <param name="until">When it is over; at once if that has passed.</param>
    public Task SleepUntilAsync(string name, DateTimeOffset until) =>
        _run.SleepAsync(StepNames.Scoped(_scope, name), null, until);

    /// <summary>
    /// Waits for a value that somebody sends to the run: <see cref="Workspace.SignalAsync{T}"/>, or <c>holdfast signal
    /// RUN NAME JSON</c>. It may have come before, also while no process drove the run.
    /// </summary>
    /// <typeparam name="T">What is sent.</typeparam>
    /// <param name="name">Name of the signal within this scope.</param>
    /// <param name="atMost">
    /// How long to wait, 0 or more, up to 100 years, from the first start that asked; null for no bound.
    /// </param>
    /// <param name="json">How it is read; null for what the workspace was opened with.</param>
    /// <exception cref="StepFailedException">Nobody sent it in time.</exception>
    /// <exception cref="StepMismatchException">
    /// What was sent is no <typeparamref name="T"/>. A further signal takes its place, for the next start.
    /// </exception>
    public Task<T> WaitForAsync<T>(string name, TimeSpan? atMost = null, JsonTypeInfo<T>? json = null)
    {
        CheckWait(name, atMost, nameof(atMost));
        return _run.WaitForAsync(StepNames.Scoped(_scope, name), atMost, json);
    }

    /// <summary>Waits for a person: <c>holdfast approve RUN NAME</c>, or <c>deny</c>.</summary>
    /// <param name="name">Names the approval within this scope.</param>
    /// <param name="atMost">
    /// How long to wait, 0 or more, up to 100 years, from the first start that asked; after that it counts as denied.
    /// Null for no bound.
    /// </param>
    /// <returns>What the person said.</returns>
    public Task<Approval> WaitForApprovalAsync(string name, TimeSpan? atMost = null)
    {
        CheckWait(name, atMost, nameof(atMost));
        return _run.ApprovalAsync(StepNames.Scoped(_scope, name), atMost);
    }

    /// <summary>
    /// Runs another program as a run of its own, with its own journal, and waits for it. It goes on with this one after
    /// a restart, and is cancelled with it; its id is this run's with the name behind it. One that failed fails this
    /// step; one that was cancelled by itself throws <see cref="RunCancelledException"/> at each start.
    /// </summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="name">Names it within this scope.</param>
    /// <param name="program">The program.</param>
    /// <param name="json">How its result is written; null for what the workspace was opened with.</param>
    public Task<T> ChildAsync<T>(string name, Func<DurableRun, Task<T>> program, JsonTypeInfo<T>? json = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        var step = StepNames.Scoped(_scope, name);
        return _run.StepAsync(
            step,
            async (context, token) => (await _workspace.RunAsync(
                StepNames.ChildId(Id, step), program,
                new RunOptions<T>
                {
                    Name = step, Json = json, RetryFailed = context.IsOrdered, Parent = Id,
                }, token)).Value,
            new StepOptions<T> { Json = json, IsIntentDurable = true });
    }

    /// <summary>As the other, for a program that returns nothing.</summary>
    /// <inheritdoc cref="ChildAsync{T}(string, Func{DurableRun, Task{T}}, JsonTypeInfo{T}?)"/>
    public Task ChildAsync(string name, Func<DurableRun, Task> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return ChildAsync<Nothing>(name, async child =>
        {
            await (program(child) ?? throw NoTask.Of($"run {child.Id}", nameof(program)));
            return default;
        });
    }

    // Beyond this a date of the calendar would overflow; and Timeout.InfiniteTimeSpan is a negative time.
    private static void CheckWait(string name, TimeSpan? wait, string parameter)
    {
        if (wait < TimeSpan.Zero || wait > LongestWait)
        {
            throw new ArgumentOutOfRangeException(
                parameter, $"\"{name}\" is to wait {wait}; it must be 0 or more, up to 100 years"
                    + (parameter == "atMost" ? ", or null for no bound" : ""));
        }
    }

    private static StepOptions<Nothing> WithoutResult(StepOptions? options) => options is null
        ? DefaultsOf<Nothing>.Options
        : options.TellsOfResult ? throw new ArgumentException(
            "step options: a step that returns nothing has no result that Json, Reconcile or WhenResolved could tell; "
                + "let it return one", nameof(options))
        : new StepOptions<Nothing> { Effect = options.Effect, Retry = options.Retry, Timeout = options.Timeout };

    private static class DefaultsOf<T>
    {
        internal static readonly StepOptions<T> Options = new();
    }
}
