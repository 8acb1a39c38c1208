using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Text;

/// <summary>Which lines are frames of a stack, and what stands between and around them.</summary>
public sealed class StackFrameTests
{
    [Theory]
    [InlineData("  at A.B(C x)")]
    [InlineData("  at A.B in a.cs")]
    [InlineData("  at src/a.rs:12")]
    [InlineData("  File \"/w/x.py\", line 2")]
    [InlineData("  from x.rb:3:in 'f'")]
    [InlineData("\t/w/x.go:6 +0x1d")]
    [InlineData("  12: std::panicking::begin")]
    [InlineData("  main::f(1) called at x.pl line 3")]
    [InlineData("#0 /w/x.php(4): f()")]
    [InlineData("#12 {main}")]
    [InlineData("#2  0x0000 in f () at x.c:3")]
    [InlineData("#3 f (x=1) at x.c:3")]
    public void A_line_that_names_a_place_or_a_call_is_a_frame(string line)
    {
        var isIndented = line[0] is ' ' or '\t';
        Assert.True(StackFrames.IsFrame(line.Trim(), isIndented));
        Assert.False(StackFrames.IsFrame(line.Trim(), !isIndented));
    }

    [Theory]
    [InlineData("  at the end of the day")]
    [InlineData("  at nine: it began")]
    [InlineData("  File \"/w/x.py\", line")]
    [InlineData("  from here to there")]
    [InlineData("  from here: to there")]
    [InlineData("  /w/x.go:x")]
    [InlineData("  12: a b")]
    [InlineData("  a::b 12")]
    [InlineData("#x {main}")]
    [InlineData("#1{main}")]
    [InlineData("#1 words")]
    [InlineData("# 1 {main}")]
    [InlineData("#12")]
    [InlineData("#1 {mai}")]
    public void A_sentence_is_none(string line) =>
        Assert.False(StackFrames.IsFrame(line.Trim(), line[0] is ' ' or '\t'));

    [Theory]
    [InlineData("main.f(...)", true)]
    [InlineData("main.(*T).f(0x1, 0x2)", true)]
    [InlineData("main(1)", false)]
    [InlineData("a b.c(1)", false)]
    [InlineData("a.b(1) ", false)]
    [InlineData("a.b", false)]
    [InlineData("(a.b)", false)]
    public void A_function_of_Go_stands_by_itself(string text, bool isFunction) =>
        Assert.Equal(isFunction, StackFrames.IsGoFunction(text));

    [Theory]
    [InlineData("... 2 more", true)]
    [InlineData("[Previous line repeated 3 more times]", true)]
    [InlineData("... and more", false)]
    [InlineData("... ", false)]
    public void Frames_may_be_left_out(string text, bool isOmission) =>
        Assert.Equal(isOmission, StackFrames.IsOmission(text));

    [Theory]
    [InlineData("0: cannot open", "cannot open")]
    [InlineData("12: cannot open", "cannot open")]
    [InlineData("12 cannot open", "12 cannot open")]
    [InlineData("12:cannot open", "12:cannot open")]
    [InlineData("cannot: open", "cannot: open")]
    public void A_cause_of_a_list_is_told_without_its_number(string text, string cause) =>
        Assert.Equal(cause, StackFrames.WithoutNumber(text));

    [Fact]
    public void Of_several_stacks_the_last_is_told_and_prose_between_frames_ends_one()
    {
        var two = Found("First: no\n  at A.B()\nwords\nSecond: no\n  at C.D()\n  at E.F()\n");
        Assert.Equal(["Second: no", "at C.D()", "at E.F()"], two.Stack);
        Assert.Empty(two.Causes);
        var cut = Found("First: no\n  at A.B()\nwords\n  at C.D()\n");
        Assert.Equal(["words", "at C.D()"], cut.Stack);
        var left = Found("First: no\n  at A.B()\n  ... 3 more\n  at C.D()\n");
        Assert.Equal(["First: no", "at A.B()", "at C.D()"], left.Stack);
        Assert.Equal(["", "at A.B()"], Found("  at A.B()\n").Stack);
        // A cause without frames of its own leaves those of what it led to.
        Assert.Equal(["First: no", "at A.B()"], Found("First: no\n  at A.B()\nCaused by: second\n").Stack);
    }

    [Fact]
    public void Python_tells_what_was_handled_when_another_error_came()
    {
        var found = Found("Traceback (most recent call last):\n  File \"/a.py\", line 1, in f\n    g()\n"
            + "KeyError: 'a'\n\n"
            + "During handling of the above exception, another exception occurred:\n\n"
            + "Traceback (most recent call last):\n  File \"/b.py\", line 2, in h\n    k()\nValueError: b\n");
        Assert.Equal(["KeyError: 'a'"], found.Causes);
        Assert.Equal(["KeyError: 'a'", "File \"/a.py\", line 1, in f"], found.Stack);
        var separate = Found("Traceback (most recent call last):\n  File \"/a.py\", line 1, in f\nKeyError: 'a'\n"
            + "Traceback (most recent call last):\n  File \"/b.py\", line 2, in h\nValueError: b\n");
        Assert.Empty(separate.Causes);
        Assert.Equal(["ValueError: b", "File \"/b.py\", line 2, in h"], separate.Stack);
    }

    private static PrintedStack Found(string output) => PrintedStack.Find(Encoding.UTF8.GetBytes(output));
}
