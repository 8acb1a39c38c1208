using Holdfast.Journal;

namespace Holdfast.Testing.Simulation;

/// <summary>The simulated disk did not do what it was asked to.</summary>
internal sealed class SimulatedFaultException(string path, string what) : IOException($"{path}: {what} (simulated)");

/// <summary>
/// What a disk does short of losing its power: it fails a sync, it fails to replace a file, it fills up. When is drawn
/// from the seed; each is rare enough that a run gets on between two of them.
/// </summary>
internal sealed class SimulatedFaults(Random random)
{
    private const int MaxFailedSyncs = 3;
    private const int MaxFillings = 3;
    private const int MaxFailedReplacements = 3;
    private const int SyncsPerFailure = 120;
    private const int SyncsPerFilling = 120;
    private const int ReplacementsPerFailure = 25;

    private int _failedSyncs;
    private int _fillings;
    private int _failedReplacements;
    private int _untilFailedSync = random.Next(1, SyncsPerFailure);
    private int _untilFull = random.Next(1, SyncsPerFilling);

    /// <summary>Whether there is room only where it was set aside before.</summary>
    internal bool IsFull { get; private set; }

    /// <summary>Whether this file system can set room aside at all.</summary>
    internal bool CanReserve { get; } = random.Next(2) == 0;

    /// <summary>The fault that was met last and stops the driver; null for none.</summary>
    internal string? Hit { get; private set; }

    /// <summary>Faults that no driver stops for, in the order in which they were met.</summary>
    internal List<string> Survived { get; } = [];

    /// <summary>The driver that met a fault has left.</summary>
    internal void Forget() => Hit = null;

    /// <summary>Somebody frees space.</summary>
    internal void MakeSpace() => IsFull = false;

    /// <summary>A disk that has the faults it is told to have, and no others.</summary>
    internal static SimulatedFaults OnWord(Random random) => new(random)
    {
        _failedSyncs = MaxFailedSyncs, _fillings = MaxFillings, _failedReplacements = MaxFailedReplacements,
    };

    /// <summary>The next sync fails.</summary>
    internal void FailNextSync() => (_failedSyncs, _untilFailedSync) = (MaxFailedSyncs - 1, 1);

    /// <summary>There is no room from here on, but where it was set aside.</summary>
    internal void Fill() => IsFull = true;

    /// <summary>Draws whether this sync fails, and whether the disk is full from here on.</summary>
    /// <returns>What says how much of it arrived if it fails; null if it does not.</returns>
    internal Random? AtSync()
    {
        if (_fillings < MaxFillings && --_untilFull == 0)
        {
            _fillings++;
            _untilFull = random.Next(1, SyncsPerFilling);
            IsFull = true;
        }

        if (_failedSyncs == MaxFailedSyncs || --_untilFailedSync > 0)
        {
            return null;
        }

        _failedSyncs++;
        _untilFailedSync = random.Next(1, SyncsPerFailure);
        Hit = SimulationCoverage.FailedSync;
        return random;
    }

    /// <summary>Whether the replacement of a file fails: before it, or after it when its folder is synced.</summary>
    internal (Exception Error, bool IsReplaced)? AtReplacement(string path)
    {
        if (IsFull)
        {
            Survived.Add(SimulationCoverage.FullAtReplacement);
            return (new StorageFullException(path, null), false);
        }

        if (_failedReplacements == MaxFailedReplacements || random.Next(ReplacementsPerFailure) != 0)
        {
            return null;
        }

        _failedReplacements++;
        Survived.Add(SimulationCoverage.FailedReplacement);
        return (new SimulatedFaultException(path, "it cannot be replaced"), random.Next(2) == 0);
    }

    /// <summary>The error of a full disk, which stops the driver.</summary>
    internal StorageFullException Full(string point, string path)
    {
        Hit = point;
        return new StorageFullException(path, null);
    }
}
