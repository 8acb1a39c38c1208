using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Text;

/// <summary>How a line is cut into words, and what the place of a word says of it.</summary>
public sealed class TokenTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" - ", "")]
    [InlineData("rate-limit rate limit", "rate limit rate limit")]
    [InlineData("4291 a_b 1x", "4291 a_b 1x")]
    [InlineData("can't can’t we'll we've it's", "can't can’t we'll we've it's")]
    [InlineData("don'tx l'autre 'quoted' x' '7'7", "don tx l autre quoted x 7 7")]
    [InlineData("größe naïve", "größe naïve")]
    [InlineData("a\tb…c", "a b c")]
    public void Words_are_letters_digits_underscores_and_inner_apostrophes(string text, string words)
    {
        var line = Cut(text);
        Assert.Equal(words, string.Join(' ', Enumerable.Range(0, line.Count).Select(i => line[i].ToString())));
        Assert.Equal(text, string.Concat(Enumerable.Range(0, line.Count).Select(i => $"{line.Before(i)}{line[i]}"))
            + (line.Count == 0 ? text : line.After(line.Count - 1).ToString()));
        Assert.All(Enumerable.Range(0, Math.Max(0, line.Count - 1)),
            i => Assert.Equal(line.After(i).ToString(), line.Before(i + 1).ToString()));
    }

    [Theory]
    [InlineData("a docs/zebra/x", "Path")]
    [InlineData("a /zebra", "Path")]
    [InlineData("a zebra/x", "Path")]
    [InlineData("a c:\\zebra", "Path")]
    [InlineData("a \\zebra", "Plain")]
    [InlineData("a zebra/", "Plain")]
    [InlineData("a zebra / b", "Plain")]
    [InlineData("see http://x.test/zebra", "Url")]
    [InlineData("zebra://x.test", "Url")]
    [InlineData("see http://zebra:80?a=b", "Url")]
    [InlineData("see http://x.test zebra", "Plain")]
    [InlineData("see \"http://x.test\",zebra", "Plain")]
    [InlineData("see 'http://x.test/7'zebra", "Plain")]
    [InlineData("see <http://x.test>zebra", "Plain")]
    [InlineData("see http://x.test<zebra", "Plain")]
    [InlineData("see (http://x.test)zebra", "Plain")]
    [InlineData("see http://x.test,zebra", "Plain")]
    [InlineData("see http://x.test\\zebra", "Path")]
    [InlineData("see `http://x.test`zebra", "Plain")]
    [InlineData("see [http://x.test]zebra", "Plain")]
    [InlineData("type 'zebra' is", "Name")]
    [InlineData("type `zebra` is", "Name")]
    [InlineData("type ‘zebra’ is", "Name")]
    [InlineData("type \"zebra\" is", "Name")]
    [InlineData("type “zebra” is", "Name")]
    [InlineData("type 'zebra", "Plain")]
    [InlineData("type 'zebra is", "Plain")]
    [InlineData("type='zebra' is", "Plain")]
    [InlineData("type: 'zebra' is", "Plain")]
    [InlineData("'zebra' is", "Plain")]
    [InlineData(" 'zebra' is", "Plain")]
    public void Where_a_word_stands_says_what_it_proves(string text, string place)
    {
        var line = Cut(text);
        var at = Enumerable.Range(0, line.Count).Single(i => line[i] is "zebra");
        Assert.Equal(place, line.Tokens[at].Place.ToString());
    }

    [Theory]
    [InlineData("i/o timeout")]
    [InlineData("Input/Output error")]
    [InlineData("(read/write)")]
    [InlineData("\"and/or\"")]
    [InlineData("an SSL/TLS error")]
    [InlineData("tls/ssl")]
    public void Words_that_a_slash_joins_in_prose_are_no_path(string text)
    {
        Assert.All(Cut(text).Tokens.ToArray(), each => Assert.Equal(TokenPlace.Plain, each.Place));
        // Part of more, they are.
        Assert.Contains(Cut("x/" + text.Trim('(', '"')).Tokens.ToArray(), each => each.Place == TokenPlace.Path);
        Assert.Contains(Cut(text.Replace("/", "s/", StringComparison.Ordinal)).Tokens.ToArray(),
            each => each.Place == TokenPlace.Path);
    }

    [Fact]
    public void A_code_between_quotes_is_no_mere_name()
    {
        foreach (var word in "code reason status signal with errno exception by state said CODE".Split(' '))
        {
            var line = Cut($"it failed {word} 'zebra' again");
            Assert.Equal((word, TokenPlace.Plain), (word, line.Tokens[3].Place));
            line = Cut($"it failed x{word} 'zebra' again");
            Assert.Equal((word, TokenPlace.Name), (word, line.Tokens[3].Place));
        }
    }

    [Fact]
    public void Numbers_are_of_digits_only_and_of_a_line_so_many_words_are_read()
    {
        var line = Cut("7 42x 429 x7 http://x/80");
        Assert.Equal(
            [TokenPlace.Number, TokenPlace.Plain, TokenPlace.Number, TokenPlace.Plain, TokenPlace.Url, TokenPlace.Url,
             TokenPlace.Url | TokenPlace.Number],
            line.Tokens.ToArray().Select(each => each.Place));
        var many = string.Concat(Enumerable.Repeat("zebra ", TokenLine.MaxTokens + 7));
        Assert.Equal((TokenLine.MaxTokens, 5), (Cut(many).Count, Cut(many).Tokens[^1].Length));
        Assert.Equal(129, Cut(many[..(129 * 6)]).Count);
    }

    [Fact]
    public void A_line_that_is_cut_anew_knows_nothing_of_the_one_before()
    {
        var line = Cut("ERROR: http://x.test/y 'zebra' refused");
        line.Set("fine");
        Assert.Equal((1, LineMark.None, 0, WordNeeds.Bit("fine")), (
            line.Count, line.Mark, line.ContentToken, line.Held));
    }

    [Theory]
    [InlineData("usage: x", 0)]
    [InlineData("2026-11-20 10:00:00 usage: x", 6)]
    [InlineData("2026-11-20T10:00:00Z usage: x", 5)]
    [InlineData("12T usage", 1)]
    [InlineData("1 2 3 4 5 6 7 8 9 usage", 8)]
    [InlineData("1 2 3", 0)]
    [InlineData("1x usage", 0)]
    [InlineData("Z usage", 0)]
    [InlineData("error: usage", 1)]
    [InlineData("10:00 ERROR usage", 3)]
    public void The_content_of_a_line_begins_behind_its_stamp_and_its_mark(string text, int at) =>
        Assert.Equal(at, Cut(text).ContentToken);

    private static TokenLine Cut(string text)
    {
        var line = new TokenLine();
        line.Set(text);
        return line;
    }
}
