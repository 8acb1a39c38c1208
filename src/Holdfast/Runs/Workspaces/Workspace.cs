using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;

namespace Holdfast;

/// <summary>The folder <c>.holdfast</c>: its runs, and what outlives them.</summary>
public sealed partial class Workspace
{
    /// <summary>Name of the folder.</summary>
    public const string FolderName = ".holdfast";

    private const int Format = 1;
    private const int HeadBytes = 8192;

    private Workspace(IStorage storage, string path, string id, ulong seed)
    {
        Storage = storage;
        Path = path;
        Id = id;
        Seed = seed;
    }

    /// <summary>The files.</summary>
    internal IStorage Storage { get; }

    /// <summary>Absolute path of the folder.</summary>
    public string Path { get; }

    /// <summary>Its id, kept when it is moved.</summary>
    public string Id { get; }

    /// <summary>What the seeds of runs are drawn from.</summary>
    internal ulong Seed { get; }

    /// <summary>
    /// The lock under which runs are made: of two commands at once the second sees the run of the first.
    /// </summary>
    internal string StartLockPath => System.IO.Path.Combine(Path, "start.lock");

    /// <summary>Where the folders of the runs are.</summary>
    internal string RunsPath => System.IO.Path.Combine(Path, "runs");

    /// <summary>The nearest workspace in a folder or above it; null for none.</summary>
    internal static string? FindAbove(IStorage storage, string folder)
    {
        ArgumentNullException.ThrowIfNull(storage);
        for (var at = folder; at is not null; at = System.IO.Path.GetDirectoryName(at))
        {
            var candidate = System.IO.Path.Combine(at, FolderName);
            if (storage.FolderExists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>
    /// Workspaces in the folders below a folder, at most two levels down: where a plan in a subfolder was run from
    /// here,
    /// its workspace lies beside it. At most ten are given, and a thousand folders looked into; hidden ones are not.
    /// </summary>
    internal static IReadOnlyList<string> FindBelow(IStorage storage, string folder)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var found = new List<string>();
        var looked = 0;
        var level = new List<string> { folder };
        for (var depth = 0; depth < 2; depth++)
        {
            var next = new List<string>();
            foreach (var at in level)
            {
                foreach (var name in Subfolders(at, ref looked))
                {
                    next.Add(name);
                    if (found.Count < 10 && storage.FolderExists(System.IO.Path.Combine(name, FolderName)))
                    {
                        found.Add(System.IO.Path.Combine(name, FolderName));
                    }
                }
            }

            level = next;
        }

        return found;
    }

    /// <summary>Opens a workspace, and makes it first if it is missing and may be made.</summary>
    /// <param name="storage">The files.</param>
    /// <param name="path">The folder itself.</param>
    /// <param name="create">Whether a missing one is made; with a <c>.gitignore</c> of <c>*</c>.</param>
    /// <param name="elsewhere">What to do where this folder cannot be used, for the message.</param>
    /// <exception cref="WorkspaceException">
    /// It is missing, unreadable, or of a version that this one cannot read; or the folder is no workspace and holds
    /// other things.
    /// </exception>
    /// <exception cref="StorageFullException">There is no space to make it.</exception>
    internal static Workspace Open(
        IStorage storage, string path, bool create, string elsewhere = "name another with --workspace")
    {
        ArgumentNullException.ThrowIfNull(storage);
        path = System.IO.Path.GetFullPath(path);
        var file = System.IO.Path.Combine(path, "workspace.json");
        try
        {
            if (!storage.FileExists(file))
            {
                if (!create)
                {
                    throw new WorkspaceException($"{path} is no workspace of Holdfast; run a plan, or name one with "
                        + $"--workspace");
                }

                ThrowIfForeign(storage, path);
                Create(storage, path, file);
            }

            return Read(storage, path, file);
        }
        catch (Exception error) when (error is UnauthorizedAccessException
            or (IOException and not StorageFullException))
        {
            throw new WorkspaceException($"the workspace {path} cannot be {(create ? "written" : "read")}: "
                + $"{error.Message}; "
                + $"give this user access to the folder, or {elsewhere}", error);
        }
    }

    /// <summary>All runs, oldest first.</summary>
    internal IReadOnlyList<RunFolder> Runs() => Storage.FolderExists(RunsPath)
        ? [.. Storage.List(RunsPath)
            .Where(name => Storage.FolderExists(System.IO.Path.Combine(RunsPath, name)))
            .Select(name => new RunFolder(System.IO.Path.Combine(RunsPath, name)))]
        : [];

    /// <summary>The folder of a run of this id, whether it exists or not.</summary>
    internal RunFolder Run(string id) => new(System.IO.Path.Combine(RunsPath, id));

    /// <summary>Whether a reference to a run names a folder: ids hold no separator of any system.</summary>
    internal static bool IsPath(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference is "." or ".." || reference.Contains(System.IO.Path.DirectorySeparatorChar)
            || reference.Contains(System.IO.Path.AltDirectorySeparatorChar)
            || (System.IO.Path.GetPathRoot(reference) is { Length: > 0 });
    }

    /// <summary>
    /// Finds a run by id, unique prefix, <c>last</c> (of those that are no child of another), or its folder.
    /// </summary>
    /// <exception cref="RunNotFoundException">There is none, or more than one.</exception>
    internal RunFolder Find(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (IsPath(reference))
        {
            var folder = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(reference));
            return Storage.FileExists(JournalFormat.PathIn(folder))
                ? new RunFolder(folder)
                : throw new RunNotFoundException($"{reference} is no folder of a run (it has no journal)");
        }

        var runs = Runs();
        if (reference == "last")
        {
            return runs.Count > 0 ? Latest(runs)
                : throw new RunNotFoundException($"the workspace {Path} has no runs yet");
        }

        var found = runs.Where(r => r.Id.StartsWith(reference, StringComparison.Ordinal)).ToArray();
        if (found.FirstOrDefault(r => r.Id == reference) is { } exact)
        {
            return exact;
        }

        return found.Length switch
        {
            1 => found[0],
            0 => throw new RunNotFoundException($"no run is called \"{reference}\"; `holdfast list` shows all "
                + $"{runs.Count}"),
            _ => throw new RunNotFoundException(
                $"\"{reference}\" begins the ids of {found.Length} runs ({found[0].Id}, {found[1].Id}, …); give more "
                    + $"of it"),
        };
    }

    /// <summary>
    /// The seed of a run: drawn from the workspace's own and the run's id, so that it can be drawn again.
    /// </summary>
    internal ulong SeedOf(string runId)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed.ToString(CultureInfo.InvariantCulture)}:{runId}"),
            hash);

        // A JSON number is read as a double by many tools: 53 bits stay exact everywhere.
        return BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11;
    }

    private static List<string> Subfolders(string folder, ref int looked)
    {
        const int MostFolders = 1_000;
        var names = new List<string>();
        try
        {
            foreach (var path in Directory.EnumerateDirectories(folder))
            {
                if (++looked > MostFolders)
                {
                    break;
                }

                if (!System.IO.Path.GetFileName(path).StartsWith('.'))
                {
                    names.Add(path);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be looked into holds no workspace that this user could use.
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    // Ids that people chose do not sort by time. The times of files do not either once a workspace was copied, so the
    // first line of the journal tells when its run began. A child run is a step of its parent, which began before it:
    // nobody who says "last" means that.
    private RunFolder Latest(IReadOnlyList<RunFolder> runs)
    {
        // Plain loops: the framework's queries over pairs would be compiled anew by each command that looks at a run.
        var begun = new List<RunFolder>();
        var newest = DateTimeOffset.MinValue;
        foreach (var run in runs)
        {
            if (Storage.FileExists(JournalFormat.PathIn(run.Path)) && !IsChild(run))
            {
                begun.Add(run);
                var at = TimeInId(run.Id) ?? BeganAt(run);
                newest = at > newest ? at : newest;
            }
        }

        // An id tells the second alone, so among those of the last second the journals decide.
        var (latest, latestAt) = (default(RunFolder), DateTimeOffset.MinValue);
        foreach (var run in begun)
        {
            if ((TimeInId(run.Id) ?? BeganAt(run)) + TimeSpan.FromSeconds(1) < newest)
            {
                continue;
            }

            var at = BeganAt(run);
            if (latest is null || at > latestAt || (at == latestAt && string.CompareOrdinal(run.Id, latest.Id) > 0))
            {
                (latest, latestAt) = (run, at);
            }
        }

        return latest ?? runs[^1];
    }

    private static DateTimeOffset? TimeInId(string id) => id.Length > 16 && id[15] == '-'
        && DateTimeOffset.TryParseExact(
        id[..15], "yyyyMMdd-HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var told)
        ? told
        : null;

    // The id of a child holds a point behind that of its parent. So does the id of a plan's run that has one in its
    // name, so the journal decides; a text in it cannot hold these quotes as they are.
    private bool IsChild(RunFolder run) => run.Id.Contains('.', StringComparison.Ordinal)
        && HeadOf(run).IndexOf("\"parent\":\""u8) >= 0;

    private DateTimeOffset BeganAt(RunFolder run)
    {
        ReadOnlySpan<byte> line = HeadOf(run);
        var at = line.IndexOf("\"at\":\""u8);
        return at >= 0 && line[(at + 6)..].IndexOf((byte)'"') is > 0 and var length
            && DateTimeOffset.TryParse(
                Encoding.UTF8.GetString(line.Slice(at + 6, length)), CultureInfo.InvariantCulture,
                    out var began)
            ? began
            : DateTimeOffset.MinValue;
    }

    // The lines of journal_opened and run_started, and nothing of what its steps returned.
    private ReadOnlySpan<byte> HeadOf(RunFolder run)
    {
        using var stream = Storage.OpenRead(JournalFormat.PathIn(run.Path));
        var head = new byte[HeadBytes];
        var line = head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        var second = line.IndexOf((byte)'\n') + 1;
        return line[second..].IndexOf((byte)'\n') is > 0 and var bytes ? line[..(second + bytes)] : line;
    }

    // A workspace lies in a folder of its own: whoever names a project's folder means the one in it, and its .gitignore
    // would hide the project. What another process makes at the same time begins with the folder of the runs.
    private static void ThrowIfForeign(IStorage storage, string path)
    {
        if (System.IO.Path.GetFileName(path) == FolderName || !storage.FolderExists(path))
        {
            return;
        }

        var names = storage.List(path);
        if (!names.Contains("runs") && names.FirstOrDefault(n => n[0] != '.' && n != "lost+found") is { } other)
        {
            throw new WorkspaceException($"{path} is no workspace of Holdfast, and holds other things such as "
                + $"\"{other}\"; name a folder of its own, such as {System.IO.Path.Combine(path, FolderName)}");
        }
    }

    private static void Create(IStorage storage, string path, string file)
    {
        storage.CreateFolder(path);
        storage.CreateFolder(System.IO.Path.Combine(path, "runs"));
        storage.TryCreateAtomically(System.IO.Path.Combine(path, ".gitignore"), "*\n"u8);
        var seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) >> 11;
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        storage.TryCreateAtomically(
            file, Encoding.UTF8.GetBytes($"{{\"format\":{Format},\"id\":\"{id}\",\"seed\":{seed}}}\n"));
    }

    private static Workspace Read(IStorage storage, string path, string file)
    {
        try
        {
            // No document: at the start of a short program that costs more than all else here.
            ReadOnlySpan<byte> json = storage.ReadAll(file);
            json = json[Ascii.Trim(json)];
            var fields = new EventFields(
                JournalLine.IsObject(json) ? json : throw new FormatException("it is no JSON object"),
                stackalloc FieldSlot[EventFields.MaxFields]);
            var format = fields.IntOrNull("format") ?? throw new FormatException("it names no format");
            return format <= Format
                ? new Workspace(
                    storage, path, fields.TextOrNull("id") ?? throw new FormatException("its id is null"),
                    fields.LongOrNull("seed") is >= 0 and var seed ? (ulong)seed
                        : throw new FormatException("its seed is no number from 0"))
                : throw new WorkspaceException(
                    $"{file} is of format {format}, and this version reads up to {Format}; use a newer Holdfast");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new WorkspaceException(
                $"{file} cannot be read ({error.Message}); restore it, or move the workspace aside and start a new "
                    + $"one", error);
        }
    }
}
