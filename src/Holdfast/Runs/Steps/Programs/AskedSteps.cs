namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// The names that a program has asked for since it was started. Each is asked for once, since two steps of one name
/// could not be told apart later; but a step that is tried again asks again for those within it. Used under the run's
/// lock.
/// </summary>
internal sealed class AskedSteps
{
    private readonly Dictionary<string, Stage> _steps = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tried = new(StringComparer.Ordinal);
    private readonly AsyncLocal<Inside?> _inside = new();

    private enum Stage
    {
        UnderWay,
        Over,
        Again,
    }

    /// <summary>Whether a name was asked for, however often.</summary>
    internal bool Contains(string step) => _steps.ContainsKey(step);

    /// <summary>Whether a name was only told what is known of it, so that nobody asked for those within it.</summary>
    internal bool WasTold(string step) => Contains(step) && !_tried.Contains(step);

    /// <summary>The step in whose try the calling method asks; null outside of all.</summary>
    internal string? Within => _inside.Value?.Of;

    /// <summary>Notes that a name is asked for. False if it must not be.</summary>
    internal bool TryEnter(string step)
    {
        if (_steps.TryGetValue(step, out var stage) && stage != Stage.Again)
        {
            return false;
        }

        _steps[step] = Stage.UnderWay;
        _inside.Value?.Names.Add(step);
        return true;
    }

    /// <summary>Whoever asked for it has been answered.</summary>
    internal void Leave(string step) => _steps[step] = Stage.Over;

    /// <summary>
    /// A try of a step begins: what is asked for in the flow of the calling method from here on is within it.
    /// </summary>
    internal Inside Begin(string step)
    {
        _tried.Add(step);
        return _inside.Value = new Inside(step);
    }

    /// <summary>
    /// The try has failed: a further one may ask again for what was within it. What is still under way may not be asked
    /// for twice at once.
    /// </summary>
    internal void Release(Inside inside)
    {
        foreach (var step in inside.Names)
        {
            if (_steps[step] == Stage.Over)
            {
                _steps[step] = Stage.Again;
            }
        }
    }

    /// <summary>What was asked for within one try of a step.</summary>
    internal sealed class Inside(string step)
    {
        internal string Of => step;

        internal List<string> Names { get; } = [];
    }
}
