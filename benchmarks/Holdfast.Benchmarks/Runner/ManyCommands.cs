using System.Text;

namespace Holdfast.Benchmarks.Runner;

/// <summary>2,000 commands that do nothing, two at a time, against what people use for that.</summary>
internal static class ManyCommands
{
    private const int Count = 2_000;
    private static readonly string[] Peers = ["make", "parallel"];

    internal static IEnumerable<Target> Measure(Place place)
    {
        Console.WriteLine($"{Count} x /bin/true, two at a time");
        var folder = place.Fresh();
        var adopting = PlanOf(folder, "adopting", "");
        var bare = PlanOf(folder, "bare", ", adopt: false");
        var numbers = Write(folder, "numbers", string.Join('\n', Enumerable.Range(0, Count)) + "\n");
        var make = MakefileOf(folder);
        var sides = new Sides()
            .Add("xargs -P2", () => place.Time("sh", "-c", $"xargs -P2 -n1 /bin/true < '{numbers}'"))
            .Add("holdfast run", () => place.Holdfast("run", adopting, "--workspace", Workspace(place)))
            .Add("holdfast run (adopt: false)", () => place.Holdfast("run", bare, "--workspace", Workspace(place)));
        if (Place.Has("make"))
        {
            sides.Add("make -j2", () => place.Time("make", "-s", "-j2", "-f", make));
        }

        if (Place.Has("parallel"))
        {
            sides.Add("parallel -j2 --joblog", () => place.Time(
                "sh", "-c", $"parallel -j2 --joblog '{Path.Combine(place.Fresh(), "log")}' /bin/true < '{numbers}'"));
        }

        foreach (var missing in Peers.Where(p => !Place.Has(p)))
        {
            Console.WriteLine($"  {missing} is not installed: no comparison with it");
        }

        sides.Run(place.Rounds, "ms");
        return
        [
            new Target($"{Count} x /bin/true against xargs -P2", sides.Ratio("holdfast run", "xargs -P2"), "x", 2.0),
            new Target(
                "the same without adoption", sides.Ratio("holdfast run (adopt: false)", "xargs -P2"), "x", 1.3),
        ];
    }

    private static string Workspace(Place place) => Path.Combine(place.Fresh(), ".holdfast");

    private static string PlanOf(string folder, string name, string more)
    {
        var plan = new StringBuilder($"name: {name}\nmax-parallel: 2\ntasks:\n");
        for (var i = 0; i < Count; i++)
        {
            plan.Append($"  t{i:0000}: {{ run: [/bin/true]{more} }}\n");
        }

        return Write(folder, name + ".yaml", plan.ToString());
    }

    private static string MakefileOf(string folder)
    {
        var all = Enumerable.Range(0, Count).Select(i => $"t{i:0000}").ToArray();
        return Write(folder, "Makefile", $".PHONY: all {string.Join(' ', all)}\nall: {string.Join(' ', all)}\n"
            + string.Concat(all.Select(t => $"{t}:\n\t@/bin/true\n")));
    }

    private static string Write(string folder, string name, string content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
