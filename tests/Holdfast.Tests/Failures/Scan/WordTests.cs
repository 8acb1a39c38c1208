using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Failures.Scan;
using Holdfast.Failures.Scan.Triggers;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Scan;

/// <summary>
/// Words in raw bytes: where they stand, by what they are known, and the sets that they are looked up in.
/// </summary>
public sealed class WordTests
{
    private static readonly string[] Words =
    [
        "a", "I", "_", "7", "ab", "HTTP", "http2", "429", "refused", "Connection", "connections", "rate_limit",
        "RateLimit", "eightltr", "nineltrss", "ECONNREFUSED", "x1y2z3", "ThirtyOneLettersOfAWordInOneRun",
        "OfThirtyTwoLettersThereIsAWordToo", "HandlerErrorCode",
    ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_words_of_a_line_are_cut_as_one_by_one(int seed)
    {
        var random = new Random(seed);
        var line = new StringBuilder();
        for (var count = random.Next(30); count > 0; count--)
        {
            line.Append(Words[random.Next(Words.Length)]);
            line.Append(" ", 0, random.Next(2)).Append("\\\\n:.é'-_ \t"[random.Next(10)]).Append(' ', random.Next(70));
        }

        var text = line.ToString();
        var (length, words) = Cut(text);
        Assert.Equal(text.Length, length);
        // A backslash and an n are a line break.
        var plain = Regex.Replace(text, @"\\n", "\\-");
        var expected = Regex.Matches(plain, "[A-Za-z0-9_]+").Select(each => (
            each.Index, each.Length, Regex.IsMatch(each.Value, "^[0-9]+$"), NameContext.IsCompound(Bytes(each.Value)),
            Regex.IsMatch(each.Value, "^[0-9]+$") ? 0 : WordHash.Of(each.Value)));
        Assert.Equal(expected, words.Select(each => (
            (int)each.Start, (int)each.Length, each.IsNumber, (each.Meaning.Traits & WordTraits.Compound) != 0,
            each.IsNumber ? 0 : each.Meaning.Hash)));
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Fact]
    public void A_word_of_any_length_is_one()
    {
        for (var length = 1; length < 200; length++)
        {
            var (digits, letters) = (new string('7', length), new string('x', length));
            var (_, words) = Cut($"- {digits} {letters} ");
            Assert.Equal([2, length + 3], words.Select(each => (int)each.Start));
            Assert.Equal([length, length], words.Select(each => (int)each.Length));
            Assert.Equal((true, false), (words[0].IsNumber, words[1].IsNumber));
            Assert.Equal(length >= 63, (words[1].Meaning.Traits & WordTraits.Special) != 0);
            Assert.Equal(WordHash.Of(letters), words[1].Meaning.Hash);
        }
    }

    [Theory]
    [InlineData("zebra\rx")]
    [InlineData("zebra\0x")]
    [InlineData("zebra\ex")]
    public void A_line_that_must_be_stripped_is_not_cut(string text)
    {
        Assert.Equal(-1, Cut(text).Length);
        Assert.Equal(8, Cut("a zebra.\n" + text).Length);
    }

    [Fact]
    public void A_line_that_is_too_long_is_not_cut()
    {
        Assert.Equal(4096, Cut(new string('.', 4096)).Length);
        Assert.Equal(2048, Cut(string.Concat(Enumerable.Repeat("a'", 2048))).Words.Length);
        Assert.Equal(-1, Cut(new string('.', 4200)).Length);
        Assert.Equal(-1, Cut(new string('x', 4300)).Length);
    }

    /// <summary>The words of the first line of a text, all of them learned.</summary>
    private static (int Length, LineWord[] Words) Cut(string text)
    {
        var vocabulary = new LineVocabulary([]);
        var learned = new LearnedWords(vocabulary);
        var words = new LineWords(learned, vocabulary, 4096);
        var bytes = new byte[LineWords.Before + text.Length + 1 + 4096 + LineWords.Behind];
        Encoding.Latin1.GetBytes(text + "\n", 0, text.Length + 1, bytes, LineWords.Before);
        ref var line = ref bytes[LineWords.Before];
        var length = words.Cut(ref line);
        foreach (var i in words.Noted)
        {
            ref var word = ref words.Words[i];
            if ((word.Meaning.Traits & WordTraits.New) != 0)
            {
                word.Meaning = learned.Learn(ref bytes[LineWords.Before + word.Start], word.Length, out _);
            }
        }

        return (length, words.Words.ToArray());
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    [Fact]
    public void A_word_is_known_by_its_length_and_first_eight_letters_whatever_their_case()
    {
        foreach (var word in Words)
        {
            var bytes = Encoding.ASCII.GetBytes(word + "~~~~~~~~");
            var length = Math.Min(word.Length, WordHash.LongestLength);
            var key = WordHash.Key(BitConverter.ToUInt64(bytes), length);
            Assert.Equal(key, WordHash.KeyOf(bytes.AsSpan(0, word.Length)));
            Assert.Equal(WordHash.Of(word), WordHash.Of(key, length));
            Assert.Equal(WordHash.Of(word), WordHash.Of(word.ToUpperInvariant()));
        }

        Assert.Equal(WordHash.Of("connected"), WordHash.Of("connecteX"));
        Assert.NotEqual(WordHash.Of("connected"), WordHash.Of("connectX"));
        Assert.NotEqual(WordHash.Of("connected"), WordHash.Of("connecXed"));
        Assert.Equal(WordHash.Of(new string('x', 31)), WordHash.Of(new string('x', 32)));
        Assert.NotEqual(WordHash.Of(new string('x', 31)), WordHash.Of(new string('x', 30)));
        Assert.Equal(Words.Length, Words.Select(WordHash.Of).Distinct().Count());
        Assert.NotEqual(WordHash.Pair(1, 2), WordHash.Pair(2, 1));
    }

    [Fact]
    public void A_byte_is_told_by_its_bit()
    {
        var text = new byte[128];
        for (var first = 0; first < 256; first += 128)
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (byte)(first + i);
            }

            for (var from = 0; from <= 64; from += 64)
            {
                var block = ByteBits.Load(ref text[from]);
                var shift = first + from;
                Assert.Equal(Bits(each => each is >= '0' and <= '9'), ByteBits.Digits(block));
                Assert.Equal(Bits(each => char.IsAsciiLetter((char)each)), ByteBits.Letters(block));
                Assert.Equal(Bits(each => each is >= 'A' and <= 'Z'), ByteBits.Capitals(block));
                Assert.Equal(Bits(each => each >= 0x80), ByteBits.Foreign(block));
                Assert.Equal(Bits(each => each == 'n'), ByteBits.Equal(block, (byte)'n'));
                Assert.Equal(Bits(each => each != 0), ByteBits.Nonzero(block));
                var small = Enumerable.Range(shift, 64).Select(each => (byte)(each < 0x80
                    && (char.IsAsciiLetterOrDigit((char)each) || each == '_') ? each | 0x20 : 0));
                Assert.Equal(small, Enumerable.Range(0, 64).Select(i => ByteBits.SmallWords(block)[i]));
                Assert.Equal(Bits(each => each is '4' or '5'), ByteBits.InRange(block, (byte)'4', 2));

                ulong Bits(Func<int, bool> holds) => Enumerable.Range(0, 64).Where(i => holds(shift + i))
                    .Aggregate(0UL, (bits, i) => bits | (1UL << i));
            }
        }
    }

