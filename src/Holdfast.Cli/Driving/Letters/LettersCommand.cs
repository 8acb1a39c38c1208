using System.CommandLine;
using System.Text.Json;
using Holdfast.Cli.Looking;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Letters;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Cli.Driving.Letters;

/// <summary><c>letters list|show|replay|discard</c>: what ended in failure and was not made good yet.</summary>
internal static class LettersCommand
{
    internal static CommandEntry Entry { get; } =
        new("letters", "Steer", "Tasks that ended in failure, kept until they are made good.", Make);

    private static Command Make(CommandContext context)
    {
        var command = new Command(
            "letters",
            "Every task that ends in failure leaves a dead letter, which outlives its run. It is closed once the task "
            + "succeeds, or a person puts it away." + CommandShape.ExampleMark
            + "holdfast letters list\nholdfast letters replay --all --class connection --dry-run");
        command.Subcommands.Add(MakeList(context));
        var shown = CommandShape.Text("ID", "The letter, or a unique prefix of its id.");
        command.Subcommands.Add(CommandShape.Make(
            context, "show", "Shows a letter whole, with everything that was tried since.",
            "holdfast letters show dl-0123456789ab", [shown], parsed => Show(context, parsed.GetRequiredValue(shown))));
        command.Subcommands.Add(MakeReplay(context));
        command.Subcommands.Add(MakeDiscard(context));
        return command;
    }

    private static Command MakeList(CommandContext context)
    {
        var all = CommandShape.Flag("--all", "Also those that were replayed or discarded.");
        var kind = CommandShape.Value("--class", "CLASS", "Only those of a failure class.");
        return CommandShape.Make(
            context, "list", "Lists the open letters, oldest first.", "holdfast letters list --class timeout",
            [all, kind], parsed => List(context, parsed.GetValue(all), ClassOf(parsed.GetValue(kind))));
    }

    private static Command MakeReplay(CommandContext context)
    {
        var ids = new Argument<string[]>("ID") { Description = "Letters.", Arity = ArgumentArity.ZeroOrMore };
        var all = CommandShape.Flag("--all", "Every open letter.");
        var kind = CommandShape.Value("--class", "CLASS", "With --all: only those of a failure class.");
        var dry = CommandShape.Flag("--dry-run", "Check everything and show what differs; run and mark nothing.");
        var force = CommandShape.Flag("--force", "Also where the class does not pass by itself: the cause is mended.");
        return CommandShape.Make(
            context, "replay",
            "Runs the task of a letter again in its own run, and drives that run if nobody does. The letter is closed "
                + "only if the task succeeds.",
            "holdfast letters replay dl-0123456789ab --dry-run\nholdfast letters replay --all --class connection",
            [ids, all, kind, dry, force],
            parsed =>
            {
                var named = (parsed.GetValue(ids) ?? []).Distinct().ToArray();
                if (named.Length > 0 == parsed.GetValue(all) || (named.Length > 0 && parsed.GetValue(kind) is not null))
                {
                    throw new CliFailure(
                        "bad_usage", ExitCodes.Usage, "replay takes either ids or --all, and --class only with --all");
                }

                using var letters = LetterFile.Open(context, out var workspace);
                var chosen = named.Length > 0
                    ? named.Select(id => LetterFile.Find(letters, id)).DistinctBy(l => l.Id).ToList()
                    : LetterFile.Chosen(letters.Look(), closedToo: false, ClassOf(parsed.GetValue(kind)));
                return new LetterReplayAction(context, workspace, letters, parsed.GetValue(force))
                    .Run(chosen, parsed.GetValue(dry));
            });
    }

    private static Command MakeDiscard(CommandContext context)
    {
        var ids = new Argument<string[]>("ID") { Description = "Letters.", Arity = ArgumentArity.OneOrMore };
        var reason = CommandShape.Value("--reason", "TEXT", "Why; kept with the letter. Required.");
        return CommandShape.Make(
            context, "discard", "Puts letters away for good: what failed stays failed, and is not asked about again.",
            "holdfast letters discard dl-0123456789ab --reason 'the customer is gone'", [ids, reason],
            parsed => Discard(
                context, [.. parsed.GetRequiredValue(ids).Distinct()], parsed.GetValue(reason)));
    }

    private static FailureClass? ClassOf(string? word) => word is null ? null
        : FailureWords.TryParseClass(word, out var kind) ? kind
        : throw new CliFailure(
            "bad_usage", ExitCodes.Usage,
            $"--class is \"{word}\"; it can be "
            + string.Join(", ", Enum.GetValues<FailureClass>().Select(c => c.Word())));

    private static int List(CommandContext context, bool closedToo, FailureClass? kind)
    {
        using var letters = LetterFile.Open(context, out var workspace);
        var found = LetterFile.Chosen(letters.Look(), closedToo, kind);
        string[] next = found.FirstOrDefault(l => l.Status == LetterStatus.Open) is not { } first ? []
            : LetterFile.RunOf(workspace, first.Run) is null ? [$"holdfast letters show {first.Id}"]
            : [$"holdfast letters show {first.Id}", $"holdfast letters replay {first.Id} --dry-run"];
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.letters.v1", ExitCodes.Done, json =>
            {
                json.WriteNumber("count", found.Count);
                json.WriteStartArray("letters");
                foreach (var letter in found)
                {
                    json.WriteStartObject();
                    LetterLine.WriteFields(json, letter);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }, next);
            return ExitCodes.Done;
        }

