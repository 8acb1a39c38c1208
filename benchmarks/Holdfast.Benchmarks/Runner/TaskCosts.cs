using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Benchmarks.Runner;

/// <summary>
/// What one task of a plan costs in processor time, from the file to the moment before the first start, for plans of
/// different sizes. Each size has a process of its own, which does the same for as many tasks altogether: a hundred
/// plans of a thousand tasks, one of a hundred thousand. So start-up drops out, and no size is told from the noise of a
/// few milliseconds.
/// </summary>
internal static class TaskCosts
{
    private const int Altogether = 100_000;
    private const int WarmUps = 20;
    private static readonly int[] Sizes = [1_000, 10_000, Altogether];

    internal static IEnumerable<Target> Measure(Place place)
    {
        Console.WriteLine($"processor time of a task from the plan file to the first start, {Altogether} tasks a side");
        var sides = new Sides();
        foreach (var size in Sizes)
        {
            sides.Add($"plans of {size} tasks", () => Child(place, size));
        }

        sides.Run(place.Rounds, "us");
        return
        [
            new Target(
                "cost of a task at 100,000 against at 1,000",
                sides.Ratio($"plans of {Altogether} tasks", "plans of 1000 tasks"), "x", 1.1),
        ];
    }

    /// <summary>What the child process does: loads plans of one size again and again, and tells the cost of a
    /// task.</summary>
    internal static int Load(string folder, int size)
    {
        var file = Path.Combine(folder, "plan.yaml");
        for (var i = 0; i < WarmUps; i++)
        {
            LargePlans.Write(file, Altogether / WarmUps, first: "/bin/true");
            UntilFirstStart(file, Path.Combine(folder, $"warm{i}"));
        }

        LargePlans.Write(file, size, first: "/bin/true");
        var cost = TimeSpan.Zero;
        for (var i = 0; i < Altogether / size; i++)
        {
            // Each begins as in a process of its own: with nothing to clean up after another.
            GC.Collect();
            cost += UntilFirstStart(file, Path.Combine(folder, $"run{i}"));
        }

        Console.WriteLine((cost.TotalMicroseconds / Altogether).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static TimeSpan UntilFirstStart(string file, string folder)
    {
        var before = Environment.CpuUsage.TotalTime;
        var plan = PlanLoader.Load(file).Plan!;
        var run = new RunFolder(folder);
        var who = new DriverIdentity(Environment.ProcessId, "bench", "bench", "bench", "bench");
        using var driver = RunDriver.Create(
            LocalStorage.Instance, run, "bench", PlanJson.Write(plan, folder), RunPlans.SpecOf(plan, run.Id),
            [new RunStarted(plan.Name, PlanHash.OfPlan(plan), 1, plan.Tasks.Count)], (TimeProvider.System, who));
        var host = DispatchProxy.Create<IRunHost, FirstStart>();
        try
        {
            driver.Drive(host, new DriverLimits { MaxParallel = 1 }, who);
        }
        catch (OperationCanceledException)
        {
            // The first start.
        }

        return ((FirstStart)host).At - before;
    }

    private static double Child(Place place, int size)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        string[] words = [typeof(TaskCosts).Assembly.Location, "child-load", place.Fresh(), $"{size}"];
        Array.ForEach(words, start.ArgumentList.Add);
        using var child = Process.Start(start)!;
        var told = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? double.Parse(told, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"loading plans of {size} tasks ended with {child.ExitCode}");
    }

    /// <summary>A world that is asked for one start, notes the time, and ends the drive.</summary>
#pragma warning disable CA1852 // The proxy is a class made from this one as it runs.
    private class FirstStart : DispatchProxy
#pragma warning restore CA1852
    {
        internal TimeSpan At { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case "get_" + nameof(IRunHost.Rest):
                case nameof(IRunHost.MakeReady):
                    return null;
                case nameof(IRunHost.Start):
                    At = Environment.CpuUsage.TotalTime;
                    throw new OperationCanceledException();
                default:
                    throw new NotSupportedException(targetMethod.Name);
            }
        }
    }
}
