namespace Holdfast.Tests.House;

public sealed class SizesTests
{
    // Scripts have no extension; they are read by people as often as the rest.
    private static readonly string[] Scripts = ["holdfast", "test", ".ci/run"];

    private static IReadOnlyList<SourceFile> Code => [.. Repository.CSharp, .. Scripts.Select(Repository.File)];

    [Fact]
    public void No_file_is_longer_than_400_lines() =>
        Verdict.Holds("file-lines", Code.Count, Code.SelectMany(Sizes.Files));

    [Fact]
    public void No_line_is_longer_than_120_characters() =>
        Verdict.Holds("line-characters", Code.Count, Code.SelectMany(Sizes.Lines));

    [Fact]
    public void No_method_is_longer_than_60_lines() =>
        Verdict.Holds("method-lines", Repository.CSharp.Count, Repository.CSharp.SelectMany(Sizes.Methods));

    [Fact]
    public void No_constructor_takes_more_than_7_parameters() => Verdict.Holds(
        "constructor-parameters", Repository.CSharp.Count, Repository.CSharp.SelectMany(Sizes.Constructors));

    [Fact]
    public void No_folder_holds_more_than_25_files() =>
        Verdict.Holds("folder-files", Repository.Files.Count, Sizes.Folders(Repository.Files));

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 1)]
    public void A_file_is_measured_by_its_lines(int lines, int problems) =>
        Assert.Equal(problems, Sizes.Files(new("a.cs", string.Concat(Enumerable.Repeat("//\n", lines)))).Count());

    [Theory]
    [InlineData(120, 0)]
    [InlineData(121, 1)]
    public void A_line_is_measured_by_its_characters(int characters, int problems) =>
        Assert.Equal(problems, Sizes.Lines(new("a.cs", "\n" + new string('/', characters) + "\r\n")).Count());

    [Theory]
    [InlineData("class A { /// <summary>1</summary>\n[X]\n[Y(\n1)]\nvoid M()\n{BODY}\n}", 58)]
    [InlineData("class A { A()\n{BODY}\n}", 59)]
    [InlineData("class A { int P { get\n{BODY}\n} }", 59)]
    [InlineData("class A { void M() { void Inner()\n{BODY}\n} }", 59)]
    [InlineData("class A { void M()\n{ var s = \"\"\"\nBODY } } {\n\"\"\"; }\n}", 56)]
    public void A_method_is_measured_without_its_attributes_and_documentation(string shape, int fits)
    {
        Assert.Empty(Sizes.Methods(Filled(shape, fits - 1)));
        Assert.NotEmpty(Sizes.Methods(Filled(shape, fits + 2)));
    }

    [Fact]
    public void Statements_outside_a_class_are_measured_together()
    {
        Assert.Empty(Sizes.Methods(new("a.cs", string.Concat(Enumerable.Repeat("F();\n", 60)))));
        Assert.NotEmpty(Sizes.Methods(new("a.cs", string.Concat(Enumerable.Repeat("F();\n", 61)))));
    }

    [Theory]
    [InlineData("class A { A(int a, int b, int c, int d, int e, int f, int g) { } }", 0)]
    [InlineData("class A { A(int a, int b, int c, int d, int e, int f, int g, int h) { } }", 1)]
    [InlineData("record A(int B, int C, int D, int E, int F, int G, int H, int I);", 1)]
    [InlineData("class A(int b, int c, int d, int e, int f, int g, int h, int i);", 1)]
    public void Constructors_of_every_kind_are_counted(string text, int problems) =>
        Assert.Equal(problems, Sizes.Constructors(new("a.cs", text)).Count());

    [Fact]
    public void A_folder_is_measured_without_its_folders()
    {
        var files = Enumerable.Range(0, 25).Select(n => new SourceFile($"src/a/{n}.cs", "")).ToList();
        Assert.Empty(Sizes.Folders([.. files, new("src/a/b/1.cs", "")]));
        Assert.Equal("src/a", Assert.Single(Sizes.Folders([.. files, new("src/a/25.cs", "")])).Where);
    }

    private static SourceFile Filled(string shape, int lines) =>
        new("a.cs", shape.Replace("BODY", string.Concat(Enumerable.Repeat(";\n", lines)).TrimEnd('\n')));
}
