using Holdfast.Journal;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Fuzzing;

/// <summary>A run's folder in memory with a journal of any content.</summary>
internal sealed class MemoryRun
{
    internal const string Folder = "/w/runs/simulated";

    internal MemoryRun(byte[] journal)
    {
        Disk.CreateFolder(Folder);
        Disk.WriteAtomically(JournalFormat.PathIn(Folder), journal);
    }

    internal SimulatedDisk Disk { get; } = new();

    internal byte[] Journal => Disk.ReadAll(JournalFormat.PathIn(Folder));

    internal JournalReading Read(JournalRecordHandler? onRecord = null) => JournalReader.Read(Disk, Folder, onRecord);

    /// <summary>What is read, each event as the line it would be written as, apart from its check value.</summary>
    internal (JournalReading Reading, List<byte[]> Events) Events()
    {
        var events = new List<byte[]>();
        return (Read((in JournalRecord record) => events.Add(Bytes(record))), events);
    }

    /// <summary>All that an event says, but not how its line was chained.</summary>
    internal static byte[] Bytes(in JournalRecord record)
    {
        var line = new byte[JournalLine.MaxBytes(record.Type, record.Task, record.Data.Length)];
        uint crc = 0;
        var length = JournalLine.Write(line, record, ref crc);
        return line[..length];
    }
}
