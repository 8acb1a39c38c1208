using System.Globalization;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>What was ended while it asked a person is no passing hang: nobody answers next time either.</summary>
public sealed class PromptTests
{
    [Theory]
    [InlineData("? Project name: › vite-project")]
    [InlineData("? Select a framework: › - Use arrow-keys. Return to submit.")]
    [InlineData("Ok to proceed? (y)")]
    [InlineData("Are you sure? (yes/no)")]
    [InlineData("Do you want to continue? [Y/n] ")]
    [InlineData("rm: remove write-protected regular file 'x'? ")]
    [InlineData("replace a.txt? [y]es, [n]o, [A]ll, [N]one, [r]ename: ")]
    [InlineData("  Enter a value: ")]
    [InlineData("Enter pass phrase for key.pem:")]
    [InlineData("Verification code: ")]
    [InlineData("root@127.0.0.1's password: ")]
    [InlineData("package name: (shop) ")]
    public void A_question_as_last_word_makes_the_hang_permanent(string asked)
    {
        Assert.Equal((FailureClass.Timeout, false), Of(asked, ""));
        Assert.Equal((FailureClass.Timeout, false), Of("", asked));
        Assert.Equal((FailureClass.Timeout, false), Of(asked, "warning: old cache"));
        Assert.Equal((FailureClass.Timeout, true), Of(asked + "\nyes\ninstalling", ""));
    }

    [Theory]
    [InlineData("[y/n],(y/n),(yes/no),[yes/no],(yes/no/[fingerprint]),(y),y/n", "go on {0}")]
    [InlineData("/dev/tty,press any key,press enter,press return,arrow keys,arrow-keys,use arrows to", "{0} now")]
    [InlineData("password,passphrase,pass phrase,username,verification code,otp,login,email", "your {0}:")]
    [InlineData("are you sure,overwrite,replace,remove,delete,continue,proceed,do you want", "x.txt: {0}?")]
    public void Each_way_to_ask_is_known(string ways, string asked) => Assert.All(ways.Split(','), way => Assert.Equal(
        (FailureClass.Timeout, false),
        Of(string.Format(CultureInfo.InvariantCulture, asked, way.ToUpperInvariant()), "")));

    [Theory]
    [InlineData("step 3 of 9: building")]
    [InlineData("Is the service up? checking...")]
    [InlineData("waiting for the login server")]
    [InlineData("compiled: (12 files)")]
    [InlineData("Entering directory /src:")]
    [InlineData("is it done yet?")]
    [InlineData("\e[0m")]
    public void Any_other_line_leaves_it_passing(string printed) =>
        Assert.Equal((FailureClass.Timeout, true), Of(printed, ""));

    private static (FailureClass? Class, bool? Transient) Of(string stdout, string stderr)
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { EndedBy = EndedBy.HardTimeout },
            Stdout = TestData.Bytes(stdout), Stderr = TestData.Bytes(stderr), Now = TestData.Now,
        });
        return (failure?.Class, failure?.Transient);
    }
}
