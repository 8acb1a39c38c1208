using System.Text;
using Holdfast.Plans;

namespace Holdfast.Tests.Plans;

/// <summary>Plans for tests: files of the data folder, and texts.</summary>
internal static class PlanData
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "data", "plans", name);

    public static PlanLoadResult Load(string yaml, params string[] overrides) =>
        PlanLoader.Parse(Encoding.UTF8.GetBytes(yaml), "/plans/plan.yaml", overrides);

    public static Plan Valid(string yaml, params string[] overrides)
    {
        var result = Load(yaml, overrides);
        Assert.Equal("", string.Join('\n', result.Errors));
        return result.Plan!;
    }

    /// <summary>The only error of a plan, without the file's name.</summary>
    public static string Error(string yaml, params string[] overrides)
    {
        var result = Load(yaml, overrides);
        Assert.Null(result.Plan);
        return Assert.Single(result.Errors).ToString().Replace("/plans/plan.yaml:", "");
    }

    /// <summary>The command of a task that is one.</summary>
    public static PlanCommand CommandOf(PlanTask task) => Assert.IsType<CommandWork>(task.Work).Command;

    /// <summary>A plan of one task with this command.</summary>
    public static PlanTask Task(string keys) => Valid($"vars: {{ v: 1 }}\ntasks:\n  t: {{ {keys} }}\n").Tasks[0];
}
