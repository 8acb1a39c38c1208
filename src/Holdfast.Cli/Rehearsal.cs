using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Testing.Runs;

namespace Holdfast.Cli;

/// <summary>
/// What a run is about to do for the first time, done once before by a second core, in memory and to no effect: a plan
/// of one task is read, written, hashed and driven. Most of a short run goes into loading types and methods; what was
/// loaded here is there when the run comes to it.
/// </summary>
internal static class Rehearsal
{
    /// <summary>Begins it in the background, where a run is asked for and there is a core to spare.</summary>
    internal static void BeginFor(string[] args)
    {
        if (args is ["run" or "resume", ..] && Environment.ProcessorCount > 1)
        {
            new Thread(PlayAside) { IsBackground = true, Name = "rehearsal" }.Start();
        }
    }

    /// <summary>Plays it through.</summary>
    /// <returns>The exit code of the run.</returns>
    internal static int? Play()
    {
        var plan = PlanLoader.Parse("tasks:\n  a: { run: [a] }\n"u8, Path.GetFullPath("rehearsal.yaml")).Plan!;
        _ = PlanJson.Write(plan);
        _ = PlanHash.OfPlan(plan);
        var bench = new RunBench(RunPlans.SpecOf(plan, "rehearsal"));
        bench.Succeed("a");
        return bench.ExitCode;
    }

    private static void PlayAside()
    {
        try
        {
            Play();
        }
        catch (Exception)
        {
            // The run itself will meet what is wrong, and tell it.
        }
    }
}
