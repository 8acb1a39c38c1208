using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Runs.Workspaces;

/// <summary>The folder of a workspace: made, opened, found, and its runs by their names.</summary>
public sealed class WorkspaceTests : IDisposable
{
    private static readonly DriverIdentity Me = new(1, "boot", "host", "me", "0");
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-workspace-").FullName;
    private readonly IStorage _storage = LocalStorage.Instance;
    private readonly SimulatedTime _time = new();

    private string Home => Path.Combine(_folder, ".holdfast");

    [Fact]
    public void A_workspace_that_is_made_keeps_its_id_and_seed_and_stays_out_of_git()
    {
        var made = Workspace.Open(_storage, Home, create: true);
        Assert.Matches("^[0-9a-f]{16}$", made.Id);
        Assert.InRange(made.Seed, 1UL, 1UL << 53);
        Assert.Equal("*\n", File.ReadAllText(Path.Combine(Home, ".gitignore")));
        Assert.Equal(
            $"{{\"format\":1,\"id\":\"{made.Id}\",\"seed\":{made.Seed}}}\n",
            File.ReadAllText(Path.Combine(Home, "workspace.json")));
        Assert.Empty(made.Runs());
        var again = Workspace.Open(_storage, Home + "/../.holdfast", create: false);
        Assert.Equal((made.Id, made.Seed, Home), (again.Id, again.Seed, again.Path));
        Assert.NotEqual(made.Id, Workspace.Open(_storage, Path.Combine(_folder, "other"), create: true).Id);
    }

    [Fact]
    public void A_folder_that_is_no_workspace_is_not_made_one_by_a_look()
    {
        var error = Assert.Throws<WorkspaceException>(() => Workspace.Open(_storage, Home, create: false));
        Assert.Equal($"{Home} is no workspace of Holdfast; run a plan, or name one with --workspace", error.Message);
        Assert.False(Directory.Exists(Home));
    }

    [Theory]
    [InlineData("{\"format\":2,\"id\":\"w\",\"seed\":1}", "is of format 2, and this version reads up to 1")]
    [InlineData("{\"format\":1,\"id\":null,\"seed\":1}", "(its id is null); restore it")]
    [InlineData("{\"format\":1,\"seed\":1}", "cannot be read")]
    [InlineData("{\"format\":1,\"id\":\"w\"}", "cannot be read")]
    [InlineData("{\"format\":1,\"id\":\"w\",\"seed\":-1}", "cannot be read")]
    [InlineData("[1]", "cannot be read")]
    [InlineData("{\"format\":1,\"id\":\"w\",\"seed\":7} x", "cannot be read")]
    [InlineData("{", "move the workspace aside and start a new one")]
    public void A_workspace_that_cannot_be_read_is_named_with_what_helps(string json, string why)
    {
        Directory.CreateDirectory(Home);
        var file = Path.Combine(Home, "workspace.json");
        File.WriteAllText(file, json);
        var error = Assert.Throws<WorkspaceException>(() => Workspace.Open(_storage, Home, create: true));
        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Equal(json, File.ReadAllText(file));
    }

    [Fact]
    public void A_workspace_whose_file_a_person_has_laid_out_anew_is_read()
    {
        Directory.CreateDirectory(Home);
        File.WriteAllText(
            Path.Combine(Home, "workspace.json"),
            "\r\n{\r\n  \"seed\": 7, \"id\": \"\\u0077\", \"more\": [1],\r\n  \"format\": 1\r\n}\r\n");
        var workspace = Workspace.Open(_storage, Home, create: false);
        Assert.Equal(("w", 7UL), (workspace.Id, workspace.Seed));
    }

