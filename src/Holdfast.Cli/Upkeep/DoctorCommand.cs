using System.CommandLine;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Upkeep;

/// <summary>How a check came out.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but a person should know.</summary>
    Warn,

    /// <summary>Holdfast cannot do its work.</summary>
    Fail,
}

/// <summary>One check of <c>doctor</c>.</summary>
/// <param name="What">What was looked at.</param>
/// <param name="Health">How it is.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Cure">What helps; null where nothing has to.</param>
internal sealed record Check(string What, Health Health, string Seen, string? Cure = null);

/// <summary><c>doctor</c>: what Holdfast needs of this machine and workspace, each with its cure. Ends with 6 on a
/// fail.</summary>
internal static class DoctorCommand
{
    internal static Command Make(CommandContext context) => CommandShape.Make(
        context, "doctor",
        "Checks what Holdfast needs of this machine and workspace: durable writes, locks, processes, space, clock, "
            + "and what "
        + "was left behind. Each line says what helps. Ends with 6 if something fails.",
        "holdfast doctor", [], _ => Examine(context));

    internal static int Examine(CommandContext context)
    {
        var path = context.FindWorkspace();
        var checks = new List<Check>();
        var scratch = Scratch(context, path, checks);
        if (scratch is not null)
        {
            try
            {
                checks.AddRange(StorageChecks.Of(context, scratch));
                checks.AddRange(ProcessChecks.Of(context, scratch));
            }
            finally
            {
                Remove(scratch);
            }
        }

        if (path is not null)
        {
            checks.AddRange(WorkspaceChecks.Of(context, path));
        }

        return Report(context, checks);
    }

    // Inside the workspace where there is one: another file system may behave otherwise.
    private static string? Scratch(CommandContext context, string? workspace, List<Check> checks)
    {
        var place = workspace ?? context.CurrentFolder;
        var folder = Path.Combine(place, $".doctor-{Environment.ProcessId}");
        try
        {
            context.Storage.CreateFolder(folder);
            checks.Add(workspace is null
                ? new Check("workspace", Health.Ok, $"none in {place} or above it; the first run makes one")
                : new Check("workspace", Health.Ok, $"{workspace} can be read and written"));
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            checks.Add(new Check(
                "workspace", Health.Fail, $"{place} cannot be written: {error.Message}",
                "give this user write access, or name another folder with --workspace"));
            return null;
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder left behind is ugly and harmless; the checks themselves said what matters.
        }
    }

    private static int Report(CommandContext context, List<Check> checks)
    {
        var exitCode = checks.Exists(c => c.Health == Health.Fail) ? ExitCodes.Refused : ExitCodes.Done;
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.doctor.v1", exitCode, json =>
            {
                json.WriteStartArray("checks");
                foreach (var check in checks)
                {
                    json.WriteStartObject();
                    json.WriteString("check", check.What);
                    json.WriteString("result", Word(check.Health));
                    json.WriteString("seen", check.Seen);
                    RunJson.Text(json, "cure", check.Cure is { } cure ? Named(context, cure) : null);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return exitCode;
        }

        var page = new Page(context);
        foreach (var check in checks)
        {
            page.Table([[Word(check.Health).PadRight(4), check.What.PadRight(13), check.Seen]], stateColumn: 0);
            if (check.Cure is { } cure)
            {
                page.Line($"        cure: {Named(context, cure)}");
            }
        }

        var (warn, fail) = (checks.Count(c => c.Health == Health.Warn), checks.Count(c => c.Health == Health.Fail));
        page.Line();
        page.Line(fail > 0 ? $"{fail} of {checks.Count} checks failed" : warn > 0
            ? $"{checks.Count} checks, {warn} with a warning"
            : $"{checks.Count} checks, all well");
        return exitCode;
    }

    // A cure is a command, or a sentence that may hold one.
    private static string Named(CommandContext context, string cure) =>
        context.Called.Sentence(context.Proposed(cure));

    private static string Word(Health health) => health switch
    {
        Health.Ok => "ok",
        Health.Warn => "warn",
        _ => "fail",
    };
}
