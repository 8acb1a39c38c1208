using System.CommandLine;
using System.Globalization;
using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Plans.Runtimes;
using Holdfast.Resilience;

namespace Holdfast.Cli.Looking;

/// <summary><c>classify</c>: the class of any output, so that anyone can ask why.</summary>
internal static class ClassifyCommand
{
    internal static Command Make(CommandContext context)
    {
        var stdout = CommandShape.Value("--stdout", "FILE", "What it printed; \"-\" reads standard input.");
        var stderr = CommandShape.Value("--stderr", "FILE", "What it printed as errors; \"-\" reads standard input.");
        var exit = CommandShape.Number("--exit-code", "N", "Its exit code; 1 where nothing else tells how it ended.");
        var signal = CommandShape.Number("--signal", "N", "The signal that ended it.");
        var timedOut = CommandShape.Flag("--timed-out", "It was ended at its time limit.");
        var tool = CommandShape.Value("--tool", "NAME", "The program, e.g. dotnet.");
        var contract = CommandShape.Value("--contract", "met|missing", "Whether what it had to produce is there.");
        var status = CommandShape.Number("--http-status", "N", "HTTP status of the answer.");
        var batch = CommandShape.Flag("--batch",
            "Read outcomes as JSON lines from standard input, print one line for each.");
        var rules = CommandShape.Value("--rules", "FILE",
            "Rules that come before the built-in ones: a list of them, or a plan that has some.");
        var score = CommandShape.Value("--score", "FILE",
            "Read labelled outcomes (\"class\", \"alt\", \"transient\") and print how many are classified right.");
        var least = CommandShape.Value("--least", "F1", "With --score: end with 6 where macro-F1 is below it, 0 to 1.");
        return CommandShape.Make(
            context, "classify",
            "Says what class of failure an output is, which rule matched which line, and what would follow.",
            "dotnet build 2>&1 | holdfast classify --stdout - --exit-code 1 --tool dotnet\nholdfast classify --batch "
                + "< outcomes.jsonl\nholdfast classify --score labelled.jsonl --least 0.95",
            [stdout, stderr, exit, signal, timedOut, tool, contract, status, rules, batch, score, least],
            parsed =>
            {
                var classifier = ClassifierOf(context, parsed.GetValue(rules));
                if (parsed.GetValue(score) is { } labelled)
                {
                    using var lines = labelled == "-"
                        ? Console.OpenStandardInput()
                        : ClassifyInput.OpenFile(context, labelled);
                    return ClassifyScore.Run(context, labelled, lines, LeastOf(parsed.GetValue(least)), classifier);
                }

                if (parsed.GetValue(batch))
                {
                    using var input = Console.OpenStandardInput();
                    return ClassifyBatch.Run(context, input, classifier);
                }

                // What is piped in and not spoken for is taken as the error channel, which is what people pipe.
                var piped = Console.IsInputRedirected && parsed.GetValue(stdout) is null
                    && parsed.GetValue(stderr) is null;
                return Show(context, classifier, new Asked
                {
                    Stdout = parsed.GetValue(stdout),
                    Stderr = piped ? "-" : parsed.GetValue(stderr),
                    ExitCode = parsed.GetValue(exit),
                    Signal = parsed.GetValue(signal),
                    TimedOut = parsed.GetValue(timedOut),
                    Tool = parsed.GetValue(tool),
                    Contract = ContractOf(parsed.GetValue(contract)),
                    HttpStatus = parsed.GetValue(status),
                });
            });
    }

    /// <summary>What a command line asked about.</summary>
    internal sealed record Asked
    {
        internal string? Stdout { get; init; }

        internal string? Stderr { get; init; }

        internal int? ExitCode { get; init; }

        internal int? Signal { get; init; }

        internal bool TimedOut { get; init; }

        internal string? Tool { get; init; }

        internal ContractState Contract { get; init; }

        internal int? HttpStatus { get; init; }
    }