    [Fact]
    public void A_set_holds_what_was_put_in_and_hardly_anything_else()
    {
        var random = new Random(7);
        foreach (var count in new[] { 0, 1, 31, 32, 33, 127, 128, 129, 3_000 })
        {
            var hashes = Enumerable.Range(0, count).Select(_ => (uint)random.NextInt64(1, 1L << 32)).ToHashSet();
            // Many that want the last places, so that what comes too late begins again at the first.
            hashes.UnionWith(Enumerable.Range(0, Math.Min(count, 20)).Select(i => uint.MaxValue - (uint)i));
            var others = Enumerable.Range(0, 3_000).Select(_ => (uint)random.NextInt64(1, 1L << 32))
                .Where(each => !hashes.Contains(each)).ToList();

            var pairs = new PairTable(hashes);
            Assert.All(hashes, each => Assert.True(pairs.Holds(each)));
            Assert.All(others, each => Assert.False(pairs.Holds(each)));
            // What is no pair at all is never told from none.
            Assert.True(pairs.Holds(0));

            var bits = new BitFilter(16);
            Assert.All(hashes, each => Assert.False(bits.Holds(each)));
            foreach (var each in hashes)
            {
                bits.Add(each);
            }

            Assert.All(hashes, each => Assert.True(bits.Holds(each)));
            var taken = others.Count(bits.Holds);
            Assert.True(taken <= others.Count * (count + 50) / 40_000, $"{taken} of {others.Count} with {count}");
            bits.AddAll();
            Assert.All(others, each => Assert.True(bits.Holds(each)));
        }
    }

    [Fact]
    public void A_word_is_found_by_its_bytes_whatever_their_case()
    {
        foreach (var count in new[] { 0, 1, 15, 16, 17, 500 })
        {
            var words = Enumerable.Range(0, count).Select(i => $"somewords{i * 7919}X").ToList();
            var table = new WordTable(words.Concat(words.Select(word => word.ToUpperInvariant())));
            Assert.Equal(count, table.Count);
            foreach (var word in words)
            {
                var found = table.Find(Encoding.ASCII.GetBytes(word.ToUpperInvariant()));
                Assert.Equal(word.ToLowerInvariant(), table[found]);
                Assert.Equal(found, table.Find(Encoding.ASCII.GetBytes(word), WordKey.Of(word)));
                // The same key, another word.
                Assert.Equal(-1, table.Find(Encoding.ASCII.GetBytes(word + "y"), WordKey.Of(word)));
            }

            Assert.Equal(-1, table.Find("zebra"u8));
        }
    }

