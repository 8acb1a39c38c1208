using System.Globalization;
using System.Text;

namespace Holdfast.Plans.Runtimes.Agents;

/// <summary>What an attempt is told about the ones before it.</summary>
public sealed record AgentHistory
{
    /// <summary>Number of the attempt that is told; 1 for the first, which has no history.</summary>
    public required int Attempt { get; init; }

    /// <summary>Checkpoints that were reached, with their summaries, in order.</summary>
    public IReadOnlyList<ToldCheckpoint> Done { get; init; } = [];

    /// <summary>Ids of the checkpoints that are not.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Checkpoints that were told and do not count, as "id: why"; the last ones.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>How the last attempt ended; null where that is not known.</summary>
    public AgentEnding? Last { get; init; }

    /// <summary>Whether this attempt goes on in the session of the last one.</summary>
    public bool SameSession { get; init; }

    /// <summary>Whether a line of its output completes a checkpoint.</summary>
    public bool CheckpointLines { get; init; }

    /// <summary>
    /// What Holdfast is called by in a shell of the agent, quoted as a shell takes it. A path, where one is known: the
    /// login shells of some agents set PATH anew.
    /// </summary>
    public string Command { get; init; } = "holdfast";
}

/// <summary>Puts the text of the plan and the history of the task into one prompt.</summary>
public static class AgentPrompt
{
    /// <summary>Bytes of history that are told at most.</summary>
    public const int MaxHistoryBytes = 8 << 10;

    private const int MaxSummary = 300;

    /// <summary>The prompt of an attempt.</summary>
    /// <param name="text">What the plan says.</param>
    /// <param name="history">What came before, and which checkpoints there are.</param>
    public static string Of(string text, AgentHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var told = History(history);
        return told.Length == 0 ? text : $"{text.TrimEnd()}\n\n{told}";
    }

    private static string History(AgentHistory history)
    {
        var lines = new List<string>();
        if (history.Attempt > 1)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"This is attempt {history.Attempt} at this task. What earlier attempts changed is still there."));
            if (history.Last is { Class: { } failed } last)
            {
                lines.Add($"The last attempt ended as {failed}"
                    + (last.EndedBy == "itself" ? "" : $" (ended by {last.EndedBy})")
                    + (last.Text is { Length: > 0 } evidence ? $": {evidence}" : "."));
            }

            if (history.SameSession)
            {
                lines.Add("You go on in the same session: finish what is not done, and do nothing twice.");
            }
        }

        AddCheckpoints(lines, history);
        return Bounded(lines);
    }

    private static void AddCheckpoints(List<string> lines, AgentHistory history)
    {
        if (history.Done.Count > 0)
        {
            lines.Add("Checkpoints that are done, not to be done again:");
            lines.AddRange(history.Done.Select(d => $"- {d.Id}: {Short(d.Summary)}"));
        }

        if (history.Refused.Count > 0)
        {
            lines.Add("Checkpoints that were told and do not count:");
            lines.AddRange(history.Refused.Select(r => "- " + Short(r)));
        }

        if (history.Missing.Count > 0)
        {
            lines.Add($"Checkpoints to reach, in this order: {string.Join(", ", history.Missing)}");
            lines.Add(history.CheckpointLines
                ? "Tell each, once it is reached, by a line of your output: "
                    + "HOLDFAST:checkpoint {\"id\":\"ID\",\"summary\":\"what was done\"}"
                : "Tell each, once it is reached, with the command: "
                    + history.Command + " checkpoint complete ID --summary \"what was done\"");
        }
    }

    // The end names the checkpoints that are missing, which matters more than all before it.
    private static string Bounded(List<string> lines)
    {
        var text = string.Join('\n', lines);
        if (Encoding.UTF8.GetByteCount(text) <= MaxHistoryBytes)
        {
            return text;
        }

        const string Cut = "…\n";
        var bytes = Encoding.UTF8.GetBytes(text);
        var start = bytes.Length - MaxHistoryBytes + Encoding.UTF8.GetByteCount(Cut);
        while (start < bytes.Length && (bytes[start] & 0xC0) == 0x80)
        {
            start++;
        }

        return Cut + Encoding.UTF8.GetString(bytes, start, bytes.Length - start);
    }

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= MaxSummary ? line : line[..MaxSummary] + "…";
    }
}
