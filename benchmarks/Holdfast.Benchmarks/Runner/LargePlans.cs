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
        var (thousand, most) = (PerTask(sides, 1_000), PerTask(sides, 100_000));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  beyond a plan of one task: {thousand * 1000:0.0} us a task at 1,000, {most * 1000:0.0} us at 100,000"));
        return
        [
            new Target("100,000 tasks: command to first start", sides["100000 tasks"] / 1000, "s", 2),
            new Target("cost of a task at 100,000 against at 1,000", most / thousand, "x", 1.1),
        ];
    }

    private static double PerTask(Sides sides, int size) => (sides[$"{size} tasks"] - sides["1 tasks"]) / size;

    private static double FirstStart(Place place, int size)
    {
        var folder = place.Fresh();
        var pipe = new Pipe(Path.Combine(folder, "started"));
        var plan = new StringBuilder($"name: large\nmax-parallel: 1\ntasks:\n");
        plan.Append("  t0: { run: [sh, -c, 'echo >\"$0\"; exec sleep 600', ").Append(pipe.Path).Append("] }\n");
        for (var i = 1; i < size; i++)
        {
            plan.Append(CultureInfo.InvariantCulture, $"  t{i}: {{ run: [/bin/true], needs: [t{(i - 1) / 2}] }}\n");
        }

        var file = Path.Combine(folder, "plan.yaml");
        File.WriteAllText(file, plan.ToString());
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
