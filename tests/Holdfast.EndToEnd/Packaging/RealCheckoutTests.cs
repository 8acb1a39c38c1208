using System.Xml.Linq;

namespace Holdfast.EndToEnd.Packaging;

/// <summary>The repository itself: its script with the real compiler, its package with the real installer.</summary>
public sealed class RealCheckoutTests
{
    private static string Version { get; } = XDocument
        .Load(Path.Combine(Checkout.RealRoot, "Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public async Task The_script_runs_this_checkout_as_the_command_itself()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "./holdfast is a script for Unix shells");
        var script = Path.Combine(Checkout.RealRoot, "holdfast");
        var built = await Ran.Of(script, ["--version"], Path.GetTempPath());
        Assert.True(built.Code == 0, built.Error);
        Assert.StartsWith("holdfast " + Version, built.Out);

        var current = Path.Combine(Checkout.RealRoot, "artifacts", "current");
        var name = File.ReadLines(current).First();
        var dll = Path.Combine(Checkout.RealRoot, "artifacts", "build", name, "Holdfast.Cli.dll");
        string[][] asked = [["--version"], ["--help"], ["statsu"], ["status", "--exit-kode"], ["run", "nope.yaml"]];
        foreach (var arguments in asked)
        {
            var direct = await Ran.Of("dotnet", [dll, .. arguments], Path.GetTempPath());
            var scripted = await Ran.Of(script, arguments, Path.GetTempPath());

            // Nothing changed, so nothing was built; all else but the name in proposed commands is the command's own.
            Assert.Equal(direct, scripted with
            {
                Out = scripted.Out.Replace(script + " ", "holdfast "),
                Error = scripted.Error.Replace(script + " ", "holdfast "),
            });
        }

        Assert.Equal(name, File.ReadLines(current).First());
        var called = await Ran.Of(script, ["statsu"], Path.GetTempPath());
        Assert.Equal(2, called.Code);
        Assert.Contains($"next: {script} --help", called.Error);
    }

    [Fact]
    public async Task The_package_installs_into_an_empty_folder_and_runs()
    {
        var temporary = Directory.CreateTempSubdirectory("holdfast tool ");
        try
        {
            var folder = temporary.FullName;
            var source = Path.Combine(folder, "source");
            var packed = await Ran.Of(
                "dotnet",
                [
                    "pack", "src/Holdfast.Cli", "-c", "Release", "-nologo", "-v", "q", "--tl:off", "-nodeReuse:false",
                    "-p:UseSharedCompilation=false", "--artifacts-path", Path.Combine(folder, "build"), "-o", source,
                ],
                Checkout.RealRoot);
            Assert.True(packed.Code == 0, packed.Out + packed.Error);
            Assert.Equal($"Holdfast.Tool.{Version}.nupkg", Path.GetFileName(Assert.Single(Directory.GetFiles(source))));

            // No source but this folder, and no cache of packages: whatever the tool needs has to be in its package.
            var config = Path.Combine(folder, "sources.config");
            await File.WriteAllTextAsync(
                config,
                "<configuration><packageSources><clear />"
                    + $"<add key='here' value='{source}' /></packageSources></configuration>",
                TestContext.Current.CancellationToken);
            var tools = Path.Combine(folder, "tools");
            var installed = await Ran.Of(
                "dotnet",
                [
                    "tool", "install", "Holdfast.Tool", "--tool-path", tools, "--configfile", config,
                    "--add-source", source,
                ],
                folder,
                new Dictionary<string, string?> { ["NUGET_PACKAGES"] = Path.Combine(folder, "packages") });
            Assert.True(installed.Code == 0, installed.Out + installed.Error);

            var command = Path.Combine(tools, OperatingSystem.IsWindows() ? "holdfast.exe" : "holdfast");
            var ran = await Ran.Of(command, ["--version"], folder);
            Assert.True(ran.Code == 0, ran.Error);
            Assert.StartsWith("holdfast " + Version, ran.Out);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }
}
