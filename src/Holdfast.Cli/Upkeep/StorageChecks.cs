using System.Diagnostics;
using Holdfast.Runs;

namespace Holdfast.Cli.Upkeep;

/// <summary>Whether files keep what they are told to keep, and locks lock.</summary>
internal static class StorageChecks
{
    private const int Syncs = 5;
    private const long LittleSpace = 1L << 30;
    private const long NoSpace = 64L << 20;

    internal static IEnumerable<Check> Of(CommandContext context, string scratch)
    {
        yield return Sync(context, scratch);
        yield return Locks(context, scratch);
        yield return Space(scratch);
        yield return FileSystem(scratch);
    }

    private static Check Sync(CommandContext context, string scratch)
    {
        try
        {
            using var file = context.Storage.OpenAppend(Path.Combine(scratch, "sync"), create: true);
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < Syncs; i++)
            {
                file.Append("probe\n"u8);
                file.Sync();
            }

            var each = watch.Elapsed / Syncs;
            return each > TimeSpan.FromMilliseconds(50)
                ? new Check("durable sync", Health.Warn, $"works, {each.TotalMilliseconds:0.0} ms each, which is slow",
                    "every task waits for about two of them; put the workspace on a faster disk")
                : new Check("durable sync", Health.Ok, $"fdatasync works, {each.TotalMilliseconds:0.0} ms each");
        }
        catch (IOException error)
        {
            return new Check("durable sync", Health.Fail, error.Message,
                "nothing can be promised here; use a local disk that can sync");
        }
    }

    private static Check Locks(CommandContext context, string scratch)
    {
        var path = Path.Combine(scratch, "lock");
        try
        {
            using var first = context.Storage.TryLock(path, "first"u8);
            using var second = context.Storage.TryLock(path, "second"u8);
            return (first, second) switch
            {
                (null, _) => new Check("locks", Health.Fail, "a new lock was refused", "use a local disk"),
                (_, not null) =>
                    new Check("locks", Health.Fail, "two holders got one lock", "use a file system with flock"),
                _ => new Check("locks", Health.Ok, "a held flock keeps a second one out"),
            };
        }
        catch (IOException error)
        {
            return new Check("locks", Health.Fail, error.Message, "use a file system with flock");
        }
    }

    private static Check Space(string scratch)
    {
        var free = new DriveInfo(scratch).AvailableFreeSpace;
        var seen = $"{Sizes.Text(free)} free for this user";
        return free switch
        {
            < NoSpace =>
                new Check("disk space", Health.Fail, seen, "free some, or prune old runs (`holdfast prune --keep 7d`)"),
            < LittleSpace =>
                new Check("disk space", Health.Warn, seen, "prune old runs with `holdfast prune --keep 7d`"),
            _ => new Check("disk space", Health.Ok, seen),
        };
    }

    private static Check FileSystem(string scratch)
    {
        var format = new DriveInfo(scratch).DriveFormat;
        return format switch
        {
            "tmpfs" or "ramfs" => new Check("file system", Health.Warn, $"{format}: in memory",
                "runs survive a kill here, but no reboot; put the workspace on a disk"),
            "nfs" or "nfs4" or "cifs" or "smb2" or "9p" or "fuse.sshfs" =>
                new Check("file system", Health.Warn, $"{format}: over a network",
                "locks of two machines may not see each other; drive a run from one machine only"),
            _ => new Check("file system", Health.Ok, format),
        };
    }
}
