using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Runs.Workspaces;

/// <summary>The folder of one run, and the names in it.</summary>
/// <param name="Path">Absolute path of the folder.</param>
public sealed record RunFolder(string Path)
{
    private const int SlugChars = 40;

    /// <summary>Id of the run: the folder's name, wherever it was moved.</summary>
    public string Id => System.IO.Path.GetFileName(Path);

    /// <summary>The folder that the run's workspace is in; plans usually are in it or below it.</summary>
    public string HomePath => System.IO.Path.GetFullPath("../../..", Path);

    /// <summary>The plan as resolved.</summary>
    public string PlanPath => System.IO.Path.Combine(Path, "plan.json");

    /// <summary>The lock that a driver holds.</summary>
    public string LockPath => System.IO.Path.Combine(Path, "run.lock");

    /// <summary>
    /// An edited plan that the journal may name already; it becomes the plan when the run is next opened.
    /// </summary>
    public string NextPlanPath => System.IO.Path.Combine(Path, "plan.next.json");

    /// <summary>There from the beginning of the run's deletion to its end.</summary>
    public string PruneMarkPath => System.IO.Path.Combine(Path, "pruning");

    /// <summary>Requests of other processes.</summary>
    public string InboxPath => System.IO.Path.Combine(Path, "inbox");

    /// <summary>What attempts printed, and their own marks.</summary>
    public string OutputPath => System.IO.Path.Combine(Path, "output");

    /// <summary>
    /// A new id: time first, so that ids sort by it; then the name, for people; then four random characters, so that
    /// two runs of one second differ.
    /// </summary>
    public static string NewId(DateTimeOffset now, string name, ulong random)
    {
        ArgumentNullException.ThrowIfNull(name);
        const string Alphabet = "23456789abcdefghjkmnpqrstuvwxyz";
        var slug = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (slug.Length == SlugChars)
            {
                break;
            }

            slug.Append(char.IsAsciiLetterOrDigit(c) ? c : '-');
        }

        var tail = new char[4];
        for (var i = 0; i < tail.Length; i++)
        {
            tail[i] = Alphabet[(int)(random % (ulong)Alphabet.Length)];
            random /= (ulong)Alphabet.Length;
        }

        var time = now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return $"{time}-{slug.ToString().Trim('-')}-{new string(tail)}";
    }

    /// <summary>
    /// Folder name of a task: at most 40 characters of its name for people (anything but ASCII letters, digits and
    /// <c>-_.</c> shown as <c>-</c>), then 12 hex digits of the SHA-256 of the whole name, which tell tasks apart.
    /// </summary>
    public static string OutputFolderName(string task)
    {
        ArgumentException.ThrowIfNullOrEmpty(task);
        Span<char> name = stackalloc char[SlugChars + 13];
        var length = 0;
        foreach (var c in task.AsSpan(0, Math.Min(task.Length, SlugChars)))
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

    /// <summary>Whether a person may give this id to a run: it becomes a folder's name.</summary>
    public static bool IsGoodId(string id) =>
        id is { Length: > 0 and <= 100 } and not "last" && id[0] != '.' && id[0] != '-'
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
