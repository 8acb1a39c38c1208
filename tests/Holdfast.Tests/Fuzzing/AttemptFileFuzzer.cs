using System.Globalization;
using System.Text;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Attempt files: an exit code only from a complete exit line, a start only from a complete start line, and "never
/// started" never where there is one; whatever else they hold.
/// </summary>
internal sealed class AttemptFileFuzzer : Fuzzer, IDisposable
{
    private static readonly byte[][] Seeds =
    [
        .. new[]
        {
            "start 4711\nexit 0\n", "start 4711\n", "", "start 1\nexit 143\n", "start 4711\nexit 1", "exit 3\n",
        }.SelectMany(lines => new[] { Seed(lines, "build"), Seed(lines, "naïve%0A 😀") }),
    ];

    private static readonly string[] Words =
    [
        "start 17\n", "exit 3\n", "exit 255\n", "exit 256\n", "exit -1\n", "exit +1\n", "exit 0", "start 0\n", "---\n",
        "holdfast-attempt 1\n", "holdfast-attempt 2\n", "adopt yes\n", "adopt no\n", "boot \n", "mark %\n",
            "mark %zz\n",
        "inode 0\n", "started_at_us ", "timeout_ms ", "grace_ms ", "output_bound ", "attempt 0\n", "task %2F..%2F\n",
        "run ", " ", "\n", "exit 1\0\0\n", "exit 1 \n", "exit  1\n", "exit 01\n", "exit\t1\n", "exit \u0661\n",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-fuzz-attempt-").FullName;

    internal override string Name => "attempt-file";

    internal override FuzzInput Make(Random random)
    {
        var seed = random.Next(Seeds.Length);
        return new(new Mutator(random, Words).Change(Seeds[seed], Seeds), seed);
    }

    internal override void Check(FuzzInput input)
    {
        var record = AttemptFile.Parse(input.Bytes);
        var (starts, exits) = Complete(input.Bytes);
        Require(record.ExitCode is not { } code || exits.Contains(code),
            $"exit code {record.ExitCode}, and no complete exit line holds it");
        Require(record.StartPid is not { } pid || starts.Contains(pid),
            $"process {record.StartPid}, and no complete start line holds it");
        Require(record.Header is not { } header || header.Attempt >= 0, "an attempt has no number below zero");
        if (OperatingSystem.IsLinux())
        {
            CheckFile(input.Bytes, record, starts.Count > 0);
            CheckRoundTrip(input.Bytes);
        }
    }

    // As the wrapper writes them, read by the rule and not by the reader: the word, one space, up to ten digits, the
    // line end; behind the header.
    private static (HashSet<int> Starts, HashSet<int> Exits) Complete(byte[] bytes)
    {
        var (starts, exits, inHeader) = (new HashSet<int>(), new HashSet<int>(), true);
        foreach (var line in Mutator.Split(bytes).Where(line => line[^1] == '\n'))
        {
            var text = Encoding.Latin1.GetString(line)[..^1];
            inHeader &= text != "---";
            var parts = text.Split(' ');
            if (!inHeader && parts is [var word, { Length: > 0 } number] && number.All(char.IsAsciiDigit)
                && int.TryParse(number, CultureInfo.InvariantCulture, out var value))
            {
                _ = word == "start" && value > 0 && starts.Add(value);
                _ = word == "exit" && value <= 255 && exits.Add(value);
            }
        }

        return (starts, exits);
    }

    private void CheckFile(byte[] bytes, AttemptRecord record, bool hasStart)
    {
        var spec = new CommandSpec
        {
            Run = "r", Task = "build", Attempt = 1, Argv = [], WorkingFolder = _folder, Environment = [],
            Folder = _folder, IntentBoot = AttemptFile.CurrentBoot,
        };
        File.WriteAllBytes(spec.Paths.Attempt, bytes);
        File.WriteAllBytes(spec.Paths.End, bytes.AsSpan(0, Math.Min(bytes.Length, 200)));
        var trace = AttemptLock.Find(spec.Paths.Attempt, spec.IntentBoot, out var found);
        Require(found.ExitCode == record.ExitCode && found.StartPid == record.StartPid, "read as it is parsed");
        Require(trace != AttemptTrace.Ended || record.ExitCode is not null, "ended, and no exit line says so");
        Require(trace != AttemptTrace.NeverStarted || record.StartPid is null, "started, and found never started");
        Require(trace != AttemptTrace.NeverStarted || !hasStart, "never started, and a start line is complete");
        Require(trace != AttemptTrace.Alive, "nobody holds its lock");
        Require(Enum.IsDefined(AttemptEnds.Noted(spec.Paths.End)), "an end is one of the known ones");
        var adopted = AttemptAdoption.Adopt(spec, _ => { }, nowMs: 0);
        try
        {
            var outcome = AttemptAdoption.WithRecord(new Outcome(), adopted);
            Require(outcome.ExitCode is null or >= 0 and <= 255, "an exit code is that of a process");
            Require(adopted.Pid == 0, "nobody is ours to signal");
        }
        finally
        {
            AttemptWatch.Close(adopted);
        }
    }

    // Whatever a task or a folder is called, what is written about it is read back, and nothing of it is taken for a
    // line of the wrapper.
    private void CheckRoundTrip(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 600)));
        var header = new AttemptHeader
        {
            Run = "r-1", Task = text, Attempt = 1 + bytes.Length, Boot = "b", StartedAtUs = bytes.Length,
            MonotonicUs = 1, BoottimeUs = 2, Inode = ulong.MaxValue, TimeoutMs = 3, NoProgressMs = 4, GraceMs = 5,
            OutputBound = 6, Adopt = bytes.Length % 2 == 0, MarkFolder = "/" + text,
        };
        var path = Path.Combine(_folder, "written");
        var file = LinuxCalls.Open(path, LinuxCalls.WriteOnly | LinuxCalls.Create, 0x180);
        Require(file >= 0 && AttemptFile.Write(file, header) == 0, "a header of a long name is not written");
        _ = LinuxCalls.Close(file);
        Require(AttemptFile.TryRead(path, out var read), "what was written is not there");
        Require(read.Header == header, $"{header} was written, and {read.Header} is read");
        Require(read.StartPid is null && read.ExitCode is null, "a name was taken for a line of the wrapper");
        File.Delete(path);
    }

    private static byte[] Seed(string lines, string task)
    {
        var header = $"holdfast-attempt 1\nrun r-1\ntask {task}\nattempt 1\nboot {AttemptFile.CurrentBoot}\n"
            + "started_at_us 1795166400000000\nmonotonic_us 5000000\nboottime_us 6000000\ninode 4711\n"
            + "timeout_ms 60000\nno_progress_ms 0\ngrace_ms 10000\noutput_bound 1073741824\nadopt yes\n"
            + "mark /w/runs/r-1/output\n---\n";
        var whole = (header + lines).PadRight(512);
        return Encoding.UTF8.GetBytes(lines.EndsWith('\n') || lines.Length == 0 ? whole[..^1] + "\n" : header + lines);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
