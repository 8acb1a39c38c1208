using Holdfast.Idempotency;

namespace NightlyImport;

/// <summary>
/// Where rows go: a file that stands for a database. A key that was added once is not added again, as a table with a
/// unique column would have it.
/// </summary>
internal sealed class Ledger(string path) : IDisposable
{
    private const string KeyMark = "# key ";
    private readonly SemaphoreSlim _one = new(1, 1);

    internal async Task AddAsync(string key, IReadOnlyList<string> rows, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            string[] before = File.Exists(path) ? await File.ReadAllLinesAsync(path, cancellationToken) : [];
            if (!before.Contains(KeyMark + key))
            {
                // Whole or not at all: rows and key appear together.
                var after = string.Join('\n', [.. before, KeyMark + key, .. rows]) + "\n";
                await IdempotentFile.WriteIfChangedAsync(path, after, cancellationToken);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
