using System.CommandLine;
using System.Text;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Runs;

namespace Holdfast.Cli.Upkeep;

/// <summary><c>init</c>: writes a commented plan that runs. Never overwrites.</summary>
internal static class InitCommand
{
    internal static Command Make(CommandContext context)
    {
        var names = string.Join(", ", InitPlans.All.Select(p => p.Name));
        var example = CommandShape.Value("--example", "NAME", $"Which one: {names}. The first is the default.");
        return CommandShape.Make(
            context, "init",
            "Writes a plan with comments that runs as it is, to start from. A file that is there is never "
                + "overwritten.\n"
            + string.Join('\n', InitPlans.All.Select(p => $"  {p.Name,-9} {p.About}")),
            "holdfast init\nholdfast init --example fan-out", [example],
            parsed => Write(context, parsed.GetValue(example) ?? InitPlans.All[0].Name));
    }

    internal static int Write(CommandContext context, string name)
    {
        var plan = InitPlans.All.FirstOrDefault(p => p.Name == name);
        if (plan is null)
        {
            var names = InitPlans.All.Select(p => p.Name).ToArray();
            var nearest = Nearest.Of(name, names);
            throw new CliFailure(
                "bad_usage", ExitCodes.Usage, $"there is no example \"{name}\"; " + (nearest is null
                    ? $"there are {string.Join(", ", names)}"
                    : $"did you mean \"{nearest}\"?"));
        }

        var path = Path.Combine(context.CurrentFolder, plan.File);
        if (!TryCreate(context, path, plan.Text))
        {
            throw new CliFailure(
                "file_exists", ExitCodes.Conflict,
                    $"{plan.File} is there already and was not touched; move it, or run it")
            {
                Next = [$"holdfast run {plan.File}", $"holdfast validate {plan.File}"],
            };
        }

        string[] next = [$"holdfast run {plan.File}"];
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.init.v1", ExitCodes.Done, json => json.WriteString("file", path), next);
            return ExitCodes.Done;
        }

        var page = new Page(context);
        page.Line($"wrote {plan.File}: {plan.About}");
        page.Next(next);
        return ExitCodes.Done;
    }

    private static bool TryCreate(CommandContext context, string path, string text)
    {
        try
        {
            return context.Storage.TryCreateAtomically(path, Encoding.UTF8.GetBytes(text));
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException and not StorageFullException)
        {
            throw new CliFailure(
                "folder_not_writable", ExitCodes.Usage,
                $"{Path.GetFileName(path)} cannot be written into {context.CurrentFolder}: {error.Message}", error)
            {
                Hint = "go to a folder that this user may write to, or make this one writable; nothing was changed",
            };
        }
    }
}