        var page = new Page(context);
        var now = context.Time.GetUtcNow();
        page.Table([.. found.Select(l => new[]
        {
            l.Status.Word(), l.Id, Times.Ago(l.FailedAt, now), l.Run, l.Task,
            $"{l.Class.Word()}: {l.Evidence?.Text ?? l.Message}",
        })], stateColumn: 0);
        page.Line(found.Count == 0 ? $"no {(closedToo ? "" : "open ")}letters"
            : $"{found.Count} {(found.Count == 1 ? "letter" : "letters")}");
        page.Next(next);
        return ExitCodes.Done;
    }

    private static int Show(CommandContext context, string id)
    {
        using var letters = LetterFile.Open(context, out var workspace);
        var letter = LetterFile.Find(letters, id);
        string[] next = letter.Status != LetterStatus.Open ? []
            : LetterFile.RunOf(workspace, letter.Run) is null
                ? [$"holdfast letters discard {letter.Id} --reason 'its run was deleted'"]
            :
            [
                $"holdfast letters replay {letter.Id} --dry-run",
                $"holdfast why {letter.Run} {NextSteps.Quoted(letter.Task)}",
            ];
        if (context.Json)
        {
            JsonResult.Write(
                context, "holdfast.letter.v1", ExitCodes.Done, json => LetterLine.WriteFields(json, letter), next);
            return ExitCodes.Done;
        }

        Print(new Page(context), letter, context.Time.GetUtcNow());
        new Page(context).Next(next);
        return ExitCodes.Done;
    }

    private static void Print(Page page, Letter letter, DateTimeOffset now)
    {
        page.StateLine(letter.Status.Word(), $"  {letter.Id}  {letter.Task} in run {letter.Run}");
        page.Item("failed", $"{Times.Ago(letter.FailedAt, now)}, "
            + $"after {letter.Attempts} attempt{(letter.Attempts == 1 ? "" : "s")}");
        page.Item("class", $"{letter.Class.Word()}, {letter.Disposition.Word()}");
        page.Item("message", letter.Message);
        if (letter.Evidence is { } evidence)
        {
            page.Item("rule", evidence.Rule);
            page.Item(evidence.Channel + (evidence.Line is { } line ? $":{line}" : ""), evidence.Text ?? "");
            page.Item("what helps", evidence.Remediation ?? "nothing general");
        }

        foreach (var cause in letter.Context?.Causes ?? [])
        {
            page.Item("because", cause);
        }

        if (letter.Context is { } context)
        {
            ContextLines.PrintFacts(page, context);
        }

        page.Item("definition", letter.Definition ?? "not known");
        page.Item("plan", letter.Plan ?? "not known");
        page.Item("correlation", letter.Correlation);
        if (letter.Status != LetterStatus.Open)
        {
            page.Item("closed", $"{Times.Ago(letter.ClosedAt ?? now, now)} by {letter.ClosedBy}"
                + (letter.Reason is { } reason ? $": {reason}" : ""));
        }

        if (letter.Context is { } known)
        {
            ContextLines.PrintStack(page, known);
        }

        page.Heading($"Tried since: {letter.ReplayCount}");
        page.Table([.. letter.Replays.Select(r => new[]
        {
            r.Succeeded switch { true => "succeeded", false => "failed", _ => "running" }, Times.Iso(r.At),
            $"by {r.By}{(r.Forced ? ", forced" : "")}",
            r.Class is { } kind ? $"{kind.Word()}: {r.Message}" : r.Message ?? "",
        })], stateColumn: 0);
    }

    private static int Discard(CommandContext context, string[] ids, string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new CliFailure("bad_usage", ExitCodes.Usage, "discard needs --reason TEXT: the letter keeps it");
        }

        using var letters = LetterFile.Open(context, out var workspace);
        var chosen = ids.Select(id => LetterFile.Find(letters, id)).DistinctBy(l => l.Id).ToList();
        AttemptGuard.Refuse(context, workspace.Path, "discard a letter");
        var now = context.Time.GetUtcNow();
        letters.Step(book => chosen.Select(l => book.Find(l.Id) ?? l).Select(l => l.Status == LetterStatus.Open
            ? LetterBook.Discard(l, Environment.UserName, reason, now)
            : throw new CliFailure(
                "refused", ExitCodes.Conflict, $"letter {l.Id} was {l.Status.Word()} already; nothing was changed"))
            .ToList(), now);
        context.People.WriteLine(
            $"{chosen.Count} {(chosen.Count == 1 ? "letter" : "letters")} discarded");
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.letters_discard.v1", ExitCodes.Done, json =>
                RunJson.Texts(json, "letters", [.. chosen.Select(l => l.Id)]));
        }

        return ExitCodes.Done;
    }
}
