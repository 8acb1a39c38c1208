using System.Buffers;

namespace Holdfast.Plans;

/// <summary>
/// SHA-256 over the resolved plan in its canonical JSON. Moving the plan to another folder, renaming its file, or
/// writing a default out changes nothing; a value of <c>--set</c> that is used does.
/// </summary>
public static class PlanHash
{
    /// <summary>The hash of the whole plan, 64 hex digits in lower case.</summary>
    public static string OfPlan(Plan plan)
    {
        var buffer = new ArrayBufferWriter<byte>(4096 + (plan.Tasks.Count * 64));
        using var writer = PlanJson.NewWriter(buffer);
        return Convert.ToHexStringLower(PlanJson.ForHash(plan, null, buffer, writer));
    }

    /// <summary>
    /// The hash of one task: its own settings, the values of the variables it uses and the sources of its secrets, so
    /// that an edited plan can tell which tasks changed. What it needs counts by name, not by content.
    /// </summary>
    public static string OfTask(Plan plan, PlanTask task)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = PlanJson.NewWriter(buffer);
        return Convert.ToHexStringLower(PlanJson.ForHash(plan, task, buffer, writer));
    }

    /// <summary>As <see cref="OfTask"/>, for every task, in the order of <see cref="Plan.Tasks"/>.</summary>
    public static IReadOnlyList<string> OfTasks(Plan plan)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = PlanJson.NewWriter(buffer);
        var hashes = new string[plan.Tasks.Count];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = Convert.ToHexStringLower(PlanJson.ForHash(plan, plan.Tasks[i], buffer, writer));
        }

        return hashes;
    }
}
