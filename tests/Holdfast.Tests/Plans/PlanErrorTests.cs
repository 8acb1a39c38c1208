using System.Text;
using Holdfast.Plans;

namespace Holdfast.Tests.Plans;

public class PlanErrorTests
{
    [Theory]
    [InlineData(
        "tasks:\n  ab: { run: x, needs: [ ac ] }\n",
        "2:26: task \"ab\" needs \"ac\", which no task is called; name another task of this plan")]
    [InlineData("tasks:\n  a: { run: x, needs: [ b ] }\n  b: { run: x, needs: [ a ] }\n",
        "2:3: these tasks need each other in a circle: a → b → a; take one of these needs away")]
    [InlineData("tasks:\n  a: { run: x, needs: [ a ] }\n", "2:25: task \"a\" needs itself; leave it out")]
    [InlineData("tasks:\n  build: { run: x }\n  deploy: { run: x, needs: [ biuld ] }\n",
        "3:30: task \"deploy\" needs \"biuld\", which no task is called; did you mean \"build\"?")]
    [InlineData("tasks:\n  a: { run: x, tiemout: 3s }\n", "2:16: task \"a\" has no key \"tiemout\"; did you mean "
        + "\"timeout\"?")]
    [InlineData("taks:\n  a: { run: x }\ntasks: { b: { run: x } }\n",
        "1:1: the plan has no key \"taks\"; did you mean \"tasks\"?")]
    [InlineData("tasks: { a: { run: x, suite: y } }\n", "1:23: \"suite\" of task \"a\" is not yet known to "
        + "this version; leave it out")]
    [InlineData("tasks: { a: { suite: y } }\n", "1:15: \"suite\" of task \"a\" is not yet known to this "
        + "version; leave it out")]
    [InlineData("tasks: { a: { run: x, timeout: 10 } }\n",
        "1:32: \"timeout\": \"10\" has no unit; write 10s, 10m or 10h")]
    [InlineData("tasks: { a: { run: x, timeout: 0 } }\n", "1:32: \"timeout\": \"0\" is no time at all; write a "
        + "duration above zero")]
    [InlineData("tasks: { a: { run: x, timeout: -5m } }\n",
        "1:32: \"timeout\": \"-5m\" is negative; write a duration such as 10m, 1h30m, 250ms or 3d")]
    [InlineData("tasks: { a: { run: x, timeout: 1.5h } }\n",
        "1:32: \"timeout\": \"1.5h\" holds a fraction; write a duration such as 10m, 1h30m, 250ms or 3d")]
    [InlineData("tasks: { a: { run: x, retry: 3 } }\n",
        "1:30: \"retry\" cannot be \"3\"; write one of per-class, standard, in-process, eight-class, none, or a map "
            + "such as { timeout: 1 }")]
    [InlineData("max-parallel: 0\ntasks: { a: { run: x } }\n",
        "1:15: \"max-parallel\" is \"0\"; write a whole number from 1 to 1024")]
    [InlineData("max-parallel: 1025\ntasks: { a: { run: x } }\n",
        "1:15: \"max-parallel\" is \"1025\"; write a whole number from 1 to 1024")]
    [InlineData("tasks: { a: { run: x, adopt: yes } }\n", "1:30: \"adopt\" is \"yes\"; write true or false")]
    [InlineData("tasks: { a: { run: x, retry: in_proces } }\n",
        "1:30: \"retry\" cannot be \"in_proces\"; did you mean \"in-process\"?")]
    [InlineData("tasks: { a: { run: x, retry: { cancelled: 1 } } }\n",
        "1:32: \"cancelled\" is never retried by count; it is final; leave it out")]
    [InlineData("tasks: { a: { run: x, outputs: [ ../y ] } }\n",
        "1:34: the output \"../y\" leaves the plan's folder; name a file below the plan's folder")]
    [InlineData("tasks: { a: { run: x, for-each: {} } }\n",
        "1:33: \"for-each\" has nothing to go through; write a map with one of file, lines or items, such as { "
            + "file: data/*.csv }")]
    [InlineData("tasks: { a: { run: x, for-each: { items: [ p, q, p ] } } }\n",
        "1:50: the item \"p\" is here a second time; line 1 has it already; keep one of them")]
    [InlineData("tasks: { a: { run: x }, b: { run: x, needs: [ a ], when: failed(a) && always() } }\n",
        "1:58: \"when\" cannot be \"failed(a) && always()\"; write success(), always() or failed(TASK); "
            + "conditions cannot be combined")]
    [InlineData("tasks: { a: { run: x }, b: { run: x, when: failed(a) } }\n",
        "1:44: \"when\" of task \"b\" asks about \"a\", which it does not need; add \"a\" to \"needs\"")]
    [InlineData("tasks: { a: { run: \"echo ${{ secrets.KEY }}\" } }\n",
        "1:26: \"secrets.KEY\" would put a secret into plain text; list it under the task's \"secrets\" and use "
            + "$KEY in the command")]
    [InlineData("tasks:\n  a:\n    run: |\n      one\n      echo ${{ vars.x }}\n",
        "5:12: no variable is called \"x\"; add it under \"vars\"")]
    [InlineData("a: 1\ntasks:\n  x: { run: y }\n", "1:1: the plan has no key \"a\"; the keys are name, defaults, "
        + "max-parallel, max-wait, deadline, on-failure, notify, vars, secrets, groups, runtimes, rules, tasks")]
    [InlineData("tasks: {}\n", "1:8: the plan has no tasks; write at least one under \"tasks:\"")]
    [InlineData("name: x\n", "1:1: the plan has no tasks; write at least one under \"tasks:\"")]
    [InlineData("- a\n", "1:1: a plan is a map, and this is a list; begin with \"tasks:\"")]
    [InlineData("", "1:1: the plan is empty; write at least one task under \"tasks:\"")]
    [InlineData("# only words\n", "1:1: the plan is empty; write at least one task under \"tasks:\"")]
    [InlineData("tasks:\n\ta: { run: x }\n", "2:1: a tab indents this line; YAML takes only spaces there")]
    [InlineData("tasks:\n  a: { run: x\n", "3:1: a brace or bracket is not closed here, or a comma is missing; "
        + "quote a text that holds one of { } [ ] ,")]
    [InlineData("a: [1\nb: 2", "1:4: what begins here has no end that YAML accepts; close every bracket, brace "
        + "and quote")]
    [InlineData("tasks:\n  a: { run: 'x }\n", "2:13: a quote that begins here is never closed; close it")]
    [InlineData("tasks:\n  a: { run: x }\n---\ntasks: {}\n",
        "3:1: a second document begins here; keep one plan in a file")]
    [InlineData("tasks:\n  a: { run: x }\n  a: { run: y }\n",
        "3:3: the key \"a\" is here a second time; line 2 has it already; keep one of them")]
    [InlineData("tasks:\n  a: &x { run: [ *x ] }\n", "2:18: the anchor \"x\" contains itself; write out what is meant")]
    [InlineData("tasks:\n  a: *runn\n", "2:6: no anchor is called \"runn\"; write &runn before it, or quote the "
        + "text if a star was meant")]
    [InlineData("tasks: { a: { run: !sh x } }\n", "1:20: the tag \"!sh\" means nothing in a plan; leave it out")]
    [InlineData("tasks: { ? [a] : b }\n", "1:12: a key must be a word, and this is more; write key: value")]
    [InlineData("tasks: { a: { run: \"x\\0\" } }\n", "1:20: the text holds a NUL or half a surrogate pair; leave "
        + "it out; no command or file can take it")]
    public void Says_where_what_and_the_cure(string yaml, string expected) =>
        Assert.Equal(expected, PlanData.Error(yaml));

