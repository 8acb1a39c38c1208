namespace Holdfast.Tests.House;

public sealed class ArrowsTests
{
    private static IReadOnlyList<SourceFile> SourceProjects =>
        [.. Repository.Projects.Where(p => p.Path.StartsWith("src/"))];

    [Fact]
    public void Projects_refer_only_along_the_arrows() => Verdict.Holds(
        "project-arrows", SourceProjects.Count, SourceProjects.SelectMany(Arrows.References));

    [Fact]
    public void Projects_read_only_what_the_launcher_watches() => Verdict.Holds(
        "outside-files", SourceProjects.Count, SourceProjects.SelectMany(Arrows.OutsideFiles));

    [Fact]
    public void No_two_assemblies_differ_by_case_only() => Verdict.Holds(
        "assembly-names", SourceProjects.Count, Arrows.NamesThatCollide(SourceProjects));

    [Fact]
    public void Every_project_is_part_of_the_solution()
    {
        var solution = Repository.File("Holdfast.slnx").Text;
        Verdict.Holds("solution", Repository.Projects.Count, Repository.Projects
            .Where(p => !solution.Contains($"\"{p.Path}\""))
            .Select(p => new Problem(p.Path, "is not in Holdfast.slnx, so ./test does not build it")));
    }

    [Fact]
    public void Every_room_is_known()
    {
        var rooms = Repository.Sources.Select(s => Arrows.RoomOf(s.Path)).Distinct().ToList();
        Verdict.Holds("known-rooms", rooms.Count, rooms.Where(r => !Arrows.IsKnown(r))
            .Select(r => new Problem(r, "a room that Arrows.cs does not know; say there what it may use")));
    }

    [Fact]
    public void Rooms_use_only_what_the_arrows_allow()
    {
        var uses = Uses.Of(Repository.Sources);
        Assert.Empty(uses.Unseen);
        Verdict.Holds("room-arrows", uses.Found.Count, uses.Found.Where(u => !Arrows.May(u.From, u.To))
            .Select(u => new Problem(u.Where, $"{u.From} must not use {u.To} ({u.Symbol})")));
    }

    [Theory]
    [InlineData("<ProjectReference Include='../Holdfast.Plans/Holdfast.Plans.csproj' />", 1)]
    [InlineData("<ProjectReference Include='..\\Holdfast.Cli\\Holdfast.Cli.csproj' />", 1)]
    [InlineData("<PackageReference Include='YamlDotNet' />", 1)]
    [InlineData("<Compile Include='Journal/Posix.cs' />", 0)]
    public void The_library_refers_to_nothing(string item, int problems)
    {
        var project = new SourceFile("src/Holdfast/Holdfast.csproj", $"<Project>{item}</Project>");
        Assert.Equal(problems, Arrows.References(project).Count());
    }

    [Theory]
    [InlineData("<EmbeddedResource Include='../../examples/first.yaml' />", 1)]
    [InlineData("<EmbeddedResource Include='examples/first.yaml' />", 0)]
    [InlineData("<EmbeddedResource Include='../Holdfast.Plans/Plans/plan.json' />", 0)]
    [InlineData("<Import Project='..\\..\\eng\\more.props' />", 1)]
    public void A_file_outside_src_is_found(string item, int problems)
    {
        var project = new SourceFile("src/Holdfast.Cli/Holdfast.Cli.csproj", $"<Project>{item}</Project>");
        Assert.Equal(problems, Arrows.OutsideFiles(project).Count());
    }

    [Theory]
    [InlineData("<AssemblyName>holdfast</AssemblyName>", 1)]
    [InlineData("", 0)]
    public void Assemblies_that_differ_by_case_only_are_found(string property, int problems) =>
        Assert.Equal(problems, Arrows.NamesThatCollide([
            new("src/Holdfast/Holdfast.csproj", "<Project />"),
            new("src/Holdfast.Cli/Holdfast.Cli.csproj", $"<Project>{property}</Project>"),
        ]).Count());

