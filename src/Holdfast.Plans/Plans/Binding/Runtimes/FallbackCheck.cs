using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads fallbacks, and checks them when every runtime is known.</summary>
internal sealed class FallbackCheck(ValueReader values)
{
    private readonly List<(string From, string To, SourcePosition Position)> _uses = [];

    /// <summary>The names in the order written, each once, as far as they are names.</summary>
    public IReadOnlyList<string> Read(string from, YamlNode node)
    {
        var names = new List<string>();
        foreach (var item in values.List(node, "fallback", "a list of names of other runtimes") ?? [])
        {
            if (values.Text(item, "fallback") is not { } name)
            {
                continue;
            }

            if (name == from)
            {
                values.Messages.Error(item.Position, $"runtime \"{Shown.Short(from)}\" falls back to itself",
                    "leave it out");
            }
            else if (names.Contains(name))
            {
                values.Messages.Warning(item.Position, $"\"fallback\" names \"{Shown.Short(name)}\" twice",
                    "once is enough");
            }
            else
            {
                names.Add(name);
                _uses.Add((from, name, item.Position));
            }
        }

        return names;
    }

    /// <summary>Says which fallbacks are none, and which lead in a circle.</summary>
    public void Run(IReadOnlyList<PlanRuntime> all, IReadOnlyDictionary<string, PlanRuntime?> byName)
    {
        foreach (var (from, to, position) in _uses)
        {
            if (!byName.TryGetValue(to, out var target))
            {
                values.Messages.UnknownName(position, $"runtime \"{Shown.Short(from)}\" falls back to "
                    + $"\"{Shown.Short(to)}\", which no runtime is called", to,
                    (IReadOnlyCollection<string>)byName.Keys, "name another runtime of this plan", except: from);
            }
            else if (target is not null && byName.TryGetValue(from, out var source) && source is not null)
            {
                CheckPair(source, target, position);
            }
        }

        foreach (var (name, row) in RuntimeRows.Of(all))
        {
            if (row.Count > PlanRuntime.MaxCandidates)
            {
                values.Messages.Error(row[0].Position, $"runtime \"{Shown.Short(name)}\" has more than "
                    + $"{PlanRuntime.MaxCandidates - 1} fallbacks with those of its fallbacks", "take some away");
            }
        }

        var index = new Dictionary<string, int>(all.Count);
        for (var i = 0; i < all.Count; i++)
        {
            index[all[i].Name] = i;
        }

        int[][] next = [.. all.Select(runtime => runtime.Fallback.Where(index.ContainsKey)
            .Select(name => index[name]).ToArray())];
        foreach (var cycle in Cycles.Find(next.Length, i => next[i]))
        {
            values.Messages.Error(all[cycle[0]].Position, "these runtimes fall back to each other in a circle: "
                + GraphCheck.Circle(cycle, i => all[i].Name), "take one of these fallbacks away");
        }
    }

    private void CheckPair(PlanRuntime from, PlanRuntime to, SourcePosition position)
    {
        if (from.GetType() != to.GetType())
        {
            values.Messages.Error(position, $"runtime \"{Shown.Short(from.Name)}\" is {Kind(from)}, and its fallback "
                + $"\"{Shown.Short(to.Name)}\" is {Kind(to)}", $"name one that is {Kind(from)} too");
        }
        else if (from.Identity == to.Identity)
        {
            var same = from is HttpRuntimeSetting ? "host and credential" : "program, model and credential";
            values.Messages.Error(position, $"runtime \"{Shown.Short(to.Name)}\" is no fallback for "
                + $"\"{Shown.Short(from.Name)}\": it is the same {same}", "name one that differs in one of them");
        }
    }

    private static string Kind(PlanRuntime runtime) => runtime is HttpRuntimeSetting ? "of kind http" : "of kind agent";
}
