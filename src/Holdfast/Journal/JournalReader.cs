using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Holdfast.Journal;

/// <summary>What reading a journal found.</summary>
public sealed record JournalReading
{
    /// <summary>True if there is nothing, and nothing shows that there ever was.</summary>
    public bool NeverStarted { get; init; }

    /// <summary>How many events were handed out.</summary>
    public long Events { get; init; }

    /// <summary>The place after the last intact line.</summary>
    public JournalPosition End { get; init; }

    /// <summary>The highest number that an intact line says was durable.</summary>
    public long HighestDurable { get; init; }

    /// <summary>Where the lines start that nothing says were durable.</summary>
    public long UnprovenOffset { get; init; }

    /// <summary>True if the last intact line lacks its line end.</summary>
    public bool Unterminated { get; init; }

    /// <summary>True if the last intact line is <c>journal_closed</c>.</summary>
    public bool Closed { get; init; }

    /// <summary>What follows the last intact line and was never acknowledged.</summary>
    public JournalTorn Torn { get; init; } = JournalTorn.None;

    /// <summary>
    /// Set if something durable is missing or changed; then only the events before it were handed out.
    /// </summary>
    public JournalDamage? Damage { get; init; }

    /// <summary>What the first line says; null if reading began later.</summary>
    public JournalOpening? Opening { get; init; }
}

/// <summary>
/// Reads a journal in one pass and bounded memory. Takes no lock and changes nothing, so it may run beside a driver;
/// whoever wants to drive opens with <see cref="JournalWriter.Continue"/>.
/// </summary>
public static class JournalReader
{
    /// <summary>Hands out the intact events in order, and says what it found.</summary>
    /// <param name="storage">Where the run is.</param>
    /// <param name="runFolder">Folder of the run.</param>
    /// <param name="onRecord">Called with each event before the first bad line.</param>
    /// <param name="from">Where to begin (the place of a snapshot that fits); the start if left out.</param>
    /// <exception cref="JournalFormatException">Written in a format that this version cannot read.</exception>
    public static JournalReading Read(
        IStorage storage, string runFolder, JournalRecordHandler? onRecord = null, JournalPosition from = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var path = JournalFormat.PathIn(runFolder);
        if (!storage.FileExists(path))
        {
            return NothingThere(storage, runFolder);
        }

        // Listed before the journal is read: what a snapshot stands for was durable before the snapshot was written.
        var snapshots = new JournalSnapshots(storage, runFolder).List();
        using var stream = storage.OpenRead(path);
        if (stream.Length == 0)
        {
            return NothingThere(storage, runFolder);
        }

        var reading = onRecord is not null && JournalAhead.Pays(stream.Length - from.Offset)
            ? JournalAhead.Read(Pass, onRecord) : Pass(onRecord);
        return snapshots.Count == 0 ? reading : HeldAgainst(snapshots[^1], reading);

        JournalReading Pass(JournalRecordHandler? handler) => new JournalPass(path, handler, from).Run(stream);
    }

    /// <summary>
    /// True if a place really is a place of this journal: the line before it ends there with that check value.
    /// A snapshot whose place does not fit belongs to another journal, or to this one before a repair.
    /// </summary>
    public static bool Fits(IStorage storage, string runFolder, JournalPosition position)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var path = JournalFormat.PathIn(runFolder);
        if (position.Offset < JournalLine.CrcSuffixBytes + 1 || !storage.FileExists(path))
        {
            return position == default;
        }

        using var stream = storage.OpenRead(path);
        if (stream.Length < position.Offset)
        {
            return false;
        }

        Span<byte> end = stackalloc byte[JournalLine.CrcSuffixBytes + 1];
        stream.Seek(position.Offset - end.Length, SeekOrigin.Begin);
        stream.ReadExactly(end);
        return end[^1] == '\n' && JournalLineReader.TryReadCrc(end[..^1], out var crc) && crc == position.Crc;
    }

    /// <summary>
    /// Reads what a first line says of its format, strictly spelled or not, so that a newer one is named and not
    /// called damaged.
    /// </summary>
    internal static JournalOpening? ReadOpening(ReadOnlySpan<byte> line) =>
        ReadPlainOpening(line) ?? ReadAnyOpening(line);

    private static JournalOpening? ReadAnyOpening(ReadOnlySpan<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("type", out var type) || !type.ValueEquals(JournalEvents.Opened)
                || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
                || !data.TryGetProperty("format", out var format) || !format.TryGetInt32(out var version))
            {
                return null;
            }

            var readableBy = data.TryGetProperty("readable_by", out var oldest) && oldest.TryGetInt32(out var n)
                ? n : version;
            return new JournalOpening(version, readableBy, Text(data, "workspace"), Text(data, "run"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // As all versions up to now have spelled it, which spares a document at each start; null for any other.
    private static JournalOpening? ReadPlainOpening(ReadOnlySpan<byte> line)
    {
        if (!JournalLineReader.TryParse(line, out var fields) || !fields.Type.SequenceEqual("journal_opened"u8))
        {
            return null;
        }

        Span<FieldSlot> slots = stackalloc FieldSlot[8];
        var data = line.Slice(fields.DataStart, fields.DataBytes);
        if (!PlainObject.TryScan(data, slots, out var count))
        {
            return null;
        }

        int format = 0, readableBy = 0;
        string? workspace = null, run = null;
        foreach (var slot in slots[..count])
        {
            var name = data.Slice(slot.NameStart, slot.NameLength);
            var value = data.Slice(slot.Start, slot.Length);
            var number = slot.Kind == JsonTokenType.Number && Utf8Parser.TryParse(value, out int n, out _) ? n : 0;
            var text = slot.Kind == JsonTokenType.String ? Encoding.UTF8.GetString(value[1..^1]) : null;
            format = name.SequenceEqual("format"u8) ? number : format;
            readableBy = name.SequenceEqual("readable_by"u8) ? number : readableBy;
            workspace = name.SequenceEqual("workspace"u8) ? text : workspace;
            run = name.SequenceEqual("run"u8) ? text : run;
        }

        return format > 0 && readableBy > 0 ? new JournalOpening(format, readableBy, workspace, run) : null;
    }

    private static string? Text(JsonElement data, string name)
        => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    /// <summary>
    /// A snapshot says, too, what was durable: a journal that was cut behind its last line shows by it.
    /// </summary>
    private static JournalReading HeldAgainst(long snapshotSeq, JournalReading reading)
    {
        if (reading.Damage is not null || reading.End.Seq >= snapshotSeq)
        {
            return reading;
        }

        var what = reading.Torn.Reason ?? $"the journal ends after {reading.End.Seq}";
        return reading with
        {
            Torn = JournalTorn.None,
            Damage = new JournalDamage(
                reading.End.Seq + 1, $"{what}, and a snapshot says {snapshotSeq} was durable",
                reading.End.Seq, snapshotSeq),
        };
    }

    private static JournalReading NothingThere(IStorage storage, string runFolder) => IsFresh(storage, runFolder)
        ? new JournalReading { NeverStarted = true }
        : new JournalReading { Damage = new JournalDamage(0, "journal lost", 0, 0) };

    /// <summary>
    /// Whether a run's folder without a journal is one that never started: it has no output and no snapshot.
    /// </summary>
    public static bool IsFresh(IStorage storage, string runFolder)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return !storage.FolderExists(runFolder)
            || (!storage.FolderExists(Path.Combine(runFolder, "output"))
                && !storage.List(runFolder).Any(
                    name => name.StartsWith(JournalSnapshots.Prefix, StringComparison.Ordinal)));
    }
}
