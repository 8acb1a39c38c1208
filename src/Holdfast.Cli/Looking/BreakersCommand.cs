using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Holdfast.Cli.Driving;
using Holdfast.Plans;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Targets;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary><c>breakers [list]</c>, <c>breakers metrics [NAME]</c> and <c>breakers reset NAME</c>.</summary>
internal static class BreakersCommand
{
    internal const int DefaultEvents = 50;
    internal const int MostEvents = 200;

    private static readonly BreakerEventKind[] Kinds = Enum.GetValues<BreakerEventKind>();

    internal static Command Make(CommandContext context)
    {
        var command = CommandShape.Make(
            context, "breakers",
            "Shows the targets that runs of this workspace send to, and whether their breakers let anything through. "
            + "What one run learns of a target holds for all.",
            "holdfast breakers\nholdfast breakers metrics api.example.com --last 20\nholdfast breakers reset "
            + "api.example.com",
            [], _ => List(context));
        command.Subcommands.Add(CommandShape.Make(
            context, "list", "Lists breakers and throttles, as `breakers` alone does.", "holdfast breakers list", [],
            _ => List(context)));
        var measured = CommandShape.OptionalText("NAME", "The target. Without it: all of them.");
        var last = CommandShape.Number("--last", "N",
            $"At most so many events of each, the newest ({DefaultEvents} by default, 0 to {MostEvents}).");
        command.Subcommands.Add(CommandShape.Make(
            context, "metrics", "Shows the counts and the last events of breakers.",
            "holdfast breakers metrics api.example.com --last 20", [measured, last],
            parsed => Metrics(context, parsed.GetValue(measured), Bounded(parsed.GetValue(last)))));
        var reset = CommandShape.Text("NAME", "The target.");
        var steer = new SteerOptions();
        command.Subcommands.Add(CommandShape.Make(
            context, "reset",
            "Closes a breaker and ends its throttle, for who has mended the cause: the next attempt is sent as if "
            + "nothing had been. What waits for the target goes on now, in every run that is driven; in the others, "
            + "once they are resumed.",
            "holdfast breakers reset api.example.com", [reset, .. steer.Symbols],
            parsed => Reset(context, parsed, parsed.GetValue(reset)!, steer)));
        return command;
    }

    private static int Bounded(int? last) => last switch
    {
        null => DefaultEvents,
        >= 0 and <= MostEvents => last.Value,
        _ => throw new CliFailure(
            "bad_usage", ExitCodes.Usage, $"--last is {last}; it can be 0 to {MostEvents}, which is what is kept"),
    };

    private static WorkspaceTargets Open(CommandContext context, Workspace workspace) =>
        new(context.Storage, workspace.Path, workspace.Seed, run: null);

    private static int List(CommandContext context)
    {
        var workspace = context.OpenWorkspace();
        using var targets = Open(context, workspace);
        var now = context.Time.GetUtcNow();
        var views = targets.Look(now, 0);
        if (context.Json)
        {
            JsonResult.Write(
                context, "holdfast.breakers.v1", ExitCodes.Done, json => WriteAll(json, views, withEvents: false));
            return ExitCodes.Done;
        }

        var page = new Page(context);
        if (views.Count == 0)
        {
            page.Line("no target is known yet: requests and agents have breakers, and commands that name a target");
            return ExitCodes.Done;
        }

        page.Table([.. views.Select(v => new[] { StateOf(v), v.Target, Detail(v, now) })], stateColumn: 0, widest: 80);
        page.Line();
        page.Line($"{views.Count} {(views.Count == 1 ? "target" : "targets")}");
        if (views.FirstOrDefault(v => v.Metrics.Standing.State != BreakerState.Closed) is { } bad)
        {
            page.Next([$"holdfast breakers metrics {NextSteps.Quoted(bad.Target)}"]);
        }

        return ExitCodes.Done;
    }

