namespace Holdfast.Tests.House;

public sealed class LeftoversTests
{
    private static IReadOnlyList<SourceFile> All => Repository.Files;

    private static IReadOnlyList<SourceFile> CSharp => Repository.CSharp;

    [Fact]
    public void Nothing_is_marked_as_unfinished() =>
        Verdict.Holds("unfinished", All.Count, All.SelectMany(Leftovers.Unfinished));

    [Fact]
    public void No_member_is_missing_its_body() =>
        Verdict.Holds("not-implemented", CSharp.Count, CSharp.SelectMany(Leftovers.NotImplemented));

    // In the examples of the documents they hide nothing: they name what a page shows.
    [Fact]
    public void No_region_hides_code() => Verdict.Holds(
        "regions", CSharp.Count, CSharp.Where(f => !Repository.IsExample(f.Path)).SelectMany(Leftovers.Regions));

    [Fact]
    public void Every_skip_gives_its_reason() =>
        Verdict.Holds("skips", CSharp.Count, CSharp.SelectMany(Leftovers.SkipsWithoutReason));

    [Fact]
    public void No_code_switches_a_rule_of_the_house_off() =>
        Verdict.Holds("silenced", CSharp.Count, CSharp.SelectMany(Leftovers.SilencedBans));

    [Fact]
    public void No_file_names_a_path_of_one_machine() => Verdict.Holds(
        "machine-paths", All.Count, All.SelectMany(f => Leftovers.MachinePaths(f, Repository.Root.FullName)));

    [Fact]
    public void No_file_names_a_package_registry() =>
        Verdict.Holds("registries", All.Count, All.SelectMany(Leftovers.RegistryHosts));

    [Theory]
    [InlineData("a.cs", "// TODO: later", 1)]
    [InlineData("a.cs", "/* FIXME */ class A { /// <summary>HACK</summary>\nint B; }", 2)]
    [InlineData("a.cs", "class A { string s = \"TODO // XXX\"; } // a todo list", 0)]
    [InlineData("run.sh", "true # XXX later", 1)]
    [InlineData("a.md", "no mark, no TODOS", 0)]
    public void Marks_are_found(string path, string text, int problems) =>
        Assert.Equal(problems, Leftovers.Unfinished(new(path, text)).Count());

    [Theory]
    [InlineData("class A { void M() => throw new NotImplementedException(); }", 1)]
    [InlineData("class A { void M() => throw new System.NotImplementedException(\"x\"); }", 1)]
    [InlineData("class A { string s = \"NotImplementedException\"; }", 0)]
    [InlineData("class A { string s = nameof(NotImplementedException); }", 0)]
    [InlineData("class A { bool M(object o) => o is NotImplementedException or int; }", 0)]
    public void A_missing_body_is_found(string text, int problems) =>
        Assert.Equal(problems, Leftovers.NotImplemented(new("a.cs", text)).Count());

    [Fact]
    public void A_region_is_found() =>
        Assert.Single(Leftovers.Regions(new("a.cs", "class A\n{\n#region more\n#endregion\n}")));

    [Theory]
    [InlineData("class A { [Fact(Skip = \"\")] void M() { } }", 1)]
    [InlineData("class A { [Theory(Skip = \"later\")] void M() { } }", 1)]
    [InlineData("class A { [Fact(Skip = \"needs a kernel with io_uring\")] void M() { } }", 0)]
    [InlineData("class A { void M() { Assert.SkipWhen(true, \" \"); } }", 1)]
    [InlineData("class A { void M() { Assert.Skip(\"strace is not installed\"); } }", 0)]
    public void A_skip_without_a_reason_is_found(string text, int problems) =>
        Assert.Equal(problems, Leftovers.SkipsWithoutReason(new("a.cs", text)).Count());

    [Theory]
    [InlineData("#pragma warning disable RS0030\nclass A;", 1)]
    [InlineData("#pragma warning disable CS0168, CS1591\nclass A;", 1)]
    [InlineData("#pragma warning disable\nclass A;", 1)]
    [InlineData("#pragma warning disable CA1000\n#pragma warning restore RS0030\nclass A;", 0)]
    public void A_rule_that_is_switched_off_is_found(string text, int problems) =>
        Assert.Equal(problems, Leftovers.SilencedBans(new("a.cs", text)).Count());

    [Theory]
    [InlineData("cd /ro" + "ot/holdfast", 1)]
    [InlineData("at \"/ho" + "me/jane/holdfast\"", 1)]
    [InlineData("C:\\Us" + "ers\\jane", 1)]
    [InlineData("see /srv/checkout/src", 1)]
    [InlineData("at /home/runner/work/app/src.cs", 0)]
    [InlineData("src/work/holdfast and ./root/x", 0)]
    public void A_path_of_one_machine_is_found(string text, int problems) =>
        Assert.Equal(problems, Leftovers.MachinePaths(new("a.md", text), "/srv/checkout").Count());

    [Theory]
    [InlineData("https://api.nuget" + ".org/v3/index.json", 1)]
    [InlineData("FROM MCR.microsoft" + ".com/dotnet", 1)]
    [InlineData("the registry of the machine", 0)]
    public void A_registry_is_found(string text, int problems) =>
        Assert.Equal(problems, Leftovers.RegistryHosts(new("a.md", text)).Count());
}
