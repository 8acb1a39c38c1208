using System.Text.Json.Serialization;
using Holdfast;
using Holdfast.Resilience;

namespace NightlyImport;

/// <summary>The durable part: what each night does, as steps.</summary>
internal sealed class Import(string incoming, Ledger ledger)
{
    /// <summary>What kind of run it is, in the journal and on every screen.</summary>
    internal const string Name = "nightly-import";

    internal async Task RunAsync(DurableRun run)
    {
        // Listed once: a file that arrives later belongs to the next night, however often this one is taken up.
        var files = await run.StepAsync("list", _ => Task.FromResult(
            Directory.GetFiles(incoming, "*.csv").Select(path => Path.GetFileName(path)).Order().ToArray()));
        var rows = 0;
        foreach (var file in files)
        {
            rows += await run.StepAsync(
                $"import {file}",
                async (step, token) =>
                {
                    var lines = await File.ReadAllLinesAsync(Path.Combine(incoming, file), token);
                    await ledger.AddAsync(step.IdempotencyKey, lines, token);
                    Console.WriteLine($"imported {file}: {lines.Length} rows");
                    return lines.Length;
                },
                new() { Effect = Effect.Keyed, Retry = RetryTable.InProcess });
        }

        Console.WriteLine($"run {run.Id}: {files.Length} files, {rows} rows");
    }
}

/// <summary>Results of steps, written without reflection.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int))]
internal sealed partial class ImportJson : JsonSerializerContext;