    [Theory]
    [InlineData("x/y", "holds '/', which would make it a path")]
    [InlineData("..", "would be a folder")]
    [InlineData(".", "would be a folder")]
    [InlineData("x y", "holds a space")]
    [InlineData("x\\ny", "holds a line break")]
    [InlineData("x\U0001F600", "holds '\U0001F600'")]
    [InlineData("a[b]", "holds a bracket, which names an instance of a fan-out")]
    [InlineData("", "is empty")]
    public void Refuses_names(string name, string problem) =>
        Assert.StartsWith($"2:3: the task name \"{name}\" {problem}; use letters",
            PlanData.Error($"tasks:\n  \"{name}\": {{ run: x }}\n"));

    [Fact]
    public void A_name_may_have_100_characters_and_not_101()
    {
        _ = PlanData.Valid($"tasks:\n  {new string('a', 100)}: {{ run: x }}\n");
        Assert.Contains("has 101 characters, and 100 is the limit",
            PlanData.Error($"tasks:\n  {new string('a', 101)}: {{ run: x }}\n"));
    }

    [Fact]
    public void Binary_and_other_encodings_are_refused_with_their_place()
    {
        Assert.Equal("p.yaml:2:3: the byte 0xFF is not UTF-8; save the plan as UTF-8", One([.. "a:\nb "u8, 0xFF]));
        Assert.Equal("p.yaml:1:2: the plan holds the byte 0x00, which no text has; give a YAML file in UTF-8, "
            + "not a binary one", One([0x41, 0]));
        Assert.Equal("p.yaml:1:1: the plan is written in UTF-16; save it as UTF-8",
            One(Encoding.Unicode.GetPreamble()));
        Assert.NotNull(PlanLoader.Parse([0xEF, 0xBB, 0xBF, .. "tasks: { a: { run: x } }"u8], "p.yaml").Plan);

        static string One(byte[] bytes) => Assert.Single(PlanLoader.Parse(bytes, "p.yaml").Errors).ToString();
    }

