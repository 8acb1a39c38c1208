using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Runs a fuzzer over numbered cases. HOLDFAST_FUZZ says how many (2,000 by default, 10,000 in CI, 1,000,000 in a long
/// run), HOLDFAST_FUZZ_FIRST where to begin (1), HOLDFAST_FUZZ_CASE=name:number replays one. A case that breaks a
/// promise is made smaller, saved, and told with the command that replays it.
/// </summary>
internal static class FuzzRun
{
    private const int DefaultCases = 2_000;
    private const int CasesInCi = 10_000;
    private const int MostShrinkSteps = 600;
    private static readonly TimeSpan MostShrinkTime = TimeSpan.FromSeconds(5);

    /// <summary>The stack of the thread that checks: small, so that recursion on hostile depth shows.</summary>
    private const int StackBytes = 1 << 20;

    private const string TooLong = "it took";

    private const string Filter = "-namespace Holdfast.Tests.Fuzzing";

    /// <summary>
    /// Only a guard against hanging: the bounds on work are those of processor time and allocated bytes.
    /// </summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    /// <summary>Runs the cases that the environment asks for.</summary>
    internal static void All(Fuzzer fuzzer, ITestOutputHelper output)
    {
        var (first, count) = Asked(fuzzer.Name);
        Cases(fuzzer, first, count);
        output.WriteLine($"{fuzzer.Name}: {count} inputs, cases {first} to {first + count - 1}");
    }

    /// <summary>Runs cases by number.</summary>
    internal static void Cases(Fuzzer fuzzer, long first, long count)
    {
        var progress = new Progress();
        var worker = new Thread(() => Work(fuzzer, first, count, progress), StackBytes) { IsBackground = true };
        worker.Start();
        while (!worker.Join(TimeSpan.FromSeconds(1)))
        {
            var (number, since) = progress.Now;
            if (number > 0 && Stopwatch.GetElapsedTime(since) > HangLimit)
            {
                Assert.Fail($"{fuzzer.Name}: case {number} has not ended within {HangLimit}\n{Replay(fuzzer, number)}");
            }
        }

        if (progress.Failure is { } failure)
        {
            Assert.Fail(failure);
        }
    }

    /// <summary>The input of one case.</summary>
    internal static FuzzInput InputOf(Fuzzer fuzzer, long number)
    {
        // FNV-1a of the name, so that fuzzers do not walk through the same draws.
        var seed = fuzzer.Name.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619u));
        return fuzzer.Make(new Random(unchecked((int)(seed + ((ulong)number * 0x9E3779B97F4A7C15UL >> 32)))));
    }

    /// <summary>What is wrong with an input; null if nothing is.</summary>
    internal static string? Fault(Fuzzer fuzzer, FuzzInput input)
    {
        var fault = FaultOnce(fuzzer, input);
        for (var again = 0; again < 2 && fault?.StartsWith(TooLong, StringComparison.Ordinal) == true; again++)
        {
            // A neighbour on the machine can make one reading long, but not three.
            fault = FaultOnce(fuzzer, input);
        }

        return fault;
    }

    private static string? FaultOnce(Fuzzer fuzzer, FuzzInput input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = ThreadTime.Now;
        try
        {
            fuzzer.Check(input);
        }
        catch (BrokenPropertyException broken)
        {
            return broken.Message;
        }
        catch (Exception error)
        {
            return error.ToString();
        }

        var (took, longest) = (ThreadTime.Now - started, fuzzer.MostTime(input.Bytes.Length));
        if (took > longest)
        {
            return $"{TooLong} {took.TotalMilliseconds:N0} ms of the processor for {input.Bytes.Length:N0} bytes, and "
                + $"{longest.TotalMilliseconds:N0} is the bound";
        }

        var (used, most) = (GC.GetAllocatedBytesForCurrentThread() - before,
            fuzzer.MostAllocatedBytes(input.Bytes.Length));
        return used > most ? $"it allocated {used:N0} bytes for {input.Bytes.Length:N0}, and {most:N0} is the bound"
            : null;
    }

    /// <summary>Greedy: drops ever smaller pieces as long as a fault of the same kind stays.</summary>
    internal static FuzzInput Shrink(Fuzzer fuzzer, FuzzInput input, string fault)
    {
        var steps = 0;
        var begun = ThreadTime.Now;
        for (var piece = input.Bytes.Length / 2; piece > 0; piece /= 2)
        {
            for (var at = 0; at < input.Bytes.Length && steps < MostShrinkSteps
                && ThreadTime.Now - begun < MostShrinkTime; steps++)
            {
                var smaller = input with
                {
                    Bytes = [.. input.Bytes.AsSpan(0, at), .. input.Bytes.AsSpan(Math.Min(at + piece,
                        input.Bytes.Length))],
                };
                if (Fault(fuzzer, smaller) is { } still && Kind(still) == Kind(fault))
                {
                    input = smaller;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return input;
    }

    private static void Work(Fuzzer fuzzer, long first, long count, Progress progress)
    {
        var mark = Path.Combine(Folder(), $"{fuzzer.Name}.current");
        using var current = File.OpenHandle(mark, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        Span<byte> text = stackalloc byte[24];
        for (var number = first; number < first + count; number++)
        {
            progress.Begin(number);

            // A stack that overflows takes the process along: this file then names the case.
            text.Fill((byte)' ');
            number.TryFormat(text, out _, default, CultureInfo.InvariantCulture);
            RandomAccess.Write(current, text, 0);
            var input = InputOf(fuzzer, number);
            if (Fault(fuzzer, input) is { } fault)
            {
                progress.Begin(0);
                var small = Shrink(fuzzer, input, fault);
                progress.Failure = Tell(fuzzer, number, input, small, Fault(fuzzer, small) ?? fault);
                return;
            }
        }

        current.Dispose();
        File.Delete(mark);
    }

    private static string Tell(Fuzzer fuzzer, long number, FuzzInput input, FuzzInput small, string fault)
    {
        var path = Path.Combine(Folder(), $"{fuzzer.Name}-{number}");
        File.WriteAllBytes(path + ".input", input.Bytes);
        File.WriteAllBytes(path + ".small", small.Bytes);
        var shown = Encoding.UTF8.GetString(small.Bytes.AsSpan(0, Math.Min(400, small.Bytes.Length)));
        return $"{fuzzer.Name}: case {number} (corpus {input.Corpus}): {fault}\n"
            + $"input: {path}.input ({input.Bytes.Length} bytes), made smaller: {path}.small "
            + $"({small.Bytes.Length} bytes)\n{shown}\n{Replay(fuzzer, number)}";
    }

    private static string Replay(Fuzzer fuzzer, long number) =>
        $"replay: HOLDFAST_FUZZ_CASE={fuzzer.Name}:{number} dotnet run --project tests/Holdfast.Tests -- {Filter}";

    private static string Kind(string fault) =>
        string.Concat(fault.TakeWhile(c => c is not ('\n' or ':' or '"')).Where(c => !char.IsAsciiDigit(c)));

    private static string Folder() =>
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "holdfast-fuzz")).FullName;

    private static (long First, long Count) Asked(string name)
    {
        var replay = Environment.GetEnvironmentVariable("HOLDFAST_FUZZ_CASE")?.Split(':');
        if (replay is [var asked, var number] && long.TryParse(number, CultureInfo.InvariantCulture, out var only))
        {
            return asked == name ? (only, 1) : (1, 0);
        }

        var otherwise = Environment.GetEnvironmentVariable("HOLDFAST_CI") == "1" ? CasesInCi : DefaultCases;
        return (Number("HOLDFAST_FUZZ_FIRST", 1), Number("HOLDFAST_FUZZ", otherwise));
    }

    private static long Number(string variable, long otherwise) => long.TryParse(
        Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number : otherwise;

    private sealed class Progress
    {
        private long _number;
        private long _since;

        internal string? Failure { get; set; }

        internal (long Number, long Since) Now => (Volatile.Read(ref _number), Volatile.Read(ref _since));

        internal void Begin(long number)
        {
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
            Volatile.Write(ref _number, number);
        }
    }
}
