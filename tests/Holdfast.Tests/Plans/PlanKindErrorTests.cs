namespace Holdfast.Tests.Plans;

/// <summary>Every refusal of runtimes and of the kinds of work, with its place and cure.</summary>
public class PlanKindErrorTests
{
    [Theory]
    [InlineData("runtimes: [ a ]\ntasks: { t: { run: x } }\n",
        "1:11: \"runtimes\" is a list; write a map such as api: { kind: http, base: https://example.test }")]
    [InlineData("runtimes:\n  a/b: { kind: agent, flavor: codex }\ntasks: { t: { run: x } }\n",
        "2:3: the runtime name \"a/b\" holds '/', which would make it a path; use letters, digits, _, - and "
            + "., at most 100")]
    [InlineData("runtimes:\n  a: { flavor: codex }\ntasks: { t: { run: x } }\n",
        "2:3: runtime \"a\" does not say what it is; write kind: agent or kind: http")]
    [InlineData("runtimes: { a: { kind: agnt, flavor: codex } }\ntasks: { t: { run: x } }\n",
        "1:24: \"kind\" cannot be \"agnt\"; did you mean \"agent\"?")]
    [InlineData("runtimes: { a: { kind: agent } }\ntasks: { t: { run: x } }\n",
        "1:13: runtime \"a\" names no flavor; write one of opencode, codex, claude, gemini, kilo, custom")]
    [InlineData("runtimes: { a: { kind: agent, flavor: opencod } }\ntasks: { t: { run: x } }\n",
        "1:39: \"flavor\" cannot be \"opencod\"; did you mean \"opencode\"?")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, modle: x } }\ntasks: { t: { run: x } }\n",
        "1:46: runtime \"a\" has no key \"modle\"; did you mean \"model\"?")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, permissions: root } }\ntasks: { t: { run: x } }\n",
        "1:59: \"permissions\" cannot be \"root\"; write one of read, edit, full")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, limits: { cost: 5 EUR } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:62: \"cost\" is \"5 EUR\"; write an amount in US dollars above zero, such as 5 USD or 0.25 USD")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, limits: { cost: 0 USD } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:62: \"cost\" is \"0 USD\"; write an amount in US dollars above zero, such as 5 USD or 0.25 USD")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, limits: { turns: 0 } } }\ntasks: { t: { run: x } }\n",
        "1:63: \"turns\" is \"0\"; write a whole number from 1 to 1000000")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, model: \"${{ item }}\" } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:54: \"item\" is known only to a task with \"for-each\"; add \"for-each\" to the task")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, model: \"${{ vars.m }}\" } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:54: no variable is called \"m\"; add it under \"vars\"")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, secrets: [ K ] } }\ntasks: { t: { run: x } }\n",
        "1:57: no secret is called \"K\"; declare it under the plan's \"secrets\"")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, run: [ x ] } }\ntasks: { t: { run: x } }\n",
        "1:46: \"run\" of runtime \"a\" belongs to flavor custom, and this is codex; leave it out, or write "
            + "flavor: custom")]
    [InlineData("runtimes: { a: { kind: agent, flavor: custom } }\ntasks: { t: { run: x } }\n",
        "1:13: runtime \"a\" of flavor custom runs nothing; give it a \"run\", a list of a program and its "
            + "arguments")]
    [InlineData("runtimes: { a: { kind: agent, flavor: custom, run: ./x y } }\ntasks: { t: { run: x } }\n",
        "1:52: \"run\" is \"./x y\"; write a list of a program and its arguments; no shell reads it")]
    [InlineData("runtimes: { a: { kind: agent, flavor: custom, run: [ x ], args: [ y ] } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:59: \"args\" of runtime \"a\" stands beside \"run\", which says all of it; write it into \"run\"")]
    [InlineData("runtimes: { a: { kind: http } }\ntasks: { t: { run: x } }\n",
        "1:13: runtime \"a\" has no base; write one such as base: https://example.test")]
    [InlineData("runtimes: { a: { kind: http, base: ftp://h } }\ntasks: { t: { run: x } }\n",
        "1:36: \"base\": \"ftp://h\" is no address of HTTP; write one such as https://example.test/v1; "
            + "secrets go into headers")]
    [InlineData("runtimes: { a: { kind: http, base: http://h/x?y } }\ntasks: { t: { run: x } }\n",
        "1:36: \"base\": \"http://h/x?y\" holds a query; write one such as https://example.test/v1; secrets "
            + "go into headers")]
    [InlineData("runtimes: { a: { kind: http, base: \"http://u:secret@h\" } }\ntasks: { t: { run: x } }\n",
        "1:36: \"base\": the address holds a user or password; write one such as https://example.test/v1; "
            + "secrets go into headers")]
    [InlineData("runtimes: { a: { kind: http, base: http://h, redirects: -1 } }\ntasks: { t: { run: x } }\n",
        "1:57: \"redirects\" is \"-1\"; write a whole number from 0 to 50")]
    [InlineData("runtimes: { a: { kind: http, base: http://h, env: {} } }\ntasks: { t: { run: x } }\n",
        "1:46: runtime \"a\" has no key \"env\"; the keys are kind, base, headers, redirects, timeout, "
            + "secrets, fallback, breaker, max-parallel")]
    [InlineData("runtimes: { a: { kind: http, base: http://h, headers: { \"a b\": x } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:57: no header can be called \"a b\"; use letters, digits and hyphens")]
    [InlineData("runtimes: { a: { kind: http, base: http://h, headers: { content-length: 3 } } }\ntasks: { t: { "
        + "run: x } }\n",
        "1:57: the header \"content-length\" is set by Holdfast itself; leave it out")]
    [InlineData("runtimes: { a: { kind: http, base: http://h, headers: { X-A: 3, x-a: 4 } } }\ntasks: { t: { run: x "
        + "} }\n",
        "1:65: the header \"x-a\" is here a second time; case does not tell headers apart; keep one of them")]
    [InlineData("runtimes: { a: { kind: http, base: http://h, headers: { X: \"a\\nY: b\" } } }\ntasks: { t: { run: "
        + "x } }\n",
        "1:60: the header \"X\" holds a line break or another control character; write it on one line")]
    [InlineData("secrets: { K: { env: K } }\nruntimes: { a: { kind: http, base: http://h, headers: { X: \"${{ "
        + "secrets.K }}\" } } }\ntasks: { t: { run: x } }\n",
        "2:61: runtime \"a\" uses the secret \"K\", which it does not list; add \"K\" to its \"secrets\"")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, breaker: { probes: 0 } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:65: \"probes\" 0 lets no probe through, so the breaker could never close; write a whole number "
            + "from 1 to 100")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, breaker: { successes: 0 } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:68: \"successes\" 0 waits for no success, so the breaker could never close; write a whole number "
            + "from 1 to 100")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, breaker: { failures: 0 } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:67: \"failures\" is \"0\"; write a whole number from 1 to 1000")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, breaker: { recover-after: 0 } } }\ntasks: { t: { run: "
        + "x } }\n",
        "1:72: \"recover-after\": \"0\" is no time at all; write a duration above zero")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, breaker: { recover-after: 10m } } }\ntasks: { t: { "
        + "run: x } }\n",
        "1:55: \"max-recover\" is 5m, and \"recover-after\" is 10m; write a longest wait that is not under "
            + "the first one")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, breaker: { ratio: 1.5 } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:64: \"ratio\" is \"1.5\"; write a number from 0.01 to 1")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, breaker: { window: 1m } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:57: \"window\" means nothing without \"ratio\"; add ratio: 0.5, or leave it out")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, breaker: { treshold: 3 } } }\ntasks: { t: { run: x } "
        + "}\n",
        "1:57: \"breaker\" has no key \"treshold\"; the keys are failures, recover-after, probes, "
            + "successes, max-recover, ratio, window, minimum")]
    [InlineData("runtimes:\n  a: { kind: agent, flavor: codex, fallback: [ cc ] }\n  cx: { kind: agent, flavor: "
        + "claude }\ntasks: { t: { run: x } }\n",
        "2:48: runtime \"a\" falls back to \"cc\", which no runtime is called; did you mean \"cx\"?")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex, fallback: [ a ] } }\ntasks: { t: { run: x } }\n",
        "1:58: runtime \"a\" falls back to itself; leave it out")]
    [InlineData("runtimes:\n  a: { kind: agent, flavor: codex, fallback: [ b ] }\n  b: { kind: agent, flavor: "
        + "claude, fallback: [ c ] }\n  c: { kind: agent, flavor: kilo, fallback: [ a ] }\ntasks: { t: { run: "
        + "x } }\n",
        "2:3: these runtimes fall back to each other in a circle: a → b → c → a; take one of these "
            + "fallbacks away")]
    [InlineData("runtimes:\n  a: { kind: agent, flavor: codex, fallback: [ b ] }\n  b: { kind: agent, flavor: "
        + "codex, permissions: full, args: [ -v ] }\ntasks: { t: { run: x } }\n",
        "2:48: runtime \"b\" is no fallback for \"a\": it is the same program, model and credential; name "
            + "one that differs in one of them")]
    [InlineData("runtimes:\n  a: { kind: http, base: http://h/v1, fallback: [ b ] }\n  b: { kind: http, base: "
        + "\"http://h:80/v2\" }\ntasks: { t: { run: x } }\n",
        "2:51: runtime \"b\" is no fallback for \"a\": it is the same host and credential; name one that "
            + "differs in one of them")]
    [InlineData("runtimes:\n  a: { kind: agent, flavor: codex, fallback: [ b ] }\n  b: { kind: http, base: http://h "
        + "}\ntasks: { t: { run: x } }\n",
        "2:48: runtime \"a\" is of kind agent, and its fallback \"b\" is of kind http; name one that is of "
            + "kind agent too")]
    public void Runtimes_say_where_what_and_the_cure(string yaml, string expected) =>
        Assert.Equal(expected, PlanData.Error(yaml));

    [Theory]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex } }\ntasks: { t: { runtime: a, prompt: x, run: y } }\n",
        "2:38: task \"t\" has two kinds of work, \"runtime\" and \"run\"; keep one of them, and make the "
            + "other a task of its own")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex } }\ntasks: { t: { run: y, approval: {} } }\n",
        "2:23: task \"t\" has two kinds of work, \"run\" and \"approval\"; keep one of them, and make the "
            + "other a task of its own")]
    [InlineData("tasks:\n  t: {}\n",
        "2:3: task \"t\" does nothing; give it a \"run\", or one of prompt, http, approval, merge")]
    [InlineData("tasks: { t: { prompt: x } }\n",
        "1:15: task \"t\" has a prompt and no runtime to give it to; name an agent runtime under "
            + "\"runtime\"")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex } }\ntasks: { t: { runtime: a } }\n",
        "2:15: task \"t\" names an agent and tells it nothing; write what it is to do under \"prompt\"")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex } }\ntasks: { t: { runtime: a, prompt: \"\" } }\n",
        "2:35: \"prompt\" holds an empty text; leave it out, or write what is meant")]
    [InlineData("runtimes: { codex: { kind: agent, flavor: codex } }\ntasks: { t: { runtime: codx, prompt: x } }\n",
        "2:15: task \"t\" asks for the runtime \"codx\", which the plan has not; did you mean \"codex\"?")]
    [InlineData("tasks: { t: { runtime: codx, prompt: x } }\n",
        "1:15: task \"t\" asks for the runtime \"codx\", which the plan has not; declare it under the "
            + "plan's \"runtimes\"")]
    [InlineData("runtimes: { h: { kind: http, base: http://h } }\ntasks: { t: { runtime: h, prompt: x } }\n",
        "2:15: the runtime \"h\" of task \"t\" is of kind http, which takes no prompt; name one of kind "
            + "agent")]
    [InlineData("runtimes: { h: { kind: http, base: http://h } }\ntasks: { t: { runtime: h } }\n",
        "2:15: the runtime \"h\" of task \"t\" is of kind http, which takes no prompt; write http: { "
            + "runtime: h, path: /… }")]
    [InlineData("secrets: { K: { env: K } }\nruntimes: { a: { kind: agent, flavor: codex } }\ntasks: { t: { "
        + "runtime: a, prompt: \"use ${{ secrets.K }}\" } }\n",
        "3:40: \"secrets.K\" would tell a secret to a model; list it under \"secrets\": the agent has it as "
            + "the variable K")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex } }\ntasks: { t: { runtime: a, prompt: x, target: y } "
        + "}\n",
        "2:38: \"target\" means nothing to an agent; leave it out")]
    [InlineData("tasks: { t: { http: { url: http://h/ }, cwd: y } }\n",
        "1:41: \"cwd\" means nothing to a request; leave it out")]
    [InlineData("tasks: { t: { http: { url: http://h/ }, worktree: true } }\n",
        "1:41: \"worktree\" means nothing to a request; leave it out")]
    [InlineData("tasks: { t: { approval: {}, timeout: 1h } }\n",
        "1:29: \"timeout\" means nothing to an approval; leave it out")]
    [InlineData("tasks: { t: { http: {} } }\n",
        "1:21: the request has no address; write a \"url\", or a \"runtime\" and a \"path\"")]
    [InlineData("runtimes: { h: { kind: http, base: http://h } }\ntasks: { t: { http: { runtime: h } } }\n",
        "2:21: the request has no address; write a \"path\" such as /status")]
    [InlineData("tasks: { t: { http: { path: /x } } }\n",
        "1:23: \"path\" has no runtime whose base it is put behind; name one under \"runtime\", or write "
            + "the whole \"url\"")]
    [InlineData("runtimes: { h: { kind: http, base: http://h } }\ntasks: { t: { http: { runtime: h, url: "
        + "http://other/ } } }\n",
        "2:35: \"url\" stands beside \"runtime\", whose headers and secrets are for its own host; write "
            + "\"path\", or leave \"runtime\" out")]
    [InlineData("tasks: { t: { http: { runtime: h, path: /x } } }\n",
        "1:23: task \"t\" asks for the runtime \"h\", which the plan has not; declare it under the plan's "
            + "\"runtimes\"")]
    [InlineData("runtimes: { a: { kind: agent, flavor: codex } }\ntasks: { t: { http: { runtime: a, path: /x } } "
        + "}\n",
        "2:23: the runtime \"a\" of task \"t\" is of kind agent, which takes no request; name one of kind "
            + "http")]
    [InlineData("runtimes: { h: { kind: http, base: http://h } }\ntasks: { t: { http: { runtime: h, path: x } } }\n",
        "2:41: \"path\": \"x\" does not begin with a slash; write /x")]
    [InlineData("runtimes: { h: { kind: http, base: http://h } }\ntasks: { t: { http: { runtime: h, path: /x/../y } "
        + "} }\n",
        "2:41: \"path\": \"/x/../y\" holds a part that is . or ..; write the path as it is sent; "
            + "expressions are percent-encoded")]
    [InlineData("tasks: { t: { http: { url: mailto:x } } }\n",
        "1:28: \"url\": \"mailto:x\" is no address of HTTP; write one such as https://example.test/x; "
            + "secrets go into headers")]
    [InlineData("tasks: { t: { http: { url: \"http://u:pw@h/\" } } }\n",
        "1:28: \"url\": the address holds a user or password; write one such as https://example.test/x; "
            + "secrets go into headers")]
    [InlineData("vars: { h: x }\ntasks: { t: { http: { url: \"http://${{ vars.h }}/\" } } }\n",
        "2:28: \"url\": the host of \"http://${{ vars.h }}/\" is not fixed; write scheme, host and a slash "
            + "before the first expression, or an address that is one expression")]
    [InlineData("secrets: { K: { env: K } }\ntasks: { t: { secrets: [ K ], http: { url: \"http://h/?k=${{ secrets.K "
        + "}}\" } } }\n",
        "2:57: \"secrets.K\" would put a secret into an address, which servers log; send it in a header or "
            + "in the body")]
    [InlineData("secrets: { K: { env: K } }\ntasks: { t: { http: { url: http://h/, body: \"${{ secrets.K }}\" } } "
        + "}\n",
        "2:46: task \"t\" uses the secret \"K\", which it does not list; add \"K\" to its \"secrets\"")]
    [InlineData("tasks: { t: { http: { url: http://h/, method: Put } } }\n",
        "1:47: \"method\" cannot be \"Put\"; did you mean \"PUT\"?")]
    [InlineData("tasks: { t: { http: { url: http://h/, method: GET, body: x } } }\n",
        "1:52: a GET carries no body, and \"body\" is one; write method: POST, or leave it out")]
    [InlineData("tasks: { t: { http: { url: http://h/, body: x, json: {} } } }\n",
        "1:48: the request has two bodies, \"body\" and \"json\"; keep one of them")]
    [InlineData("tasks: { t: { http: { url: http://h/, json: { \"${{ run.id }}\": 1 } } } }\n",
        "1:47: a name in \"json\" holds an expression; write the name itself; values may hold expressions")]
    [InlineData("tasks: { t: { http: { url: http://h/, expect: { status: 99 } } } }\n",
        "1:57: \"status\" is \"99\"; write a whole number from 100 to 599")]
    [InlineData("tasks: { t: { http: { url: http://h/, expect: { status: [] } } } }\n",
        "1:57: \"status\" is an empty list, so no answer would be well; write at least one")]
    [InlineData("tasks: { t: { http: { url: http://h/, expect: { json: { a..b: 1 } } } } }\n",
        "1:57: \"a..b\" names no place in an answer; write names with dots between, and [0] for an item of "
            + "a list")]
    [InlineData("tasks: { t: { http: { url: http://h/, expect: { json: { a: [ 1 ] } } } } }\n",
        "1:60: \"a\" is a list; write a text, a number, true, false or null")]
    [InlineData("tasks: { t: { http: { url: http://h/, method: HEAD, expect: { json: { a: 1 } } } } }\n",
        "1:53: the answer to a HEAD has no body to look at; write method: GET, or leave \"json\" out")]
    [InlineData("tasks: { t: { http: { url: http://h/, output: ../x } } }\n",
        "1:47: the output \"../x\" leaves the plan's folder; name a file below the plan's folder")]
    [InlineData("tasks: { t: { http: { url: http://h/, max-bytes: 0 } } }\n",
        "1:50: \"max-bytes\" is \"0\"; write a size from 1 B to 1024GiB, such as 64MiB")]
    [InlineData("tasks: { t: { http: { url: http://h/, max-bytes: 2TiB } } }\n",
        "1:50: \"max-bytes\" is \"2TiB\"; write a size from 1 B to 1024GiB, such as 64MiB")]
    [InlineData("tasks: { t: { http: { url: http://h/, verb: GET } } }\n",
        "1:39: \"http\" has no key \"verb\"; the keys are runtime, method, path, url, query, headers, json, "
            + "body, body-file, expect, output, max-bytes")]
    [InlineData("tasks: { t: { approval: true } }\n",
        "1:25: \"approval\" is \"true\"; write a map such as { by: [ release ], timeout: 24h }")]
    [InlineData("tasks: { t: { approval: { by: [ \" \" ] } } }\n",
        "1:33: \"by\" cannot name \" \"; write a name of 1 to 100 characters")]
    [InlineData("tasks: { t: { approval: { timeout: 0 } } }\n",
        "1:36: \"timeout\": \"0\" is no time at all; write a duration above zero")]
    [InlineData("tasks: { t: { run: x, checkpoints: [ a, b, a ] } }\n",
        "1:44: the checkpoint \"a\" is here a second time; keep one of them")]
    [InlineData("tasks: { t: { run: x, checkpoints: [ ../a ] } }\n",
        "1:38: the checkpoint \"../a\" holds '/', which would make it a path; use letters, digits, _, - and "
            + "., at most 100")]
    [InlineData("tasks: { t: { run: x, checkpoints: [ { verify: make } ] } }\n",
        "1:38: a checkpoint has no id; give it one, such as id: green")]
    [InlineData("tasks: { t: { run: x, checkpoints: [ { id: a, comit: true } ] } }\n",
        "1:47: a checkpoint has no key \"comit\"; did you mean \"commit\"?")]
    [InlineData("tasks: { t: { run: x, checkpoint-deadline: 1h } }\n",
        "1:23: \"checkpoint-deadline\" means nothing without \"checkpoints\"; leave it out")]
    [InlineData("tasks:\n  a: { run: x, worktree: true }\n  m: { merge: [ a ] }\n",
        "3:17: task \"m\" merges \"a\", which it does not need; add \"a\" to \"needs\"")]
    [InlineData("tasks:\n  a: { run: x }\n  m: { needs: [ a ], merge: [ a ] }\n",
        "3:31: task \"a\" has no work tree of its own, so there is nothing to merge; give it worktree: true")]
    [InlineData("tasks:\n  ab: { run: x, worktree: true }\n  m: { needs: [ ab ], merge: [ ac ] }\n",
        "3:32: task \"m\" merges \"ac\", which no task is called; did you mean \"ab\"?")]
    [InlineData("tasks:\n  a: { run: x, worktree: true }\n  m: { needs: [ a ], merge: [ a, a ] }\n",
        "3:34: task \"m\" merges \"a\" twice; keep one of them")]
    [InlineData("tasks: { m: { merge: [] } }\n",
        "1:22: \"merge\" is an empty list; name at least one task with worktree: true")]
    public void Work_says_where_what_and_the_cure(string yaml, string expected) =>
        Assert.Equal(expected, PlanData.Error(yaml));

    [Fact]
    public void A_runtime_that_could_not_be_read_is_not_unknown()
    {
        Assert.Contains("\"flavor\" cannot be", PlanData.Error("runtimes: { a: { kind: agent, flavor: x }, b: { kind: "
            + "agent, flavor: codex, fallback: [ a ] } }\ntasks: { t: { runtime: a, prompt: x } }\n"));
    }

    [Fact]
    public void A_plan_has_a_thousand_runtimes_at_most_and_a_row_of_them_sixteen()
    {
        static string Chain(int count) => "runtimes:\n" + string.Concat(Enumerable.Range(0, count).Select(i =>
            $"  r{i}: {{ kind: agent, flavor: codex, model: m{i}"
            + (i + 1 < count ? $", fallback: [ r{i + 1} ] }}\n" : " }\n")))
            + "tasks: { t: { runtime: r0, prompt: x } }\n";

        Assert.Equal(16, PlanData.Valid(Chain(16)).CandidatesOf("r0").Count);
        Assert.Equal("2:3: runtime \"r0\" has more than 15 fallbacks with those of its fallbacks; take some away",
            PlanData.Error(Chain(17)));
        Assert.Equal(984, PlanData.Load(Chain(1000)).ErrorCount);
        Assert.Equal("2:3: the plan has 1,001 runtimes, and 1,000 is the limit; let tasks share them",
            PlanData.Error(Chain(1001)));
    }

    [Fact]
    public void Json_is_nested_within_its_bound_and_survives_plan_json()
    {
        static string Nested(int depth) => "tasks: { t: { http: { url: http://h/, json: "
            + string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", depth)) + " } } }\n";

        var json = Holdfast.Plans.PlanJson.Write(PlanData.Valid(Nested(41)));
        Assert.Equal(json, Holdfast.Plans.PlanJson.Write(Holdfast.Plans.PlanJson.Read(json)));
        Assert.Equal("1:86: \"json\" is nested deeper than 40; put it into a file and name that as body-file",
            PlanData.Error(Nested(42)));
    }
}
