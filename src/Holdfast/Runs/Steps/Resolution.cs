namespace Holdfast;

/// <summary>What a person decided about a held task.</summary>
public enum Resolution
{
    /// <summary>It happened: the task counts as succeeded.</summary>
    Done,

    /// <summary>Run it again.</summary>
    Redo,

    /// <summary>The task ends in failure.</summary>
    Fail,
}