    [Fact]
    public void A_place_where_none_can_be_made_is_named_with_what_helps()
    {
        File.WriteAllText(Home, "a file");
        var error = Assert.Throws<WorkspaceException>(() => Workspace.Open(_storage, Home, create: true, "move it"));
        Assert.StartsWith($"the workspace {Home} cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; give this user access to the folder, or move it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_holds_other_things_becomes_no_workspace()
    {
        var project = Path.Combine(_folder, "project");
        Directory.CreateDirectory(Path.Combine(project, "src"));
        var error = Assert.Throws<WorkspaceException>(() => Workspace.Open(_storage, project, create: true));
        Assert.Equal(
            $"{project} is no workspace of Holdfast, and holds other things such as \"src\"; name a folder of its own, "
                + $"such as {project}/.holdfast", error.Message);
        Assert.Equal(["src"], Directory.GetFileSystemEntries(project).Select(Path.GetFileName));

        // A volume of its own, what another process has begun to make, and one of which the file was lost.
        foreach (var (name, has) in new[] { ("volume", "lost+found"), ("begun", "runs"), (".holdfast", "letters") })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name, has));
            Workspace.Open(_storage, Path.Combine(_folder, name), create: true);
        }
    }

    [Fact]
    public void The_nearest_workspace_above_a_folder_is_its_own()
    {
        var deep = Directory.CreateDirectory(Path.Combine(_folder, "a", "b")).FullName;
        Assert.Null(Workspace.FindAbove(_storage, deep));
        Directory.CreateDirectory(Home);
        Assert.Equal(Home, Workspace.FindAbove(_storage, deep));
        var nearer = Directory.CreateDirectory(Path.Combine(_folder, "a", ".holdfast")).FullName;
        Assert.Equal(nearer, Workspace.FindAbove(_storage, deep));
        Assert.Equal(nearer, Workspace.FindAbove(_storage, Path.Combine(_folder, "a")));
    }

    [Fact]
    public void Workspaces_below_a_folder_are_found_two_levels_down_and_not_in_hidden_ones()
    {
        foreach (var name in new[] { "b/y", "b/x", "a", "a/b/c", ".hidden/z", "b/.git" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name, ".holdfast"));
        }

        Assert.Equal(
            ["a", "b/x", "b/y"],
            Workspace.FindBelow(_storage, _folder)
                .Select(p => Path.GetRelativePath(_folder, Path.GetDirectoryName(p)!)));
        for (var i = 0; i < 12; i++)
        {
            Directory.CreateDirectory(Path.Combine(_folder, $"n{i:00}", ".holdfast"));
        }

        Assert.Equal(10, Workspace.FindBelow(_storage, _folder).Count);
        Assert.Empty(Workspace.FindBelow(_storage, Path.Combine(_folder, "no such folder")));
    }

    [Theory]
    [InlineData("run-1", "run-1")]
    [InlineData("other", "other-a")]
    [InlineData("run-10", "run-10")]
    [InlineData("run", "\"run\" begins the ids of 2 runs (run-1, run-10, …); give more of it")]
    [InlineData("x", "no run is called \"x\"; `holdfast list` shows all 3")]
    [InlineData("./x", "./x is no folder of a run (it has no journal)")]
    public void A_run_is_found_by_its_id_or_the_beginning_of_it(string reference, string expected)
    {
        var workspace = Workspace.Open(_storage, Home, create: true);
        foreach (var id in new[] { "run-1", "run-10", "other-a" })
        {
            Make(workspace, id);
        }

        File.WriteAllText(Path.Combine(workspace.RunsPath, "run-a-file"), "");
        var error = Record.Exception(() => Assert.Equal(expected, workspace.Find(reference).Id));
        if (error is not null)
        {
            Assert.Equal(expected, Assert.IsType<RunNotFoundException>(error).Message);
        }
    }

    [Fact]
    public void A_run_is_found_by_its_folder_too()
    {
        var run = Make(Workspace.Open(_storage, Home, create: true), "r");
        var elsewhere = Workspace.Open(_storage, Path.Combine(_folder, "other"), create: true);
        Assert.Equal(run, elsewhere.Find(run.Path));
        Assert.Equal(run, elsewhere.Find(run.Path + "/"));
        Assert.Throws<RunNotFoundException>(() => elsewhere.Find(run.Path + "x"));
    }

    [Theory]
    [InlineData(".", true)]
    [InlineData("..", true)]
    [InlineData("a/b", true)]
    [InlineData("/", true)]
    [InlineData("last", false)]
    [InlineData("20261120-093012-a-23ab", false)]
    public void A_reference_with_a_separator_is_a_path(string reference, bool isPath) =>
        Assert.Equal(isPath, Workspace.IsPath(reference));

    [Fact]
    public void The_last_run_is_the_one_that_began_last_whatever_it_is_called()
    {
        var workspace = Workspace.Open(_storage, Home, create: true);
        var none = Assert.Throws<RunNotFoundException>(() => workspace.Find("last"));
        Assert.Equal($"the workspace {Home} has no runs yet", none.Message);
        Directory.CreateDirectory(Path.Combine(workspace.RunsPath, "zz-never-begun"));
        Assert.Equal("zz-never-begun", workspace.Find("last").Id);
        Make(workspace, "z");
        _time.Advance(TimeSpan.FromSeconds(5));
        Make(workspace, "b");
        Assert.Equal("b", workspace.Find("last").Id);
        Make(workspace, "a");
        Assert.Equal("b", workspace.Find("last").Id);
        _time.Advance(TimeSpan.FromSeconds(5));
        Make(workspace, RunFolder.NewId(_time.GetUtcNow(), "x", 9));
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Make(workspace, RunFolder.NewId(_time.GetUtcNow(), "a", 9));
        Assert.EndsWith("-a-b222", workspace.Find("last").Id, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Make(workspace, "m");
        Assert.Equal("m", workspace.Find("last").Id);
    }

    [Fact]
    public void The_last_run_is_no_child_of_another()
    {
        var workspace = Workspace.Open(_storage, Home, create: true);
        Make(workspace, "import");
        _time.Advance(TimeSpan.FromSeconds(5));
        Make(workspace, "import.north", parent: "import");
        _time.Advance(TimeSpan.FromSeconds(5));
        Make(workspace, "import.north.1", parent: "import.north");
        Assert.Equal("import", workspace.Find("last").Id);
        Make(workspace, "import.all");
        Assert.Equal("import.all", workspace.Find("last").Id);
    }

    [Fact]
    public void The_seed_of_a_run_is_drawn_from_the_workspace_and_its_id_alone()
    {
        var workspace = Workspace.Open(_storage, Home, create: true);
        var seed = workspace.SeedOf("r");
        Assert.Equal(seed, Workspace.Open(_storage, Home, create: false).SeedOf("r"));
        Assert.InRange(seed, 1UL, 1UL << 53);
        Assert.NotEqual(seed, workspace.SeedOf("s"));
        Assert.NotEqual(seed, Workspace.Open(_storage, Path.Combine(_folder, "o"), create: true).SeedOf("r"));
    }

    [Theory]
    [InlineData("nightly", "nightly")]
    [InlineData("Über  Alles!", "ber--alles")]
    [InlineData("--x--", "x")]
    [InlineData("0123456789012345678901234567890123456789abc", "0123456789012345678901234567890123456789")]
    public void A_new_id_begins_with_the_time_and_then_the_name(string name, string slug)
    {
        var now = new DateTimeOffset(2026, 11, 20, 10, 30, 12, TimeSpan.FromHours(1));
        Assert.Equal($"20261120-093012-{slug}-2222", RunFolder.NewId(now, name, 0));
        Assert.Equal($"20261120-093012-{slug}-3322", RunFolder.NewId(now, name, 1 + 31));
        Assert.True(RunFolder.IsGoodId(RunFolder.NewId(now, name, ulong.MaxValue)));
    }

    [Theory]
    [InlineData("r", true)]
    [InlineData("A-b_c.1", true)]
    [InlineData("", false)]
    [InlineData("last", false)]
    [InlineData(".r", false)]
    [InlineData("-r", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("lasting", true)]
    public void An_id_is_a_plain_name_of_a_folder(string id, bool good) => Assert.Equal(good, RunFolder.IsGoodId(id));

    [Fact]
    public void An_id_has_a_hundred_characters_at_most()
    {
        Assert.True(RunFolder.IsGoodId(new string('a', 100)));
        Assert.False(RunFolder.IsGoodId(new string('a', 101)));
    }

    [Theory]
    [InlineData("build", "build-44575cf5b285")]
    [InlineData("..", "-.-5ec1f7e700f3")]
    [InlineData("import[a b/ü.csv]", "import-a-b--.csv--3df97fe137b4")]
    public void The_folder_of_a_task_begins_with_its_name_and_ends_with_a_hash_of_all_of_it(string task, string name)
    {
        Assert.Equal(name, RunFolder.OutputFolderName(task));
        var longName = new string('x', 200);
        Assert.Equal(53, RunFolder.OutputFolderName(longName).Length);
        Assert.NotEqual(RunFolder.OutputFolderName(longName), RunFolder.OutputFolderName(longName + "x"));
    }

    [Fact]
    public void The_files_of_a_run_are_where_other_versions_look_for_them()
    {
        var run = new RunFolder(Path.Combine(_folder, "home", ".holdfast", "runs", "r"));
        Assert.Equal(("r", Path.Combine(_folder, "home")), (run.Id, run.HomePath));
        Assert.Equal(
            ["plan.json", "run.lock", "plan.next.json", "pruning", "inbox", "output"],
            new[]
            {
                run.PlanPath, run.LockPath, run.NextPlanPath, run.PruneMarkPath, run.InboxPath, run.OutputPath,
            }.Select(p => Path.GetRelativePath(run.Path, p)));
        var workspace = Workspace.Open(_storage, Home, create: true);
        Assert.Equal(Path.Combine(Home, "start.lock"), workspace.StartLockPath);
        Assert.Equal(Path.Combine(Home, "runs", "r"), workspace.Run("r").Path);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RunFolder Make(Workspace workspace, string id, string? parent = null)
    {
        var run = workspace.Run(id);
        RunDriver.Create(
            _storage, run, workspace.Id, "{}"u8.ToArray(), Plans.Of("a") with { RunId = id },
            [new RunStarted("p", new string('0', 64), 1, 1) { Parent = parent }], (_time, Me)).Dispose();
        return run;
    }
}
