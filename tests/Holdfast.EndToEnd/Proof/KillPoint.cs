namespace Holdfast.EndToEnd.Proof;

/// <summary>Where a driver is killed, in the life of one attempt.</summary>
internal enum KillPoint
{
    /// <summary>The intent is on disk, and nothing was done about it: no attempt file, no process.</summary>
    IntentSynced,

    /// <summary>The wrapper lives and has not written its start line.</summary>
    Spawned,

    /// <summary>As <see cref="Spawned"/>, and the wrapper is killed too: provably never started.</summary>
    SpawnedAndGone,

    /// <summary>The start line is written, and the program has not begun.</summary>
    StartWritten,

    /// <summary>The exit line is written, and nobody has seen it.</summary>
    ExitWritten,

    /// <summary>The end is on disk, and nothing was done about it.</summary>
    EndSynced,

    /// <summary>Whenever the seed says.</summary>
    Random,
}
