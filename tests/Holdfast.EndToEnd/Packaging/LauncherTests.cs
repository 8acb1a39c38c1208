namespace Holdfast.EndToEnd.Packaging;

/// <summary>The script at the root: when it builds, when it does not, and that it is the command afterwards.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly Checkout checkout = new();

    public LauncherTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "./holdfast is a script for Unix shells");

    public void Dispose() => checkout.Dispose();

    [Fact]
    public async Task Builds_once_and_says_so_on_standard_error_only()
    {
        Assert.Equal(new Ran(0, "first", "holdfast: building…\n"), await checkout.Run("source"));
        Assert.Equal(new Ran(0, "first", ""), await checkout.Run("source"));
        Assert.Equal(1, checkout.Builds);
    }

    [Fact]
    public async Task Arguments_input_exit_code_and_signal_are_those_of_the_command()
    {
        Assert.Equal("[a b][][*][$HOME]['\"\n]", (await checkout.Run("a b", "", "*", "$HOME", "'\"\n")).Out);
        Assert.Equal(7, (await checkout.Run("exit", "7")).Code);
        Assert.Equal(128 + 15, (await checkout.Run("kill", "TERM")).Code);
        checkout.Write("src/Holdfast/Source.cs", "second");
        using var process = checkout.Start("input");
        Assert.Equal("typed ahead", (await Ran.EndOf(process, "typed ahead")).Out);
        Assert.Equal(2, checkout.Builds);
    }

    // A supervisor that signals the process it started has to reach the command, not a shell in front of it.
    [Fact]
    public async Task The_script_becomes_the_command()
    {
        using var process = checkout.Start("pid");
        Assert.Equal($"{process.Id}", (await Ran.EndOf(process)).Out);
    }

    [Fact]
    public async Task Works_from_any_folder_and_through_links()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(checkout.Temporary, "else where")).FullName;
        File.CreateSymbolicLink(Path.Combine(elsewhere, "hf"), Path.Combine(checkout.Root, "holdfast"));
        File.CreateSymbolicLink(Path.Combine(elsewhere, "again"), "hf");
        Directory.CreateSymbolicLink(Path.Combine(elsewhere, "linked"), checkout.Root);
        foreach (var name in new[] { "./hf", "./again", "linked/holdfast", "../a checkout/holdfast" })
        {
            var ran = await Ran.Of("/bin/sh", ["-c", "\"$0\" where", name], elsewhere, checkout.Environment);
            Assert.Equal((0, elsewhere + "\n"), (ran.Code, ran.Out));
        }

        Assert.Equal(1, checkout.Builds);
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
        checkout.Write("src/Holdfast/Deep/Other.cs", "x");
        checkout.Write("global.json", "{}");
        await checkout.Run();
        switch (change)
        {
            case "edited": checkout.Write("src/Holdfast/Deep/Other.cs", "y"); break;
            case "added": checkout.Write("src/Holdfast/Deep/More.cs", "y"); break;
            case "deleted": checkout.Delete("src/Holdfast/Deep/Other.cs"); break;
            case "older":
                checkout.Write("src/Holdfast/Deep/Other.cs", "y");
                File.SetLastWriteTimeUtc(Path.Combine(checkout.Root, "src/Holdfast/Deep/Other.cs"), new(2001, 1, 1));
                break;
            case "settings": checkout.Write("Directory.Build.props", "<Project><PropertyGroup /></Project>"); break;
            case "new settings": checkout.Write("Directory.Build.targets", "<Project />"); break;
            case "settings gone": checkout.Delete("global.json"); break;
            default: checkout.Write("src/Holdfast.Cli/Holdfast.Cli.csproj", "<Project></Project>"); break;
        }

        await checkout.Run();
        await checkout.Run();
        Assert.Equal(2, checkout.Builds);
    }

    [Fact]
    public async Task Other_builds_editors_and_workspaces_are_no_change()
    {
        checkout.Write("src/Holdfast/obj/x.json", "{}");
        checkout.Write("src/Holdfast/.Source.cs.swp", "");
        await checkout.Run();
        checkout.Write("src/Holdfast/obj/x.json", "{ }");
        checkout.Write("src/Holdfast/.Source.cs.swp", "x");
        checkout.Write(".holdfast/workspace.json", "{}");
        checkout.Write("tests/A.cs", "x");
        await checkout.Run();
        Assert.Equal(1, checkout.Builds);
    }

    [Fact]
    public async Task A_moved_checkout_runs_what_it_has_and_still_notices_changes()
    {
        await checkout.Run();
        checkout.MoveTo("moved");
        Assert.Equal(new Ran(0, "first", ""), await checkout.Run("source"));
        Assert.StartsWith(checkout.Root, (await checkout.Run("path")).Out);
        checkout.Write("src/Holdfast/Source.cs", "second");
        Assert.Equal("second", (await checkout.Run("source")).Out);
    }

    [Fact]
    public async Task Callers_at_the_same_time_build_once_and_all_run_the_new_build()
    {
        await checkout.Run();
        checkout.Write("src/Holdfast/Source.cs", "second");
        await checkout.GateBuilds();
        var callers = Enumerable.Range(0, 8).Select(_ => checkout.Start("source")).ToList();
        var ends = callers.Select(c => Ran.EndOf(c)).ToList();
        await checkout.BuildBegun();
        await checkout.LetBuildGo();
        var all = await Task.WhenAll(ends);
        callers.ForEach(c => c.Dispose());
        Assert.All(all, ran => Assert.Equal((0, "second"), (ran.Code, ran.Out)));
        Assert.Single(all, ran => ran.Error.Length > 0);
        Assert.Equal(["build", "build"], checkout.Log);
    }

    [Fact]
    public async Task A_failed_build_shows_the_compilers_errors_and_runs_nothing()
    {
        await checkout.Run();
        checkout.Write("src/Holdfast/Broken.cs", "x");
        var ran = await checkout.Run("source");
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains("src/Holdfast/Broken.cs(3,7): error CS1002: ; expected\n", ran.Error);
        Assert.Contains("the build failed (code 1), nothing was run", ran.Error);
        Assert.Single(checkout.BuildFolders);
        checkout.Delete("src/Holdfast/Broken.cs");
        Assert.Equal("first", (await checkout.Run("source")).Out);
    }

    [Fact]
    public async Task A_build_folder_stays_while_a_process_runs_from_it_and_goes_afterwards()
    {
        await checkout.Run();
        var used = Assert.Single(checkout.BuildFolders);
        using var driver = checkout.Start("hold");
        Assert.Equal("holding", await driver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await RebuildTimes(6);
        Assert.Contains(used, checkout.BuildFolders);
        Assert.Equal(5, checkout.BuildFolders.Length);
        Assert.Equal(0, (await Ran.EndOf(driver)).Code);
        await RebuildTimes(1);
        Assert.DoesNotContain(used, checkout.BuildFolders);
        Assert.Equal(4, checkout.BuildFolders.Length);
    }

    [Fact]
    public async Task A_signal_ends_a_build_at_once_and_the_next_call_builds()
    {
        await checkout.GateBuilds();
        using var process = checkout.Start("source");
        var end = Ran.EndOf(process);
        await checkout.BuildBegun();
        await Ran.Of("kill", ["-s", "TERM", $"{process.Id}"], checkout.Root);
        Assert.Equal((3, ""), ((await end).Code, (await end).Out));
        checkout.OpenGate();
        Directory.Delete(Path.Combine(checkout.Fake, "busy"));
        Assert.Equal(new Ran(0, "first", "holdfast: building…\n"), await checkout.Run("source"));
        Assert.Equal(["build", "build"], checkout.Log);
    }

    // The compiler lives on when only the script is killed; a second one must not write into the same files meanwhile.
    [Fact]
    public async Task A_killed_script_lets_nobody_in_before_its_build_has_ended()
    {
        await checkout.GateBuilds();
        using var first = checkout.Start("source");
        await checkout.BuildBegun();
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        var taken = await Ran.Of("flock", ["--nonblock", "artifacts/build.lock", "true"], checkout.Root);
        Assert.Equal(1, taken.Code);
        using var second = checkout.Start("source");
        var end = Ran.EndOf(second);
        await checkout.LetBuildGo();
        await checkout.BuildBegun();
        await checkout.LetBuildGo();
        Assert.Equal((0, "first"), ((await end).Code, (await end).Out));
        Assert.Equal(["build", "build"], checkout.Log);
    }

    [Fact]
    public async Task A_missing_dotnet_is_named_with_its_cure()
    {
        var nowhere = new Dictionary<string, string?>
        {
            ["PATH"] = checkout.Root, ["HOME"] = checkout.Root, ["DOTNET_ROOT"] = null,
        };
        var ran = await Ran.Of(Path.Combine(checkout.Root, "holdfast"), ["source"], checkout.Root, nowhere);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains("\"dotnet\" is not on PATH", ran.Error);
        Assert.Contains("install the .NET 10 SDK", ran.Error);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_named()
    {
        checkout.Write("artifacts", "a file where the folder should be");
        var ran = await checkout.Run("source");
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains("artifacts\" cannot be written", ran.Error);
    }

    [Fact]
    public async Task A_copy_of_the_script_alone_says_what_it_needs()
    {
        File.Copy(Path.Combine(checkout.Root, "holdfast"), Path.Combine(checkout.Temporary, "holdfast"));
        var ran = await Ran.Of(Path.Combine(checkout.Temporary, "holdfast"), [], checkout.Root, checkout.Environment);
        Assert.Equal(2, ran.Code);
        Assert.Contains("no sources at", ran.Error);
    }

    private async Task RebuildTimes(int times)
    {
        for (var n = 0; n < times; n++)
        {
            checkout.Write("src/Holdfast/Source.cs", $"source {n}");
            Assert.Equal(0, (await checkout.Run()).Code);
        }
    }
}
