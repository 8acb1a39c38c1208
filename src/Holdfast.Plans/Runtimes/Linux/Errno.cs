using System.Runtime.InteropServices;
using Holdfast.Journal;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>Names of error numbers, as people and the classifier know them.</summary>
internal static class Errno
{
    /// <summary>The symbol, e.g. ENOENT; "errno 95" for one without a name here.</summary>
    internal static string Name(int errno) => errno switch
    {
        1 => "EPERM",
        2 => "ENOENT",
        5 => "EIO",
        7 => "E2BIG",
        8 => "ENOEXEC",
        11 => "EAGAIN",
        12 => "ENOMEM",
        13 => "EACCES",
        17 => "EEXIST",
        20 => "ENOTDIR",
        21 => "EISDIR",
        22 => "EINVAL",
        23 => "ENFILE",
        24 => "EMFILE",
        26 => "ETXTBSY",
        28 => "ENOSPC",
        30 => "EROFS",
        36 => "ENAMETOOLONG",
        38 => "ENOSYS",
        40 => "ELOOP",
        122 => "EDQUOT",
        _ => $"errno {errno}",
    };

    /// <summary>Throws if the error says that a file system or a quota is full; else returns.</summary>
    /// <exception cref="StorageFullException">It is full.</exception>
    internal static void ThrowIfFull(int errno, string path)
    {
        if (errno is 28 or 122)
        {
            throw new StorageFullException(path, new IOException(Tell(errno, path), errno));
        }
    }

    /// <summary>"ENOENT: what (message of the system)".</summary>
    internal static string Tell(int errno, string what) =>
        $"{Name(errno)}: {what} ({Marshal.GetPInvokeErrorMessage(errno)})";
}