    private static int Show(CommandContext context, FailureClassifier classifier, Asked asked)
    {
        if (asked is { Stdout: "-", Stderr: "-" })
        {
            throw new CliFailure("bad_usage", Runs.ExitCodes.Usage,
                "--stdout and --stderr are both \"-\", and standard input can be read only once; give a file for "
                + "one of them");
        }

        var isUntold = asked is { ExitCode: null, Signal: null, TimedOut: false, HttpStatus: null };
        var now = context.Time.GetUtcNow();
        using var stdout = ClassifyInput.Open(context, asked.Stdout);
        using var stderr = ClassifyInput.Open(context, asked.Stderr);
        var failure = classifier.Classify(new FailureSignals
        {
            Outcome = OutcomeRecord.EndOf(
                isUntold ? 1 : asked.ExitCode, asked.Signal, asked.HttpStatus, asked.TimedOut),
            Stdout = stdout.Ends,
            StdoutGap = stdout.Gap,
            WholeStdout = stdout.Whole,
            Stderr = stderr.Ends,
            StderrGap = stderr.Gap,
            WholeStderr = stderr.Whole,
            Tool = asked.Tool,
            Contract = asked.Contract,
            DoubtSuccess = asked.Contract == ContractState.None,
            Now = now,
        });
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.classify.v1", Runs.ExitCodes.Done, json =>
            {
                if (failure is null)
                {
                    json.WriteString("class", "none");
                    return;
                }

                RunJson.WriteFailureFields(json, failure);
                RunJson.Number(json, "delay_ms", (long?)ToldDelay(failure, now)?.TotalMilliseconds);
            });
            return Runs.ExitCodes.Done;
        }

        Print(new Page(context), failure, now);
        return Runs.ExitCodes.Done;
    }

    /// <summary>The wait that the other side asked for, from now on; null if it named none.</summary>
    internal static TimeSpan? ToldDelay(Failure failure, DateTimeOffset now) => failure.Told switch
    {
        { After: { } after } => after,
        { Until: { } until } => until > now ? until - now : TimeSpan.Zero,
        _ => null,
    };

    internal static ContractState ContractOf(string? word) => word switch
    {
        null => ContractState.None,
        "met" => ContractState.Met,
        "missing" => ContractState.CheckpointsMissing,
        _ => throw new CliFailure(
            "bad_usage", Runs.ExitCodes.Usage, $"--contract is \"{word}\"; it must be \"met\" or \"missing\""),
    };

    private static void Print(Page page, Failure? failure, DateTimeOffset now)
    {
        if (failure is null)
        {
            page.Item("class", "none: it did not fail");
            return;
        }

        page.Item("class", failure.Class.Word());
        page.Item("disposition", failure.Disposition.Word());
        page.Item("transient", failure.Transient switch { true => "yes", false => "no", _ => "unsure" });
        page.Item("rule", failure.Evidence.Rule);
        page.Item("seen in", failure.Evidence.Channel + (failure.Evidence.Line is { } line ? $", line {line}" : ""));
        if (failure.Evidence.Text is { } text)
        {
            page.Item("text", text);
        }

        page.Item("delay", DelayText(failure, now));
        if (failure.ToldUnused is { } unused)
        {
            page.Item("told", $"not used: {unused}");
        }

        page.Item("confidence", failure.Confidence.ToString("0.##", CultureInfo.InvariantCulture));
        if (failure.Evidence.Remediation is { } remediation)
        {
            page.Item("what helps", remediation);
        }
    }

    private static string DelayText(Failure failure, DateTimeOffset now)
    {
        if (ToldDelay(failure, now) is { } told)
        {
            return $"{Runs.Durations.Text(told)} (told by the other side)";
        }

        var policy = RetryTable.PerClass.For(failure.Class);
        return failure.Class == FailureClass.RateLimited && RetryTable.PerClass.Throttle is { } throttle
            ? $"{Runs.Durations.Text(throttle.Base)} at first (throttle), spends no retry"
            : policy.AllowedRetries > 0 && failure.Disposition == Disposition.Retry
                ? $"{Runs.Durations.Text(policy.Base)} at first (per-class policy), {policy.AllowedRetries + 1} "
                + $"attempts in all"
                : "none: it is not tried again by itself";
    }

    private static FailureClassifier ClassifierOf(CommandContext context, string? rules)
    {
        if (rules is null)
        {
            return FailureClassifier.Default;
        }

        var path = Path.GetFullPath(rules, context.CurrentFolder);
        var own = RuleFile.Load(path, out var lines);
        var shown = string.Join('\n', lines.Select(line => line.Replace(path, rules, StringComparison.Ordinal)));
        if (own is null)
        {
            throw new CliFailure("bad_rules", Runs.ExitCodes.Usage, shown);
        }

        if (shown.Length > 0)
        {
            context.Error.WriteLine(shown);
        }

        return new FailureClassifier(own);
    }

    private static double? LeastOf(string? text) => text is null ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var least)
            && least <= 1
            ? least
            : throw new CliFailure("bad_usage", Runs.ExitCodes.Usage,
                $"--least is \"{text}\"; it must be a number from 0 to 1");
}