    [Fact]
    public void A_project_without_arrows_is_found() =>
        Assert.Single(Arrows.References(new("src/Holdfast.New/Holdfast.New.csproj", "<Project />")));

    [Theory]
    [InlineData("Holdfast/Failures", "Holdfast/Journal", false)]
    [InlineData("Holdfast/Journal", "Holdfast/Failures", true)]
    [InlineData("Holdfast/Journal", "Holdfast/Runs", false)]
    [InlineData("Holdfast/Resilience", "Holdfast/Journal", false)]
    [InlineData("Holdfast/Runs", "Holdfast/Journal", true)]
    [InlineData("Holdfast/Runs", "Holdfast.Plans/Plans", false)]
    [InlineData("Holdfast.Plans/Gates", "Holdfast.Plans/Runtimes", false)]
    [InlineData("Holdfast.Plans/Gates", "Holdfast/Runs", false)]
    [InlineData("Holdfast.Plans/Evidence", "Holdfast.Plans/Runtimes", false)]
    [InlineData("Holdfast.Plans/Plans", "Holdfast/Runs", true)]
    [InlineData("Holdfast.Testing/Simulation", "Holdfast.Plans/Plans", false)]
    [InlineData("Holdfast.Cli/Views", "Holdfast.Testing/Simulation", true)]
    [InlineData("Holdfast.Cli/Views", "Holdfast.Cli", true)]
    [InlineData("Holdfast/Journal", "Holdfast", false)]
    public void Arrows_are_read_in_their_direction(string from, string to, bool may) =>
        Assert.Equal(may, Arrows.May(from, to));

    [Theory]
    [InlineData("using Holdfast.Runs; class A { Run? r; }")]
    [InlineData("class A { Runs.Run? r; }")]
    [InlineData("class A { object o = new Holdfast.Runs.Run(); }")]
    [InlineData("class A { int n = Holdfast.Runs.Run.Limit; }")]
    [InlineData("class A { void M() { var r = Holdfast.Journal.Source.Give(); } }")]
    [InlineData("using Holdfast.Runs; class A { int n = \"text\".Long(); }")]
    public void A_use_is_found_however_it_is_written(string body)
    {
        var uses = Uses.Of([
            new("src/Holdfast/Failures/A.cs", body.Insert(body.LastIndexOf("class A", StringComparison.Ordinal),
                "namespace Holdfast.Failures; ")),
            new("src/Holdfast/Runs/Run.cs", "namespace Holdfast.Runs; public class Run { public const int Limit = 1; } "
                + "public static class More { public static int Long(this string s) => 1; }"),
            new("src/Holdfast/Journal/Source.cs",
                "namespace Holdfast.Journal; public static class Source { public static Runs.Run Give() => new(); }"),
        ]);
        Assert.Empty(uses.Unseen);
        Assert.Contains(uses.Found, u => u is { From: "Holdfast/Failures", To: "Holdfast/Runs" });
    }

    [Theory]
    [InlineData("class A { string s = \"Holdfast.Runs.Run\"; /* Runs.Run */ }")]
    [InlineData("class A { string s = \"\"\"\n new Runs.Run() \n\"\"\"; }")]
    public void Words_in_comments_and_texts_are_no_use(string body) =>
        Assert.DoesNotContain(
            Uses.Of([
                new("src/Holdfast/Failures/A.cs", "namespace Holdfast.Failures; " + body),
                new("src/Holdfast/Runs/Run.cs", "namespace Holdfast.Runs; public class Run;"),
            ]).Found,
            u => u.To == "Holdfast/Runs");

    [Fact]
    public void A_name_that_cannot_be_bound_is_no_proof() =>
        Assert.NotEmpty(Uses.Of([new("src/Holdfast/Failures/A.cs", "class A : Missing;")]).Unseen);
}
