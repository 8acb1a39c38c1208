namespace Holdfast.EndToEnd.Running;

/// <summary>Two processes that make one run at once: exactly one does, and the other says so.</summary>
public sealed class CreationTests
{
    private const int Rounds = 5;

    [Fact]
    public void Two_forks_of_one_id_make_one_run()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              before: { run: "echo before >> log" }
              from: { needs: [ before ], run: "echo from >> log" }
            """);
        at.Run("run", "plan.yaml", "--id", "r").Is(0);
        for (var round = 0; round < Rounds; round++)
        {
            var id = $"f{round}";
            var both = new[] { at.Start("fork", "r", "--from", "from", "--id", id),
                at.Start("fork", "r", "--from", "from", "--id", id) };
            var ends = both.Select(c => c.End()).OrderBy(e => e.Code).ToArray();
            Assert.Equal([0, 11], ends.Select(e => e.Code));
            Assert.Contains($"run {id} exists already", ends[1].Error, StringComparison.Ordinal);
            Assert.Equal(1, at.Count(id, "run_started"));
            Assert.Equal(round + 2, at.Lines("log").Count(l => l == "from"));
        }
    }

    [Fact]
    public void Two_plans_under_one_id_never_write_over_each_other()
    {
        using var at = new Holding();
        at.Write("a.yaml", "name: a\ntasks:\n  one: { run: \"echo a >> log\" }\n");
        at.Write("b.yaml", "name: b\ntasks:\n  two: { run: \"echo b >> log\" }\n");
        for (var round = 0; round < Rounds; round++)
        {
            var id = $"r{round}";
            var both = new[] { at.Start("run", "a.yaml", "--id", id), at.Start("run", "b.yaml", "--id", id) };
            Assert.Equal([0, 11], both.Select(c => c.End().Code).Order());
            Assert.Equal(round + 1, at.Lines("log").Length);
            Assert.Contains(at.Journal(id).Contains("\"name\":\"a\"", StringComparison.Ordinal) ? "echo a" : "echo b",
                at.Read($".holdfast/runs/{id}/plan.json"), StringComparison.Ordinal);
        }
    }
}
