using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Plans.Runtimes;

/// <summary>The files of one attempt inside its task's folder.</summary>
public readonly record struct AttemptPaths
{
    private const int SlugLength = 40;
    private readonly string _stem;

    /// <summary>Names the files of an attempt.</summary>
    /// <param name="folder">The task's folder, <c>output/&lt;slug&gt;-&lt;hash&gt;</c>.</param>
    /// <param name="attempt">1 for the first try.</param>
    public AttemptPaths(string folder, int attempt)
    {
        _stem = string.Concat(folder.AsSpan().TrimEnd('/'), "/", attempt.ToString());
    }

    /// <summary>Standard output of the attempt, byte for byte.</summary>
    public string Out => _stem + ".out";

    /// <summary>Standard error of the attempt, byte for byte.</summary>
    public string Err => _stem + ".err";

    /// <summary>The attempt file: identity, lock, start and exit. See docs/formats/attempt.md.</summary>
    public string Attempt => _stem + ".attempt";

    /// <summary>Written before Holdfast ends an attempt, so that a later driver knows who ended it and why.</summary>
    public string End => _stem + ".end";

    /// <summary>
    /// Folder name of a task: at most 40 characters of its name for people (anything but ASCII letters, digits and
    /// <c>-_.</c> shown as <c>-</c>), then 12 hex digits of the SHA-256 of the whole name, which tell tasks apart.
    /// </summary>
    public static string FolderName(string task)
    {
        ArgumentException.ThrowIfNullOrEmpty(task);
        Span<char> name = stackalloc char[SlugLength + 13];
        var length = 0;
        foreach (var c in task.AsSpan(0, Math.Min(task.Length, SlugLength)))
        {
            // A leading dot would hide the folder, and "..", were it the whole name, would leave it.
            var plain = char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || (c == '.' && length > 0);
            name[length++] = plain ? c : '-';
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(task), hash);
        name[length++] = '-';
        Convert.TryToHexStringLower(hash[..6], name[length..], out var written);
        return new string(name[..(length + written)]);
    }
}
