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

    /// <inheritdoc cref="LastWords.Say"/>
    public void SayLastWords(RunEvent e, DateTimeOffset at) => LastWords.Say(_writer, e, at, () =>
    {
        Append(e, at);
        Wait();
    });

    /// <inheritdoc/>
    public void Dispose() => _committer.Dispose();
}
