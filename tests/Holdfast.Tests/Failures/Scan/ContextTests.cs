using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Failures.Scan;
using Holdfast.Failures.Scan.Triggers;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Scan;

/// <summary>
/// What stands around a word in raw bytes: what can be no evidence is told by a look at a few bytes, and where that
/// cannot tell, the line is read. In each text the place in question begins behind a bar, which is not part of it.
/// </summary>
public sealed class ContextTests
{
    [Theory]
    [InlineData("some SomeError|", true)]
    [InlineData("someError|", true)]
    [InlineData("BigFault|", true)]
    [InlineData("SystemExit|", true)]
    [InlineData("Exception|", true)]
    [InlineData("SOME_ERROR|", true)]
    [InlineData("some_error|", true)]
    [InlineData("AnyError|", true)]
    [InlineData("MyError|", false)]
    [InlineData("Error|", false)]
    [InlineData("'Error|", true)]
    [InlineData("éError|", true)]
    [InlineData("ÀError|", true)]
    [InlineData(" MyError|", false)]
    [InlineData("someerror|", false)]
    [InlineData("SomeErrors|", false)]
    [InlineData("someexception|", false)]
    [InlineData("somefault|", false)]
    [InlineData("systemexit|", false)]
    [InlineData("|", false)]
    public void A_word_that_ends_like_a_name_is_long_or_part_of_more(string text, bool expected)
    {
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, NameContext.EndsHere(bytes, at));
    }

    [Theory]
    [InlineData("rate_limit", true)]
    [InlineData("RateLimit", true)]
    [InlineData("aB", true)]
    [InlineData("a_", true)]
    [InlineData("ratelimit", false)]
    [InlineData("RATE", false)]
    [InlineData("RATe", false)]
    [InlineData("Ab", false)]
    [InlineData("_a", false)]
    [InlineData("1A", false)]
    [InlineData("a", false)]
    [InlineData("", false)]
    public void A_word_is_made_of_several(string word, bool expected) =>
        Assert.Equal(expected, NameContext.IsCompound(Encoding.UTF8.GetBytes(word)));

    [Theory]
    [InlineData("code|: RateLimit", true)]
    [InlineData("code|: rate_limit", true)]
    [InlineData("code|: rate RateLimit", false)]
    [InlineData("code|: rate", false)]
    [InlineData("code|: rate'", true)]
    [InlineData("code|: rateé", true)]
    [InlineData("code|: rate-é", false)]
    [InlineData("code|: é", true)]
    [InlineData("code|: \\nrate", true)]
    [InlineData("code|:\nRateLimit", false)]
    [InlineData("code|", false)]
    [InlineData("code|: ", false)]
    public void A_name_may_follow(string text, bool expected)
    {
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, NameContext.MayFollow(bytes, at));
    }

    [Fact]
    public void What_stands_too_far_behind_or_before_is_not_looked_at()
    {
        var reasons = Neighbours.Places.Of(["refused"]);
        foreach (var (blanks, unclear) in new[] { (63, false), (64, true), (65, true) })
        {
            var text = Encoding.ASCII.GetBytes("zebra" + new string(' ', blanks) + "zebra");
            Assert.Equal(unclear, NameContext.MayFollow(text, 5));
            Assert.Equal(unclear, Neighbours.MayBeNext(text, 5, in reasons));
            Assert.Equal(unclear, Neighbours.MayBePrevious(text, 5 + blanks, in reasons, out var start));
            Assert.Equal(unclear ? -1 : 0, start);
            var broken = Encoding.ASCII.GetBytes("zebra\n" + new string(' ', blanks) + "\nzebra");
            Assert.False(Neighbours.MayBeNext(broken, 5, in reasons));
            Assert.False(Neighbours.MayBePrevious(broken, 7 + blanks, in reasons, out _));
        }

        // Where the text ends or begins there is none.
        Assert.False(Neighbours.MayBeNext("zebra      "u8, 5, in reasons));
        Assert.False(Neighbours.MayBePrevious("     zebra"u8, 5, in reasons, out _));
    }

    [Theory]
    [InlineData("jinja2.exceptions.|TemplateNotFound: x", true)]
    [InlineData("a\n  jinja2.|TemplateNotFound: x", true)]
    [InlineData("a\r\tjinja2.|TemplateNotFound: x", true)]
    [InlineData("a\\jinja2.|TemplateNotFound: x", true)]
    [InlineData("it's.é.|TemplateNotFound", true)]
    [InlineData("À.|TemplateNotFound", true)]
    [InlineData("jinja2.|TemplateNotFound", true)]
    [InlineData("jinja2.|TemplateNotFound'", true)]
    [InlineData("jinja2.|TemplateNotFoundé", true)]
    [InlineData("jinja2.|TemplateNotFound x", false)]
    [InlineData("jinja2.|TemplateNotFound, x", false)]
    [InlineData("a jinja2.|TemplateNotFound: x", false)]
    [InlineData("(jinja2.|TemplateNotFound: x", false)]
    [InlineData("- jinja2.|TemplateNotFound: x", false)]
    public void A_full_name_may_open_its_line(string text, bool expected)
    {
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, NameContext.MayOpenLine(bytes, at));
        Assert.Equal(expected, NameContext.MayBe(bytes, at, Neighbours.EndOfWord(bytes, at)));
    }

    [Theory]
    [InlineData("limit (|RateLimit)", true)]
    [InlineData("limit (|rate_limit) x", true)]
    [InlineData("(Net::|OpenTimeout)", true)]
    [InlineData("(|rate')", true)]
    [InlineData("(|rateé)", true)]
    [InlineData("limit (|rate)", false)]
    [InlineData("limit (|RateLimit", false)]
    [InlineData("limit (|RateLimit,", false)]
    [InlineData("limit |RateLimit)", false)]
    [InlineData("Net:|OpenTimeout)", false)]
    [InlineData(":|OpenTimeout)", false)]
    [InlineData(".:|OpenTimeout)", false)]
    [InlineData("|RateLimit)", false)]
    public void A_name_stands_in_brackets(string text, bool expected)
    {
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, NameContext.StandsInBrackets(bytes, at));
        Assert.Equal(expected && !text.Contains("|rate'") && !text.Contains("|rateé"),
            NameContext.MayBe(bytes, at, Neighbours.EndOfWord(bytes, at)));
    }

    [Theory]
    [InlineData("x code: |RateLimit y", true)]
    [InlineData("x type |rate_limit y", true)]
    [InlineData("x \\n|RateLimit y", true)]
    [InlineData("x |SomeError y", true)]
    [InlineData("|SomeError y", true)]
    [InlineData("x zebra |RateLimit y", false)]
    [InlineData("x code zebra |RateLimit y", false)]
    [InlineData("x code |rate y", false)]
    [InlineData("x code |MyErr y", true)]
    [InlineData("x zebra |MyError y", false)]
    [InlineData("|RateLimit y", false)]
    public void A_word_may_be_a_name_behind_some_words(string text, bool expected)
    {
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, NameContext.MayBe(bytes, at, Neighbours.EndOfWord(bytes, at)));
    }

    [Theory]
    [InlineData("a.c:12:|7: expected", true)]
    [InlineData("a.c:12:|77: expected", true)]
    [InlineData("a.c:12:|7:", true)]
    [InlineData("a.c(12:|7): expected", true)]
    [InlineData("a.c(12:|7)", true)]
    [InlineData("a.c:12:|7:x", false)]
    [InlineData("10:12:|07:05", false)]
    [InlineData("a.c:12:|7 expected", false)]
    [InlineData("a.c:12:|7", false)]
    [InlineData("a.c:12:|x: expected", false)]
    [InlineData("a.c:12 |7: expected", false)]
    [InlineData("a.c:|7: expected", false)]
    [InlineData(":|7: expected", false)]
    [InlineData("|7: expected", false)]
    public void A_number_may_be_a_column(string text, bool expected)
    {
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, PlaceContext.MayBe(bytes, at));
    }

    [Theory]
    [InlineData("HTTP |429", true)]
    [InlineData("HTTP/1.1 |429 x", true)]
    [InlineData("HTTP/2 |429 x", true)]
    [InlineData("status: |429 x", true)]
    [InlineData("|429 Too many", true)]
    [InlineData("|429\\nToo many", true)]
    [InlineData("HTTP\\n|429", true)]
    [InlineData("|429\nToo many", false)]
    [InlineData("HTTP\n|429", false)]
    [InlineData("HTTP/1.1.1 |429 x", false)]
    [InlineData("HTTP/11 |429 x", false)]
    [InlineData("HTTP x |429 x", false)]
    [InlineData("1 |429 x", false)]
    [InlineData("line |429 x", false)]
    [InlineData("|429", false)]
    [InlineData("|429 x", false)]
    public void A_number_may_be_a_status(string text, bool expected)
    {
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, StatusContext.MayBe(bytes, at));
    }

    [Theory]
    [InlineData("connection refused", "the |connection refused", true)]
    [InlineData("connection refused", "the |connection: refused", true)]
    [InlineData("connection refused", "the |connection\\nrefused", true)]
    [InlineData("connection refused", "the |connection zebra", false)]
    [InlineData("connection refused", "the |connection\nrefused", false)]
    [InlineData("connection refused", "refused |connection", false)]
    [InlineData("connection reset*", "the |connection resets", true)]
    [InlineData("connection reset*", "the |connection zebra", false)]
    [InlineData("connection # times", "the |connection 7 times", true)]
    [InlineData("connection # times", "the |connection zebra", false)]
    [InlineData("refused connection", "refused |connection", true)]
    [InlineData("refused connection", "REFUSED: |connection", true)]
    [InlineData("refused connection", "zebra |connection", false)]
    [InlineData("refused connection", "refused\n|connection", false)]
    [InlineData("connection ... refused", "the |connection of them is refused", true)]
    [InlineData("connection ... refused", "the |connection \\ zebra", true)]
    [InlineData("connection ... refused", "the |connection of them", false)]
    [InlineData("connection ... refused", "the |connection of\nthem refused", false)]
    [InlineData("connection ... refused", "refused |connection", false)]
    [InlineData("connection _ x", "zebra |connection zebra", true)]
    [InlineData("connection can't", "zebra |connection zebra", true)]
    [InlineData("connection", "zebra |connection zebra", true)]
    public void Beside_a_word_stands_what_its_phrase_wants(string phrase, string text, bool expected)
    {
        var neighbours = new Neighbours();
        var parsed = Phrase.Parse(phrase);
        neighbours.Add(parsed, phrase.StartsWith("refused", StringComparison.Ordinal) ? 1 : 0, "connection");
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, neighbours.MayStandAround(bytes, at, at + "connection".Length));
        var before = WordKey.Of(Neighbours.WordBefore(bytes, at));
        var after = text[(text.IndexOf('|', StringComparison.Ordinal) + 1 + "connection".Length)..];
        var behind = Regex.Match(after.Replace("\\n", " "), "\\w+");
        Assert.True(!expected || neighbours.MayStandAround(before, WordKey.Of(behind.Value)), "at a quick look");
    }

    [Theory]
    [InlineData("# refused", "5 |refused", true)]
    [InlineData("# refused", "0 |refused", false)]
    [InlineData("# refused", "x 0 |refused, 5 sent", false)]
    [InlineData("# refused", "x\n0 |refused\n", false)]
    [InlineData("# refused", "x\t0 |refused(s)", false)]
    [InlineData("# refused", "10 |refused", true)]
    [InlineData("# refused", "x.0 |refused", true)]
    [InlineData("# refused", "0.0 |refused", true)]
    [InlineData("# refused", "/0 |refused", true)]
    [InlineData("# refused", "0\\n|refused", true)]
    [InlineData("# refused", "0-|refused", true)]
    [InlineData("# refused", "0  |refused", true)]
    [InlineData("# refused", "0 |refused: 0", true)]
    [InlineData("# refused", "0 |refused=0", true)]
    [InlineData("# refused", "0 |refused/x", true)]
    [InlineData("# refused", "0 |refused's", true)]
    [InlineData("# refused", "0 |refusedé", true)]
    [InlineData("sent # refused", "sent: 5 |refused", true)]
    [InlineData("sent # refused", "kept: 5 |refused", false)]
    [InlineData("sent # refused", "sent |refused", false)]
    [InlineData("sent # refused", "sent\n5 |refused", false)]
    [InlineData("sent _ refused", "sent x |refused", true)]
    [InlineData("sent _ refused", "sent 0 (|refused", true)]
    [InlineData("sent _ refused", "kept x |refused", false)]
    [InlineData("sent _ refused", "sent\nx |refused", false)]
    [InlineData("sent _ refused", "sent x\n|refused", false)]
    [InlineData("sent _ refused", "sent |refused", false)]
    [InlineData("sent _ refused", "|refused", false)]
    [InlineData("sent _ refused", "kept é |refused", true)]
    [InlineData("sent _ refused", "it's |refused", true)]
    [InlineData("sent _ refused", "x\\n|refused", true)]
    [InlineData("#: refused", "a.c:5: |refused", true)]
    [InlineData("#: refused", "a.c(5) |refused", true)]
    [InlineData("#: refused", "5 |refused", false)]
    [InlineData("=REFUSED _", "x |REFUSED y", true)]
    [InlineData("=REFUSED _", "x |refused y", false)]
    [InlineData("refused se*", "x |refused sent", true)]
    [InlineData("refused se*", "x |refused such", false)]
    public void What_a_phrase_says_of_a_word_is_looked_at(string phrase, string text, bool expected)
    {
        var neighbours = new Neighbours();
        var parsed = Phrase.Parse(phrase);
        var element = parsed.Elements.ToArray().ToList().FindIndex(each => each.Words is ["refused" or "REFUSED"]);
        neighbours.Add(parsed, element, parsed.Elements[element].Words[0], unlessZero: true);
        var (bytes, at) = Marked(text);
        Assert.Equal(expected, neighbours.MayStandAround(bytes, at, at + "refused".Length));
    }

    [Theory]
    [InlineData("of the |word", "the")]
    [InlineData("the\\n|word", "the")]
    [InlineData("the, (-|word", "the")]
    [InlineData("the\n|word", "")]
    [InlineData("x\\nthe |word", "the")]
    [InlineData("|word", "")]
    [InlineData(" |word", "")]
    public void The_word_before_a_place_stands_in_its_line(string text, string before)
    {
        var (bytes, at) = Marked(text);
        Assert.Equal(before, Encoding.UTF8.GetString(Neighbours.WordBefore(bytes, at)));
    }

    [Fact]
    public void The_other_side_of_a_gap_stands_within_twice_its_words()
    {
        var neighbours = new Neighbours();
        neighbours.Add(Phrase.Parse("connection ... refused"), 0, "connection");
        var most = 2 * (Phrase.GapWords + 1);
        Assert.True(Ends("refused", most - 1));
        Assert.False(Ends("refused", most));
        Assert.False(Ends("zebra", 1));
        neighbours.AllowName();
        Assert.True(neighbours.MayStandAround("connection RateLimit"u8, 0, 10));
        Assert.False(neighbours.MayStandAround("connection zebra"u8, 0, 10));
        neighbours.AllowAll();
        Assert.True(neighbours.MayStandAround("connection zebra"u8, 0, 10));

        bool Ends(string word, int behind) => neighbours.MayStandAround(
            Encoding.ASCII.GetBytes("connection " + string.Concat(Enumerable.Repeat("zebra, ", behind)) + word), 0, 10);
    }

    private static (byte[] Text, int At) Marked(string text) => (
        Encoding.UTF8.GetBytes(text.Replace("|", "", StringComparison.Ordinal)),
        Encoding.UTF8.GetByteCount(text.AsSpan(0, text.IndexOf('|', StringComparison.Ordinal))));
}
