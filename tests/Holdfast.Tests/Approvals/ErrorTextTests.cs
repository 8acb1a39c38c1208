using System.Text.Json;
using Holdfast.Tests.Cli.Looking;

namespace Holdfast.Tests.Approvals;

/// <summary>Every error that a looking or upkeep command ends with: its text, its exit code, and its JSON.</summary>
public sealed class ErrorTextTests : IDisposable
{
    private readonly LookKit _kit = new();

    [Theory]
    [InlineData(2, "unknown-command", "statsu")]
    [InlineData(2, "unknown-option", "status", "--exit-kode")]
    [InlineData(2, "too-many", "status", "last", "more")]
    [InlineData(2, "missing-argument", "logs", "last")]
    [InlineData(2, "bad-number", "list", "--limit", "many")]
    [InlineData(2, "zero", "list", "--limit", "0")]
    [InlineData(10, "no-run", "status", "nope")]
    [InlineData(10, "two-runs", "status", "20261120")]
    [InlineData(10, "no-folder", "status", "./nope")]
    [InlineData(10, "no-task", "why", "last", "unti")]
    [InlineData(10, "no-task-at-all", "explain", "last", "something-else")]
    [InlineData(10, "no-attempt", "logs", "last", "pack")]
    [InlineData(10, "no-such-attempt", "logs", "last", "unit", "--attempt", "7")]
    [InlineData(2, "no-plan", "validate", "nope.yaml")]
    [InlineData(2, "bad-plan", "validate", "bad.yaml")]
    [InlineData(2, "bad-plan-graph", "graph", "bad.yaml")]
    [InlineData(2, "bad-format", "graph", "bad.yaml", "--format", "svgg")]
    [InlineData(2, "bad-keep", "prune", "--keep", "soon")]
    [InlineData(2, "bad-example", "init", "--example", "frist")]
    [InlineData(2, "bad-contract", "classify", "--contract", "mayb")]
    [InlineData(2, "no-file", "classify", "--stderr", "nope.txt")]
    [InlineData(2, "no-workspace-there", "list", "--workspace", "elsewhere")]
    [InlineData(2, "bad-subcommand", "journal", "verfy", "last")]
    [InlineData(2, "usage/no-subcommand", "journal")]
    [InlineData(2, "usage/no-from", "fork", "last")]
    [InlineData(2, "usage/from-without-value", "fork", "last", "--from")]
    [InlineData(2, "usage/no-parallel", "run", "bad.yaml", "--max-parallel", "0")]
    [InlineData(2, "usage/no-summary", "checkpoint", "complete")]
    [InlineData(2, "usage/outside-an-attempt", "checkpoint", "complete", "--summary", "x")]
    [InlineData(2, "usage/nothing-to-approve", "approve", "last")]
    [InlineData(2, "usage/stray-file", "classify", "out.log")]
    [InlineData(2, "usage/too-many-for-a-number", "list", "--limit", "99999999999")]
    [InlineData(2, "usage/empty-run", "cancel", "")]
    [InlineData(2, "usage/empty-letter", "letters", "discard", "", "--reason", "x")]
    [InlineData(2, "usage/empty-workspace", "list", "--workspace", "")]
    [InlineData(11, "usage/signal-to-a-plan", "signal", "last", "paid", "7")]
    public void An_error_names_the_offender_and_the_cure(int code, string name, params string[] args)
    {
        _kit.MakeRed();
        var bad = Path.Combine(_kit.Folder, "bad.yaml");
        File.WriteAllText(bad,
            "name: bad\ntasks:\n  build: { runn: make }\n  test: { needs: [ biuld ], run: make test }\n");
        var absolute = args.Select(a => a.EndsWith(".yaml") ? Path.Combine(_kit.Folder, a) : a).ToArray();
        var (seen, text, error) = _kit.Run(absolute);
        Assert.Equal(code, seen);
        Assert.Equal("", text);
        Approved.Matches($"errors/{name}", error);
    }

    [Fact]
    public void With_json_an_error_is_one_object_with_its_code()
    {
        var (code, text, _) = _kit.Run("status", "nope", "--json");
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        Assert.Equal(10, code);
        Assert.Equal(10, root.GetProperty("exit_code").GetInt32());
        Assert.Equal("run_not_found", root.GetProperty("error").GetProperty("code").GetString());
        Assert.False(string.IsNullOrEmpty(root.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public void Without_a_workspace_nothing_is_an_error_but_what_needs_one()
    {
        Directory.Delete(Path.Combine(_kit.Folder, ".holdfast"), recursive: true);
        var (code, text, _) = _kit.Run();
        Assert.Equal(0, code);
        Approved.Matches("looking/no-workspace", text);
        var (listed, _, error) = _kit.Run("list");
        Assert.Equal(10, listed);
        Approved.Matches("looking/no-workspace-list", error);
    }

    public void Dispose() => _kit.Dispose();
}