    private static int Metrics(CommandContext context, string? name, int last)
    {
        var workspace = context.OpenWorkspace();
        using var targets = Open(context, workspace);
        var now = context.Time.GetUtcNow();
        var views = targets.Look(now, last);
        if (name is not null)
        {
            views = [views.FirstOrDefault(v => v.Target == name) ?? throw Unknown(name, views)];
        }

        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.breakers_metrics.v1", ExitCodes.Done, json =>
                WriteAll(json, views, withEvents: true));
            return ExitCodes.Done;
        }

        var page = new Page(context);
        foreach (var view in views)
        {
            page.StateLine(StateOf(view), $"  {view.Target}  {Detail(view, now)}".TrimEnd());
            page.Line("  " + string.Join(", ", Kinds.Select(k => string.Create(
                CultureInfo.InvariantCulture, $"{view.Metrics.Counts.GetValueOrDefault(k)} {k.Word()}"))));
            page.Table(
                [.. view.Events.Select(e => new[]
                {
                    Times.Iso(e.At), e.Kind.Word(), e.State.Word(), TextOf(e),
                })]);
        }

        if (views.Count == 0)
        {
            page.Line("no target is known yet");
        }

        return ExitCodes.Done;
    }

    private static string TextOf(BreakerEvent e) =>
        string.Join(", ", ((string?[])[e.Detail, e.IsLate ? "too late to count" : null]).OfType<string>());

    private static int Reset(CommandContext context, ParseResult parsed, string name, SteerOptions options)
    {
        var workspace = context.OpenWorkspace();
        AttemptGuard.Refuse(context, workspace.Path, "reset a breaker");
        using var targets = Open(context, workspace);
        var request = options.Request(parsed, SteeringCommand.Unblock, context.Time) with { Target = name };
        return new BreakerReset(context, workspace, options.Timeout(parsed)).Execute(
            targets, request, () => Unknown(name, targets.Look(context.Time.GetUtcNow(), 0)));
    }

    private static CliFailure Unknown(string name, IReadOnlyList<TargetView> views)
    {
        var nearest = Nearest.Of(name, views.Select(v => v.Target));
        return new CliFailure(
            "breaker_not_found", ExitCodes.NotFound,
            $"this workspace knows no target \"{name}\"" + (nearest is null
                ? $"; `holdfast breakers` lists the {views.Count} that it knows"
                : $"; did you mean \"{nearest}\"?"))
        {
            Next = ["holdfast breakers"],
        };
    }

    internal static string StateOf(TargetView view) =>
        view is { Metrics.Standing.State: BreakerState.Closed, ThrottledUntil: not null }
            ? "throttled"
            : view.Metrics.Standing.State.Word();

    internal static string Detail(TargetView view, DateTimeOffset now)
    {
        var standing = view.Metrics.Standing;
        var text = standing.State switch
        {
            BreakerState.Open when standing.RetryAt is { } at => $"tries again {Times.In(at, now)}",
            BreakerState.HalfOpen => $"{standing.ProbesUnderWay} probes under way, {standing.Successes} went well",
            _ when standing.Failures > 0 => $"{standing.Failures} failed in a row",
            _ => "",
        };
        return view.ThrottledUntil is { } until
            ? $"{(text.Length > 0 ? text + "; " : "")}nothing is sent to it until {Times.Utc(until)}: "
                + (view.ThrottledWhy ?? "it said so")
            : text;
    }

    private static void WriteAll(Utf8JsonWriter json, IReadOnlyList<TargetView> views, bool withEvents)
    {
        json.WriteStartArray("breakers");
        foreach (var view in views)
        {
            var standing = view.Metrics.Standing;
            json.WriteStartObject();
            json.WriteString("target", view.Target);
            json.WriteString("state", standing.State.Word());
            json.WriteNumber("failures", standing.Failures);
            json.WriteNumber("successes", standing.Successes);
            json.WriteNumber("probes", standing.ProbesUnderWay);
            json.WriteNumber("openings", standing.Openings);
            RunJson.Time(json, "retry_at", standing.RetryAt);
            RunJson.Time(json, "throttled_until", view.ThrottledUntil);
            RunJson.Text(json, "throttled_why", view.ThrottledUntil is null ? null : view.ThrottledWhy);
            if (withEvents)
            {
                WriteEvents(json, view);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEvents(Utf8JsonWriter json, TargetView view)
    {
        json.WriteStartObject("counts");
        foreach (var kind in Kinds)
        {
            json.WriteNumber(kind.Word(), view.Metrics.Counts.GetValueOrDefault(kind));
        }

        json.WriteEndObject();
        json.WriteStartArray("events");
        foreach (var e in view.Events)
        {
            json.WriteStartObject();
            RunJson.Time(json, "at", e.At);
            json.WriteString("event", e.Kind.Word());
            json.WriteString("state", e.State.Word());
            if (e.IsLate)
            {
                json.WriteBoolean("late", true);
            }

            RunJson.Text(json, "detail", e.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
