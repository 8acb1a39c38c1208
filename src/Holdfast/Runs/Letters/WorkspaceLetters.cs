using Holdfast.Journal;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Letters;

/// <summary>
/// The dead letters of a workspace, in <c>letters.ndjson</c>: many processes write. Each step takes the lock, reads
/// what others appended, decides, appends, and syncs. Unbounded by count: an open letter is never dropped. Safe to call
/// from several threads.
/// </summary>
public sealed class WorkspaceLetters : IDisposable
{
    /// <summary>Name of the file in the workspace.</summary>
    public const string FileName = "letters.ndjson";

    /// <summary>Above this length the file is written anew, one line a letter: 8 MiB.</summary>
    public const int CompactAboveBytes = 8 << 20;

    /// <summary>How long a closed letter outlives its closing, at least: 90 days.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    private readonly SharedLines _lines;
    private readonly Lock _gate = new();
    private readonly int _compactAbove;
    private LetterBook _book = new();

    /// <summary>The letters of a workspace.</summary>
    /// <param name="storage">The files.</param>
    /// <param name="workspacePath">Folder of the workspace.</param>
    /// <param name="compactAbove">Above how many bytes the file is written anew.</param>
    public WorkspaceLetters(IStorage storage, string workspacePath, int compactAbove = CompactAboveBytes)
    {
        _compactAbove = compactAbove;
        _lines = new SharedLines(
            storage, Path.Combine(workspacePath, FileName), TakeIn, () => _book = new LetterBook());
    }

    /// <summary>Whether anything was ever written.</summary>
    public bool Any => _lines.Exists;

    /// <summary>All letters as they stand. Takes no lock and writes nothing.</summary>
    public IReadOnlyList<Letter> Look()
    {
        lock (_gate)
        {
            _lines.ReadNew();
            return [.. _book.All];
        }
    }

    /// <summary>
    /// Decides about letters while nobody else can, and writes what was decided; durable on return.
    /// </summary>
    /// <param name="decide">Gets the letters as they stand, and gives those that change.</param>
    /// <param name="now">Wall clock, for retention.</param>
    /// <exception cref="IOException">The file cannot be read or written; nothing is certain of what was decided.
    /// </exception>
    public void Step(Func<LetterBook, IEnumerable<Letter>> decide, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(decide);
        lock (_gate)
        {
            using var held = _lines.Lock();
            _lines.ReadNew();
            _lines.Append([.. decide(_book).SelectMany(LetterLine.ToBytes)], sync: true, known: false);

            // The book knows only what is written: a letter is whatever its last whole line says.
            _lines.ReadNew();
            if (_lines.IsOver(_compactAbove))
            {
                var kept = _book.All.Where(l => l.Status == LetterStatus.Open || l.ClosedAt + Retention > now).ToList();
                _lines.Rewrite(kept.Select(LetterLine.ToBytes));
                _book = new LetterBook();
                kept.ForEach(_book.Take);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private void TakeIn(ReadOnlyMemory<byte> line)
    {
        if (LetterLine.Read(line) is { } letter)
        {
            _book.Take(letter);
        }
    }
}
