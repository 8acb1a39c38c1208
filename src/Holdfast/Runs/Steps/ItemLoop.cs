namespace Holdfast.Runs.Steps;

/// <summary>Goes through items with a bounded number of them under way, on the callers' own context.</summary>
internal static class ItemLoop
{
    internal static async Task RunAsync<T>(
        Queue<T> work, Func<T, Task> body, int maxParallel, string what, CancellationToken token)
    {
        var total = work.Count;
        var failures = new List<Exception>();
        var lanes = new Task[Math.Min(maxParallel, total)];
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = LaneAsync(work, body, failures, token);
        }

        await Task.WhenAll(lanes);
        if (failures.Find(f => f is OperationCanceledException) is { } stopped && token.IsCancellationRequested)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(stopped);
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(
                $"{failures.Count} of {total} items of {what} failed, the first: {StepFailures.SaidBy(failures[0])}",
                failures);
        }
    }

    private static async Task LaneAsync<T>(
        Queue<T> work, Func<T, Task> body, List<Exception> failures, CancellationToken token)
    {
        while (!token.IsCancellationRequested && Next(work, out var item))
        {
            try
            {
                await body(item);
            }
            catch (Exception error)
            {
                lock (failures)
                {
                    failures.Add(error);
                }
            }
        }

        if (token.IsCancellationRequested)
        {
            lock (failures)
            {
                failures.Add(new OperationCanceledException(token));
            }
        }
    }

    private static bool Next<T>(Queue<T> work, out T item)
    {
        lock (work)
        {
            return work.TryDequeue(out item!);
        }
    }
}
