using Microsoft.Win32.SafeHandles;

namespace Holdfast.Journal;

/// <summary>
/// Opening and looking at lock files by direct calls. A lock belongs to the open file and not to its name: a holder may
/// delete the file, so whoever got the lock checks that what it locked is still what the name stands for.
/// </summary>
internal static class LockFiles
{
    // Each round means that somebody deleted the file between our opening and our locking it.
    private const int MaxRounds = 64;

    /// <summary>Opens the file and locks it; null if the lock was refused.</summary>
    internal static SafeFileHandle? Open(string path, Func<SafeFileHandle, bool> take)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var file = Posix.Create(path, exclusive: false, Posix.OwnerOnlyFile)!;
            try
            {
                if (!take(file))
                {
                    file.Dispose();
                    return null;
                }

                if (Posix.IsStillAt(file, path))
                {
                    return file;
                }

                file.Dispose();
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }

        throw new IOException($"{path} was deleted {MaxRounds} times while its lock was being taken; try again");
    }

    /// <summary>Whether another holds the lock. Shared, so that two looks do not take each other for a holder.</summary>
    internal static bool IsLocked(string path)
    {
        SafeFileHandle file;
        try
        {
            file = Posix.OpenForReading(path);
        }
        catch (PosixException error) when (error.Errno is Posix.Enoent or Posix.Enotdir)
        {
            return false;
        }

        // Closing gives the look's own lock back at once.
        using (file)
        {
            return !Posix.TryLock(file, Posix.LockShared, path);
        }
    }
}
