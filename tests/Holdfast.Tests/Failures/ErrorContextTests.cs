using System.Net.Sockets;
using System.Text;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>What is kept of an error beside its class: causes, stack, facts.</summary>
public sealed class ErrorContextTests
{
    [Fact]
    public void An_exception_tells_its_causes_from_the_nearest_to_the_root_and_where_the_root_was_thrown()
    {
        var judged = FailureClassifier.ClassifyException(
            Thrown(), DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);
        var context = Assert.IsType<ErrorContext>(judged.Context);
        Assert.Equal(
            ["IOException: cut off", $"SocketException: {new SocketException(111).Message}"], context.Causes);
        Assert.Contains(nameof(Inner), Assert.IsType<string>(context.Stack[0]), StringComparison.Ordinal);
        Assert.Equal("ConnectionRefused", context.Metadata["socket_error"]);
        Assert.Equal("17", context.Metadata["data.order"]);
        Assert.Equal("System.InvalidOperationException", context.Metadata["exception"]);
    }

    [Fact]
    public void Who_catches_and_throws_again_stands_in_the_stack_once()
    {
        static void Down(int more)
        {
            if (more == 0)
            {
                throw new InvalidOperationException("x");
            }

            Down(more - 1);
        }

        static void Again(int times)
        {
            try
            {
                if (times == 0)
                {
                    Down(2);
                }
                else
                {
                    Again(times - 1);
                }
            }
            catch (InvalidOperationException error)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
            }
        }

        var thrown = Assert.Throws<InvalidOperationException>(() => Again(3));
        var stack = ErrorContext.OfException(thrown, SecretMask.Empty).Stack;
        Assert.Equal(3, stack.Count(f => f.Contains("g__Down", StringComparison.Ordinal)));
        Assert.Equal(1, stack.Count(f => f.Contains("g__Again", StringComparison.Ordinal)));

