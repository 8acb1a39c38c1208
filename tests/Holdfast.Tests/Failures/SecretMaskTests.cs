using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

public sealed class SecretMaskTests
{
    private const string Secret = "s3cr3t/with+signs=";

    [Theory]
    [InlineData("key is s3cr3t/with+signs= here", "key is *** here")]
    [InlineData("s3cr3t/with+signs=s3cr3t/with+signs=", "******")]
    [InlineData("?key=s3cr3t%2Fwith%2Bsigns%3D&x=1", "?key=***&x=1")]
    [InlineData("nothing here", "nothing here")]
    public void Each_occurrence_is_masked(string text, string masked) =>
        Assert.Equal(masked, SecretMask.For([Secret]).Mask(text));

    [Fact]
    public void Base64_of_the_secret_is_masked_alone_and_inside_a_pair()
    {
        var mask = SecretMask.For([Secret]);
        Assert.Equal("***", mask.Mask(Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret))));
        foreach (var user in new[] { "u:", "us:", "usr:", "user:" })
        {
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(user + Secret));
            var masked = mask.Mask("Authorization: Basic " + basic);
            Assert.Contains("***", masked, StringComparison.Ordinal);
            // At most a few characters at either end, which share bits with the neighbours, may stay.
            Assert.True(masked.Length <= "Authorization: Basic ".Length + 7 + 3 + 4, masked);
        }
    }

    [Fact]
    public void A_secret_of_several_lines_is_masked_line_by_line()
    {
        var mask = SecretMask.For(["-----BEGIN KEY-----\nabcdefgh\nijklmnop\n}\n"]);
        Assert.Equal("x *** y\n} stays", mask.Mask("x ijklmnop y\n} stays"));
    }

    [Theory]
    [InlineData("ab", "cab ab. abc", "cab ***. abc")]
    [InlineData("7", "17 7 7.", "17 *** ***.")]
    public void A_very_short_secret_is_masked_as_a_whole_word_only(string secret, string text, string masked) =>
        Assert.Equal(masked, SecretMask.For([secret]).Mask(text));

    [Fact]
    public void Blank_secrets_mask_nothing()
    {
        Assert.True(SecretMask.For(["", "  ", "\n"]).IsEmpty);
        Assert.Equal("a b", SecretMask.For([""]).Mask("a b"));
    }

    [Fact]
    public void Bytes_that_are_no_text_pass_through_unchanged()
    {
        byte[] bytes = [0, 255, 254, 13, 10, 128];
        Assert.Equal(bytes, SecretMask.For([Secret]).Mask(bytes));
    }

    [Fact]
    public void A_secret_inside_a_longer_one_leaves_no_rest() =>
        Assert.Equal("***", SecretMask.For(["abcd", "abcdefgh"]).Mask("abcdefgh"));

    [Fact]
    public void A_stream_is_masked_like_the_whole_whatever_its_chunks()
    {
        var cases = from pieces in Gen.ListOf(Gen.Elements("hunter2!", "hunter", "2!", "ab", " ", "x", "ab ab", "\n"))
                    from sizes in Gen.NonEmptyListOf(Gen.Choose(1, 9))
                    select (text: string.Concat(pieces), sizes: sizes.ToArray());
        var mask = SecretMask.For(["hunter2!", "ab"]);
        Prop.ForAll(cases.ToArbitrary(), each =>
        {
            var bytes = Encoding.UTF8.GetBytes(each.text);
            var output = new ArrayBufferWriter<byte>();
            var stream = mask.OpenStream();
            for (int at = 0, i = 0; at < bytes.Length; i++)
            {
                var size = Math.Min(each.sizes[i % each.sizes.Length], bytes.Length - at);
                stream.Write(bytes.AsSpan(at, size), output);
                at += size;
            }

            stream.Finish(output);
            var streamed = Encoding.UTF8.GetString(output.WrittenSpan);
            return streamed == mask.Mask(each.text) && !streamed.Contains("hunter2!", StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("pass word\"x\\", "a pass%20word%22x%5C b", "a *** b")]
    [InlineData("pass word\"x\\", "a=pass+word%22x%5C&b", "a=***&b")]
    [InlineData("pass word\"x\\", "{\"key\":\"pass word\\\"x\\\\\"}", "{\"key\":\"***\"}")]
    [InlineData("???>>>", "token Pz8/Pj4+ or Pz8_Pj4-", "token *** or ***")]
    [InlineData("s3cr3tvalue!", "czNjcjN0dmFsdWUh", "***")]
    [InlineData("s3cr3tvalue", "czNjcjN0dmFsdWU= czNjcjN0dmFsdWU", "*** ***")]
    public void A_secret_in_the_form_of_a_URL_a_form_field_a_JSON_text_or_a_token_is_masked(
        string secret, string text, string masked) => Assert.Equal(masked, SecretMask.For([secret]).Mask(text));

    /// <summary>As other programs print it back: each line was written by the program that it names.</summary>
    [Theory]
    [InlineData(".NET", "a+\"b<é", @"a\u002B\u0022b\u003C\u00E9")]
    [InlineData(".NET, in JSON again", "a+\"b<é", @"a\\u002B\\u0022b\\u003C\\u00E9")]
    [InlineData("Go", "a+\"b<é", @"a+\""b\u003cé")]
    [InlineData("Python", "a+\"b<é", @"a+\""b<\u00e9")]
    [InlineData("Python, twice more", "a+\"b<é", @"a+\\\\\\\""b<\\\\u00e9")]
    [InlineData("PHP", "a/b<é", @"a\/b<\u00e9")]
    [InlineData("an emoji of Python", "key-😀-key", @"key-\ud83d\ude00-key")]
    [InlineData("a URL of Python", "a/b c+d", "a/b%20c%2Bd")]
    [InlineData("a URL of a browser", "a/b!c(d)", "a%2Fb!c(d)")]
    [InlineData("a URL in small digits", "a/b?c=d", "a%2fb%3fc%3dd")]
    [InlineData("HTML", "a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#x27;")]
    [InlineData("HTML of Go", "a<b>&'c", "a&lt;b&gt;&amp;&#39;c")]
    [InlineData("sh -x", "don't tell", @"don'\''t tell")]
    public void A_secret_is_masked_as_programs_write_it(string by, string secret, string written) =>
        Assert.Equal($"{by}: ***.", SecretMask.For([secret]).Mask($"{by}: {written}."));

    [Theory]
    [InlineData("abc", "abc", "***")]
    [InlineData("abc", "(abc)", "(***)")]
    [InlineData("abc", "xabc abcx _abc abc_ 1abc abc1", "xabc abcx _abc abc_ 1abc abc1")]
    [InlineData("abc", "éabc abcé", "éabc abcé")]
    [InlineData("abc", "YWJj", "YWJj")]
    [InlineData("abcd", "xabcdx YWJjZA", "x***x ***")]
    public void Below_four_characters_a_secret_is_no_part_of_a_word(string secret, string text, string masked) =>
        Assert.Equal(masked, SecretMask.For([secret]).Mask(text));

    [Fact]
    public void Lines_of_a_secret_are_secrets_from_four_characters_on()
    {
        var mask = SecretMask.For(["  abcd  \r\nxyz"]);
        Assert.Equal("a *** b xyz", mask.Mask("a abcd b xyz"));
    }

    [Fact]
    public void The_stars_themselves_are_no_secret_and_text_without_any_is_not_copied()
    {
        const string Text = "a *** b";
        Assert.Same(Text, SecretMask.For(["hunter2!"]).Mask(Text));
        Assert.Same(Text, SecretMask.Empty.Mask(Text));
        Assert.Same(Text, SecretMask.For(["***"]).Mask(Text));
        Assert.False(SecretMask.For(["hunter2!"]).IsEmpty);
        Assert.Equal(0, SecretMask.Empty.LongestBytes);
        Assert.True(SecretMask.For(["hunter2!"]).LongestBytes >= 8);
    }

    [Theory]
    [InlineData("x hunt|er2! y", "x |*** y")]
    [InlineData("x ab| y", "x |*** y")]
    [InlineData("x| ab", "x| ***")]
    [InlineData("xa|b", "x|ab")]
    [InlineData("x|ab ", "x|ab ")]
    public void A_stream_holds_back_only_what_may_be_a_secret(string chunks, string written)
    {
        var mask = SecretMask.For(["hunter2!", "ab"]);
        var stream = mask.OpenStream();
        var output = new ArrayBufferWriter<byte>();
        var parts = chunks.Split('|');
        stream.Write(Encoding.UTF8.GetBytes(parts[0]), output);
        var first = output.WrittenCount;
        stream.Write(Encoding.UTF8.GetBytes(parts[1]), output);
        stream.Finish(output);
        var all = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Equal(written.Replace("|", "", StringComparison.Ordinal), all);
        Assert.Equal(written.IndexOf('|', StringComparison.Ordinal), first);
    }

    [Fact]
    public void A_stream_without_secrets_passes_all_at_once()
    {
        var output = new ArrayBufferWriter<byte>();
        var stream = SecretMask.Empty.OpenStream();
        stream.Write("abc"u8, output);
        Assert.Equal(3, output.WrittenCount);
        stream.Finish(output);
        Assert.Equal(3, output.WrittenCount);
    }

    [Fact]
    public void Evidence_of_a_failure_is_masked()
    {
        var classifier = new FailureClassifier(null, SecretMask.For(["sk-123456789"]));
        var failure = classifier.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 1 },
            Stderr = TestData.Bytes("Incorrect API key provided: sk-123456789"),
            Now = TestData.Now,
        });
        Assert.Equal("Incorrect API key provided: ***", failure?.Evidence.Text);
    }
}
