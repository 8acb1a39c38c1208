using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// How the turns of phrase of a message are weighed: what each counts for, and when their sum says no.
/// </summary>
public sealed class ReportSignsTests
{
    // Named by what they count for.
    private const string Three = "I could not do it";
    private const string ThreeOfWeakSigns = "Missing access";
    private const string NineAtMostSix = "I gave up and could not do it, I am stuck";
    private const string LessThree = "It no longer does";
    private const string LessFour = "None";
    private const string LessFourteenAtMostSix = "As you requested, on purpose, as asked, nothing is left";
    private const string LessOneOfStrongSigns = "I could not do it, as you requested";
    private const string MereTopic = "I did not do it";
    private const string Nothing = "Zebra stripes";

    [Fact]
    public void A_headline_that_says_so_is_enough_and_a_sentence_below_it_is_not()
    {
        Assert.Equal(1, Line(false, Three));
        Assert.Equal(2, Line(false, Nothing, Three));
        Assert.Null(Line(false, Nothing, Nothing, Three));
        Assert.Null(Line(false, ThreeOfWeakSigns));
        Assert.Equal(2, Line(false, MereTopic, Three));
        Assert.Null(Line(false, LessFour, Three, Three));
    }

    [Fact]
    public void What_is_said_is_summed_up()
    {
        Assert.Equal(3, Line(false, Nothing, Nothing, Three, ThreeOfWeakSigns));
        Assert.Equal(1, Line(false, ThreeOfWeakSigns, Nothing, Three));
        Assert.Null(Line(false, Three, LessFour));
        Assert.Equal(1, Line(false, Three, Three, LessThree));
        Assert.Null(Line(false, Three, LessThree));
        Assert.Null(Line(false, Enumerable.Repeat(MereTopic, 9).ToArray()));
        Assert.Null(Line(false));
    }

    [Fact]
    public void A_question_at_the_end_counts_a_little()
    {
        Assert.Equal(3, Line(true, Nothing, Nothing, Three));
        Assert.Equal(1, Line(true, ThreeOfWeakSigns));
        Assert.Null(Line(true, Nothing, Nothing, Nothing));
        Assert.Null(Line(true));
    }

    [Fact]
    public void A_sentence_counts_for_no_more_than_six_either_way()
    {
        Assert.Null(Line(false, NineAtMostSix, LessFour));
        Assert.Equal(1, Line(false, NineAtMostSix, LessThree));
        Assert.Equal(1, Line(false, Three, Three, Three, LessFourteenAtMostSix));
        Assert.Null(Line(false, Three, Three, LessFourteenAtMostSix));
    }

    [Fact]
    public void A_headline_counts_for_more_only_where_it_says_so_in_the_end()
    {
        Assert.Null(Line(true, LessOneOfStrongSigns, Three));
        Assert.Equal(2, Line(true, LessOneOfStrongSigns, Three, ThreeOfWeakSigns));
    }

    [Fact]
    public void The_evidence_is_the_sentence_that_says_most()
    {
        var found = ReportSigns.Find([(Three, 3), (NineAtMostSix, 5), (NineAtMostSix, 7)], false);
        Assert.Equal((FailureClass.Incomplete, "report.signs", "stdout", 5, NineAtMostSix, 60.0), (
            found?.Class, found?.Rule, found?.Channel, found?.Line, found?.Text, found?.Score));
    }

    [Theory]
    [InlineData("Done", true)]
    [InlineData(LessThree, true)]
    [InlineData(LessOneOfStrongSigns, false)]
    [InlineData(Nothing, false)]
    [InlineData(Three, false)]
    public void A_sentence_says_that_something_was_done(string sentence, bool expected) =>
        Assert.Equal(expected, ReportSigns.SaysDone(sentence));

    private static int? Line(bool asks, params string[] sentences) =>
        ReportSigns.Find([.. sentences.Select((text, i) => (text, i + 1))], asks)?.Line;
}
