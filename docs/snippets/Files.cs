using Holdfast.Idempotency;

namespace Holdfast.Snippets;

internal static class Files
{
    #region files
    internal static async Task KeepAsync(string folder, string report, byte[] state)
    {
        var wrote = await IdempotentFile.WriteIfChangedAsync(Path.Combine(folder, "report.md"), report);
        Console.WriteLine(wrote ? "written, whole or not at all" : "it was there already");

        var key = UniqueKey.From("invoice", "2026-11", "4711");
        Console.WriteLine($"{key} is of these parts only; {ContentHash.OfText(report)} of this text");

        var store = new SnapshotStore(Path.Combine(folder, "snapshots"));
        await store.CreateAsync("import-7", state, completed: ["download", "parse"], events: 1_204);
        store.KeepLast(5, out var failed);
        foreach (var problem in failed)
        {
            Console.WriteLine($"{problem.Path} stays: {problem.Problem}");
        }

        var point = Resume.From(store, "import-7", tasks: ["download", "parse", "load"]);
        Console.WriteLine($"on from event {point.Events}; to do: {string.Join(", ", point.Left.Rerun)}");
    }
    #endregion
}
