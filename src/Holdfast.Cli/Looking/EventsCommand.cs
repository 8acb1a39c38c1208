using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary><c>events RUN [-f]</c>: the records of the journal, as they are.</summary>
internal static class EventsCommand
{
    /// <summary>Prints events.</summary>
    /// <param name="context">The process around.</param>
    /// <param name="reference">The run.</param>
    /// <param name="follow">Whether to go on until the run ends, or nobody drives it any more.</param>
    /// <param name="withOutput">Whether what attempts print is shown between the events.</param>
    internal static int Show(CommandContext context, string reference, bool follow, bool withOutput)
    {
        var folder = context.OpenLooking(reference);
        var follower = new RunFollower(context, folder);
        var output = withOutput ? new OutputFollower(context, folder, OutputVeil.Of(context, folder)) : null;
        follower.Run(
            follow,
            (in JournalRecord record) =>
            {
                context.Out.WriteLine(context.Json ? EventLines.Json(record) : EventLines.Text(record));
                output?.Saw(record);
            },
            idle: () => output?.Drain());
        return Finish(context, folder, follower, "holdfast.events.v1");
    }

    /// <summary>The last line of NDJSON, and for people what stopped the looking where it was not the end of the
    /// run.</summary>
    internal static int Finish(CommandContext context, RunFolder folder, RunFollower follower, string schema)
    {
        var id = NextSteps.Reference(folder, context);
        var next = follower.Closed ? Array.Empty<string>() : [$"holdfast status {id}"];
        if (follower.Problem is { } problem)
        {
            throw new CliFailure("journal_damaged", ExitCodes.Infrastructure,
                problem) { Next = [$"holdfast journal verify {id}"] };
        }

        if (context.Json)
        {
            JsonResult.Write(
                context, schema, ExitCodes.Done,
                json =>
                {
                    json.WriteString("run", folder.Id);
                    json.WriteNumber("events", follower.Events);
                    json.WriteBoolean("run_ended", follower.Closed);
                },
                next);
        }
        else if (follower.LeftUndriven)
        {
            context.Error.WriteLine(
                $"nobody drives run {folder.Id} any more, so nothing more will come; next: "
                + context.Proposed($"holdfast status {id}"));
        }

        return ExitCodes.Done;
    }
}