    [Fact]
    public void A_word_is_known_by_its_first_letters_wherever_it_stands()
    {
        var keys = new Dictionary<WordKey, string>();
        string[] more = ["packages", "packagesX", "eightltrs", "eightltr7", "of"];
        foreach (var word in Words.Except(["connections"]).Concat(more))
        {
            var key = WordKey.Of(word);
            Assert.True(keys.TryAdd(key, word), $"{word} is taken for {keys[key]}");
            Assert.Equal(key, WordKey.Of(word.ToUpperInvariant()));
            Assert.Equal(Math.Min(9, word.Length), key.Length);
            Assert.Equal(word.Length > 8, key.More != 0);
            // What stands behind it does not count.
            var letters = Encoding.ASCII.GetBytes(word.ToLowerInvariant().Replace('_', '\x7F') + "\0zebrastripes");
            Assert.Equal(key, WordKey.At(ref letters[0]));
        }

        Assert.Equal(WordKey.Of("connections"), WordKey.Of("connectionX"));
        Assert.Equal(default, WordKey.Of(""));
    }

    [Fact]
    public void A_filter_of_words_lets_all_through_that_were_put_in_and_few_others()
    {
        var random = new Random(7);
        var filter = new WordFilter(6);
        var hashes = Enumerable.Range(0, 100).Select(_ => (uint)random.NextInt64(1L << 32)).ToList();
        hashes.ForEach(filter.Add);
        Assert.All(hashes, each => Assert.True(filter.MayHold(each)));
        Assert.All(hashes, each => Assert.Equal(1ul, WordFilter.At(ref filter.Start, 6, each) & 1));
        var mistaken = Enumerable.Range(0, 10_000).Count(_ => filter.MayHold((uint)random.NextInt64(1L << 32)));
        Assert.InRange(mistaken, 1, 200);
    }

    [Theory]
    [InlineData("err", "err ERR eRr", "er e_r rre")]
    [InlineData("ts5", "ts5 TS5", "ts6 t5s")]
    [InlineData("a_b", "a_b A_B", "a b")]
    [InlineData("\0ex", "xex 7EX _ex \u0001ex", "xe x")]
    [InlineData("ab\0", "abc AB! ab\n", "b a")]
    public void Three_letters_are_found_at_any_place(string letters, string found, string others)
    {
        var marks = new LetterMarks();
        marks.Add(Encoding.ASCII.GetBytes(letters));
        for (var at = 0; at < 64; at++)
        {
            Assert.All(found.Split(' '), each => Assert.Equal(1UL << at, Find(each)));
            Assert.All(others.Split(' '), each => Assert.Equal(0UL, Find(each)));

            ulong Find(string text)
            {
                var bytes = new byte[128];
                Encoding.ASCII.GetBytes(text).CopyTo(bytes.AsSpan(at));
                return LetterMarks.Find(ref marks.Tables, ref bytes[0]);
            }
        }
    }

    [Fact]
    public void More_runs_of_letters_than_bits_are_all_found()
    {
        var marks = new LetterMarks();
        var runs = Enumerable.Range(0, 20).Select(i => $"q{(char)('a' + i)}{i % 10}").ToList();
        runs.ForEach(each => marks.Add(Encoding.ASCII.GetBytes(each)));
        Assert.All(runs, each => Assert.Equal(
            1UL, LetterMarks.Find(ref marks.Tables, ref Encoding.ASCII.GetBytes(each.PadRight(66))[0]) & 1));
        Assert.Equal(0UL, LetterMarks.Find(ref marks.Tables, ref Encoding.ASCII.GetBytes(new string('!', 66))[0]));
    }

    [Theory]
    [InlineData("connection refused", "connection refused by x", "connection by x", "refused by x")]
    [InlineData("connection _ refused", "connection was refused", "connection was", "was refused")]
    [InlineData("too many open files", "too many open files", "too many open", "too open files")]
    [InlineData("connection refused|reset", "connection reset", "connection", "reset")]
    [InlineData("connection can't", "connection can't", "can't", "")]
    [InlineData("é refused", "refused", "é", "")]
    public void A_line_that_lacks_a_word_of_a_phrase_is_told_by_its_bits(
        string phrase, string line, params string[] others)
    {
        var needs = Phrase.Parse(phrase).Needs;
        Assert.True(needs.AreIn(Held(line)), line);
        Assert.All(others, other => Assert.False(needs.AreIn(Held(other)), other));

        static ulong Held(string text)
        {
            var tokens = new TokenLine();
            tokens.Set(text);
            return tokens.Held;
        }
    }

