using Holdfast.Failures.Reports;

namespace Holdfast.Tests.Failures.Reports;

/// <summary>How sentences of an agent's report are cut, and which wordings become one.</summary>
public sealed class ReportWordsTests
{
    [Theory]
    [InlineData("I couldn't run it", "i could not run it")]
    [InlineData("I can’t and won't run it", "i can not and will not run it")]
    [InlineData("I cannot run it", "i can not run it")]
    [InlineData("I wasn't able to run it", "i could not run it")]
    [InlineData("I haven't been able to run it", "i could not run it")]
    [InlineData("I am unable to run it", "i could not run it")]
    [InlineData("I did not manage to run it", "i could not run it")]
    [InlineData("I managed to run it", "i managed to run it")]
    [InlineData("I've failed to run it", "i could not run it")]
    [InlineData("We've run it", "we have run it")]
    [InlineData("I was able to run it", "i could run it")]
    [InlineData("It's not yet fully done", "it is not done")]
    [InlineData("I still haven't run it", "i have not run it")]
    [InlineData("It still fails", "it still fails")]
    [InlineData("It no longer passes", "it does not pass")]
    [InlineData("The edits no longer apply", "the edits does not apply")]
    [InlineData("One no longer applies, one no longer compiles", "one does not apply|one does not compile")]
    [InlineData("It no longer fails", "it no longer fails")]
    [InlineData("It works no longer", "it works no longer")]
    [InlineData("The user's file isn't there, let's go", "the user file is not there|let us go")]
    [InlineData("I'd go, we're late, I'm late, they'll go", "i would go|we are late|i am late|they will go")]
    public void Ways_to_say_one_thing_become_one(string sentence, string expected) =>
        Assert.Equal(expected, Clauses(sentence));

    [Theory]
    [InlineData("All pass, but one fails", "all pass|but one fails")]
    [InlineData("It fails if the key is missing", "it fails|if the key is missing")]
    [InlineData("Task 3 (data backfill) is open", "task 3 is open|data backfill")]
    [InlineData("On Windows, however, it fails", "on windows|however it fails")]
    [InlineData("I could not reproduce that", "i could not reproduce that")]
    [InlineData("Only the happy path works so far", "only the happy path works so far")]
    [InlineData("So far it works", "so far it works")]
    [InlineData("The rest – two files – is open: a 1.2 b", "the rest|two files|is open|a 1.2 b")]
    [InlineData("well-known 1,200 x", "well known 1,200 x")]
    [InlineData("see a.5 of b.c", "see a 5 of b c")]
    [InlineData("a -b c- d", "a b c d")]
    [InlineData("it is open -", "it is open")]
    [InlineData("one | two … three", "one|two|three")]
    [InlineData("", "")]
    public void A_sentence_is_cut_into_clauses(string sentence, string expected) =>
        Assert.Equal(expected, Clauses(sentence));

    [Theory]
    [InlineData("also just currently really actually fully completely entirely successfully simply yet properly")]
    [InlineData("reliably locally quite very already unfortunately sadly therefore thus hence then myself safely")]
    [InlineData("cleanly ever directly either")]
    public void A_word_that_changes_nothing_is_left_out(string words) => Each(words, "it {0} works", "it works");

    [Theory]
    [InlineData("when if unless whenever where while that which who because since although though but however so")]
    [InlineData("once whether until except instead even")]
    public void A_word_that_opens_a_clause_cuts_the_sentence(string words) =>
        Each(words, "it works {0} it fails", "it works|{0} it fails");

    [Theory]
    [InlineData("i we you they he she it", "{0}'d go", "{0} would go")]
    [InlineData("it that what there here which who he she nothing everything", "{0}'s red", "{0} is red")]
    [InlineData("file job", "{0}'d go and {0}'s red", "{0} go and {0} red")]
    [InlineData("not been be being am is are was were did have has had", "it {0} unable to run", "it could not run")]
    public void A_short_form_is_written_out(string words, string sentence, string expected) =>
        Each(words, sentence, expected);

    private static void Each(string words, string sentence, string expected) => Assert.All(words.Split(' '), word =>
        Assert.Equal(expected.Replace("{0}", word), Clauses(sentence.Replace("{0}", word))));

    private static string Clauses(string sentence) =>
        string.Join('|', ReportWords.Clauses(sentence).Select(each => string.Join(' ', each)));
}
