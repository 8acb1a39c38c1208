using Holdfast.Failures;

namespace Holdfast.Cli.Looking;

/// <summary>How well labelled outcomes are classified.</summary>
internal sealed class ScoreCard
{
    /// <summary>The word for an outcome that is no failure.</summary>
    internal const string None = "none";

    private readonly SortedDictionary<string, Dictionary<string, int>> _matrix = new(StringComparer.Ordinal);

    /// <summary>Labelled outcomes.</summary>
    internal int Count { get; private set; }

    /// <summary>Outcomes of the right class, or of one that is right too.</summary>
    internal int Right { get; private set; }

    /// <summary>Of those, outcomes that got one of the further classes.</summary>
    internal int RightByAlternative { get; private set; }

    /// <summary>Outcomes that are labelled as passing by themselves, or not.</summary>
    internal int TransientCount { get; private set; }

    /// <summary>Of those, the ones that are told so.</summary>
    internal int TransientRight { get; private set; }

    /// <summary>Outcomes that are no failure, and were called one.</summary>
    internal int SuccessesCalledFailures { get; private set; }

    /// <summary>Every outcome that is wrong.</summary>
    internal List<Miss> Misses { get; } = [];

    /// <summary>Labels and what they were taken for, where that occurs.</summary>
    internal IReadOnlyDictionary<string, Dictionary<string, int>> Matrix => _matrix;

    /// <summary>Takes an outcome into account.</summary>
    /// <param name="record">With a label.</param>
    /// <param name="failure">What it was taken for.</param>
    /// <param name="line">1-based line of the record, where it has no id.</param>
    internal void Add(OutcomeRecord record, Failure? failure, int line)
    {
        var wanted = record.Label ?? None;
        var got = failure?.Class.Word() ?? None;
        var byAlternative = got != wanted && record.Alternatives.Contains(got);
        Count++;
        var row = _matrix.TryGetValue(wanted, out var known) ? known : _matrix[wanted] = [];
        var counted = byAlternative ? wanted : got;
        row[counted] = row.GetValueOrDefault(counted) + 1;
        Right += counted == wanted ? 1 : 0;
        RightByAlternative += byAlternative ? 1 : 0;
        SuccessesCalledFailures += wanted == None && got != None ? 1 : 0;
        var isTransientWrong = false;
        if (record.Transient is { } transient)
        {
            TransientCount++;
            isTransientWrong = (failure?.Transient == true) != transient;
            TransientRight += isTransientWrong ? 0 : 1;
        }

        if (counted != wanted || isTransientWrong)
        {
            Misses.Add(new Miss(record.Id?.ToString() ?? $"line {line}", wanted, got,
                failure?.Evidence.Rule ?? "-", counted != wanted, isTransientWrong));
        }
    }

    /// <summary>Labels that occur, in the order of their words.</summary>
    internal IEnumerable<ClassScore> Classes()
    {
        foreach (var (label, row) in _matrix)
        {
            var right = row.GetValueOrDefault(label);
            var called = _matrix.Values.Sum(other => other.GetValueOrDefault(label));
            yield return new ClassScore(label, row.Values.Sum(), called, right);
        }
    }

    /// <summary>The mean of F1 over the labels that occur; 0 where there are none.</summary>
    internal double MacroF1 => Count == 0 ? 0 : Classes().Average(static each => each.F1);

    /// <summary>Share of those labelled whose passing by itself is told right; 1 where none is labelled.</summary>
    internal double TransientShare => TransientCount == 0 ? 1 : (double)TransientRight / TransientCount;

    /// <summary>What one class scored.</summary>
    /// <param name="Class">Its word.</param>
    /// <param name="Labelled">Outcomes that have this label.</param>
    /// <param name="Called">Outcomes that were taken for it.</param>
    /// <param name="Right">Outcomes for which both hold.</param>
    internal sealed record ClassScore(string Class, int Labelled, int Called, int Right)
    {
        internal double Precision => Called == 0 ? 0 : (double)Right / Called;

        internal double Recall => Labelled == 0 ? 0 : (double)Right / Labelled;

        internal double F1 => Labelled + Called == 0 ? 0 : 2.0 * Right / (Labelled + Called);
    }

    /// <summary>An outcome that is wrong.</summary>
    internal sealed record Miss(
        string Id, string Expected, string Got, string Rule, bool IsClassWrong, bool IsTransientWrong);
}
