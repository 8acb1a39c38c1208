using System.Runtime.InteropServices;
using Holdfast.Plans.Runtimes.Linux;

namespace Holdfast.Plans.Runtimes;

/// <summary>Makes the folders of attempts.</summary>
internal static class AttemptFolders
{
    private const int OwnerOnly = 0x1C0;

    /// <summary>
    /// Makes a folder, with those above it that are missing. Usually it alone is, so that is tried first: one call of
    /// the kernel, where the library's own way looks at each folder above.
    /// </summary>
    /// <returns>Whether it is new, hence empty; false where that is not known.</returns>
    /// <exception cref="Journal.StorageFullException">No space for it.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    internal static bool Make(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            if (LinuxCalls.MakeFolder(folder, OwnerOnly) == 0)
            {
                return true;
            }

            Errno.ThrowIfFull(Marshal.GetLastPInvokeError(), folder);
        }

        // The workspace above is 0700, which is what keeps others out; folders between need no mode of their own.
        Directory.CreateDirectory(folder);
        return false;
    }
}
