using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Plans;
using Holdfast.Plans.Expressions;

namespace Holdfast.Tests.Plans;

/// <summary>
/// Hostile values through real shells: what arrives must be the value, byte for byte, wherever it stood.
/// </summary>
public class ShellRenderingTests
{
    private static readonly string[] Hostile =
    [
        "", " ", "a b", "$(touch x)", "`touch x`", "'", "\"", "\\", "\\\"", "it's \"two\"", "\n", "a\nb\n", "-rf",
            "--", "*",
        "?[a-z]", "~", "$HOME", "${HOME}", "!x", ";touch x", "&& touch x", "| touch x", "#x", "x\ty", "}", "%s",
            "\u00e9\U0001F600", "'\"${HOLDFAST_V1}\"'",
    ];

    // Each prints its arguments, NUL after each, so that nothing of what arrives is lost. P stands for the expression.
    public static TheoryData<string, string> Places => new()
    {
        { "printf '%s\\0' P", "P" },
        { "printf '%s\\0' \"P\"", "P" },
        { "printf '%s\\0' 'P'", "P" },
        { "printf '%s\\0' a\"b P c\"d", "ab P cd" },
        { "printf '%s\\0' a'b P c'd", "ab P cd" },
        { "printf '%s\\0' aPb", "aPb" },
        { "printf '%s\\0' \"$(printf %sx P)\"", "Px" },
        { "printf '%s\\0' \"$(printf %sx \"P\")\"", "Px" },
        { "printf '%s\\0' \"${NONE:-$(printf %sx 'P')}\"", "Px" },
        { "x=P; printf '%s\\0' \"$x\"", "P" },
        { "# it's P\nprintf '%s\\0' P", "P" },
        { "f() { printf '%s\\0' \"$@\"; }; f P", "P" },
        { "if true; then printf '%s\\0' \"P\"; fi", "P" },
        { "sh -c 'printf \"%s\\\\0\" \"$1\"' sh P", "P" },
        { "case P in zzz) ;; *) printf '%s\\0' P ;; esac", "P" },
        { "x=$(cat <<EOF\n<P>\nEOF\n); printf '%s\\0' \"$x\"", "<P>" },
        { "x=$(cat <<-EOF\n\t<P>\n\tEOF\n); printf '%s\\0' \"$x\" P", "<P>\0P" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_value_arrives_as_it_is(string script, string expected)
    {
        foreach (var shell in new[] { "sh", "bash" })
        {
            foreach (var value in Hostile)
            {
                Assert.Equal(expected.Replace("P", value) + "\0", Run(shell, script, value));
            }
        }
    }

    [Fact]
    public void Any_value_arrives_as_it_is()
    {
        var value = Gen.Choose(1, 255).Select(c => (char)c).ArrayOf().Select(chars => new string(chars));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Arb.From(value), text =>
            Run("sh", "printf '%s\\0' P \"P\" 'P'", text) == $"{text}\0{text}\0{text}\0"));
    }

    [Fact]
    public void A_list_alone_becomes_as_many_words_as_it_has_items()
    {
        var plan = PlanData.Valid("tasks:\n  a: { run: x, outputs: [ p, q ] }\n"
            + "  b: { needs: [ a ], run: \"printf '%s\\\\0' ${{ needs.a.outputs }} \\\"${{ needs.a.outputs[1] "
                + "}}\\\"\" }\n");
        var context = new TemplateContext { NeedOutputs = _ => ["p 1", "$(q)"] };
        Assert.Equal("p 1\0$(q)\0$(q)\0", Start(PlanData.CommandOf(plan.Tasks[1]).Render(context)));
    }

