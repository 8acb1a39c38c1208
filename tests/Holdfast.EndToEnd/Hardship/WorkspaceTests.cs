using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Workspaces that cannot be used: told by path with the cure, and left as they are.</summary>
public sealed class WorkspaceTests
{
    private const string Plan = "tasks:\n  a: { run: echo a >> log }\n";

    [Theory]
    [InlineData("{\"format\":9,\"id\":\"x\",\"seed\":1}",
        "is of format 9, and this version reads up to 1; use a newer Holdfast")]
    [InlineData("garbage", "cannot be read")]
    [InlineData("", "cannot be read")]
    [InlineData("[]", "cannot be read")]
    [InlineData("{\"format\":1,\"id\":null,\"seed\":1}", "cannot be read")]
    [InlineData("{\"format\":1,\"id\":\"x\",\"seed\":-1}", "cannot be read")]
    [InlineData("{\"format\":1}", "cannot be read")]
    public void One_of_another_kind_is_refused_and_left_alone(string content, string told)
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        Directory.CreateDirectory(Path.Combine(at.Folder, ".holdfast"));
        at.Write(".holdfast/workspace.json", content);
        foreach (var command in new string[][] { ["run", "plan.yaml"], ["list"], ["resume"] })
        {
            var ended = at.Run(command).Is(2);
            Assert.Contains($"{at.Folder}/.holdfast/workspace.json {told}", ended.Error, StringComparison.Ordinal);
        }

        Assert.Equal(content, at.Read(".holdfast/workspace.json"));
        Assert.Empty(at.Lines("log"));
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_named()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Write(".holdfast", "mine");
        var ended = at.Run("run", "plan.yaml").Is(2);
        Assert.Contains($"{at.Folder}/.holdfast is a file", ended.Error, StringComparison.Ordinal);
        Assert.Equal("mine", at.Read(".holdfast"));
        Assert.Empty(at.Lines("log"));
        File.Delete(Path.Combine(at.Folder, ".holdfast"));
    }

    // For root, whom no mode stops, only a mount is read-only.
    [Fact]
    public async Task A_read_only_one_can_be_looked_at_and_ends_whatever_would_write_with_8()
    {
        Around.NeedsRoot("a read-only mount");
        using var at = new Holding();
        at.Write("plan.yaml", Plan + "  bad: { run: exit 1, retry: none }\n");
        at.Run("run", "plan.yaml", "--id", "r").Is(1);
        var journal = at.Journal("r");
        Directory.CreateDirectory(Path.Combine(at.Folder, "ro"));
        (await Around.Shell(at, "mount --bind .holdfast ro && mount -o remount,bind,ro ro")).Is(0);
        try
        {
            foreach (var command in new string[][]
            {
                ["run", "plan.yaml"], ["resume", "r"], ["retry", "r", "--failed"], ["cancel", "r"],
            })
            {
                var ended = at.Run([.. command, "--workspace", "ro"]).Is(8);
                Assert.Contains($"{at.Folder}/ro/", ended.Error, StringComparison.Ordinal);
                Assert.Contains("Read-only file system", ended.Error, StringComparison.Ordinal);
                Assert.Contains("write access", ended.Error, StringComparison.Ordinal);
            }

            foreach (var command in new string[][]
            {
                ["status", "r"], ["why", "r"], ["list"], ["events", "r"], ["logs", "r", "a"], ["journal", "verify",
                    "r"],
            })
            {
                at.Run([.. command, "--workspace", "ro"]).Is(0);
            }
        }
        finally
        {
            (await Around.Shell(at, "umount ro")).Is(0);
        }

        Assert.Equal(journal, at.Journal("r"));
        Assert.Single(at.Lines("log"));
    }
}
