using System.Globalization;

namespace Holdfast.Failures.Reports;

/// <summary>What a cue of an agent's report says; those before <see cref="Done"/> say that work is left.</summary>
internal enum CueGroup
{
    /// <summary>The author ended before the work did: gave up, met a limit, was held up.</summary>
    Stopped,

    /// <summary>What the author could not or did not do.</summary>
    Undone,

    /// <summary>What was not done, whoever should have.</summary>
    Passive,

    /// <summary>The state in which the work is.</summary>
    State,

    /// <summary>What went wrong.</summary>
    Failed,

    /// <summary>What it takes to go on.</summary>
    Needs,

    /// <summary>What is to come, told as the last word.</summary>
    Plan,

    /// <summary>A question that holds the work up; read in the whole sentence.</summary>
    Asks,

    /// <summary>What was done.</summary>
    Done,

    /// <summary>A clause with it says nothing of the work: it is so by wish, was so before, or is another's.</summary>
    Clean,

    /// <summary>A clause with it settles what the sentence said before.</summary>
    Resolved,

    /// <summary>A sentence with it offers more than was asked for, or answers a question.</summary>
    Offer,

    /// <summary>A heading of what is left.</summary>
    OpenHeading,

    /// <summary>A heading of what goes beyond the work.</summary>
    AsideHeading,

    /// <summary>A heading of what comes next.</summary>
    NextHeading,

    /// <summary>An item that is work of its own; it counts below such a heading.</summary>
    Step,
}

/// <summary>
/// The cues of <see cref="ReportCues"/>, found by their words. A table has families (<c>$name = a|b</c>, used as
/// <c>&lt;name&gt;</c>), groups (<c>@group</c>), and cues, each with what it counts for.
/// </summary>
internal sealed class CueTable
{
    private static readonly Lazy<CueTable> Table =
        new(() => new CueTable(string.Join('\n', ReportCues.Left, ReportCues.Things, ReportCues.Done)));

    private readonly Dictionary<string, List<ReportCue>> _byWord = new(StringComparer.Ordinal);
    private readonly List<ReportCue> _always = [];
    private readonly Dictionary<string, string[]> _families = new(StringComparer.Ordinal);

    private CueTable(string text)
    {
        var group = CueGroup.Stopped;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith('$'))
            {
                AddFamily(line);
            }
            else if (line.StartsWith('@'))
            {
                group = Enum.Parse<CueGroup>(line[1..].Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            }
            else if (line.Length > 0)
            {
                Add(group, line);
            }
        }
    }

    internal static CueTable BuiltIn => Table.Value;

    /// <summary>The cues that stand in some words.</summary>
    internal List<ReportCue> In(string[] words)
    {
        var found = new List<ReportCue>();
        var seen = new HashSet<ReportCue>();
        foreach (var cue in words.SelectMany(each => _byWord.GetValueOrDefault(each) ?? []).Concat(_always))
        {
            if (seen.Add(cue) && cue.StandsIn(words))
            {
                found.Add(cue);
            }
        }

        return found;
    }

    /// <summary>A family of words; named again, it has these as well.</summary>
    private void AddFamily(string line)
    {
        var parts = line[1..].Split('=', StringSplitOptions.TrimEntries);
        _families[parts[0]] = [.. _families.GetValueOrDefault(parts[0]) ?? [], .. parts[1].Split('|')];
    }

    private void Add(CueGroup group, string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var counts = parts[0] == "." ? 0 : int.Parse(parts[0], CultureInfo.InvariantCulture);
        var cue = new ReportCue(group, counts, parts.Skip(1).Select(each =>
            (each.TrimEnd('?').Split('|').SelectMany(Words).ToArray(), each.EndsWith('?'))));
        var needs = cue.Needs.ToList();
        foreach (var word in needs)
        {
            if (!_byWord.TryGetValue(word, out var cues))
            {
                _byWord[word] = cues = [];
            }

            cues.Add(cue);
        }

        if (needs.Count == 0)
        {
            _always.Add(cue);
        }
    }

    private string[] Words(string alternative) =>
        alternative is ['<', .. var name, '>'] ? _families[name] : [alternative];
}
