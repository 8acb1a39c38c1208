namespace Holdfast.EndToEnd.Running;

/// <summary>A run whose maker is killed while it is being made.</summary>
public sealed class BornTests
{
    [Fact]
    public void A_run_killed_between_its_opening_and_its_first_event_is_made_anew_under_its_id()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: \"echo ran >> log\" }\n");
        at.Run("run", "plan.yaml", "--id", "k").Is(0);
        var journal = Path.Combine(at.Folder, ".holdfast/runs/k/journal.ndjson");
        var opening = File.ReadLines(journal).First();
        Directory.Delete(Path.Combine(at.Folder, ".holdfast/runs/k/output"), recursive: true);

        // Exactly what such a kill leaves: the opening, or the opening and half an event.
        foreach (var left in new[] { opening + "\n", opening + "\n{\"seq\":2,\"at\":\"2026-" })
        {
            File.WriteAllText(journal, left);
            at.Run("run", "plan.yaml", "--id", "k").Is(0);
            Directory.Delete(Path.Combine(at.Folder, ".holdfast/runs/k/output"), recursive: true);
        }

        Assert.Equal(3, at.Lines("log").Length);
    }
}
