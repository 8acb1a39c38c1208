using Holdfast.Failures.Reports;

namespace Holdfast.Tests.Failures.Reports;

/// <summary>How the Markdown of an agent's report is cut into headings, items and sentences.</summary>
public sealed class ReportTextTests
{
    [Theory]
    [InlineData("One. Two! Three", "One.|Two!|Three")]
    [InlineData("**Done.** The rest, e.g.that, follows", "**Done.|** The rest, e.g.that, follows")]
    [InlineData("Run `a. b` and \"c. d\" now", "Run code and code now")]
    [InlineData("An open ` stays. So", "An open ` stays.|So")]
    [InlineData("before\n```\nI could not do it.\n```\nafter", "before|after")]
    [InlineData("before\n~~~\nI could not do it.\n~~~\nafter", "before|after")]
    [InlineData("before\n\n    fatal: no\n\n> I could not\nafter", "before|after")]
    [InlineData("- one\n* two\n3. three\n4) four\n- [x] five", "-one|-two|-three|-four|-five")]
    [InlineData("| a | b |\n|---|---|", "-| a | b |")]
    [InlineData("## Remaining:\n- one\n\nafter", "#Remaining|-one|after")]
    [InlineData("**Remaining**\none", "#Remaining|one")]
    [InlineData("__Remaining__:\none", "#Remaining|one")]
    [InlineData("Remaining:\none", "#Remaining|one")]
    [InlineData("## What I did not do at all\none", "#What I did not do at all|one")]
    [InlineData("**What I did not do at all**\none", "#What I did not do at all|one")]
    [InlineData("__What I did not do at all__\none", "#What I did not do at all|one")]
    [InlineData("**a**\n**b** and **c**\n**d** x\ny **e**", "#a|**b** and **c**|**d** x|y **e**")]
    [InlineData("one\n* ...\n- ?\n***\ntwo", "one|two")]
    [InlineData("**It is not started.**", "**It is not started.")]
    [InlineData("**one** and **two**", "**one** and **two**")]
    [InlineData("Here is what I did today:\none", "Here is what I did today|one")]
    public void Headings_items_and_sentences_are_told_apart(string said, string expected) =>
        Assert.Equal(expected, string.Join('|', Read(said).Sentences.Select(each =>
            (each.IsHeading ? "#" : each.IsItem ? "-" : "") + each.Text)));

    [Fact]
    public void What_follows_on_a_list_is_under_no_heading()
    {
        var sentences = Read("## Left\n- one\n- two\n\nafter").Sentences;
        Assert.Equal(["left", "left", "left", ""], sentences.Select(each => string.Join(' ', each.Under)));
        Assert.Equal([1, 2, 3, 5], sentences.Select(each => each.Line));
    }

    [Theory]
    [InlineData("****")]
    [InlineData("____")]
    [InlineData("***")]
    public void A_line_of_marks_alone_ends_no_heading(string marks) =>
        Assert.Equal(["left"], Read($"## Left\n{marks}\n- one").Sentences[^1].Under);

    [Fact]
    public void Quotations_are_known_by_their_lines() =>
        Assert.Equal([2, 4, 5], Read("a\n> b\n```\nc\nd\n```\ne").Shown);

    [Theory]
    [InlineData("Still to do: the docs", true)]
    [InlineData("Of all that was planned: the docs", false)]
    [InlineData("The docs", false)]
    [InlineData("Left, right: the docs", false)]
    public void A_short_first_clause_before_a_colon_is_a_label(string said, bool expected) =>
        Assert.Equal(expected, Read(said).Sentences[0].HasLabel);

    private static ReportText Read(string said) => new(TestData.Bytes(said).Span);
}