    [Fact]
    public void A_huge_plan_is_refused_by_its_size()
    {
        var error = Assert.Single(PlanLoader.Parse(new byte[(64 * 1024 * 1024) + 1], "p.yaml").Errors);
        Assert.Contains("67,108,864 is the limit", error.Text);
    }

    [Fact]
    public void A_bomb_of_aliases_is_refused()
    {
        var yaml = new StringBuilder("x-0: &a0 [ a, a, a, a, a, a, a, a, a, a ]\n");
        for (var i = 1; i < 10; i++)
        {
            _ = yaml.Append($"x-{i}: &a{i} [ {string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))} ]\n");
        }

        Assert.Contains("aliases stand for more than 1,000,000 nodes; use fewer", PlanData.Error(yaml.ToString()));
    }

    [Fact]
    public void Deep_nesting_is_refused_written_or_by_aliases()
    {
        Assert.Contains("nested deeper than 64 levels", PlanData.Error($"x-a: {new string('[', 100_000)}"));
        var yaml = new StringBuilder("x-0: &a0 [[[[[[[[[[1]]]]]]]]]]\n");
        for (var i = 1; i < 10; i++)
        {
            _ = yaml.Append($"x-{i}: &a{i} [[[[[[[[[[*a{i - 1}]]]]]]]]]]\n");
        }

        Assert.Contains("nested deeper than 64 levels by aliases", PlanData.Error(yaml.ToString()));
    }

    [Fact]
    public void Anchors_and_merge_keys_work()
    {
        var plan = PlanData.Valid("""
            x-base: &base { run: make, timeout: 5m }
            x-more: &more { timeout: 7m, group: g }
            tasks:
              a: *base
              b: { <<: *base, timeout: 9m }
              c: { <<: [ *base, *more ], needs: [ a ] }
            """);
        Assert.Equal([5, 9, 5], plan.Tasks.Select(task => (int)task.Timeout.TotalMinutes));
        Assert.Equal("g", plan.Tasks[2].Group);
        Assert.Contains("\"<<\" merges maps, and this is \"x\"", PlanData.Error("tasks: { a: { run: x, <<: x } }"));
    }

