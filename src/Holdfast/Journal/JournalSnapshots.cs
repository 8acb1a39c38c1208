using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Holdfast.Journal;

/// <summary>A folded state, and the place in the journal that it stands for.</summary>
/// <param name="Position">The place after the last event that went into it.</param>
/// <param name="State">One JSON object as UTF-8.</param>
public sealed record JournalSnapshot(JournalPosition Position, ReadOnlyMemory<byte> State);

/// <summary>A snapshot that cannot be used, or not be deleted.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record SnapshotProblem(string Path, string Problem);

/// <summary>
/// Snapshots of a run's folded state: whole or not there, each with the SHA-256 of its state. One saves reading the
/// journal from its start, and a bad one costs only time, never an event. Programs keep their own state in
/// <c>Idempotency.SnapshotStore</c>.
/// </summary>
/// <param name="storage">Where the folder is.</param>
/// <param name="folder">Must exist when something is written.</param>
public sealed class JournalSnapshots(IStorage storage, string folder)
{
    /// <summary>How many snapshots of a run are kept.</summary>
    public const int DefaultKept = 5;

    internal const string Prefix = "snapshot-";
    private const string Suffix = ".json";
    private const int Format = 1;

    /// <summary>
    /// The rule for runs: the first snapshot is due at 100,000 events, the next ones whenever their number has doubled,
    /// so that all snapshots together cost no more than a constant factor of the journal.
    /// </summary>
    /// <param name="seq">Events so far.</param>
    /// <param name="lastSnapshotSeq">Events at the last snapshot; 0 for none.</param>
    public static bool IsDue(long seq, long lastSnapshotSeq)
        => seq >= 100_000 && (lastSnapshotSeq <= 0 || seq / 2 >= lastSnapshotSeq);

