using System.Text;

namespace Holdfast.Benchmarks.Runner;

/// <summary>What a person waits for: <c>status</c>, <c>resume</c> after a kill, and the proof.</summary>
internal static class StartUp
{
    private const int Finished = 1_000;
    private const int Seeds = 2_000;
    private const int ManyLooks = 4;

    internal static IEnumerable<Target> Measure(Place place)
    {
        Console.WriteLine("start-up");
        var ended = Ended(place);
        var empty = Path.Combine(AppContext.BaseDirectory.Replace("Holdfast.Benchmarks", "Empty",
            StringComparison.Ordinal),
            "Empty.dll");
        var sides = new Sides()
            .Add("an empty .NET program", () => place.Time("dotnet", empty))
            .Add("holdfast status", () => place.Holdfast("status", "--workspace", ended))
            .Run(place.Rounds * ManyLooks, "ms");
        var resume = new Sides()
            .Add($"kill -9, resume, {Finished} finished", () => Resumed(place))
            .Run(place.Rounds, "ms");
        var proof = new Sides()
            .Add($"simulate --seeds {Seeds}", () => place.Holdfast("simulate", "--seeds", $"{Seeds}"))
            .Run(1, "ms");
        return
        [
            new Target("status beyond an empty program", sides["holdfast status"] - sides["an empty .NET program"],
                "ms", 40),
            new Target(
                "kill -9 to the first new task", resume[$"kill -9, resume, {Finished} finished"], "ms", 180),
            new Target($"simulator, {Seeds} seeds", proof[$"simulate --seeds {Seeds}"] / 1000, "s", 60),
        ];
    }

    private static string Ended(Place place)
    {
        var folder = place.Fresh();
        var plan = Path.Combine(folder, "plan.yaml");
        File.WriteAllText(plan, "tasks:\n" + string.Concat(
            Enumerable.Range(0, 20).Select(i => $"  t{i}: {{ run: [/bin/true] }}\n")));
        var workspace = Path.Combine(folder, ".holdfast");
        place.Holdfast("run", plan, "--workspace", workspace);
        return workspace;
    }

    private static double Resumed(Place place)
    {
        var folder = place.Fresh();
        var (reached, next) = (new Pipe(Path.Combine(folder, "reached")), new Pipe(Path.Combine(folder, "next")));
        var plan = new StringBuilder("tasks:\n");
        for (var i = 0; i < Finished; i++)
        {
            plan.Append($"  t{i}: {{ run: [/bin/true] }}\n");
        }

        var all = string.Join(", ", Enumerable.Range(0, Finished).Select(i => $"t{i}"));
        const string stays = "echo >\"$0\"; exec sleep 600";
        plan.Append($"  last: {{ needs: [{all}], run: [sh, -c, '{stays}', {reached.Path}] }}\n")
            .Append($"  new: {{ needs: [{all}], run: [sh, -c, '{stays}', {next.Path}] }}\n");
        File.WriteAllText(Path.Combine(folder, "plan.yaml"), plan.ToString());
        reached.MillisecondsUntilWritten(
            () => Place.Start(folder, "dotnet", place.Command, "run", "plan.yaml", "--id", "large", "--max-parallel",
                "1"),
            out var first);
        using (first)
        {
            first.Kill();
            first.WaitForExit();
        }

        var ms = next.MillisecondsUntilWritten(
            () => Place.Start(folder, "dotnet", place.Command, "resume", "large", "--max-parallel", "2"),
                out var second);
        using (second)
        {
            LargePlans.StopRun(place, folder, second);
        }

        return ms;
    }
}
