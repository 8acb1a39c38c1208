using System.Text;
using Holdfast.Cli.Driving;
using Holdfast.Failures;
using Holdfast.Runs.Events;

namespace Holdfast.Cli.Live;

/// <summary>Marks what failed or needs a person for GitHub Actions, which reads commands from the output.</summary>
internal sealed class GitHubView(TextWriter to, RunFiles run) : IRunView
{
    // The service itself shows ten of a kind for a step; more would only drown the log.
    private const int MaxAnnotations = 10;
    private int _written;

    public void Show(SeenEvent seen)
    {
        var (title, text) = seen.Event switch
        {
            TaskFailed e => ($"{e.Task} failed ({e.Class.Word()})", e.Reason),
            TaskHeld e => ($"{e.Task} is held ({e.Class.Word()})", e.Reason),
            MassFailureDetected e =>
                ("infrastructure", $"{e.Failed} of {e.Of} tasks failed for infrastructure classes"),
            _ => ("", ""),
        };
        if (title.Length > 0 && ++_written <= MaxAnnotations)
        {
            to.WriteLine($"::error title={Property(title)}::{Message($"{text} (run {run.Folder.Id})")}");
            to.Flush();
        }
    }

    public void Idle()
    {
        // Annotations do not change.
    }

    public void Close()
    {
        // Nothing is held back.
    }

    internal static string Message(string text) =>
        text.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    internal static string Property(string text) => Message(text).Replace(":", "%3A").Replace(",", "%2C");

    /// <summary>Adds the end of a run to the step's summary page.</summary>
    internal static void AppendSummary(string path, string markdown)
    {
        try
        {
            File.AppendAllText(path, markdown, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A page about the run is no part of the run.
        }
    }
}
