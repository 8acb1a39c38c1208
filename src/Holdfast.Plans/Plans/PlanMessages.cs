using Holdfast.Plans.Yaml;

namespace Holdfast.Plans;

/// <summary>
/// Gathers what is wrong with one plan. Suggestions are looked for only when the list is closed, and only for what
/// is shown: a plan whose 100,000 tasks all name a missing one must not compare every name with every other.
/// </summary>
internal sealed class PlanMessages(string file)
{
    // A message is small, yet a hostile file could ask for millions; what passes the bound is counted only.
    private const int MaxKept = 20_000;

    // Beyond this many candidates a search costs milliseconds, so only the first few messages get one.
    private const int ManyCandidates = 5_000;
    private const int SearchesAmongMany = 20;

    private readonly List<Entry> _errors = [];
    private readonly List<Entry> _warnings = [];
    private int _errorCount;
    private int _warningCount;

    /// <summary>What the file holds, so that no message names a place outside of it; null if it is no text.</summary>
    public string? Source { get; set; }

    /// <summary>The file that positions are about.</summary>
    public string File { get; } = file;

    /// <summary>Whether nothing wrong was found so far.</summary>
    public bool NoErrors => _errorCount == 0;

    /// <summary>An error with its cure.</summary>
    public void Error(SourcePosition position, string text, string? cure = null) =>
        Keep(_errors, ref _errorCount, new Entry(File, position, text, cure, null, null));

    /// <summary>An error about a name that is not known; the nearest of the known ones becomes the cure.</summary>
    public void UnknownName(SourcePosition position, string text, string seen, IReadOnlyCollection<string> known,
        string cureWithoutMatch, string? except = null) =>
        Keep(_errors, ref _errorCount, new Entry(File, position, text, cureWithoutMatch, seen, known, except));

    /// <summary>As <see cref="UnknownName"/>, for a name that came from a command line option.</summary>
    public void UnknownOption(string option, string text, string seen, IReadOnlyCollection<string> known,
        string cure) =>
        Keep(_errors, ref _errorCount, new Entry(option, default, text, cure, seen, known));

    /// <summary>Takes over what was found in another file that the plan names.</summary>
    public void Add(PlanMessages other)
    {
        foreach (var each in other._errors)
        {
            Keep(_errors, ref _errorCount, each with { Source = other.Source });
        }

        foreach (var each in other._warnings)
        {
            Keep(_warnings, ref _warningCount, each with { Source = other.Source });
        }
    }

    /// <summary>Something that runs, and yet is probably not meant.</summary>
    public void Warning(SourcePosition position, string text, string? cure = null) =>
        Keep(_warnings, ref _warningCount, new Entry(File, position, text, cure, null, null));

    public (IReadOnlyList<PlanMessage> Shown, int Count) CloseErrors() => (Close(_errors), _errorCount);

    public (IReadOnlyList<PlanMessage> Shown, int Count) CloseWarnings() => (Close(_warnings), _warningCount);

    private static void Keep(List<Entry> list, ref int count, Entry entry)
    {
        count++;
        if (list.Count < MaxKept)
        {
            list.Add(entry);
        }
    }

    private PlanMessage[] Close(List<Entry> list)
    {
        // The sort must be stable, so that two messages about one place stay in the order they were found.
        var ordered = list.Count < 2 ? list : [.. list.OrderBy(static entry => entry.Position)];
        var shown = new PlanMessage[Math.Min(ordered.Count, PlanLoadResult.MaxMessages)];
        var searches = 0;
        var places = new PlacesWithin(Source);
        for (var i = 0; i < shown.Length; i++)
        {
            var entry = ordered[i];
            var cure = entry.Cure;
            if (entry.Known is { } known && (known.Count < ManyCandidates || searches++ < SearchesAmongMany)
                && Nearest.Of(entry.Seen!, known.Where(name => name != entry.Except)) is { } nearest)
            {
                cure = $"did you mean \"{Shown.Short(nearest)}\"?";
            }

            var place = entry.Source is null ? places : new PlacesWithin(entry.Source);
            shown[i] = new PlanMessage(entry.File, place.Within(entry.Position), entry.Text, cure);
        }

        return shown;
    }

    private readonly record struct Entry(string File, SourcePosition Position, string Text, string? Cure, string? Seen,
        IReadOnlyCollection<string>? Known, string? Except = null)
    {
        /// <summary>What the other file holds that the message is about; null for the plan itself.</summary>
        public string? Source { get; init; }
    }
}
