using System.Text.Json.Nodes;
using Holdfast.Plans;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;

namespace Holdfast.Cli.Driving;

/// <summary>Plan files as commands take them.</summary>
internal static class PlanFiles
{
    private const int MaxShown = 100;

    /// <summary>Loads and checks a plan. Warnings are told.</summary>
    /// <exception cref="CliFailure">It has errors: exit 2, all of them told.</exception>
    internal static Plan Load(string path, IReadOnlyList<string> overrides, CommandContext context)
    {
        var full = Path.GetFullPath(path, context.CurrentFolder);
        var result = PlanLoader.Load(full, overrides);
        if (result.Plan is null)
        {
            throw Refused("plan_invalid", [.. result.Errors.Select(e => AsNamed(e, full, path))], result.ErrorCount);
        }

        foreach (var warning in result.Warnings)
        {
            context.Error.WriteLine($"{AsNamed(warning, full, path)} (warning)");
        }

        return result.Plan;
    }

    /// <summary>The failure that tells every message: the first in its fields, the others behind it.</summary>
    internal static CliFailure Refused(string code, IReadOnlyList<PlanMessage> messages, int count)
    {
        var first = messages[0];
        var others = messages.Skip(1).Take(MaxShown).Select(m => m.ToString()).ToList();
        if (count > messages.Count)
        {
            others.Add($"and {count - messages.Count} more errors");
        }

        return new CliFailure(
            code, ExitCodes.Usage, first.Cure is null ? first.Text : $"{first.Text}; {first.Cure}")
        {
            File = first.File,
            Line = first.Position.Line == 0 ? null : first.Position.Line,
            Column = first.Position.Line == 0 ? null : first.Position.Column,
            Hint = others.Count == 0 ? null : string.Join('\n', others),
        };
    }

    /// <summary>The part of a plan that the named tasks need, in the order of the plan.</summary>
    /// <param name="plan">The whole plan.</param>
    /// <param name="patterns">Names; a <c>*</c> stands for any characters.</param>
    /// <exception cref="CliFailure">A pattern names no task: exit 10.</exception>
    internal static Plan Only(Plan plan, IReadOnlyList<string> patterns)
    {
        var wanted = new bool[plan.Tasks.Count];
        var open = new Stack<int>();
        foreach (var pattern in patterns)
        {
            var found = plan.Tasks.Where(t => AttemptEnvironment.Matches(t.Name, pattern)).ToArray();
            if (found.Length == 0)
            {
                throw TaskNotFound(plan, pattern, "--only");
            }

            Array.ForEach(found, t => open.Push(t.Index));
        }

        while (open.TryPop(out var index))
        {
            if (!wanted[index])
            {
                wanted[index] = true;
                foreach (var need in plan.Tasks[index].Needs)
                {
                    open.Push(need);
                }
            }
        }

        // By way of the resolved form, so that nothing of a task can be forgotten on the way.
        var json = JsonNode.Parse(PlanJson.Write(plan))!;
        var tasks = json["tasks"]!.AsArray();
        for (var i = tasks.Count - 1; i >= 0; i--)
        {
            if (!wanted[i])
            {
                tasks.RemoveAt(i);
            }
        }

        return PlanJson.Read(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    internal static CliFailure TaskNotFound(Plan plan, string name, string where)
    {
        var nearest = Nearest.Of(name, [.. plan.Tasks.Select(t => t.Name)]);
        return new CliFailure(
            "task_not_found", ExitCodes.NotFound,
            $"{where}: the plan \"{plan.Name}\" has no task \"{name}\""
            + (nearest is null ? "" : $"; did you mean \"{nearest}\"?"));
    }

    // Messages name the file as it was typed, so that an editor finds it from where the person is.
    private static PlanMessage AsNamed(PlanMessage message, string full, string typed) =>
        message.File == full ? message with { File = typed } : message;
}
