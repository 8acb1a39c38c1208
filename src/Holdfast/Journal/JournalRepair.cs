using System.Globalization;
using System.Text;

namespace Holdfast.Journal;

/// <summary>What is wrong with one line.</summary>
/// <param name="Line">Its place in the file, from 1.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record JournalFault(long Line, string Reason);

/// <summary>What a look at the whole of a journal found.</summary>
/// <param name="Reading">What opening it would say.</param>
/// <param name="Kept">How many intact events the file holds, those behind the damage counted.</param>
/// <param name="Unproven">
/// How many of them are whole, but follow a line that is lost, so that their check value proves nothing.
/// </param>
/// <param name="Faults">The first <see cref="JournalRepair.MaxFaults"/> lines with something wrong.</param>
/// <param name="FaultCount">How many lines have something wrong.</param>
/// <param name="FirstLost">Number of the first event that is missing before an intact one; 0 if none is.</param>
/// <param name="LastLost">Number of the last one.</param>
public sealed record JournalVerification(
    JournalReading Reading, long Kept, long Unproven, IReadOnlyList<JournalFault> Faults, long FaultCount,
    long FirstLost, long LastLost)
{
    /// <summary>True if nothing durable is missing or changed. A torn tail is no fault.</summary>
    public bool IsSound => Reading.Damage is null;
}

/// <summary>What a repair did.</summary>
/// <param name="Copy">The damaged journal, kept aside.</param>
/// <param name="Found">What was found before.</param>
/// <param name="RepairedSeq">Number of <c>journal_repaired</c>, the last event now.</param>
public sealed record JournalRepairResult(string Copy, JournalVerification Found, long RepairedSeq);

/// <summary>
/// Looks through a damaged journal, and makes one again of what is intact. A line that was lost may have been a start,
/// so whoever drives the run on treats every task that is unfinished at <c>journal_repaired</c> as outcome unknown.
/// </summary>
public static class JournalRepair
{
    /// <summary>How many faults are told one by one.</summary>
    public const int MaxFaults = 100;

    private const int MaxBlockBytes = 1 << 20;
    private const int MinBlockBytes = 1 << 12;

