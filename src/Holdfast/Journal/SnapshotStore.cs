namespace Holdfast.Journal;

/// <summary>Snapshots of a folded state.</summary>
public sealed class SnapshotStore
{
    internal const string Prefix = "snapshot-";
}