    [Fact]
    public void All_errors_are_shown_in_order_of_position()
    {
        var result = PlanLoader.Load(PlanData.PathOf("bad.yaml"));
        Assert.Null(result.Plan);
        Assert.Equal(result.Errors.Select(error => error.Position).Order(),
            result.Errors.Select(error => error.Position));
        var approved = PlanData.PathOf("bad.errors.txt");
        Assert.Equal(File.ReadAllText(approved), string.Concat(result.Errors.Select(error =>
            $"{error with { File = "bad.yaml" }}\n")));
    }

    [Fact]
    public void A_plan_of_later_kinds_is_refused_kind_by_kind()
    {
        var result = PlanLoader.Load(PlanData.PathOf("nightly.yaml"));
        Assert.Equal(["cache", "suite", "budgets", "gates"], result.Errors
            .Where(error => error.Text.Contains("is not yet known to this version", StringComparison.Ordinal))
            .Select(error => error.Text.Split('"')[1]));
    }

    [Fact]
    public void A_secret_written_into_the_plan_is_not_shown()
    {
        var error = PlanData.Error("secrets: { TOKEN: sk-123 }\ntasks: { a: { run: x } }\n");
        Assert.DoesNotContain("sk-123", error);
        Assert.Contains("write { env: VARIABLE } or { file: PATH }, never the value", error);
    }

    [Fact]
    public void A_hundred_errors_are_shown_and_the_rest_counted()
    {
        var yaml = new StringBuilder("tasks:\n");
        for (var i = 0; i < 20_000; i++)
        {
            _ = yaml.Append($"  t{i}: {{ run: x, needs: [ u{i}x ] }}\n");
        }

        var result = PlanData.Load(yaml.ToString());
        Assert.Equal((100, 20_000), (result.Errors.Count, result.ErrorCount));
        Assert.Equal("and 19900 more errors", result.Lines().Last());
    }

    [Fact]
    public void A_chain_of_needs_is_no_reason_to_overflow_and_a_long_circle_is_shown_shortened()
    {
        var yaml = new StringBuilder("tasks:\n  t0: { run: x, needs: [ t9999 ] }\n");
        for (var i = 1; i < 10_000; i++)
        {
            _ = yaml.Append($"  t{i}: {{ run: x, needs: [ t{i - 1} ] }}\n");
        }

        Assert.Contains("t0 → t9999 → t9998 → t9997 → t9996 → t9995 → … 9988 more … → t6 → t5 → t4 → t3 → t2 → t1 → t0",
            PlanData.Error(yaml.ToString()));
    }

    [Fact]
    public void Variables_can_be_set_from_the_command_line_and_only_declared_ones()
    {
        const string Yaml = "vars: { model: a }\ntasks: { t: { run: x } }\n";
        Assert.Equal("b=c", PlanData.Valid(Yaml, "model=a", "model=b=c").Variable("model"));
        Assert.Equal("--set: no variable is called \"modle\"; did you mean \"model\"?",
            PlanData.Error(Yaml, "modle=b"));
        Assert.Equal("--set: \"model\" sets nothing; write --set NAME=VALUE", PlanData.Error(Yaml, "model"));
    }

    [Fact]
    public void Missing_files_and_folders_are_no_exceptions()
    {
        Assert.Equal("/no/such.yaml: the plan does not exist; create it, or name another",
            Assert.Single(PlanLoader.Load("/no/such.yaml").Errors).ToString());
        Assert.Contains("cannot be read", Assert.Single(PlanLoader.Load("/tmp").Errors).ToString());
    }

    [Fact]
    public void Warnings_do_not_stop_a_plan()
    {
        var result = PlanData.Load("tasks:\n  a: { run: x }\n  b: { run: x, needs: [ a, a ], for-each: { items: "
            + "[] } }\n");
        Assert.NotNull(result.Plan);
        Assert.Equal([0], result.Plan.Tasks[1].Needs);
        Assert.Equal(["task \"b\" needs \"a\" twice", "\"items\" is an empty list, so the task does nothing"],
            result.Warnings.Select(warning => warning.Text));
    }
}
