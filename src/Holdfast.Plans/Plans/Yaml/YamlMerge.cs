namespace Holdfast.Plans.Yaml;

/// <summary>
/// The merge key: <c>&lt;&lt;: *defaults</c>, or a list of mappings. What a mapping says itself wins over what it
/// merges, and an earlier merged mapping wins over a later one.
/// </summary>
internal static class YamlMerge
{
    public const string Key = "<<";

    /// <summary>All pairs of a mapping that merges others. The builder has bounded how many there can be.</summary>
    public static List<YamlPair> Flatten(YamlDocument document, int parent)
    {
        var pairs = new List<YamlPair>();
        var seen = new HashSet<string>();
        var merged = new List<YamlNode>();
        var at = parent + 1;
        for (var i = 0; i < document[parent].Count / 2; i++)
        {
            var value = YamlPairs.After(document, at);
            if (IsMerge(document, at))
            {
                merged.Add(new(document, value));
            }
            else if (seen.Add(document[at].Text!))
            {
                pairs.Add(new(new(document, at), new(document, value)));
            }

            at = YamlPairs.After(document, value);
        }

        foreach (var node in merged)
        {
            if (node.IsMapping)
            {
                Take(node, pairs, seen);
                continue;
            }

            foreach (var item in node.Items)
            {
                Take(item, pairs, seen);
            }
        }

        return pairs;
    }

    /// <summary>Whether this key is the merge key, and not a quoted text that looks like it.</summary>
    public static bool IsMerge(YamlDocument document, int key) => document[key].Plain && document[key].Text == Key;

    private static void Take(YamlNode mapping, List<YamlPair> pairs, HashSet<string> seen)
    {
        foreach (var pair in mapping.Pairs)
        {
            if (seen.Add(pair.Key.Text))
            {
                pairs.Add(pair);
            }
        }
    }
}
