using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Holdfast.Resilience;

/// <summary>What a draw depends on. The same key always draws the same number, so a run replays its delays.</summary>
/// <param name="Seed">Seed of the workspace or run, as recorded in the journal.</param>
/// <param name="Run">Id of the run.</param>
/// <param name="Task">Name of the task or step.</param>
/// <param name="Attempt">Number of the attempt that ended, 1 for the first.</param>
public readonly record struct DrawKey(ulong Seed, string Run, string Task, int Attempt);

/// <summary>Computes the delay before a retry. Pure.</summary>
public static class RetryDelay
{
    /// <summary>
    /// Delay before the n-th consecutive retry (0 for the first): <c>raw = base · multiplier^n</c>; then
    /// <c>raw · (1 + jitter·u)</c> while that stays at or under the cap, else <c>cap · (1 − jitter·u)</c>. So the cap
    /// is never passed and jitter never vanishes at it. No n overflows.
    /// </summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="retry">0 for the first retry.</param>
    /// <param name="u">A number in [0, 1), see <see cref="Draw"/>.</param>
    public static TimeSpan Compute(RetryPolicy policy, int retry, double u)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfNegative(retry);
        if (!(u is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(u), u, "a draw lies in [0, 1)");
        }

        if (policy.Kind == RetryKind.None)
        {
            return TimeSpan.Zero;
        }

        double baseTicks = policy.Base.Ticks;
        double capTicks = policy.Cap.Ticks;
        // Doubles saturate at infinity instead of wrapping; 0 · ∞ is the one NaN to avoid.
        var raw = policy.Kind == RetryKind.Fixed || baseTicks == 0
            ? baseTicks
            : baseTicks * Math.Pow(policy.Multiplier, retry);
        var jittered = raw * (1 + (policy.Jitter * u));
        var ticks = jittered <= capTicks ? jittered : capTicks * (1 - (policy.Jitter * u));
        return TimeSpan.FromTicks((long)ticks);
    }

    /// <summary>As the other one, with the draw of a key; nothing is drawn where it would change nothing.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="retry">0 for the first retry.</param>
    /// <param name="key">What the draw depends on.</param>
    public static TimeSpan Compute(RetryPolicy policy, int retry, in DrawKey key)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var isDrawn = policy.Jitter > 0 && policy.Base > TimeSpan.Zero;
        return Compute(policy, retry, isDrawn ? Draw(key) : 0);
    }

    /// <summary>
    /// Draws u in [0, 1) from a key: SipHash-2-4 (Aumasson and Bernstein, 2012) over the length-prefixed run and task
    /// and the attempt, keyed by the seed, so that draws are independent across seeds, runs, tasks and attempts.
    /// </summary>
    public static double Draw(in DrawKey key)
    {
        var run = key.Run ?? "";
        var task = key.Task ?? "";
        var size = 12 + Encoding.UTF8.GetMaxByteCount(run.Length) + Encoding.UTF8.GetMaxByteCount(task.Length);
        Span<byte> message = size <= 512 ? stackalloc byte[size] : new byte[size];
        var used = Append(message, 0, run);
        used = Append(message, used, task);
        BinaryPrimitives.WriteInt32LittleEndian(message[used..], key.Attempt);
        var hash = SipHash(message[..(used + 4)], key.Seed, ~key.Seed ^ 0x486F6C6466617374);
        return (hash >> 11) * (1.0 / (1UL << 53));
    }

    private static int Append(Span<byte> message, int at, string text)
    {
        // The length before the text keeps ("ab", "c") and ("a", "bc") apart.
        var written = Encoding.UTF8.GetBytes(text, message[(at + 4)..]);
        BinaryPrimitives.WriteInt32LittleEndian(message[at..], written);
        return at + 4 + written;
    }

    internal static ulong SipHash(ReadOnlySpan<byte> message, ulong k0, ulong k1)
    {
        var v0 = k0 ^ 0x736f6d6570736575;
        var v1 = k1 ^ 0x646f72616e646f6d;
        var v2 = k0 ^ 0x6c7967656e657261;
        var v3 = k1 ^ 0x7465646279746573;
        var tail = (ulong)message.Length << 56;
        while (message.Length >= 8)
        {
            Absorb(BinaryPrimitives.ReadUInt64LittleEndian(message), ref v0, ref v1, ref v2, ref v3);
            message = message[8..];
        }

        for (var i = 0; i < message.Length; i++)
        {
            tail |= (ulong)message[i] << (8 * i);
        }

        Absorb(tail, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xff;
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Absorb(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
