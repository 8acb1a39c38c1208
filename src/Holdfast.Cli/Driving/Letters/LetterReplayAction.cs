using System.Security.Cryptography;
using System.Text.Json;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Runs;
using Holdfast.Runs.Letters;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;
using Holdfast.Runs.Workspaces;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Cli.Driving.Letters;

/// <summary>What became of one letter.</summary>
/// <param name="Letter">As it was found.</param>
/// <param name="Word">replayed, failed, under_way, allowed (dry run), or the word of a refusal.</param>
/// <param name="ExitCode">What it contributes to the command's exit code.</param>
/// <param name="Message">For people.</param>
internal sealed record ReplayResult(Letter Letter, string Word, int ExitCode, string Message)
{
    internal DateTimeOffset? Until { get; init; }

    internal ReplayDiff? Diff { get; init; }

    internal bool HasBegun => Word is "replayed" or "failed" or "under_way";
}

/// <summary>Replays letters: judges each, runs the tasks again run by run, and tells what became of them.</summary>
internal sealed class LetterReplayAction(
    CommandContext context, Workspace workspace, WorkspaceLetters letters, bool forced)
{
    internal int Run(IReadOnlyList<Letter> chosen, bool dryRun)
    {
        var results = new List<ReplayResult>();
        foreach (var group in chosen.GroupBy(l => l.Run))
        {
            results.AddRange(OfRun(group.Key, [.. group], dryRun));
        }

        return Tell(results, dryRun);
    }

    private static List<ReplayResult> Gone(string id, List<Letter> of) =>
    [
        .. of.Select(l => new ReplayResult(l, "run_gone", ExitCodes.NotFound,
            $"run {id} is gone; discard the letter, or run its plan anew")),
    ];

    private List<ReplayResult> OfRun(string id, List<Letter> of, bool dryRun)
    {
        RunFiles run;
        RunState state;
        try
        {
            if (LetterFile.RunOf(workspace, id) is not { } folder)
            {
                return Gone(id, of);
            }

            run = RunFiles.Read(workspace, folder);
            state = run.Look();
        }
        catch (RunNotFoundException)
        {
            return Gone(id, of);
        }
        catch (Exception damaged) when (damaged is PlanDamagedException or JournalDamagedException)
        {
            return
            [
                .. of.Select(l => new ReplayResult(l, "run_damaged", ExitCodes.Infrastructure, damaged.Message)),
            ];
        }

        var blocked = BlockedTargets();
        return dryRun
            ? [.. of.Select(l => Judged(l, Verdict(l, state, blocked), ReplayDiff.Of(context, run, state, l, blocked)))]
            : Replay(run, state, of, blocked);
    }

    private List<ReplayResult> Replay(
        RunFiles run, RunState state, List<Letter> of, IReadOnlyDictionary<string, DateTimeOffset> blocked)
    {
        var results = new List<ReplayResult>();
        var begun = new List<Letter>();

        AttemptGuard.Refuse(context, run, "replay a letter");

        // Missing secrets are told before anything is ordered, and keep only this run's letters from it.
        if (SecretSource.Check(run.Plan, new ContextSecrets(context)) is { Count: > 0 } missing)
        {
            var why = string.Join("; ", missing.Select(m => m.Text));
            return [.. of.Select(l => new ReplayResult(l, "secret_missing", ExitCodes.Usage, why))];
        }

        var now = context.Time.GetUtcNow();
        letters.Step(book =>
        {
            // The budget counts what this very step orders, too.
            var own = new LetterBook();
            foreach (var letter in book.All)
            {
                own.Take(letter);
            }

            foreach (var letter in of.Select(l => own.Find(l.Id) ?? l))
            {
                var verdict = ReplayPolicy.Judge(own, letter, Question(letter, state, blocked), now);
                if (verdict.IsAllowed)
                {
                    begun.Add(LetterBook.Begin(letter, Environment.UserName, forced, now));
                    own.Take(begun[^1]);
                }
                else
                {
                    results.Add(Judged(letter, verdict, null));
                }
            }

            return begun;
        }, now);
        if (begun.Count > 0)
        {
            results.AddRange(Order(run, begun));
        }

        return results;
    }

    private IEnumerable<ReplayResult> Order(RunFiles run, List<Letter> begun)
    {
        var now = context.Time.GetUtcNow();
        var request = new SteeringRequest(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), SteeringCommand.Retry, Environment.UserName)
        {
            At = now,
            Until = now + SteerOptions.DefaultTimeout,
            Tasks = [.. begun.Select(l => l.Task)],
        };
        var steered = new SteerAction(context, run, SteerOptions.DefaultTimeout).Send(request);
        using (steered.Driver)
        {
            if (!steered.Answer.Accepted)
            {
                letters.Step(book => begun.Select(l => LetterBook.CallOff(
                    book.Find(l.Id) ?? l, steered.Answer.Message, context.Time.GetUtcNow())).ToList(), now);
                return begun.Select(
                    l => new ReplayResult(l, "refused", steered.Answer.ExitCode, steered.Answer.Message));
            }

            if (steered.Driver is not { } driver)
            {
                return begun.Select(l => new ReplayResult(l, "under_way", ExitCodes.Done,
                    $"ordered; the driver of run {run.Folder.Id} closes the letter if the task succeeds"));
            }

            var session = new DriveSession(context, run, new DriveOptions());
            _ = context.Json ? session.DriveSilently(driver) : session.Drive(driver, "holdfast.run.v1");
        }

        var after = letters.Look().ToDictionary(l => l.Id);
        return begun.Select(l => Ended(after.GetValueOrDefault(l.Id) ?? l)).ToList();
    }

    private static ReplayResult Ended(Letter letter) => letter switch
    {
        { Status: LetterStatus.Replayed } =>
            new ReplayResult(letter, "replayed", ExitCodes.Done, "the task succeeded; the letter is closed"),
        { Replays: [.., { Succeeded: false } last] } =>
            new ReplayResult(letter, "failed", ExitCodes.Failed,
                $"it failed again: {last.Message}; the letter stays open"),
        _ => new ReplayResult(letter, "under_way", ExitCodes.Waiting,
            $"the task has not ended yet; the letter stays open until it does (holdfast status {letter.Run})"),
    };

    private ReplayQuestion Question(
        Letter letter, RunState state, IReadOnlyDictionary<string, DateTimeOffset> blocked)
    {
        var task = state.Find(letter.Task);
        return new ReplayQuestion(task?.Status ?? TaskStage.Skipped, ReplayDiff.BlockedUntil(task, blocked), forced);
    }

    private ReplayVerdict Verdict(
        Letter letter, RunState state, IReadOnlyDictionary<string, DateTimeOffset> blocked)
    {
        var book = new LetterBook();
        foreach (var other in letters.Look())
        {
            book.Take(other);
        }

        return ReplayPolicy.Judge(book, letter, Question(letter, state, blocked), context.Time.GetUtcNow());
    }

    private static ReplayResult Judged(Letter letter, ReplayVerdict verdict, ReplayDiff? diff) =>
        new(letter, verdict.Word, verdict.ExitCode, verdict.Message) { Until = verdict.Until, Diff = diff };

    private Dictionary<string, DateTimeOffset> BlockedTargets()
    {
        using var targets = new WorkspaceTargets(context.Storage, workspace.Path, workspace.Seed, run: null);
        var blocked = new Dictionary<string, DateTimeOffset>();
        foreach (var view in targets.Look(context.Time.GetUtcNow(), 0))
        {
            if ((view.ThrottledUntil ?? view.Metrics.Standing.RetryAt) is { } until)
            {
                blocked[view.Target] = until;
            }
        }

        return blocked;
    }

    private int Tell(List<ReplayResult> results, bool dryRun)
    {
        var code = CodeOf(results);
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.letters_replay.v1", code, json => WriteData(json, results, dryRun));
            return code;
        }

        var page = new Page(context);
        page.Line(results.Count == 0 ? "no letter to replay"
            : dryRun ? "dry run: nothing is run, and nothing is marked"
            : results.Exists(r => r.HasBegun) ? "replayed:" : "nothing was replayed:");
        foreach (var result in results)
        {
            page.StateLine(result.Word, $"  {result.Letter.Id}  {result.Letter.Task} in run {result.Letter.Run}");
            page.Item("", result.Message + (result.Until is { } until ? $" (again from {Times.Iso(until)})" : ""));
            result.Diff?.Print(page);
        }

        return code;
    }

    // What could not be tried for the state of the machine counts first, then a replay that failed, then one that was
    // refused, then one that is only put off.
    private static int CodeOf(List<ReplayResult> results)
    {
        int[] order =
        [
            ExitCodes.Infrastructure, ExitCodes.Failed, ExitCodes.Usage, ExitCodes.NotFound, ExitCodes.Conflict,
            ExitCodes.Waiting,
        ];
        return order.FirstOrDefault(code => results.Exists(r => r.ExitCode == code));
    }

    private static void WriteData(Utf8JsonWriter json, List<ReplayResult> results, bool dryRun)
    {
        json.WriteBoolean("dry_run", dryRun);
        json.WriteStartArray("letters");
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("id", result.Letter.Id);
            json.WriteString("run", result.Letter.Run);
            json.WriteString("task", result.Letter.Task);
            json.WriteString("result", result.Word);
            json.WriteNumber("exit_code", result.ExitCode);
            json.WriteString("message", result.Message);
            RunJson.Time(json, "until", result.Until);
            result.Diff?.Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
