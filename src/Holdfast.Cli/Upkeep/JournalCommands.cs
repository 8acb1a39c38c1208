using System.CommandLine;
using System.Text.Json;
using Holdfast.Cli.Driving;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Upkeep;

/// <summary><c>journal verify|repair RUN</c>.</summary>
internal static class JournalCommands
{
    internal static Command Make(CommandContext context)
    {
        var command = new Command(
            "journal",
            "Verifies or repairs the journal of a run." + CommandShape.ExampleMark
            + "holdfast journal verify last\nholdfast journal repair last");
        var verified = CommandShape.Text("RUN", "Id, unique prefix, \"last\", or a run's folder.");
        command.Subcommands.Add(CommandShape.Make(
            context, "verify",
            "Reads every line of a journal and checks it against the lines before it. Changes nothing. Ends with 8 if "
            + "something durable is missing or changed; a torn end, which was never acknowledged, is no fault.",
            "holdfast journal verify last", [verified], parsed => Verify(context, parsed.GetValue(verified)!)));
        var repaired = CommandShape.Text("RUN", "Id, unique prefix, \"last\", or a run's folder.");
        command.Subcommands.Add(CommandShape.Make(
            context, "repair",
            "Keeps the intact events of a damaged journal, puts the damaged file aside, and marks the gap: on resume, "
                + "every "
            + "task that was unfinished there is treated by its declared effect as outcome unknown.",
            "holdfast journal repair last", [repaired], parsed => Repair(context, parsed.GetValue(repaired)!)));
        return command;
    }

    private static int Verify(CommandContext context, string reference)
    {
        var folder = context.OpenLooking(reference);
        var found = JournalRepair.Verify(context.Storage, folder.Path);
        var id = NextSteps.Reference(folder, context);
        string[] next = found.IsSound || found.Kept == 0 ? [] : [$"holdfast journal repair {id}"];
        var exitCode = found.IsSound ? ExitCodes.Done : ExitCodes.Infrastructure;
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.journal_verify.v1", exitCode, json =>
                WriteJson(json, folder, found), next);
            return exitCode;
        }

        var page = new Page(context);
        var path = JournalFormat.PathIn(folder.Path);
        page.StateLine(found.IsSound ? "sound" : "damaged", $"  {path}");
        page.Line($"  {found.Kept} events intact, {found.Reading.HighestDurable} known durable"
            + (found.Reading.Closed ? ", closed" : ""));
        TellTorn(page, found);
        if (found.Reading.Damage is { } damage)
        {
            page.Line($"  {damage}; safe up to event {damage.SafeSeq}, and {damage.HighestDurable} were durable");
        }

        // What lies in a torn end was told above, and is no fault.
        foreach (var fault in found.IsSound ? [] : found.Faults)
        {
            page.Line($"  line {fault.Line}: {fault.Reason}");
        }

        if (!found.IsSound && found.FaultCount > found.Faults.Count)
        {
            page.Line($"  … and {found.FaultCount - found.Faults.Count} more lines");
        }

        if (!found.IsSound && found.Kept == 0)
        {
            page.Line($"  {JournalLostException.Cure}");
        }

        page.Next(next);
        return exitCode;
    }

    private static void TellTorn(Page page, JournalVerification found)
    {
        if (found.Reading.Torn is { Bytes: > 0 } torn)
        {
            page.Line(
                $"  the end is torn: {torn.Lines} {(torn.Lines == 1 ? "line" : "lines")}, {torn.Bytes} "
                + $"{(torn.Bytes == 1 ? "byte" : "bytes")} ({torn.Reason}); nobody was told of it, and the next driver "
                + "cuts it off");
        }
    }

    private static int Repair(CommandContext context, string reference)
    {
        var folder = context.OpenLooking(reference);
        AttemptGuard.Refuse(context, Path.GetFullPath("../..", folder.Path), "repair a journal");
        using var held = RunLock.Take(context.Storage, folder, context.Time, DriverProcess.Identity());
        RunRemoval.ThrowIfBegun(context.Storage, folder);
        var done = JournalRepair.Repair(context.Storage, folder.Path, context.Time.GetUtcNow());
        string[] next = done is null ? [] : [$"holdfast resume {NextSteps.Reference(folder, context)}"];
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.journal_repair.v1", ExitCodes.Done, json =>
            {
                json.WriteBoolean("repaired", done is not null);
                RunJson.Text(json, "copy", done?.Copy);
                RunJson.Number(json, "kept", done?.Found.Kept);
                RunJson.Number(json, "first_lost", done?.Found.FirstLost);
                RunJson.Number(json, "last_lost", done?.Found.LastLost);
            }, next);
            return ExitCodes.Done;
        }

        var page = new Page(context);
        if (done is null)
        {
            page.StateLine("sound", $"  {JournalFormat.PathIn(folder.Path)}");
            TellTorn(page, JournalRepair.Verify(context.Storage, folder.Path));
            page.Line("  nothing was changed");
            return ExitCodes.Done;
        }

        page.Line($"repaired: {done.Found.Kept} events kept"
            + (done.Found.FirstLost > 0 ? $", events {done.Found.FirstLost} to {done.Found.LastLost} are lost" : ""));
        page.Line($"the damaged journal is kept as {done.Copy}");
        page.Line(
            "on resume, tasks unfinished at the damage count as outcome unknown and follow their declared effect");
        page.Next(next);
        return ExitCodes.Done;
    }

    private static void WriteJson(Utf8JsonWriter json, RunFolder folder, JournalVerification found)
    {
        json.WriteString("run", folder.Id);
        json.WriteString("journal", JournalFormat.PathIn(folder.Path));
        json.WriteBoolean("sound", found.IsSound);
        json.WriteNumber("intact", found.Kept);
        json.WriteNumber("unproven", found.Unproven);
        json.WriteNumber("highest_durable", found.Reading.HighestDurable);
        json.WriteBoolean("closed", found.Reading.Closed);
        json.WriteNumber("torn_lines", found.Reading.Torn.Lines);
        json.WriteNumber("torn_bytes", found.Reading.Torn.Bytes);
        if (found.Reading.Damage is { } damage)
        {
            json.WriteNumber("damage_line", damage.Line);
            json.WriteString("damage", damage.Reason);
            json.WriteNumber("safe_seq", damage.SafeSeq);
        }

        json.WriteStartArray("faults");
        foreach (var fault in found.Faults)
        {
            json.WriteStartObject();
            json.WriteNumber("line", fault.Line);
            json.WriteString("reason", fault.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("fault_count", found.FaultCount);
    }
}
