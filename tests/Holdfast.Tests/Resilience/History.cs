namespace Holdfast.Tests.Resilience;

/// <summary>One call of a thread: what was asked and answered, when it was made and when it returned.</summary>
internal sealed record Call<TAsked, TAnswer>(TAsked Asked, TAnswer Answer, long From, long To);

/// <summary>
/// Looks for an order of concurrent calls in which one thing at a time happens, no call moves past another that it did
/// not overlap, and a sequential model gives every answer that was seen (Herlihy and Wing, 1990; the search is that of
/// Wing and Gong, 1993, with what was tried remembered). At most 64 calls.
/// </summary>
internal sealed class History<TAsked, TAnswer, TState>(
    IReadOnlyList<Call<TAsked, TAnswer>> calls, Func<TState, TAsked, (TState Next, TAnswer Answer)> model)
    where TState : IEquatable<TState>
{
    private readonly HashSet<(ulong, TState)> _tried = [];

    internal bool IsLinearizable(TState start) => From(start, 0);

    private bool From(TState state, ulong done)
    {
        if (done == (calls.Count == 64 ? ulong.MaxValue : (1UL << calls.Count) - 1))
        {
            return true;
        }

        if (!_tried.Add((done, state)))
        {
            return false;
        }

        var firstReturn = long.MaxValue;
        for (var i = 0; i < calls.Count; i++)
        {
            if ((done & (1UL << i)) == 0)
            {
                firstReturn = Math.Min(firstReturn, calls[i].To);
            }
        }

        for (var i = 0; i < calls.Count; i++)
        {
            // A call that was made after another had returned cannot have happened before it.
            if ((done & (1UL << i)) == 0 && calls[i].From <= firstReturn)
            {
                var (next, answer) = model(state, calls[i].Asked);
                if (EqualityComparer<TAnswer>.Default.Equals(answer, calls[i].Answer)
                    && From(next, done | (1UL << i)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
