using System.Globalization;
using System.Text;
using Holdfast.Journal;
using Holdfast.Runs;

namespace Holdfast.Testing.Simulation;

/// <summary>
/// A disk that returns something else than was written: a bit flips in lines that say that an attempt started, most
/// often one that still runs, or that the run was reopened, and a person has the journal repaired, which leaves these
/// lines out.
/// </summary>
internal sealed class SimulatedDamage(Random random, SimulatedDisk disk, SimulatedWorld world, SimulatedTime time)
{
    private const int MaxRepairs = 2;
    private const int MaxLines = 3;
    private static readonly byte[] StartMark = Encoding.UTF8.GetBytes("\"type\":\"attempt_started\",\"task\":\"");

    private static readonly byte[] ReopenedMark = "\"type\":\"run_reopened\","u8.ToArray();

    private int _repairs;

    /// <summary>Damages the journal of a run that nobody drives, and repairs it.</summary>
    /// <returns>Whether it was repaired.</returns>
    internal bool Strike(string runFolder)
    {
        var path = JournalFormat.PathIn(runFolder);
        if (_repairs == MaxRepairs || !disk.FileExists(path))
        {
            return false;
        }

        var sound = disk.ReadAll(path);
        var durable = JournalReader.Read(disk, runFolder).HighestDurable;
        var starts = StartsIn(sound, durable);
        var damaged = (byte[])sound.Clone();
        var reopened = sound.AsSpan().LastIndexOf(ReopenedMark);
        if (reopened >= 0 && sound.AsSpan(0, reopened).Count((byte)'\n') < durable && random.Next(2) == 0)
        {
            // What was ordered with it stays.
            damaged[reopened + 12] ^= 1;
        }
        else if (starts.Count == 0)
        {
            return false;
        }

        for (var i = random.Next(1, MaxLines + 1); i > 0 && starts.Count > 0; i--)
        {
            var living = starts.Where(s => world.Find(s.Attempt) == AttemptTrace.Alive).ToArray();
            var from = living.Length > 0 && random.Next(4) > 0 ? living : [.. starts];
            damaged[from[random.Next(from.Length)].Offset] ^= 1;
        }

        // The machine fails elsewhere: that a repair survives a crash is proven by its own tests.
        var (crashPoint, tear, faults) = (disk.CrashPoint, disk.Tear, disk.Faults);
        (disk.CrashPoint, disk.Tear, disk.Faults) = (null, null, null);
        disk.WriteAtomically(path, damaged);
        var flipped = damaged.Where((b, i) => b != sound[i]).Count();
        if (flipped == 1 && JournalReader.Read(disk, runFolder).Damage is null)
        {
            throw new BrokenPromiseException("a line that was durable is damaged, and nobody is told");
        }

        var isRepaired = JournalRepair.Repair(disk, runFolder, time.GetUtcNow()) is not null;
        if (!isRepaired)
        {
            // Lost with all that would have told of it, or flipped back: no damage that anybody could see.
            disk.WriteAtomically(path, sound);
        }

        (disk.CrashPoint, disk.Tear, disk.Faults) = (crashPoint, tear, faults);
        _repairs += isRepaired ? 1 : 0;
        return isRepaired;
    }

    private static List<(AttemptId Attempt, int Offset)> StartsIn(byte[] journal, long highestDurable)
    {
        var found = new List<(AttemptId, int)>();
        var lines = 0;
        for (var at = 0; at < journal.Length && ++lines <= highestDurable;)
        {
            var length = journal.AsSpan(at).IndexOf((byte)'\n');
            var line = length < 0 ? [] : journal.AsSpan(at, length);
            if (line.IndexOf(StartMark) is > 0 and var mark)
            {
                var rest = Encoding.UTF8.GetString(line[(mark + StartMark.Length)..]);
                var name = rest[..rest.IndexOf('"', StringComparison.Ordinal)];
                var number = rest[(name.Length + "\",\"attempt\":".Length)..];
                number = number[..number.IndexOf(',', StringComparison.Ordinal)];
                found.Add((new AttemptId(name, int.Parse(number, CultureInfo.InvariantCulture)), at + mark + 12));
            }

            at += length < 0 ? journal.Length : length + 1;
        }

        return found;
    }
}
