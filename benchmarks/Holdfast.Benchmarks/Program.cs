using System.Globalization;
using Holdfast.Benchmarks.Failures;
using Holdfast.Benchmarks.Library;
using Holdfast.Benchmarks.Runner;

namespace Holdfast.Benchmarks;

/// <summary>
/// <c>./bench [SET] [--rounds N]</c>: measures both sides of each comparison in one go and ends with a line a target.
/// Ends with 0 when everything was measured, kept or not; with 2 for a word that it does not know.
/// </summary>
internal static class Program
{
    private const int DefaultRounds = 5;

    private static readonly Dictionary<string, Func<Place, IEnumerable<Target>>> Sets = new()
    {
        ["runner"] = RunnerSet.Measure,
        ["failures"] = FailuresSet.Measure,
        ["library"] = LibrarySet.Measure,
    };

    private static int Main(string[] args)
    {
        if (args is ["child-fold", var folder])
        {
            return LongJournal.Fold(folder);
        }

        if (args is ["child-load", var below, var size])
        {
            return TaskCosts.Load(below, int.Parse(size, CultureInfo.InvariantCulture));
        }

        if (args is [BlockBenches.Word, var results, var prefix])
        {
            return BlockBenches.Run(results, prefix);
        }

        var rounds = DefaultRounds;
        var (root, command, words) = (args[0], args[1], args[2..]);
        if (words is [.., "--rounds", var told]
            && int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out rounds) && rounds > 0)
        {
            words = words[..^2];
        }

        var known = words.Length == 0 ? Sets.Keys.ToArray() : words;
        if (known.FirstOrDefault(w => !Sets.ContainsKey(w)) is { } unknown)
        {
            Console.Error.WriteLine(
                $"bench: no set is called \"{unknown}\"; there is: {string.Join(", ", Sets.Keys)} "
                    + "(usage: ./bench [SET] [--rounds N])");
            return 2;
        }

        using var place = new Place(root, command, rounds);
        var targets = new List<Target>();
        foreach (var set in known)
        {
            targets.AddRange(Sets[set](place));
        }

        Console.WriteLine();
        targets.ForEach(Console.WriteLine);
        return 0;
    }
}
