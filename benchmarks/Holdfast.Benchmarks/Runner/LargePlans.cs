using System.Globalization;
using System.Text;

namespace Holdfast.Benchmarks.Runner;

/// <summary>From the command to the first started task, for plans of a thousand to a hundred thousand tasks.</summary>
internal static class LargePlans
{
    private static readonly int[] Sizes = [1, 1_000, 10_000, 100_000];

    internal static IEnumerable<Target> Measure(Place place)
    {
        Console.WriteLine("from the command to the first task's start: plan read, checked, recorded");
        var sides = new Sides();
        foreach (var size in Sizes)
        {
            sides.Add($"{size} tasks", () => FirstStart(place, size));
        }

        sides.Run(place.Rounds, "ms");
        return [new Target("100,000 tasks: command to first start", sides["100000 tasks"] / 1000, "s", 2)];
    }

    /// <summary>Writes a plan: a tree of tasks, all behind the first.</summary>
    internal static void Write(string file, int size, string first)
    {
        var plan = new StringBuilder("name: large\nmax-parallel: 1\ntasks:\n");
        plan.Append("  t0: { run: [").Append(first).Append("] }\n");
        for (var i = 1; i < size; i++)
        {
            plan.Append(CultureInfo.InvariantCulture, $"  t{i}: {{ run: [/bin/true], needs: [t{(i - 1) / 2}] }}\n");
        }

        File.WriteAllText(file, plan.ToString());
    }

    private static double FirstStart(Place place, int size)
    {
        var folder = place.Fresh();
        var pipe = new Pipe(Path.Combine(folder, "started"));
        var file = Path.Combine(folder, "plan.yaml");
        Write(file, size, $"sh, -c, 'echo >\"$0\"; exec sleep 600', {pipe.Path}");
        var ms = pipe.MillisecondsUntilWritten(
            () => Place.Start(folder, "dotnet", place.Command, "run", file, "--id", "large"), out var driver);
        using (driver)
        {
            StopRun(place, folder, driver);
        }

        return ms;
    }

    /// <summary>Ends a run and what it started; its driver has left when this returns.</summary>
    internal static void StopRun(Place place, string folder, System.Diagnostics.Process driver)
    {
        using var cancel = Place.Start(folder, "dotnet", place.Command, "cancel", "large");
        cancel.WaitForExit();
        driver.WaitForExit();
    }
}
