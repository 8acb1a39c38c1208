using System.Text.Json;

namespace Holdfast.Journal;

/// <summary>How a writer comes to be: a new journal, or one that is driven on.</summary>
public sealed partial class JournalWriter
{
    /// <summary>Begins the journal of a new run. Its first line is durable, with its name, when this returns.</summary>
    /// <param name="storage">Where the run is.</param>
    /// <param name="runFolder">Folder of the run; must exist.</param>
    /// <param name="workspace">Id of the workspace.</param>
    /// <param name="run">Id of the run.</param>
    /// <param name="at">Wall clock.</param>
    /// <exception cref="IOException">There is a journal already; it is never replaced.</exception>
    public static JournalWriter Create(
        IStorage storage, string runFolder, string workspace, string run, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var journal = JournalFormat.PathIn(runFolder);
        if (storage.FileExists(journal) && storage.Length(journal) > 0)
        {
            throw new IOException($"{journal} exists already; a new run never replaces a journal, resume it instead");
        }

        var (line, crc) = FirstLine(workspace, run, at);
        storage.WriteAtomically(journal, line);
        return new JournalWriter(
            storage.OpenAppend(journal, create: false), journal, new JournalPosition(1, line.Length, crc));
    }

    /// <summary>
    /// As <see cref="Create"/>, without waiting for the disk: the first line becomes durable with the first commit,
    /// which must also sync the names (<see cref="IStorage.SyncName"/>). Until then a power cut leaves a run that never
    /// started.
    /// </summary>
    internal static JournalWriter CreateUnsynced(
        IStorage storage, string runFolder, string workspace, string run, DateTimeOffset at)
    {
        var journal = JournalFormat.PathIn(runFolder);
        var (line, crc) = FirstLine(workspace, run, at);
        return new JournalWriter(
            storage.CreateUnsynced(journal, line), journal, new JournalPosition(1, line.Length, crc),
            isDurable: false);
    }

    /// <summary>
    /// Opens the journal of a run to drive it on: hands out what is there, cuts a torn tail, then writes again what
    /// nothing says was durable and syncs it, since after a failed sync the page cache may hold what the disk does not.
    /// Act on the events only after this has returned.
    /// </summary>
    /// <param name="storage">Where the run is.</param>
    /// <param name="runFolder">Folder of the run.</param>
    /// <param name="onRecord">Called with each event.</param>
    /// <param name="from">Where to begin: the place of a snapshot that fits; the start if left out.</param>
    /// <returns>
    /// What was found, with the torn tail that was cut (to be told as a note), and the writer; null if the run was
    /// never started and is to be created.
    /// </returns>
    /// <exception cref="JournalDamagedException">Something durable is missing or changed. Nothing was cut.</exception>
    /// <exception cref="JournalFormatException">Written in a format that this version cannot read.</exception>
    public static (JournalReading Reading, JournalWriter? Writer) Continue(
        IStorage storage, string runFolder, JournalRecordHandler? onRecord = null, JournalPosition from = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var journal = JournalFormat.PathIn(runFolder);
        var reading = JournalReader.Read(storage, runFolder, onRecord, from);
        if (reading.Damage is { } damage)
        {
            throw new JournalDamagedException(journal, damage);
        }

        if (reading.NeverStarted)
        {
            return (reading, null);
        }

        var opened = storage.OpenAppend(journal, create: false);
        try
        {
            var end = WriteUnprovenAgain(storage, opened, journal, reading);
            return (reading, new JournalWriter(opened, journal, end));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The first line of a new journal, and its check value.</summary>
    internal static (byte[] Line, uint Crc) FirstLine(string? workspace, string run, DateTimeOffset at)
    {
        using var data = new MemoryStream();
        using (var json = new Utf8JsonWriter(data))
        {
            json.WriteStartObject();
            json.WriteNumber("format", JournalFormat.Version);
            json.WriteNumber("readable_by", JournalFormat.Version);
            if (workspace is not null)
            {
                json.WriteString("workspace", workspace);
            }

            json.WriteString("run", run);
            json.WriteEndObject();
        }

        var fields = data.ToArray();
        var line = new byte[JournalLine.MaxBytes(JournalEvents.Opened, null, fields.Length)];
        uint crc = 0;
        var bytes = JournalLine.Write(line, 1, at, JournalEvents.Opened, null, 0, fields, durable: 0, ref crc);
        return (line[..bytes], crc);
    }

    private static JournalPosition WriteUnprovenAgain(
        IStorage storage, IAppendFile opened, string journal, JournalReading reading)
    {
        var end = reading.End;
        if (reading.Torn.Bytes > 0)
        {
            opened.Truncate(end.Offset);
        }

        using (var stream = storage.OpenRead(journal))
        {
            stream.Seek(reading.UnprovenOffset, SeekOrigin.Begin);
            var block = new byte[Math.Clamp(end.Offset - reading.UnprovenOffset, 0, 1 << 16)];
            for (var offset = reading.UnprovenOffset; offset < end.Offset;)
            {
                var bytes = (int)Math.Min(block.Length, end.Offset - offset);
                stream.ReadExactly(block, 0, bytes);
                opened.WriteAt(offset, block.AsSpan(0, bytes));
                offset += bytes;
            }
        }

        if (reading.Unterminated)
        {
            opened.WriteAt(end.Offset, "\n"u8);
            end = end with { Offset = end.Offset + 1 };
        }

        opened.Sync();
        return end;
    }
}
