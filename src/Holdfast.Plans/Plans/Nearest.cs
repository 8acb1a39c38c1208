namespace Holdfast.Plans;

/// <summary>Finds the known name that a mistyped one was probably meant to be.</summary>
public static class Nearest
{
    // Longer names are cut off here: nobody mistypes a name of 200 characters into another one.
    private const int MaxLength = 100;

    /// <summary>
    /// The nearest name by edit distance (Damerau-Levenshtein in its optimal-string-alignment form, so that two
    /// swapped letters count once, and case counts nothing), or null when none is near: at most one edit in three
    /// characters, and never more than three.
    /// </summary>
    /// <param name="seen">What was written.</param>
    /// <param name="known">What could have been meant; on equal distance the first wins.</param>
    public static string? Of(string seen, IEnumerable<string> known)
    {
        if (seen.Length is 0 or > MaxLength)
        {
            return null;
        }

        string? best = null;
        var limit = Math.Clamp((seen.Length + 1) / 3, 1, 3) + 1;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - seen.Length) >= limit || candidate.Length > MaxLength)
            {
                continue;
            }

            var distance = Distance(seen, candidate, limit);
            if (distance < limit)
            {
                limit = distance;
                best = candidate;
                if (limit == 0)
                {
                    break;
                }
            }
        }

        return best;
    }

    private static int Distance(string a, string b, int limit)
    {
        Span<int> twoAbove = stackalloc int[MaxLength + 1];
        Span<int> above = stackalloc int[MaxLength + 1];
        Span<int> row = stackalloc int[MaxLength + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            above[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                var value = Math.Min(Math.Min(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    value = Math.Min(value, twoAbove[j - 2] + 1);
                }

                row[j] = value;
                least = Math.Min(least, value);
            }

            if (least >= limit)
            {
                return limit;
            }

            var spare = twoAbove;
            twoAbove = above;
            above = row;
            row = spare;
        }

        return above[b.Length];
    }

    // A hyphen for an underscore is the commonest slip of all, and costs nothing here.
    private static bool Same(char a, char b) =>
        a == b || char.ToLowerInvariant(a) == char.ToLowerInvariant(b) || (a is '-' or '_' && b is '-' or '_');
}
