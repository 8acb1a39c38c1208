namespace Holdfast.EndToEnd.Packaging;

/// <summary>The script at the root: when it builds, when it does not, and that it is the command afterwards.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly Checkout _checkout = new();

    public LauncherTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "./holdfast is a script for Unix shells");

    public void Dispose() => _checkout.Dispose();

    [Fact]
    public async Task Builds_once_and_says_so_on_standard_error_only()
    {
        Assert.Equal(new Ran(0, "first", "holdfast: building…\n"), await _checkout.Run("source"));
        Assert.Equal(new Ran(0, "first", ""), await _checkout.Run("source"));
        Assert.Equal(1, _checkout.Builds);
    }

    [Fact]
    public async Task Arguments_input_exit_code_and_signal_are_those_of_the_command()
    {
        Assert.Equal("[a b][][*][$HOME]['\"\n]", (await _checkout.Run("a b", "", "*", "$HOME", "'\"\n")).Out);
        Assert.Equal(7, (await _checkout.Run("exit", "7")).Code);
        Assert.Equal(128 + 15, (await _checkout.Run("kill", "TERM")).Code);
        _checkout.Write("src/Holdfast/Source.cs", "second");
        using var process = _checkout.Start("input");
        Assert.Equal("typed ahead", (await Ran.EndOf(process, "typed ahead")).Out);
        Assert.Equal(2, _checkout.Builds);
    }

    // A supervisor that signals the process it started has to reach the command, not a shell in front of it.
    [Fact]
    public async Task The_script_becomes_the_command()
    {
        using var process = _checkout.Start("pid");
        Assert.Equal($"{process.Id}", (await Ran.EndOf(process)).Out);
    }

    [Fact]
    public async Task Works_from_any_folder_and_through_links()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_checkout.Temporary, "else where")).FullName;
        File.CreateSymbolicLink(Path.Combine(elsewhere, "hf"), Path.Combine(_checkout.Root, "holdfast"));
        File.CreateSymbolicLink(Path.Combine(elsewhere, "again"), "hf");
        Directory.CreateSymbolicLink(Path.Combine(elsewhere, "linked"), _checkout.Root);
        foreach (var name in new[] { "./hf", "./again", "linked/holdfast", "../a checkout/holdfast" })
        {
            var ran = await Ran.Of("/bin/sh", ["-c", "\"$0\" where", name], elsewhere, _checkout.Environment);
            Assert.Equal((0, elsewhere + "\n"), (ran.Code, ran.Out));
        }

        Assert.Equal(1, _checkout.Builds);
    }

    [Theory]
    [InlineData("edited")]
    [InlineData("added")]
    [InlineData("deleted")]
    [InlineData("older")]
    [InlineData("settings")]
    [InlineData("new settings")]
    [InlineData("settings gone")]
    [InlineData("project")]
    public async Task Every_kind_of_change_is_noticed(string change)
    {
        _checkout.Write("src/Holdfast/Deep/Other.cs", "x");
        _checkout.Write("global.json", "{}");
        await _checkout.Run();
        switch (change)
        {
            case "edited": _checkout.Write("src/Holdfast/Deep/Other.cs", "y"); break;
            case "added": _checkout.Write("src/Holdfast/Deep/More.cs", "y"); break;
            case "deleted": _checkout.Delete("src/Holdfast/Deep/Other.cs"); break;
            case "older":
                _checkout.Write("src/Holdfast/Deep/Other.cs", "y");
                File.SetLastWriteTimeUtc(Path.Combine(_checkout.Root, "src/Holdfast/Deep/Other.cs"), new(2001, 1, 1));
                break;
            case "settings": _checkout.Write("Directory.Build.props", "<Project><PropertyGroup /></Project>"); break;
            case "new settings": _checkout.Write("Directory.Build.targets", "<Project />"); break;
            case "settings gone": _checkout.Delete("global.json"); break;
            default: _checkout.Write("src/Holdfast.Cli/Holdfast.Cli.csproj", "<Project></Project>"); break;
        }

        await _checkout.Run();
        await _checkout.Run();
        Assert.Equal(2, _checkout.Builds);
    }

    [Fact]
    public async Task Other_builds_editors_and_workspaces_are_no_change()
    {
        _checkout.Write("src/Holdfast/obj/x.json", "{}");
        _checkout.Write("src/Holdfast/.Source.cs.swp", "");
        await _checkout.Run();
        _checkout.Write("src/Holdfast/obj/x.json", "{ }");
        _checkout.Write("src/Holdfast/.Source.cs.swp", "x");
        _checkout.Write(".holdfast/workspace.json", "{}");
        _checkout.Write("tests/A.cs", "x");
        await _checkout.Run();
        Assert.Equal(1, _checkout.Builds);
    }

    [Fact]
    public async Task A_moved_checkout_runs_what_it_has_and_still_notices_changes()
    {
        await _checkout.Run();
        _checkout.MoveTo("moved");
        Assert.Equal(new Ran(0, "first", ""), await _checkout.Run("source"));
        Assert.StartsWith(_checkout.Root, (await _checkout.Run("path")).Out);
        _checkout.Write("src/Holdfast/Source.cs", "second");
        Assert.Equal("second", (await _checkout.Run("source")).Out);
    }

    [Fact]
    public async Task Callers_at_the_same_time_build_once_and_all_run_the_new_build()
    {
        await _checkout.Run();
        _checkout.Write("src/Holdfast/Source.cs", "second");
        await _checkout.GateBuilds();
        var callers = Enumerable.Range(0, 8).Select(_ => _checkout.Start("source")).ToList();
        var ends = callers.Select(c => Ran.EndOf(c)).ToList();
        await _checkout.BuildBegun();
        await _checkout.LetBuildGo();
        var all = await Task.WhenAll(ends);
        callers.ForEach(c => c.Dispose());
        Assert.All(all, ran => Assert.Equal((0, "second"), (ran.Code, ran.Out)));
        Assert.Single(all, ran => ran.Error.Length > 0);
        Assert.Equal(["build", "build"], _checkout.Log);
    }

    [Fact]
    public async Task A_failed_build_shows_the_compilers_errors_and_runs_nothing()
    {
        await _checkout.Run();
        _checkout.Write("src/Holdfast/Broken.cs", "x");
        var ran = await _checkout.Run("source");
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains("src/Holdfast/Broken.cs(3,7): error CS1002: ; expected\n", ran.Error);
        Assert.Contains("the build failed (code 1), nothing was run", ran.Error);
        Assert.Single(_checkout.BuildFolders);
        _checkout.Delete("src/Holdfast/Broken.cs");
        Assert.Equal("first", (await _checkout.Run("source")).Out);
    }

    [Fact]
    public async Task A_build_is_ahead_of_time_where_the_pack_can_be_had()
    {
        Assert.Equal("first", (await _checkout.Run("source")).Out);
        Assert.Equal(["ahead"], _checkout.Kinds);
        Assert.Equal(1, _checkout.Restores);
    }

    [Fact]
    public async Task Without_the_pack_it_builds_all_the_same_and_asks_once()
    {
        _checkout.LosePack();
        Assert.Equal("first", (await _checkout.Run("source")).Out);
        await RebuildTimes(2);
        Assert.Equal(["plain", "plain", "plain"], _checkout.Kinds);
        Assert.Equal(1, _checkout.Restores);
    }

    [Fact]
    public async Task Sources_that_do_not_build_do_not_count_against_the_pack()
    {
        _checkout.LosePack();
        _checkout.Write("src/Holdfast/Broken.cs", "x");
        Assert.Equal(2, (await _checkout.Run("source")).Code);
        _checkout.Delete("src/Holdfast/Broken.cs");
        Assert.Equal("first", (await _checkout.Run("source")).Out);
        Assert.Equal(2, _checkout.Restores);
    }

    [Fact]
    public async Task A_build_folder_stays_while_a_process_runs_from_it_and_goes_afterwards()
    {
        await _checkout.Run();
        var used = Assert.Single(_checkout.BuildFolders);
        using var driver = _checkout.Start("hold");
        Assert.Equal("holding", await driver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await RebuildTimes(6);
        Assert.Contains(used, _checkout.BuildFolders);
        Assert.Equal(5, _checkout.BuildFolders.Length);
        Assert.Equal(0, (await Ran.EndOf(driver)).Code);
        await RebuildTimes(1);
        Assert.DoesNotContain(used, _checkout.BuildFolders);
        Assert.Equal(4, _checkout.BuildFolders.Length);
    }

    [Fact]
    public async Task A_signal_ends_a_build_at_once_and_the_next_call_builds()
    {
        await _checkout.GateBuilds();
        using var process = _checkout.Start("source");
        var end = Ran.EndOf(process);
        await _checkout.BuildBegun();
        await Ran.Of("kill", ["-s", "TERM", $"{process.Id}"], _checkout.Root);
        Assert.Equal((3, ""), ((await end).Code, (await end).Out));
        _checkout.OpenGate();
        Directory.Delete(Path.Combine(_checkout.Fake, "busy"));
        Assert.Equal(new Ran(0, "first", "holdfast: building…\n"), await _checkout.Run("source"));
        Assert.Equal(["build", "build"], _checkout.Log);
    }

    // The compiler lives on when only the script is killed; a second one must not write into the same files meanwhile.
    [Fact]
    public async Task A_killed_script_lets_nobody_in_before_its_build_has_ended()
    {
        await _checkout.GateBuilds();
        using var first = _checkout.Start("source");
        await _checkout.BuildBegun();
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        var taken = await Ran.Of("flock", ["--nonblock", "artifacts/build.lock", "true"], _checkout.Root);
        Assert.Equal(1, taken.Code);
        using var second = _checkout.Start("source");
        var end = Ran.EndOf(second);
        await _checkout.LetBuildGo();
        await _checkout.BuildBegun();
        await _checkout.LetBuildGo();
        Assert.Equal((0, "first"), ((await end).Code, (await end).Out));
        Assert.Equal(["build", "build"], _checkout.Log);
    }

    [Fact]
    public async Task A_missing_dotnet_is_named_with_its_cure()
    {
        var nowhere = new Dictionary<string, string?>
        {
            ["PATH"] = _checkout.Root, ["HOME"] = _checkout.Root, ["DOTNET_ROOT"] = null,
        };
        var ran = await Ran.Of(Path.Combine(_checkout.Root, "holdfast"), ["source"], _checkout.Root, nowhere);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains("\"dotnet\" is not on PATH", ran.Error);
        Assert.Contains("install the .NET 10 SDK", ran.Error);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_named()
    {
        _checkout.Write("artifacts", "a file where the folder should be");
        var ran = await _checkout.Run("source");
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains("artifacts\" cannot be written", ran.Error);
    }

    [Fact]
    public async Task A_copy_of_the_script_alone_says_what_it_needs()
    {
        File.Copy(Path.Combine(_checkout.Root, "holdfast"), Path.Combine(_checkout.Temporary, "holdfast"));
        var ran = await Ran.Of(Path.Combine(_checkout.Temporary, "holdfast"), [], _checkout.Root,
            _checkout.Environment);
        Assert.Equal(2, ran.Code);
        Assert.Contains("no sources at", ran.Error);
    }

    private async Task RebuildTimes(int times)
    {
        for (var n = 0; n < times; n++)
        {
            _checkout.Write("src/Holdfast/Source.cs", $"source {n}");
            Assert.Equal(0, (await _checkout.Run()).Code);
        }
    }
}
