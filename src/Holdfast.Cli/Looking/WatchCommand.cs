using Holdfast.Journal;
using Holdfast.Runs.Events;

namespace Holdfast.Cli.Looking;

/// <summary><c>watch RUN</c>: the events that people care about, as they come, from a run that another process
/// drives.</summary>
internal static class WatchCommand
{
    internal static int Show(CommandContext context, string reference)
    {
        var folder = context.OpenLooking(reference);
        var follower = new RunFollower(context, folder);
        var places = new Places(most: 1);
        follower.Run(follow: true, (in JournalRecord record) =>
        {
            if (context.Json)
            {
                context.Out.WriteLine(EventLines.Json(record));
            }
            else
            {
                var seen = EventCatalog.Read(record, out _);
                foreach (var line in WatchLines.Of(seen, places.Take(seen)))
                {
                    context.Out.WriteLine(Page.Clean($"{record.At.UtcDateTime:HH:mm:ss}  {line}"));
                }
            }
        });
        return EventsCommand.Finish(context, folder, follower, "holdfast.watch.v1");
    }
}
