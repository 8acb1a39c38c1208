using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Agents;
using Holdfast.Runs.Events;

namespace Holdfast.Plans.Running;

/// <summary>An attempt of an agent beside the command that it is: what is watched of it, and what is kept.</summary>
/// <param name="called">What is known of it before it prints anything.</param>
/// <param name="setting">Its runtime.</param>
/// <param name="files">Its own folder.</param>
internal sealed class AgentAttempt(AgentObservations called, AgentRuntimeSetting setting, string files) : IDisposable
{
    private const string RefusedFile = "refused.txt";
    private const int MostRefused = 10;
    private const int MostRefusedBytes = 64 << 10;
    private AgentMeter? _meter;

    internal AgentObservations Called { get; private set; } = called;

    internal AgentRuntimeSetting Setting => setting;

    /// <summary>Whether its task declares checkpoints, so that the engine asks for them.</summary>
    internal bool HasCheckpoints { get; init; }

    /// <summary>Checks of the checkpoints that its lines may tell, by id; null where the word is enough.</summary>
    internal IReadOnlyDictionary<string, CommandSpec?> Checks { get; init; } =
        new Dictionary<string, CommandSpec?>();

    /// <summary>The checkpoints of its task, in order, where lines of its output may complete them.</summary>
    internal IReadOnlyList<string> Declared { get; init; } = [];

    /// <summary>How many of them are completed by now; asked on any thread.</summary>
    internal Func<int> Done { get; init; } = static () => 0;

    /// <summary>The checkpoints that its lines told in their turn; for after <see cref="End"/>.</summary>
    internal IReadOnlyList<CheckpointCompleted> Told { get; private set; } = [];

    internal string? PastLimit => _meter?.PastLimit;

    /// <summary>Begins to watch; the command is ended by what the meter says.</summary>
    internal CommandSpec Watched(CommandSpec command, SecretMask mask, TimeProvider time)
    {
        _meter = new AgentMeter(command.Paths, setting.Limits, setting.CheckpointLines, mask, time);
        return command with { Meter = _meter };
    }

    /// <summary>Keeps what is known before the start, for a later driver.</summary>
    internal void Begin(string? version)
    {
        Called = Called with { Version = version };
        Keep(Called);
    }

    /// <summary>Keeps what was seen, and how it ended.</summary>
    internal void End(Outcome outcome, Failure? failure)
    {
        try
        {
            Called = _meter?.Finish(Called) ?? Called;
            TakeTold();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The judgement stands without them.
        }

        Keep(Called with { End = EndingOf(outcome, failure) });
    }

    private void TakeTold()
    {
        var (taken, refused) = CheckpointLines.InOrder(_meter?.Checkpoints ?? [], Declared, Done());
        Told = [.. taken.Select(told => new CheckpointCompleted(told.Id, told.Summary, "output"))];
        Called = Called with { Refused = refused };
        foreach (var each in refused)
        {
            Refuse(files, each);
        }
    }

    /// <summary>Notes a checkpoint that was told and does not count, for the next attempt's prompt.</summary>
    internal static void Refuse(string files, string checkpoint, string why) => Refuse(files, $"{checkpoint}: {why}");

    private static void Refuse(string files, string told)
    {
        try
        {
            var path = Path.Combine(files, RefusedFile);
            if (!File.Exists(path) || new FileInfo(path).Length < MostRefusedBytes)
            {
                File.AppendAllText(path, told.ReplaceLineEndings(" ") + "\n");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A prompt that lacks this line is still a prompt.
        }
    }

    /// <summary>The last refusals of the attempts before one.</summary>
    internal static IReadOnlyList<string> RefusedIn(string folder, int before)
    {
        var found = new List<string>();
        for (var number = Math.Max(1, before - MostRefused); number < before; number++)
        {
            var path = Path.Combine(folder, $"{number}.files", RefusedFile);
            try
            {
                found.AddRange(File.Exists(path) ? File.ReadLines(path) : []);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // As above.
            }
        }

        return found.Count <= MostRefused ? found : found[^MostRefused..];
    }

    /// <summary>
    /// Whether an attempt was cut off from outside, so that its session is worth going on with. One of which no end is
    /// known was.
    /// </summary>
    internal static bool WasCutOff(AgentEnding? end)
    {
        if (end?.Class is null)
        {
            return end is null;
        }

        return FailureWords.TryParseClass(end.Class, out var failure) && failure is FailureClass.Incomplete
            or FailureClass.RateLimited or FailureClass.QuotaExhausted or FailureClass.Connection
            or FailureClass.Unavailable or FailureClass.Timeout or FailureClass.InfrastructureLost
            or FailureClass.OutcomeUnknown or FailureClass.Cancelled;
    }

    /// <summary>Keeps a judgement that came after the end, of an attempt whose meter is gone.</summary>
    internal static void Rejudge(string files, Outcome outcome, Failure failure)
    {
        if (AgentObservations.TryRead(files) is { } seen)
        {
            Keep(files, seen with { End = EndingOf(outcome, failure) });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter?.Dispose();

    private static AgentEnding EndingOf(Outcome outcome, Failure? failure) => new(
        failure?.Class.Word(), failure?.Evidence.Rule, failure?.Evidence.Text, outcome.EndedBy.Word());

    private void Keep(AgentObservations seen) => Keep(files, seen);

    private static void Keep(string files, AgentObservations seen)
    {
        try
        {
            seen.Write(files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // They sharpen what is shown and asked next; a full disk is told by what needs it more.
        }
    }
}
