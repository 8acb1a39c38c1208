
namespace Holdfast.Plans.Yaml;

/// <summary>Looks for repeated and merging keys when a mapping ends.</summary>
internal static class YamlKeys
{
    // Up to here comparing each with each is quicker than a dictionary; nearly every mapping is this small.
    private const int FewKeys = 8;

    public static void Check(YamlDocument document, int mapping, PlanMessages messages)
    {
        var count = document[mapping].Count / 2;
        if (count <= FewKeys)
        {
            CheckFew(document, mapping, count, messages);
            return;
        }

        var seen = new Dictionary<string, int>(count);
        var key = mapping + 1;
        for (var i = 0; i < count; i++)
        {
            if (!Merges(document, mapping, key, messages) && !seen.TryAdd(document[key].Text!, key))
            {
                Report(document, seen[document[key].Text!], key, messages);
            }

            key = YamlPairs.After(document, YamlPairs.After(document, key));
        }
    }

    private static void CheckFew(YamlDocument document, int mapping, int count, PlanMessages messages)
    {
        Span<int> keys = stackalloc int[FewKeys];
        var key = mapping + 1;
        for (var i = 0; i < count; i++)
        {
            keys[i] = key;
            if (!Merges(document, mapping, key, messages))
            {
                for (var j = 0; j < i; j++)
                {
                    if (document[keys[j]].Text == document[key].Text)
                    {
                        Report(document, keys[j], key, messages);
                        break;
                    }
                }
            }

            key = YamlPairs.After(document, YamlPairs.After(document, key));
        }
    }

    private static bool Merges(YamlDocument document, int mapping, int key, PlanMessages messages)
    {
        if (!YamlMerge.IsMerge(document, key))
        {
            return false;
        }

        var value = new YamlNode(document, key + 1);
        var fits = value.IsMapping || value.IsSequence;
        if (value.IsSequence)
        {
            foreach (var item in value.Items)
            {
                fits &= item.IsMapping;
            }
        }

        if (fits)
        {
            document[mapping].Marked = true;
        }
        else
        {
            messages.Error(value.Position, $"\"<<\" merges maps, and this is {value.Seen}",
                "give it an alias of a map");
            document[key].Marked = true;
        }

        return true;
    }

    private static void Report(YamlDocument document, int first, int second, PlanMessages messages)
    {
        messages.Error(new(document[second].Line, document[second].Column),
            $"the key \"{Shown.Short(document[second].Text!)}\" is here a second time; line "
                + $"{document[first].Line} has it already",
            "keep one of them");
        document[second].Marked = true;
    }
}
