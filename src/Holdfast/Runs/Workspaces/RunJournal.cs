using System.Buffers;
using Holdfast.Journal;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.Workspaces;

/// <summary>The journal of a run that this process drives: events in, group commits on a thread of its own.</summary>
public sealed class RunJournal : IRunJournal, IDisposable
{
    private readonly JournalWriter _writer;
    private readonly JournalCommitter _committer;
    private readonly ArrayBufferWriter<byte> _data = new(512);

    /// <summary>Takes the writer over.</summary>
    public RunJournal(JournalWriter writer)
    {
        _writer = writer;
        _committer = new JournalCommitter(writer, _ => DurableAdvanced?.Invoke(), _ => DurableAdvanced?.Invoke());
    }

    /// <inheritdoc/>
    public event Action? DurableAdvanced;

    /// <inheritdoc/>
    public long Durable => _writer.Poison is { } poison ? throw poison : _writer.Durable;

    /// <summary>The place after the last appended event; what a snapshot of the state up to it names.</summary>
    public JournalPosition AppendedPosition => _writer.AppendedPosition;

    /// <inheritdoc/>
    public long Append(RunEvent e, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(e);
        _data.ResetWrittenCount();
        EventCatalog.WriteData(e, _data);
        return _committer.AppendLazily(e.Type, e.Task, e.Attempt, _data.WrittenSpan, at);
    }

    /// <inheritdoc/>
    public void RequestSync() => _committer.Flush();

    /// <summary>Returns when everything appended is durable.</summary>
    public void Wait() => _committer.Wait(_writer.LastSeq);

    /// <summary>
    /// Says why the driver leaves although the disk is full: after everything else while that still finds room, else
    /// into the journal's reserve. Nothing is said where even that cannot be written.
    /// </summary>
    public void SayLastWords(RunEvent e, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(e);
        try
        {
            if (_writer.Poison is null)
            {
                Append(e, at);
                Wait();
                return;
            }
        }
        catch (JournalPoisonedException)
        {
            // The disk filled up under this very line.
        }

        try
        {
            _data.ResetWrittenCount();
            EventCatalog.WriteData(e, _data);
            _writer.WriteLastWords(e.Type, _data.WrittenSpan, at);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // The caller tells people anyhow; the journal ends before its reserve, which is intact.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _committer.Dispose();
}
