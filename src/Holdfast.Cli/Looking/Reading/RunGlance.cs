using System.Text;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>
/// What the head and the tail of a journal tell of a run, without folding it: enough for lists, at a cost that does not
/// grow with the run. The lines of the tail are proven by their check values, so that a torn or edited end shows.
/// </summary>
internal sealed class RunGlance
{
    private const int BlockBytes = 8 << 10;
    private const int MostBytes = 1 << 20;

    private RunGlance(RunFolder folder) => Folder = folder;

    internal RunFolder Folder { get; }

    /// <summary>The event that created the run; null where the head cannot be read.</summary>
    internal RunStarted? Started { get; private set; }

    internal DateTimeOffset? StartedAt { get; private set; }

    /// <summary>How it ended; null for a run that did not end, or was reopened, or whose tail is not whole.</summary>
    internal RunEnded? Ended { get; private set; }

    internal DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Whether the run has no journal at all, e.g. a folder made just now.</summary>
    internal bool IsEmpty { get; private set; }

    /// <summary>Nothing is known, since nothing can be read.</summary>
    internal static RunGlance None(RunFolder folder) => new(folder);

    /// <summary>Reads the tail, and the head too if that is wanted.</summary>
    internal static RunGlance Of(IStorage storage, RunFolder folder, bool withHead)
    {
        var glance = new RunGlance(folder);
        var path = JournalFormat.PathIn(folder.Path);
        try
        {
            if (!storage.FileExists(path))
            {
                glance.IsEmpty = true;
                return glance;
            }

            using var stream = storage.OpenRead(path);
            glance.IsEmpty = stream.Length == 0;
            glance.ReadTail(stream);
            if (withHead)
            {
                glance.ReadHead(stream);
            }
        }
        catch (Exception error) when (error is FormatException or FileNotFoundException)
        {
            // Whatever is wrong with it, a full reading says it better.
            glance.Ended = null;
        }

        return glance;
    }

    /// <summary>
    /// The runs of a workspace that are not over, oldest first. One whose deletion was begun is none any more. One of
    /// which nobody can know is among them, without its head, and one that started and whose plan is gone: whoever goes
    /// on with it says what is wrong.
    /// </summary>
    internal static IEnumerable<RunGlance> Unfinished(Workspace workspace) => Open(workspace)
        .Where(glance => workspace.Storage.FileExists(glance.Folder.PlanPath)
            ? glance.Started is not null || CannotBeRead(workspace.Storage, glance.Folder)
            : glance.Started is { IsOfProgram: false });

    /// <summary>The same of C# programs, which no command can drive.</summary>
    internal static IEnumerable<RunGlance> UnfinishedPrograms(Workspace workspace) =>
        Open(workspace).Where(glance => !workspace.Storage.FileExists(glance.Folder.PlanPath)
            && glance.Started is { IsOfProgram: true });

    private static IEnumerable<RunGlance> Open(Workspace workspace) => workspace.Runs()
        .Where(run => !RunRemoval.HasBegun(workspace.Storage, run))
        .Select(run => Of(workspace.Storage, run, withHead: true))
        .Where(glance => glance.Ended is null);

    // What a crash left half made was told to nobody, and is no run.
    private static bool CannotBeRead(IStorage storage, RunFolder folder)
    {
        try
        {
            return !JournalRepair.Verify(storage, folder.Path).IsSound;
        }
        catch (JournalException)
        {
            return true;
        }
    }

    private void ReadTail(Stream stream)
    {
        for (var bytes = BlockBytes; ; bytes *= 8)
        {
            bytes = (int)Math.Min(bytes, stream.Length);
            var block = Read(stream, stream.Length - bytes, bytes);
            if (block.Length == 0 || block[^1] != (byte)'\n')
            {
                return;
            }

            if (!EndsClosed(block))
            {
                return;
            }

            if (Scan(block, isWhole: bytes == stream.Length) || bytes == stream.Length || bytes >= MostBytes)
            {
                return;
            }
        }
    }

    // Cheap and first: most runs that are looked at and have not ended are told by their last line alone.
    private static bool EndsClosed(ReadOnlySpan<byte> block)
    {
        var start = block[..^1].LastIndexOf((byte)'\n') + 1;
        return JournalLineReader.TryParse(block[start..^1], out var last)
            && last.Type.SequenceEqual("journal_closed"u8);
    }

    /// <returns>True once the end of the run was found among lines that prove each other.</returns>
    private bool Scan(ReadOnlySpan<byte> block, bool isWhole)
    {
        uint? crc = isWhole ? 0 : null;
        RunEnded? ended = null;
        DateTimeOffset? at = null;
        var rest = isWhole ? block : block[(block.IndexOf((byte)'\n') + 1)..];
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = rest[..end];
            rest = rest[(end + 1)..];
            if (!JournalLineReader.TryParse(line, out var fields)
                || (crc is { } before && JournalLineReader.ComputeCrc(before, line) != fields.Crc))
            {
                return false;
            }

            crc = fields.Crc;
            if (fields.Type.SequenceEqual("run_ended"u8))
            {
                ended = (RunEnded)EventOf(line, fields);
                at = new DateTimeOffset(fields.At, TimeSpan.Zero);
            }
            else if (fields.Type.SequenceEqual("run_reopened"u8))
            {
                ended = null;
            }
        }

        Ended = ended;
        EndedAt = at;
        return ended is not null;
    }

    private void ReadHead(Stream stream)
    {
        for (var bytes = BlockBytes; ; bytes *= 8)
        {
            bytes = (int)Math.Min(bytes, stream.Length);
            var block = Read(stream, 0, bytes);
            for (var at = 0; at < block.Length;)
            {
                var end = block.AsSpan(at).IndexOf((byte)'\n');
                if (end < 0)
                {
                    break;
                }

                var line = block.AsSpan(at, end);
                if (!JournalLineReader.TryParse(line, out var fields) || (at == 0 && !IsOurs(line)))
                {
                    Ended = null;
                    return;
                }

                if (fields.Type.SequenceEqual("run_started"u8))
                {
                    Started = (RunStarted)EventOf(line, fields);
                    StartedAt = new DateTimeOffset(fields.At, TimeSpan.Zero);
                    return;
                }

                at += end + 1;
            }

            if (bytes == stream.Length || bytes >= MostBytes)
            {
                return;
            }
        }
    }

    // A journal of a later format or of another run is for the full reading to refuse, with its reason.
    private bool IsOurs(ReadOnlySpan<byte> opening) => JournalReader.ReadOpening(opening) is { } told
        && told.ReadableBy <= JournalFormat.Version && (told.Run is null || told.Run == Folder.Id);

    private static RunEvent EventOf(ReadOnlySpan<byte> line, in LineFields fields) =>
        EventCatalog.Read(new JournalRecord
    {
        Seq = fields.Seq,
        At = new DateTimeOffset(fields.At, TimeSpan.Zero),
        Type = Encoding.UTF8.GetString(fields.Type),
        Data = line.Slice(fields.DataStart, fields.DataBytes).ToArray(),
        Durable = fields.Durable,
    });

    private static byte[] Read(Stream stream, long offset, int count)
    {
        var bytes = new byte[count];
        stream.Seek(offset, SeekOrigin.Begin);
        var read = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return read == count ? bytes : bytes[..read];
    }
}