    /// <summary>Looks at every line. Changes nothing.</summary>
    public static JournalVerification Verify(IStorage storage, string runFolder)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return Look(storage, runFolder).Verification;
    }

    /// <summary>
    /// Copies the journal aside as <c>journal.damaged-N.ndjson</c>, keeps every intact event in order, numbers and
    /// chains them anew, and ends with <c>journal_repaired {from, to, kept, unproven, copy}</c> (numbers of the
    /// damaged file). Snapshots are put aside as <c>….json.damaged</c>. The caller holds the run's lock. A crash on
    /// the way leaves the damaged journal as it was.
    /// </summary>
    /// <returns>Null if there is nothing to repair; then nothing was changed.</returns>
    /// <exception cref="JournalLostException">No event is intact.</exception>
    public static JournalRepairResult? Repair(IStorage storage, string runFolder, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var (found, lines) = Look(storage, runFolder);
        if (found.IsSound)
        {
            return null;
        }

        var path = JournalFormat.PathIn(runFolder);
        if (lines.Count == 0)
        {
            throw new JournalLostException(path);
        }

        var copy = CopyAside(storage, runFolder, path);
        var temporary = path + ".repair.tmp";
        storage.Delete(temporary);
        long seq;
        using (var source = storage.OpenRead(path))
        using (var target = storage.OpenAppend(temporary, create: true))
        {
            var block = (int)Math.Clamp(storage.Length(path), MinBlockBytes, MaxBlockBytes);
            var chain = new Rechain(target, block);
            var run = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(runFolder)));
            chain.Open(lines[0].Seq, run, at);
            foreach (var line in lines)
            {
                chain.Add(source, line);
            }

            seq = chain.Finish(found, Path.GetFileName(copy), at);
            target.Sync();
        }

        PutSnapshotsAside(storage, runFolder);
        storage.Move(temporary, path);
        return new JournalRepairResult(copy, found, seq);
    }

    private static (JournalVerification Verification, List<IntactLine> Lines) Look(IStorage storage, string runFolder)
    {
        var reading = JournalReader.Read(storage, runFolder);
        var path = JournalFormat.PathIn(runFolder);
        var search = new IntactLineSearch();
        if (storage.FileExists(path))
        {
            using var stream = storage.OpenRead(path);
            search.Scan(new LineScanner(stream, 0));
            search.Prove(stream);
        }

        var lines = search.Kept;
        long first = 0, last = 0, expected = 1;
        foreach (var line in lines)
        {
            if (line.Seq != expected)
            {
                first = first == 0 ? expected : first;
                last = line.Seq - 1;
            }

            expected = line.Seq + 1;
        }

        var damaged = reading.Damage is { HighestDurable: var durable } && durable >= expected;
        if (damaged)
        {
            first = first == 0 ? expected : first;
            last = reading.Damage!.HighestDurable;
        }

        var unproven = lines.Count(line => !line.Proven);
        var verification = new JournalVerification(
            reading, lines.Count, unproven, search.Faults, search.FaultCount, first, last);
        return (verification, lines);
    }

    private static string CopyAside(IStorage storage, string runFolder, string path)
    {
        for (var n = 1; ; n++)
        {
            var copy = Path.Combine(runFolder, $"journal.damaged-{n.ToString(CultureInfo.InvariantCulture)}.ndjson");
            if (!storage.FileExists(copy))
            {
                storage.Copy(path, copy);
                return copy;
            }
        }
    }

    /// <summary>They stand for places of the damaged journal, and hold what it lost.</summary>
    private static void PutSnapshotsAside(IStorage storage, string runFolder)
    {
        var snapshots = new JournalSnapshots(storage, runFolder);
        foreach (var seq in snapshots.List())
        {
            storage.Move(snapshots.PathOf(seq), snapshots.PathOf(seq) + ".damaged");
        }
    }

    /// <summary>Writes events with new numbers and check values.</summary>
    private sealed class Rechain(IAppendFile target, int blockBytes)
    {
        private readonly List<long> _oldSeqs = [];
        private readonly NameTable _names = new();
        private byte[] _block = new byte[blockBytes];
        private byte[] _line = new byte[4096];
        private int _filled;
        private long _offset;
        private long _seq;
        private uint _crc;

        internal void Open(long firstSeq, string run, DateTimeOffset at)
        {
            if (firstSeq == 1)
            {
                return;
            }

            // The first line itself is lost: what it said is the format, which we know, and the run, which its folder
            // says.
            (var first, _crc) = JournalWriter.FirstLine(workspace: null, run, at);
            first.CopyTo(_block, 0);
            (_filled, _seq) = (first.Length, 1);
            _oldSeqs.Add(1);
        }

        internal void Add(Stream source, IntactLine intact)
        {
            if (_line.Length < intact.Bytes)
            {
                _line = new byte[intact.Bytes];
            }

            var bytes = _line.AsSpan(0, intact.Bytes);
            source.Seek(intact.Offset, SeekOrigin.Begin);
            source.ReadExactly(bytes);
            if (!JournalLineReader.TryParse(bytes, out var fields))
            {
                throw new IOException("the journal changed while it was repaired; is a driver running?");
            }

            _oldSeqs.Add(intact.Seq);
            Put(
                new DateTimeOffset(fields.At), _names.Get(fields.Type), fields.HasTask ? _names.Get(fields.Task) : null,
                fields.Attempt, bytes.Slice(fields.DataStart, fields.DataBytes), DurableNow(fields.Durable));
        }

        internal long Finish(JournalVerification found, string copy, DateTimeOffset at)
        {
            var data = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"from\":{found.FirstLost},\"to\":{found.LastLost},\"kept\":{found.Kept},"
                + $"\"unproven\":{found.Unproven},\"copy\":\"{copy}\"}}"));
            Put(at, JournalEvents.Repaired, null, 0, data, _seq);
            Drain();
            return _seq;
        }

        /// <summary>How many kept events the old number covers.</summary>
        private long DurableNow(long oldDurable)
        {
            var at = _oldSeqs.BinarySearch(oldDurable);
            return at >= 0 ? at + 1 : ~at;
        }

        private void Put(
            DateTimeOffset at, string type, string? task, int attempt, ReadOnlySpan<byte> data, long durable)
        {
            var most = JournalLine.MaxBytes(type, task, data.Length);
            if (_block.Length - _filled < most)
            {
                Drain();
                _block = _block.Length < most ? new byte[most] : _block;
            }

            _seq++;
            _filled += JournalLine.Write(_block.AsSpan(_filled), _seq, at, type, task, attempt, data, durable,
                ref _crc);
        }

        private void Drain()
        {
            target.WriteAt(_offset, _block.AsSpan(0, _filled));
            _offset += _filled;
            _filled = 0;
        }
    }
}
