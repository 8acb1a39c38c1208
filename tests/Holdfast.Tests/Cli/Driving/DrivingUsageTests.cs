using System.Text.Json;
using Holdfast.Cli.Driving;

namespace Holdfast.Tests.Cli.Driving;

/// <summary>What is refused before anything is touched: code, wording, and that nothing was created.</summary>
public sealed class DrivingUsageTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("run", "plan.yaml", "--id", "../x")]
    [InlineData("run", "plan.yaml", "--id", "-x")]
    [InlineData("run", "plan.yaml", "--max-parallel", "0")]
    [InlineData("run", "plan.yaml", "--max-parallel", "many")]
    [InlineData("run", "plan.yaml", "--bogus")]
    [InlineData("run", "missing.yaml")]
    [InlineData("resume", "x", "--all")]
    [InlineData("retry", "x")]
    [InlineData("retry", "x", "t", "--failed")]
    [InlineData("resolve", "x", "t")]
    [InlineData("resolve", "x", "t", "--done", "--fail")]
    [InlineData("fork", "x")]
    [InlineData("cancel")]
    [InlineData("classify", "--stderr", "-", "--stdout", "-")]
    [InlineData("cancel", "x", "--timeout", "0")]
    public void Bad_usage_ends_with_2_and_creates_nothing(params string[] args)
    {
        using var bench = new CliBench();
        bench.Write("plan.yaml", "tasks:\n  a: { run: echo a }\n");
        Assert.Equal(2, bench.Run(args));
        Assert.NotEqual("", bench.Error);
        Assert.Equal(["plan.yaml"], Directory.GetFileSystemEntries(bench.Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("resume", "x")]
    [InlineData("retry", "x", "--failed")]
    [InlineData("fork", "x", "--from", "a")]
    [InlineData("cancel", "x")]
    [InlineData("pause", "x")]
    [InlineData("unpause", "x")]
    [InlineData("resolve", "x", "a", "--done")]
    public void Without_a_workspace_or_run_they_end_with_10(params string[] args)
    {
        using var bench = new CliBench();
        Assert.Equal(10, bench.Run(args));
        Assert.Contains("no workspace", bench.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(bench.Folder));
    }

    [Fact]
    public void A_refusal_in_json_is_one_object_with_the_place()
    {
        using var bench = new CliBench();
        bench.Write("plan.yaml", "tasks:\n  a: { run: echo a, colour: red }\n");
        Assert.Equal(2, bench.Run("run", "plan.yaml", "--json"));
        using var told = JsonDocument.Parse(bench.Out);
        var error = told.RootElement.GetProperty("error");
        Assert.Equal("plan_invalid", error.GetProperty("code").GetString());
        Assert.Equal("plan.yaml", error.GetProperty("file").GetString());
        Assert.Equal(2, error.GetProperty("line").GetInt32());
    }

    [Fact]
    public void Every_missing_secret_is_named_at_once()
    {
        using var bench = new CliBench();
        bench.Write("plan.yaml", "secrets: { A: { env: HF_A }, B: { env: HF_B } }\ntasks:\n  a: { run: echo a }\n");
        Assert.Equal(2, bench.Run("run", "plan.yaml"));
        Assert.Contains("HF_A", bench.Error, StringComparison.Ordinal);
        Assert.Contains("HF_B", bench.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(bench.Folder, ".holdfast")));
    }

    [Fact]
    public void Every_driving_command_shows_an_example()
    {
        foreach (var entry in DrivingCommands.Entries)
        {
            using var bench = new CliBench();
            Assert.Equal(0, bench.Run(entry.Name, "--help"));
            Assert.Contains($"holdfast {entry.Name}", bench.Out, StringComparison.Ordinal);
        }
    }
}