    [Fact]
    public void What_is_known_of_a_word_is_kept_in_one_number()
    {
        var meaning = new WordMeaning(0x89ABCDEF, 0xFEDC, WordUse.First | WordUse.BeforeName, WordTraits.Compound);
        Assert.Equal((0x89ABCDEFu, (ushort)0xFEDC, WordUse.First | WordUse.BeforeName, WordTraits.Compound),
            (meaning.Hash, meaning.Sign, meaning.Use, meaning.Traits));
        Assert.Equal(new WordMeaning(0x89ABCDEF, 0xFEDC, WordUse.First | WordUse.BeforeName | WordUse.Always,
            WordTraits.Compound), meaning.OrMatters(1));
        Assert.Equal((meaning, 0ul, 1ul), (meaning.OrMatters(0), meaning.Matters, meaning.OrMatters(1).Matters));
        Assert.Equal(WordTraits.Compound | WordTraits.Special, meaning.With(WordTraits.Special).Traits);
        Assert.Equal(new WordMeaning(0x89ABCDEF, 7, meaning.Use, meaning.Traits), meaning.With(7));
        Assert.Equal(new WordMeaning(0x89ABCDEF, 7, meaning.Use | WordUse.Second, meaning.Traits | WordTraits.Affixed),
            meaning.As(new WordMeaning(0x89ABCDEF, 7, WordUse.Second, WordTraits.Affixed)));

        var (first, second) = (With(WordUse.First), With(WordUse.Second));
        Assert.Equal((1ul, 0ul, 0ul), (first.MayPair(second), second.MayPair(first), first.MayPair(first)));
        Assert.False(first.MustBeLookedAt(second));
        Assert.True(first.MustBeLookedAt(With(WordUse.BeforePrefix)));
        Assert.True(first.MustBeLookedAt(With(WordUse.BeforeName)));
        Assert.True(first.MustBeLookedAt(WordMeaning.New));
        Assert.True(WordMeaning.New.MustBeLookedAt(first));

        static WordMeaning With(WordUse use) => new(0, 0, use, WordTraits.None);
    }

    /// <summary>Words of up to 16 letters are known by their first and last eight and by how many they are.</summary>
    [Fact]
    public void A_word_stands_for_itself_by_all_its_letters()
    {
        var codes = new HashSet<ulong>();
        for (var length = 1; length <= LearnedWords.Longest; length++)
        {
            var word = new byte[length];
            word.AsSpan().Fill((byte)'a');
            Assert.True(codes.Add(LearnedWords.CodeOf(word)));
            for (var at = 0; at < length; at++)
            {
                word[at] = (byte)'A';
                Assert.True(codes.Add(LearnedWords.CodeOf(word)), $"{length} {at}");
                // What stands behind the word does not count.
                byte[] text = [.. word, .. "zebra, stripes"u8];
                Assert.Contains(LearnedWords.CodeOf(ref text[0], length), codes);
                word[at] = (byte)'a';
            }
        }
    }

    [Fact]
    public void A_word_is_learned_once_and_the_newer_one_takes_its_place()
    {
        var vocabulary = new LineVocabulary([]);
        var learned = new LearnedWords(vocabulary);
        for (var i = 0; i < 100_000; i++)
        {
            var text = Encoding.ASCII.GetBytes($"zebra{i}, and what follows");
            var length = 5 + i.ToString().Length;
            var meaning = learned.Learn(ref text[0], length, out var code);
            ref var place = ref LearnedWords.PlaceOf(ref learned.Start, code);
            Assert.Equal((code, meaning), (place.Code, place.Meaning));
            Assert.Equal(WordHash.Of($"zebra{i}"), meaning.Hash);
        }
    }

    [Fact]
    public void A_shape_differs_wherever_its_parts_differ()
    {
        var shapes = new HashSet<ShapeHash>();
        for (var length = 0; length <= 24; length++)
        {
            for (var at = -1; at < length; at++)
            {
                for (ulong code = 0; code < 3; code++)
                {
                    var gap = Encoding.ASCII.GetBytes(new string(' ', length) + "~~~~~~~~");
                    if (at >= 0)
                    {
                        gap[at] = (byte)'x';
                    }

                    Assert.True(shapes.Add(Of(gap, length, code)), $"{length} {at} {code}");
                    // What stands behind the gap does not count.
                    gap.AsSpan(length).Fill((byte)'y');
                    Assert.Contains(Of(gap, length, code), shapes);
                }
            }
        }

        static ShapeHash Of(byte[] gap, int length, ulong code)
        {
            var shape = ShapeHash.New();
            shape.Add(ref gap[0], length, code);
            return shape;
        }
    }
}
