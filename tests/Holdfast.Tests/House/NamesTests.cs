namespace Holdfast.Tests.House;

public sealed class NamesTests
{
    [Fact]
    public void No_file_or_folder_has_a_name_that_says_nothing() =>
        Verdict.Holds("names", Repository.Files.Count, Repository.Files.SelectMany(Names.Paths));

    [Fact]
    public void No_type_or_namespace_has_a_name_that_says_nothing() =>
        Verdict.Holds("type-names", Repository.CSharp.Count, Repository.CSharp.SelectMany(Names.Types));

    [Theory]
    [InlineData("Utils", true)]
    [InlineData("StringUtils", true)]
    [InlineData("IOHelper", true)]
    [InlineData("run_helpers", true)]
    [InlineData("RunManager", true)]
    [InlineData("ManagerOfRuns", true)]
    [InlineData("Common", true)]
    [InlineData("PlansShared", true)]
    [InlineData("SharedThrottle", false)]
    [InlineData("Utilisation", false)]
    [InlineData("ManagedLock", false)]
    [InlineData("Commonest", false)]
    public void Whole_words_are_judged(string name, bool banned) => Assert.Equal(banned, Names.IsBanned(name));

    [Theory]
    [InlineData("src/Holdfast/Utils/Text.cs")]
    [InlineData("src/Holdfast.Common/Text.cs")]
    [InlineData("src/Holdfast/TextHelpers.cs")]
    [InlineData("docs/helpers.md")]
    public void Paths_are_judged_by_every_part(string path) => Assert.Single(Names.Paths(new(path, "")));

    [Theory]
    [InlineData("class RunManager;")]
    [InlineData("record struct Helper;")]
    [InlineData("interface IManager;")]
    [InlineData("enum Common { A }")]
    [InlineData("delegate void Utils();")]
    [InlineData("namespace Holdfast.Shared;")]
    public void Types_of_every_kind_are_judged(string text) => Assert.Single(Names.Types(new("a.cs", text)));

    [Fact]
    public void Members_and_texts_are_not_types() =>
        Assert.Empty(Names.Types(
            new("a.cs", "class A { int Shared; string S = \"class Utils\"; /* class Helper */ }")));
}
