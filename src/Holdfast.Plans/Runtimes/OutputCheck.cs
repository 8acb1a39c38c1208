using System.Security.Cryptography;
using Holdfast.Journal;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes;

/// <summary>What was wrong with a declared output.</summary>
public enum OutputFault
{
    /// <summary>It does not exist.</summary>
    Missing,

    /// <summary>It is the same file, untouched, as before the attempt.</summary>
    Stale,

    /// <summary>It exists and is no regular file, or cannot be read.</summary>
    Unreadable,
}

/// <summary>A declared output that does not meet its contract.</summary>
/// <param name="Path">As declared.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="Detail">One sentence for people.</param>
public sealed record FaultyOutput(string Path, OutputFault Fault, string Detail);

/// <summary>The declared outputs as they were found after the attempt.</summary>
/// <param name="Files">Good ones: synced, with size and digest.</param>
/// <param name="Faults">The others; the contract is met only if there are none.</param>
public sealed record OutputReport(IReadOnlyList<OutputFile> Files, IReadOnlyList<FaultyOutput> Faults);

/// <summary>
/// Judges declared outputs. Fresh means: another identity than before the attempt (device, inode, size, time of change
/// in nanoseconds), which needs no comparison of clocks and sees a file rewritten with an old time stamp (SR14).
/// </summary>
public sealed class OutputCheck
{
    private readonly string _root;
    private readonly string[] _paths;
    private readonly (bool Exists, ulong Device, ulong Inode, long Size, long ModifiedNs, long ChangedNs)[] _before;

    private OutputCheck(string root, string[] paths)
    {
        _root = root;
        _paths = paths;
        _before = Array.ConvertAll(paths, p => Identity(Path.Combine(root, p)));
    }

    /// <summary>Takes the identities before the attempt starts.</summary>
    /// <param name="root">Absolute path of the plan's folder.</param>
    /// <param name="paths">Relative to it.</param>
    public static OutputCheck Before(string root, IReadOnlyList<string> paths) => new(root, [.. paths]);

    /// <summary>
    /// For an attempt that an earlier driver started: nothing is known of before, so a file is fresh if it was changed
    /// since the attempt's start by the wall clock.
    /// </summary>
    public static OutputReport AfterAdoption(string root, IReadOnlyList<string> paths, DateTimeOffset startedAt)
    {
        var check = new OutputCheck(root, [.. paths]);
        var startedNs = (startedAt.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        for (var i = 0; i < check._before.Length; i++)
        {
            // The kernel stamps files by a clock that lags by up to one tick of 10 ms.
            if (check._before[i].ChangedNs >= startedNs - 10_000_000)
            {
                check._before[i] = default;
            }
        }

        return check.After();
    }

    /// <summary>Judges after the attempt ended well: exists, fresh; then syncs and digests.</summary>
    public OutputReport After()
    {
        var files = new List<OutputFile>(_paths.Length);
        var faults = new List<FaultyOutput>();
        for (var i = 0; i < _paths.Length; i++)
        {
            var path = Path.Combine(_root, _paths[i]);
            var now = Identity(path);
            if (!now.Exists)
            {
                faults.Add(new FaultyOutput(
                    _paths[i], OutputFault.Missing, $"the declared output {_paths[i]} does not exist"));
            }
            else if (now == _before[i])
            {
                faults.Add(new FaultyOutput(
                    _paths[i], OutputFault.Stale,
                        $"the declared output {_paths[i]} was there before and was not touched"));
            }
            else if (Directory.Exists(path))
            {
                faults.Add(new FaultyOutput(
                    _paths[i], OutputFault.Unreadable,
                        $"the declared output {_paths[i]} is a folder; declare the files in it"));
            }
            else if (PortableCalls.IsEndless(path))
            {
                faults.Add(new FaultyOutput(
                    _paths[i], OutputFault.Unreadable,
                        $"the declared output {_paths[i]} is a pipe, a socket or a device; declare a file"));
            }
            else
            {
                Digest(_paths[i], path, files, faults);
            }
        }

        return new OutputReport(files, faults);
    }

    /// <summary>Whether a recorded output is still there with the content that it had.</summary>
    public static bool IsStill(string root, OutputFile output)
    {
        var file = new FileInfo(Path.Combine(root, output.Path));
        if (!file.Exists || file.Length != output.Size || PortableCalls.IsEndless(file.FullName))
        {
            return false;
        }

        using var stream = file.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == output.Sha256;
    }

    private static void Digest(string declared, string path, List<OutputFile> files, List<FaultyOutput> faults)
    {
        try
        {
            using var handle = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            var hash = SHA256.HashData(stream);
            if (!OperatingSystem.IsWindows())
            {
                // First the bytes, then the name: after a power cut one without the other would be no output.
                Posix.Fsync(handle, path);
                Posix.SyncFolder(Path.GetDirectoryName(path)!);
            }

            files.Add(new OutputFile(declared, stream.Position, Convert.ToHexStringLower(hash)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new FaultyOutput(
                declared, OutputFault.Unreadable, $"the declared output {declared} cannot be kept: {e.Message}"));
        }
    }

    private static (
        bool Exists, ulong Device, ulong Inode, long Size, long ModifiedNs, long ChangedNs) Identity(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxCalls.TryStat(path, out var facts)
                ? (true, facts.Device, facts.Inode, facts.Size, facts.ModifiedNs, facts.ChangedNs)
                : default;
        }

        var file = new FileInfo(path);
        if (!file.Exists && !Directory.Exists(path))
        {
            return default;
        }

        var modifiedNs = (file.LastWriteTimeUtc.Ticks - DateTime.UnixEpoch.Ticks) * 100;
        return (true, 0, 0, file.Exists ? file.Length : 0, modifiedNs, modifiedNs);
    }
}
