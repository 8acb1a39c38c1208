using System.Numerics;

namespace Holdfast.Resilience;

/// <summary>
/// Retries towards one target are at most half of its last 100 attempts, so that a target in trouble is not beaten
/// down by everyone's retries. An exhausted budget delays a retry, it never drops it. A small immutable value: keep
/// it in a fold, serialise its three numbers.
/// </summary>
/// <param name="Low">Retry marks of the newest 64 attempts, newest in bit 0.</param>
/// <param name="High">Retry marks of the 36 before those.</param>
/// <param name="Count">Attempts seen, at most <see cref="Window"/>.</param>
public readonly record struct RetryBudget(ulong Low, ulong High, int Count)
{
    /// <summary>Attempts looked back on.</summary>
    public const int Window = 100;

    /// <summary>Retries among them that are allowed.</summary>
    public const int Allowed = Window / 2;

    private const ulong HighMask = (1UL << (Window - 64)) - 1;

    /// <summary>Retries among the last attempts.</summary>
    public int Retries => BitOperations.PopCount(Low) + BitOperations.PopCount(High & HighMask);

    /// <summary>Whether one more retry now would pass the share; then it is to wait for its cap.</summary>
    public bool Exhausted => Record(isRetry: true).Retries > Allowed;

    /// <summary>The budget after one more attempt was started.</summary>
    public RetryBudget Record(bool isRetry) => new(
        (Low << 1) | (isRetry ? 1UL : 0UL),
        ((High << 1) | (Low >> 63)) & HighMask,
        Math.Min(Window, Count + 1));
}