    /// <summary>The file of a snapshot.</summary>
    public string PathOf(long seq)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seq);
        return Path.Combine(folder, $"{Prefix}{seq.ToString("D12", CultureInfo.InvariantCulture)}{Suffix}");
    }

    /// <summary>Writes a snapshot, whole or not at all; one of the same number is replaced.</summary>
    /// <param name="position">
    /// The place it stands for. Only a durable one: the state must not be ahead of the journal.
    /// </param>
    /// <param name="state">One JSON object.</param>
    /// <exception cref="ArgumentException">The state is no JSON object, or the number is negative.</exception>
    public void Write(JournalPosition position, ReadOnlySpan<byte> state)
    {
        if (!JournalLine.IsObject(state))
        {
            throw new ArgumentException("the state of a snapshot is not one JSON object", nameof(state));
        }

        var path = PathOf(position.Seq);
        var head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"format\":{Format},\"seq\":{position.Seq},\"offset\":{position.Offset},\"crc\":\"{position.Crc:x8}\","
            + $"\"sha256\":\"{Convert.ToHexStringLower(SHA256.HashData(state))}\",\"state\":"));
        var content = new byte[head.Length + state.Length + 2];
        head.CopyTo(content, 0);
        state.CopyTo(content.AsSpan(head.Length));
        "}\n"u8.CopyTo(content.AsSpan(head.Length + state.Length));
        storage.WriteAtomically(path, content);
    }

    /// <summary>Numbers of the snapshots, oldest first. Other files of the folder are not looked at.</summary>
    public IReadOnlyList<long> List()
    {
        var seqs = new List<long>();
        if (!storage.FolderExists(folder))
        {
            return seqs;
        }

        foreach (var name in storage.List(folder))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
                && long.TryParse(
                    name.AsSpan()[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture,
                    out var seq)
                && string.Equals(Path.GetFileName(PathOf(seq)), name, StringComparison.Ordinal))
            {
                seqs.Add(seq);
            }
        }

        seqs.Sort();
        return seqs;
    }

    /// <summary>Reads one snapshot.</summary>
    /// <exception cref="InvalidDataException">It is not whole, or its content was changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public JournalSnapshot Load(long seq)
    {
        var path = PathOf(seq);
        var content = storage.ReadAll(path);
        try
        {
            var snapshot = Parse(content, out var sha256);
            if (snapshot.Position.Seq != seq)
            {
                throw new InvalidDataException($"{path}: says that it is of event {snapshot.Position.Seq}");
            }

            return Convert.ToHexStringLower(SHA256.HashData(snapshot.State.Span)).Equals(
                sha256, StringComparison.Ordinal)
                ? snapshot
                : throw new InvalidDataException($"{path}: its state does not match its SHA-256");
        }
        catch (Exception error) when (
            error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path}: not a snapshot of format {Format}: {error.Message}", error);
        }
    }

    /// <summary>
    /// The newest snapshot that is whole and fits; null if there is none, and the journal is read from its start.
    /// </summary>
    /// <param name="skipped">Those that were passed over and why, to be told as notes.</param>
    /// <param name="fits">
    /// Asks whether the place is one of the journal at hand (<see cref="JournalReader.Fits"/>); all fit if left out.
    /// </param>
    public JournalSnapshot? Latest(out IReadOnlyList<SnapshotProblem> skipped, Func<JournalPosition, bool>? fits = null)
    {
        var problems = new List<SnapshotProblem>();
        skipped = problems;
        var seqs = List();
        for (var i = seqs.Count - 1; i >= 0; i--)
        {
            try
            {
                var snapshot = Load(seqs[i]);
                if (fits is null || fits(snapshot.Position))
                {
                    return snapshot;
                }

                problems.Add(
                    new SnapshotProblem(PathOf(seqs[i]), "it is of another journal, or of this one before a repair"));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                problems.Add(new SnapshotProblem(PathOf(seqs[i]), error.Message));
            }
        }

        return null;
    }

    /// <summary>Deletes all but the newest. One that cannot be deleted is told, and does not keep the others.</summary>
    /// <param name="count">How many are kept; 0 deletes all.</param>
    /// <param name="failed">Those that could not be deleted.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public int KeepLast(int count, out IReadOnlyList<SnapshotProblem> failed) =>
        SnapshotRetention.KeepLast(storage, List(), PathOf, count, out failed);

    private static JournalSnapshot Parse(byte[] content, out string sha256)
    {
        var reader = new Utf8JsonReader(content);
        sha256 = "";
        long format = 0, seq = -1, offset = -1;
        uint crc = 0;
        ReadOnlyMemory<byte> state = default;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "format": format = reader.GetInt64(); break;
                case "seq": seq = reader.GetInt64(); break;
                case "offset": offset = reader.GetInt64(); break;
                case "crc":
                    crc = uint.Parse(reader.GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                    break;
                case "sha256": sha256 = reader.GetString() ?? ""; break;
                case "state":
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    state = content.AsMemory(start, (int)reader.BytesConsumed - start);
                    break;
                default: reader.Skip(); break;
            }
        }

        if (format != Format || seq < 0 || offset < 0 || state.IsEmpty || reader.Read())
        {
            throw new FormatException($"format {format}, seq {seq}, offset {offset}, {state.Length} bytes of state");
        }

        return new JournalSnapshot(new JournalPosition(seq, offset, crc), state);
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new FormatException($"begins with {reader.TokenType}");
        }
    }
}

/// <summary>Deletes old snapshots; the rule is one for those of journals and those of programs.</summary>
internal static class SnapshotRetention
{
    /// <summary>Deletes all but the newest. One that cannot be deleted is told, and does not keep the others.</summary>
    /// <param name="storage">Where they are.</param>
    /// <param name="oldestFirst">All there are.</param>
    /// <param name="pathOf">The file of one.</param>
    /// <param name="count">How many are kept; 0 deletes all.</param>
    /// <param name="failed">Those that could not be deleted.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    internal static int KeepLast<TId>(
        IStorage storage, IReadOnlyList<TId> oldestFirst, Func<TId, string> pathOf, int count,
        out IReadOnlyList<SnapshotProblem> failed)
    {
        if (count < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"cannot keep {count} snapshots; 0 deletes all of them");
        }

        var problems = new List<SnapshotProblem>();
        failed = problems;
        var deleted = 0;
        for (var i = 0; i < oldestFirst.Count - count; i++)
        {
            var path = pathOf(oldestFirst[i]);
            try
            {
                storage.Delete(path);
                deleted++;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add(new SnapshotProblem(path, error.Message));
            }
        }

        return deleted;
    }
}
