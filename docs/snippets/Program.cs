// The first program of docs/library.md; the other files hold the examples of docs/blocks.md. All are compiled.
#region first
using Holdfast;
using Holdfast.Resilience;

await using var workspace = await Workspace.OpenAsync();
var result = await workspace.RunAsync("import-2026-11-20", async run =>
{
    var file = await run.StepAsync("download", ct => DownloadAsync(ct));
    var rows = await run.StepAsync("parse", ct => ParseAsync(file, ct), new() { Retry = RetryPolicy.InProcess });
    await run.StepAsync(
        "load", (step, ct) => LoadAsync(rows, step.IdempotencyKey, ct), new() { Effect = Effect.Keyed });
});
Console.WriteLine(result.WasDone ? "was done before" : "done");

static async Task<string> DownloadAsync(CancellationToken ct) { await Task.Delay(2000, ct); return "a,b\n1,2"; }
static Task<string[]> ParseAsync(string file, CancellationToken ct) => Task.FromResult(file.Split('\n'));
static async Task LoadAsync(string[] rows, string key, CancellationToken ct) => await Task.Delay(2000, ct);
#endregion