        const string PrintedAgain = """
            Unhandled exception. System.InvalidOperationException: x
               at P.Down() in /w/p.cs:line 3
               at P.Again() in /w/p.cs:line 9
            --- End of stack trace from previous location ---
               at P.Again() in /w/p.cs:line 12
               at P.Main() in /w/p.cs:line 20
            """;
        Assert.Equal(
            ["Unhandled exception. System.InvalidOperationException: x", "at P.Down() in /w/p.cs:line 3",
                "at P.Again() in /w/p.cs:line 9", "at P.Main() in /w/p.cs:line 20"],
            ErrorContext.OfOutput(Encoding.UTF8.GetBytes(PrintedAgain), SecretMask.Empty).Stack);
    }

    [Fact]
    public void Nothing_of_it_shows_a_secret_or_grows_without_bound()
    {
        var mask = SecretMask.For(["s3cr3t-value"]);
        var error = new InvalidOperationException("a", new InvalidOperationException("with s3cr3t-value"));
        for (var i = 0; i < 100; i++)
        {
            error.Data[i] = "s3cr3t-value" + new string('x', 2000);
        }

        var context = ErrorContext.OfException(error, mask);
        Assert.DoesNotContain("s3cr3t-value", string.Join('\n', [.. context.Causes, .. context.Metadata.Values]));
        Assert.Equal(ErrorContext.MaxFacts, context.Metadata.Count);
        Assert.All(context.Metadata.Values, v => Assert.True(v.Length <= 500));
        var deep = new InvalidOperationException("0");
        for (var i = 1; i < 50; i++)
        {
            deep = new InvalidOperationException($"{i}", deep);
        }

        Assert.Equal(ErrorContext.MaxCauses, ErrorContext.OfException(deep, mask).Causes.Count);
        var frames = string.Concat(Enumerable.Range(0, 100).Select(i => $"   at A.B{i}() in a.cs:line {i}\n"));
        Assert.Equal(
            ErrorContext.MaxStack, ErrorContext.OfOutput(Encoding.UTF8.GetBytes("X: y\n" + frames), mask).Stack.Count);
    }

    /// <summary>What programs print, its causes, and the first and last line of the stack.</summary>
    public static TheoryData<string, string, string[], string, string> Printed => new()
    {
        {
            "dotnet", """
            Unhandled exception. System.InvalidOperationException: outer
             ---> System.IO.IOException: inner
               at Program.Inner() in /w/p.cs:line 9
               --- End of inner exception stack trace ---
               at Program.Main() in /w/p.cs:line 3
            """, ["System.IO.IOException: inner"], "System.IO.IOException: inner",
            "at Program.Inner() in /w/p.cs:line 9"
        },
        {
            "java", """
            12:00 INFO starting
            Exception in thread "main" java.lang.IllegalStateException: outer
            	at a.B.run(B.java:12)
            	at a.B.main(B.java:5)
            Caused by: java.net.ConnectException: Connection refused
            	at java.base/sun.nio.ch.Net.connect0(Native Method)
            	... 2 more
            """, ["java.net.ConnectException: Connection refused"],
            "java.net.ConnectException: Connection refused", "at java.base/sun.nio.ch.Net.connect0(Native Method)"
        },
        {
            "node", """
            /w/x.js:3
                throw new Error("outer");
                ^

            Error: outer
                at Object.<anonymous> (/w/x.js:3:9)
                at Module._compile (node:internal/modules/cjs/loader:1554:14) {
              [cause]: Error: inner
                  at f (/w/x.js:1:7)
            }

            Node.js v22.14.0
            """, ["Error: inner"], "Error: inner", "at f (/w/x.js:1:7)"
        },
        {
            "python", """
            Traceback (most recent call last):
              File "/w/x.py", line 2, in <module>
                int("a")
                ~~~^^^^^
            ValueError: invalid literal for int() with base 10: 'a'

            The above exception was the direct cause of the following exception:

            Traceback (most recent call last):
              File "/w/x.py", line 4, in <module>
                raise RuntimeError("outer") from e
            RuntimeError: outer
            """, ["ValueError: invalid literal for int() with base 10: 'a'"],
            "ValueError: invalid literal for int() with base 10: 'a'", "File \"/w/x.py\", line 2, in <module>"
        },
        {
            "ruby", """
            x.rb:1:in 'Integer': invalid value for Integer(): "a" (ArgumentError)
            	from x.rb:1:in 'f'
            	from x.rb:3:in '<main>'
            """, [], "x.rb:1:in 'Integer': invalid value for Integer(): \"a\" (ArgumentError)",
            "from x.rb:3:in '<main>'"
        },
        {
            "go", """
            panic: runtime error: index out of range [3] with length 3

            goroutine 1 [running]:
            main.f(...)
            	/w/x.go:6
            main.main()
            	/w/x.go:10 +0x1d
            exit status 2
            """, [], "goroutine 1 [running]:", "/w/x.go:10 +0x1d"
        },
        {
            "rust", """
            Error: cannot start

            Caused by:
                0: cannot open a.toml
                1: No such file or directory (os error 2)
            """, ["cannot open a.toml", "No such file or directory (os error 2)"], "", ""
        },
        {
            "php", """
            PHP Fatal error:  Uncaught Exception: no in /w/x.php:2
            Stack trace:
            #0 /w/x.php(4): f()
            #1 {main}
              thrown in /w/x.php on line 2
            """, [], "Stack trace:", "#1 {main}"
        },
        { "prose", "we met\n  at the end of the day\n  from here to there\ndone", [], "", "" },
        { "nothing", "", [], "", "" },
    };

    [Theory]
    [MemberData(nameof(Printed))]
    public void A_printed_stack_is_found_in_the_form_of_its_language(
        string language, string output, string[] causes, string first, string last)
    {
        var context = ErrorContext.OfOutput(Encoding.UTF8.GetBytes(output), SecretMask.Empty);
        Assert.Equal(causes, context.Causes);
        Assert.Equal((first, last), context.Stack is [var top, .., var bottom] ? (top, bottom) : ("", ""));
        Assert.NotNull(language);
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            Outer();
        }
        catch (InvalidOperationException error)
        {
            error.Data["order"] = 17;
            return error;
        }

        throw new InvalidOperationException("it was not thrown");
    }

    private static void Outer()
    {
        try
        {
            Inner();
        }
        catch (SocketException error)
        {
            throw new InvalidOperationException("outer", new IOException("cut off", error));
        }
    }

    private static void Inner() => throw new SocketException((int)SocketError.ConnectionRefused);
}
