using Holdfast.Failures;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes;

/// <summary>What a guard did before it left.</summary>
/// <param name="Ended">Attempt files of the attempts that it ended.</param>
/// <param name="WasRelieved">True if it left because a driver took the run up; false if nothing lives any more.</param>
public sealed record GuardReport(IReadOnlyList<string> Ended, bool WasRelieved);

/// <summary>
/// The duty of a guard after its driver died: attempts go on, but only within their limits, which their attempt files
/// tell. It writes who ended an attempt beside it, so that a later driver judges the end rightly.
/// </summary>
public static class GuardDuty
{
    private const int LookEveryMs = 50;

    /// <summary>Attempt files under a run's output folder, in byte order.</summary>
    public static IReadOnlyList<string> FindAttempts(string outputFolder)
    {
        if (!Directory.Exists(outputFolder))
        {
            return [];
        }

        var files = new List<string>(Directory.EnumerateFiles(outputFolder, "*.attempt", SearchOption.AllDirectories));
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    /// <summary>Watches until a driver is back or nothing lives. Blocks; it is the whole work of its process.</summary>
    /// <param name="attemptFiles">All attempt files of the run; those that ended are left alone.</param>
    /// <param name="isTaken">Whether a driver holds the run again. Asked about 20 times a second.</param>
    /// <param name="clock">Wall and monotonic clock.</param>
    /// <param name="meterOf">
    /// Who reads what an attempt prints, by its attempt file; null where size says enough. Disposed here, if it can be.
    /// </param>
    public static GuardReport Run(
        IReadOnlyList<string> attemptFiles, Func<bool> isTaken, TimeProvider clock,
        Func<string, IOutputMeter?>? meterOf = null)
    {
        var ended = new List<string>();
        var living = new List<GuardedAttempt>();
        try
        {
            foreach (var file in attemptFiles)
            {
                if (GuardedAttempt.Open(file) is { } attempt)
                {
                    attempt.Meter = meterOf?.Invoke(file);
                    living.Add(attempt);
                }
            }

            while (living.Count > 0)
            {
                if (isTaken())
                {
                    return new GuardReport(ended, WasRelieved: true);
                }

                for (var i = living.Count - 1; i >= 0; i--)
                {
                    var attempt = living[i];
                    if (attempt.IsOver(clock))
                    {
                        if (attempt.WasEnded)
                        {
                            ended.Add(attempt.File);
                        }

                        attempt.Dispose();
                        living.RemoveAt(i);
                    }
                }

                AttemptLock.Pause(living.Count > 0 ? LookEveryMs : 0);
            }

            return new GuardReport(ended, WasRelieved: false);
        }
        finally
        {
            foreach (var attempt in living)
            {
                attempt.Dispose();
            }
        }
    }

    /// <summary>One attempt without a driver.</summary>
    private sealed class GuardedAttempt : IDisposable
    {
        private readonly int _file;
        private readonly AttemptPaths _paths;
        private readonly AttemptHeader _header;
        private readonly AttemptMembers _members;
        private ProgressWatch? _progress;
        private Ending? _ending;

        private GuardedAttempt(string path, int file, AttemptHeader header, AttemptMembers members)
        {
            File = path;
            _file = file;
            _paths = new AttemptPaths(Path.GetDirectoryName(path)!, header.Attempt);
            _header = header;
            _members = members;
        }

        internal string File { get; }

        /// <summary>Who reads its output; its word replaces bytes as the sign of progress.</summary>
        internal IOutputMeter? Meter { get; set; }

        internal bool WasEnded => _ending is not null;

        /// <summary>An attempt that lives and is ours, or null.</summary>
        internal static GuardedAttempt? Open(string path)
        {
            var trace = AttemptLock.Find(path, intentBoot: null, out var record);
            var isWatched = record.Header is { } header && (header.Adopt
                ? trace == AttemptTrace.Alive
                : trace == AttemptTrace.Gone);
            if (!isWatched || record.Header!.Boot != AttemptFile.CurrentBoot)
            {
                return null;
            }

            var file = LinuxCalls.Open(path, LinuxCalls.ReadOnly);
            if (file < 0 || !AttemptAdoption.IsOriginal(file, record.Header))
            {
                CloseIfOpen(file);
                return null;
            }

            var leader = AttemptAdoption.IsOurs(file, record) ? record.StartPid!.Value : 0;
            var members = new AttemptMembers(
                leader, record.Header.MarkFolder, record.Header.Attempt, record.Header.BoottimeUs);
            return new GuardedAttempt(path, file, record.Header, members);
        }

        /// <summary>Looks once; true when nothing of it lives, or nothing more can be done.</summary>
        internal bool IsOver(TimeProvider clock)
        {
            var nowUs = AttemptStarter.NowUs(clock);
            var isAlive = _header.Adopt && AttemptLock.IsHeld(_file);
            if (_ending is null)
            {
                if (_header.Adopt && !isAlive)
                {
                    return true;
                }

                if (PassedLimit(nowUs) is not { } reason)
                {
                    return false;
                }

                var wallUs = (clock.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
                AttemptEnds.Note(_paths.End, reason, "guard", wallUs);
                _ending = new Ending(_members, nowUs / 1000, TimeSpan.FromMilliseconds(_header.GraceMs), _header.Adopt);
                _ending.Ask(IsLeaderOurs(isAlive));
            }

            return _ending.Step(nowUs / 1000, isAlive, IsLeaderOurs(isAlive)) is null;
        }

        public void Dispose()
        {
            (Meter as IDisposable)?.Dispose();
            CloseIfOpen(_file);
        }

        // While the lock is held the wrapper lives, so its number cannot have passed to anybody else.
        private bool IsLeaderOurs(bool isAlive) => isAlive && _members.Leader > 0;

        private EndedBy? PassedLimit(long nowUs)
        {
            if (!_header.Adopt)
            {
                // Nobody can take it up: left alone, it would run beside its own second try.
                return EndedBy.Lost;
            }

            if (nowUs - _header.MonotonicUs >= _header.TimeoutMs * 1000)
            {
                return EndedBy.HardTimeout;
            }

            var bytes = Size(_paths.Out) + Size(_paths.Err);
            return bytes > _header.OutputBound ? EndedBy.OutputBound
                : Meter?.IsPastLimit == true ? EndedBy.UsageLimit
                : HasStalled(nowUs / 1000, Meter?.Progress ?? bytes) ? EndedBy.NoProgress
                : null;
        }

        // The driver's own rule. The window begins when the guard takes over, as it does for a driver that adopts: what
        // happened before, nobody of them saw. Whose processes are not proven ours cannot be told idle from busy.
        private bool HasStalled(long nowMs, long progress)
        {
            if (_header.NoProgressMs <= 0 || _members.Leader == 0)
            {
                return false;
            }

            _progress ??= new ProgressWatch(
                TimeSpan.FromMilliseconds(_header.NoProgressMs), nowMs,
                Meter is null ? ProgressWatch.CoreShare : ProgressWatch.MeteredCoreShare);
            return _progress.HasStalled(nowMs, progress, () => _members.CpuTicks(ProcessTable.Read()));
        }

        private static long Size(string path) => LinuxCalls.TryStat(path, out var facts) ? facts.Size : 0;

        private static void CloseIfOpen(int file)
        {
            if (file >= 0)
            {
                _ = LinuxCalls.Close(file);
            }
        }
    }
}