    [Theory]
    [InlineData("echo `P`", "an expression in backquotes")]
    [InlineData("echo $((P + 1))", "arithmetic would evaluate the value as code")]
    [InlineData("((x = P))", "arithmetic would evaluate the value as code")]
    [InlineData("echo \"${x:-P}\"", "an expression inside ${ … }")]
    [InlineData("cat <<'EOF'\nP\nEOF", "a here-document whose end is quoted")]
    [InlineData("cat <<\\EOF\nP\nEOF", "a here-document whose end is quoted")]
    [InlineData("cat <<-\"EOF\"\nP\nEOF", "a here-document whose end is quoted")]
    [InlineData("cat <<P", "an expression cannot end a here-document")]
    [InlineData("cat <<'A' <<B\nx\nA\ny\nB\neval P", "eval would run the value as code")]
    [InlineData("eval \"echo P\"", "eval would run the value as code")]
    [InlineData("sh -c 'echo P'", "would read the value as code")]
    [InlineData("sudo bash -lc \"echo P\"", "would read the value as code")]
    [InlineData("python3 -c \"print('P')\"", "would read the value as code")]
    [InlineData("sh -c 'echo 'P", "would read the value as code")]
    [InlineData("echo \\P", "a backslash stands right before")]
    [InlineData("echo \"\\P\"", "a backslash stands right before")]
    [InlineData("echo $P", "a \"$\" stands right before")]
    [InlineData("echo $'a P'", "an expression inside $'…'")]
    [InlineData("x=$(case a in a) echo ;; esac); echo P", "after \"case\" inside $( … )")]
    public void A_place_where_no_value_is_safe_is_refused(string script, string problem) =>
        Assert.Contains(problem, PlanData.Error(Yaml("sh", script)));

    [Theory]
    [InlineData("grep -c 'x P' f")]
    [InlineData("cat <<'EOF'\nx\nEOF\necho P")]
    [InlineData("echo $$ P; echo \\\\P")]
    [InlineData("sh -c P")]
    [InlineData("cat <<<P")]
    [InlineData("echo $((1 + 2)) \"`date`\" ${x:-'}'} P")]
    public void A_place_that_only_looks_dangerous_is_not(string script) => _ = PlanData.Valid(Yaml("sh", script));

    [Fact]
    public void A_shell_with_other_quotes_takes_scripts_and_no_values()
    {
        Assert.Equal(["fish", "-c", "echo (date)"],
            PlanData.CommandOf(PlanData.Valid("tasks: { t: { run: echo (date), shell: fish } }").Tasks[0])
                .Render(new()).Arguments);
        Assert.Contains("whose quoting is not known; put them into \"env\"", PlanData.Error(Yaml("fish", "echo P")));
    }

    [Fact]
    public void A_value_with_a_NUL_or_half_a_pair_is_refused()
    {
        var command = PlanData.CommandOf(PlanData.Task("run: \"echo ${{ item }}\", for-each: { items: [ a ] }"));
        Assert.Contains("holds a NUL", Assert.Throws<TemplateException>(() => command.Render(Item("a\0b"))).Message);
        Assert.Contains("half a surrogate", Assert.Throws<TemplateException>(() =>
            command.Render(Item("a\ud800"))).Message);
    }

    [Fact]
    public void The_script_holds_no_value()
    {
        var command = PlanData.CommandOf(
            PlanData.Task("run: \"echo ${{ item }} '${{ item }}'\", for-each: { items: [ a ] }"));
        var rendered = command.Render(Item("$(touch x)"));
        Assert.Equal(["sh", "-c", "echo \"${HOLDFAST_V1}\" ''\"${HOLDFAST_V2}\"''"], rendered.Arguments);
        Assert.Equal(["HOLDFAST_V1=$(touch x)", "HOLDFAST_V2=$(touch x)"],
            rendered.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Fact]
    public void A_script_that_begins_like_an_option_still_runs()
    {
        var command = PlanData.CommandOf(PlanData.Task("run: \"-x 2>/dev/null || printf '%s' ok\""));
        Assert.Equal("ok", Start(command.Render(new())));
    }

    private static TemplateContext Item(string value) => new() { Item = new(value, 0) };

    private static string Yaml(string shell, string script) => "vars: { v: 1 }\ntasks:\n  t:\n    shell: " + shell
        + "\n    run: |\n" + string.Concat(script.Replace("P", "${{ vars.v }}").Split('\n')
            .Select(line => $"      {line}\n"));

    private static string Run(string shell, string script, string value)
    {
        var template = Template.Parse(script.Replace("P", "${{ item }}"));
        var command = PlanCommand.ForShell([shell], ShellScript.Compile(template, [shell]));
        return Start(command.Render(Item(value)));
    }

    private static string Start(RenderedCommand command)
    {
        var start = new ProcessStartInfo(command.Arguments[0])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            StandardOutputEncoding = new UTF8Encoding(false),
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in command.Arguments.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, text) in command.Environment)
        {
            start.Environment[name] = text;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
