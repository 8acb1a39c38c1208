using System.Text.Json;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Http;

/// <summary>Requests of real plans to a real server, which answers well, badly, or not at all.</summary>
public sealed class RequestTests
{
    private static string Plan(string tasks, RawServer server, string more = "") =>
        $"name: h\nsecrets: {{ TOKEN: {{ env: HF_TOKEN }} }}\nruntimes:\n"
        + $"  api: {{ kind: http, base: \"{server.Base}\", secrets: [ TOKEN ], "
        + $"headers: {{ Authorization: \"Bearer ${{{{ secrets.TOKEN }}}}\" }}{more} }}\ntasks:\n{tasks}\n";

    private static Ended Run(Holding at, params string[] args) => at.Start([("HF_TOKEN", "s3cret-t0ken")], args).End();

    private static JsonElement Last(Holding at, string type)
    {
        var line = at.Journal("r").Split('\n').Last(l => l.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal));
        return JsonDocument.Parse(line).RootElement.GetProperty("data").Clone();
    }

    [Fact]
    public void A_request_is_sent_whole_and_its_answer_is_kept_and_checked()
    {
        using var server = new RawServer((_, _) => RawServer.Whole(201, """{"a":{"b":["x","y"]},"ok":true}"""));
        using var at = new Holding();
        at.Write("plan.yaml", Plan("""
              send:
                http:
                  runtime: api
                  method: POST
                  path: /announce/${{ vars.who }}
                  query: { q: "${{ vars.who }}" }
                  headers: { X-Run: "${{ run.id }}" }
                  json: { text: "${{ vars.who }}", n: 1 }
                  expect: { status: [ 201 ], json: { "a.b[1]": y, ok: true } }
                  output: answer.json
                effect: keyed
              use: { needs: [ send ], run: "cat '${{ needs.send.outputs }}'" }
            """, server) + "vars: { who: \"a b/\\\"c\" }\n");
        Run(at, "run", "plan.yaml", "--id", "r").Is(0);
        var request = Assert.Single(server.Requests);
        Assert.Equal("POST /announce/a%20b%2F%22c?q=a%20b%2F%22c", $"{request.Method} {request.Path}");
        Assert.Equal("Bearer s3cret-t0ken", request.Headers["authorization"]);
        Assert.Equal("r", request.Headers["x-run"]);
        Assert.NotEmpty(request.Headers["idempotency-key"]);
        Assert.Equal("a b/\"c", JsonDocument.Parse(request.Body).RootElement.GetProperty("text").GetString());
        Assert.StartsWith("{\"a\"", at.Read("answer.json"), StringComparison.Ordinal);
        Assert.Equal(201, Last(at, "attempt_succeeded").TryGetProperty("http_status", out var s) ? s.GetInt32() : 201);

        // The secret is in no file of ours; the exchange is told with it masked.
        foreach (var file in Directory.GetFiles(Path.Combine(at.Folder, ".holdfast"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("s3cret-t0ken", File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(401, "", "auth", "fail")]
    [InlineData(403, """{"message":"API rate limit exceeded"}""", "rate_limited", "wait")]
    [InlineData(404, "", "not_found", "fail")]
    [InlineData(422, "", "invalid_input", "fail")]
    [InlineData(429, """{"error":{"code":"insufficient_quota"}}""", "quota_exhausted", "park")]
    [InlineData(204, "", "invalid_input", "fail")]
    public void A_status_that_was_not_expected_is_judged_by_it_and_by_the_body(
        int status, string body, string kind, string then)
    {
        using var server = new RawServer((_, _) => RawServer.Whole(status, body));
        using var at = new Holding();
        at.Write("plan.yaml", Plan(
            "  a: { http: { runtime: api, path: /x, expect: { status: [ 200 ] } }, retry: none }", server));
        Run(at, "run", "plan.yaml", "--id", "r", "--no-wait");
        var judged = Last(at, "runtime_error_classified");
        Assert.Equal(kind, judged.GetProperty("class").GetString());
        Assert.Equal(then, judged.GetProperty("disposition").GetString() is "fall_back" ? "park"
            : judged.GetProperty("disposition").GetString());
    }

    [Fact]
    public void A_503_is_retried_and_a_told_wait_is_waited()
    {
        using var server = new RawServer((r, n) => (r.Path, n) switch
        {
            ("/busy", < 3) => RawServer.Whole(503),
            ("/told", 1) => RawServer.Whole(429, "slow down", "Retry-After: 2"),
            _ => RawServer.Whole(200, "well"),
        });
        using var at = new Holding();
        at.Write("plan.yaml", Plan("""
              busy: { http: { runtime: api, path: /busy }, retry: { unavailable: { retries: 5, base: 50ms } } }
              told: { needs: [ busy ], http: { runtime: api, path: /told } }
            """, server));
        Run(at, "run", "plan.yaml", "--id", "r").Is(0);
        Assert.Equal(3, server.Requests.Count(r => r.Path == "/busy"));
        var waited = Last(at, "runtime_recovery_scheduled");
        Assert.Equal(("told", 2_000), (waited.GetProperty("origin").GetString(), waited.GetProperty("delay_ms")
            .GetInt32()));
    }

    [Fact]
    public void What_never_ends_is_ended_and_what_breaks_off_is_a_lost_connection()
    {
        RawServer? made = null;
        using var server = made = new RawServer((r, _) => r.Path switch
        {
            "/headers" => made!.Bytes("HTTP/1.1 200 OK\r\nX-One: 1\r\n", hold: true),
            "/silent" => made!.Bytes("", hold: true),
            "/stall" => made!.Bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", hold: true),
            "/reset" => made!.Bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", reset: true),
            "/endless" => RawServer.Endless("HTTP/1.1 200 OK\r\n\r\n", new string('x', 1_000)),
            "/endless-header" => RawServer.Endless("HTTP/1.1 200 OK\r\n", "X-More: " + new string('x', 100) + "\r\n"),
            _ => made!.Bytes("no HTTP at all\r\n\r\n"),
        });
        using var at = new Holding();
        at.Write("plan.yaml", Plan("""
              headers: { http: { runtime: api, path: /headers }, timeout: 1s, retry: none }
              silent: { http: { runtime: api, path: /silent }, timeout: 1s, retry: none }
              stall: { http: { runtime: api, path: /stall }, timeout: 1s, retry: none }
              reset: { http: { runtime: api, path: /reset }, retry: none }
              endless: { http: { runtime: api, path: /endless, max-bytes: 1MiB }, retry: none }
              endless-header: { http: { runtime: api, path: /endless-header }, retry: none }
              nonsense: { http: { runtime: api, path: /nonsense }, retry: none }
            """, server, ", breaker: { failures: 100 }"));
        Run(at, "run", "plan.yaml", "--id", "r").Is(1);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["headers"] = "timeout", ["silent"] = "timeout", ["stall"] = "timeout", ["reset"] = "connection",
                ["endless"] = "resource_exhausted", ["endless-header"] = "invalid_input", ["nonsense"] = "connection",
            },
            at.Journal("r").Split('\n').Where(l => l.Contains("runtime_error_classified", StringComparison.Ordinal))
                .Select(l => JsonDocument.Parse(l).RootElement)
                .ToDictionary(e => e.GetProperty("task").GetString()!, e => e.GetProperty("data").GetProperty("class")
                    .GetString()!));
        // What did come is counted too.
        Assert.All(["stall", "reset"], task => Assert.Contains(
            "bytes=4", Run(at, "why", "r", task).Is(0).Out, StringComparison.Ordinal));
        var why = Run(at, "why", "r", "endless").Is(0).Out;
        Assert.Contains("the answer is longer than 1048576 bytes", why, StringComparison.Ordinal);
        Assert.Contains("raise \"max-bytes\" of the request", why, StringComparison.Ordinal);
        Assert.Contains(
            "not answered in time (timeout: 1s)", Run(at, "why", "r", "silent").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_cannot_be_kept_is_no_reason_to_ask_once_more()
    {
        using var at = new Holding();
        using var server = new RawServer((request, _) =>
        {
            // Where the file is to be there is a folder by the time that the answer comes.
            Directory.CreateDirectory(Path.Combine(at.Folder, request.Path[1..], "full"));
            return RawServer.Whole(200, "done");
        });
        at.Write("plan.yaml", Plan("""
              once: { http: { runtime: api, method: POST, path: /a, body: x, output: a } }
              again: { http: { runtime: api, path: /b, output: b } }
              known: { http: { runtime: api, method: POST, path: /c, body: x, output: c/full } }
            """, server));
        Directory.CreateDirectory(Path.Combine(at.Folder, "c", "full"));
        Run(at, "run", "plan.yaml", "--id", "r").Is(9);
        Assert.Equal(["/a", "/b"], server.Requests.Select(r => r.Path).Order());
        var held = Run(at, "why", "r", "once").Is(0).Out;
        Assert.Contains("it was answered, and the answer cannot be kept as \"a\"", held, StringComparison.Ordinal);
        Assert.Contains("must not happen twice", held, StringComparison.Ordinal);
        Assert.Contains("http.answer_lost", Run(at, "why", "r", "again").Is(0).Out, StringComparison.Ordinal);
        Assert.Contains("the output \"c/full\" is a folder; name a file", Run(at, "why", "r", "known").Is(0).Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_value_that_was_not_expected_no_half_of_a_secret_is_shown()
    {
        using var server = new RawServer((_, _) => RawServer.Whole(
            200, $$"""{"echo":"{{new string('x', 190)}}s3cret-t0ken"}"""));
        using var at = new Holding();
        at.Write("plan.yaml", Plan("""
              send: { http: { runtime: api, path: /, expect: { json: { echo: y } } }, retry: none }
            """, server));
        Run(at, "run", "plan.yaml", "--id", "r").Is(1);
        Assert.Contains("http.expect_json", at.Journal("r"), StringComparison.Ordinal);
        Assert.Contains("x***", at.Journal("r"), StringComparison.Ordinal);
        Assert.DoesNotContain("s3c", at.Journal("r"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_connection_of_a_request_that_must_happen_once_is_retried_and_a_lost_one_is_held()
    {
        RawServer? made = null;
        using var server = made = new RawServer((_, _) => made!.Bytes("HTTP/1.1 200 OK\r\nContent-Le", reset: true));
        using var at = new Holding();
        var plan = Plan("  lost: { http: { runtime: api, method: POST, path: /x } }", server);
        at.Write("plan.yaml", plan);
        Run(at, "run", "plan.yaml", "--id", "r").Is(9);
        Assert.Single(server.Requests);
        Assert.Equal(1, at.Count("r", "task_held"));

        using var gone = new RawServer((_, _) => RawServer.Whole(200));
        var nobody = gone.Base;
        gone.Dispose();
        at.Write("refused.yaml", plan.Replace(server.Base, nobody, StringComparison.Ordinal)
            .Replace("path: /x }", "path: /x }, retry: { connection: { retries: 1, base: 10ms } }",
                StringComparison.Ordinal));
        Run(at, "run", "refused.yaml", "--id", "q").Is(1);
        Assert.Equal(2, at.Count("q", "attempt_started"));
    }

    [Fact]
    public void What_a_proxy_refuses_is_told_as_that()
    {
        using var proxy = new RawServer((_, _) => RawServer.Whole(407));
        using var gone = new RawServer((_, _) => RawServer.Whole(200));
        gone.Dispose();
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { http: { url: \"http://service.example/x\" }, retry: none }\n");
        foreach (var (by, id) in new[] { (proxy.Base, "asks"), (gone.Base, "gone") })
        {
            at.Start([("http_proxy", by.Replace("//", "//me:secret@", StringComparison.Ordinal)), ("no_proxy", "")],
                "run", "plan.yaml", "--id", id).End().Is(1);
            var why = at.Run("why", id, "a").Is(0).Out;
            Assert.Contains($"(by way of the proxy {by})", why, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", why, StringComparison.Ordinal);
        }

        var asks = at.Run("why", "asks", "a").Out;
        Assert.Contains("status 407", asks, StringComparison.Ordinal);
        Assert.Contains("name the proxy with user and password", asks, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_as_body_is_refused_and_not_waited_for()
    {
        using var server = new RawServer((_, _) => RawServer.Whole(200));
        using var at = new Holding();
        using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(at.Folder, "pipe"));
        made.WaitForExit();
        at.Write("plan.yaml", Plan(
            "  a: { http: { runtime: api, method: POST, path: /x, body-file: pipe }, timeout: 20s, retry: none }",
            server));
        Assert.Contains("the body-file \"pipe\" is a pipe, a socket or a device; name a file",
            Run(at, "run", "plan.yaml", "--id", "r").Is(1).Out, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Redirects_are_bounded_and_take_no_credential_to_another_host()
    {
        using var other = new RawServer((_, _) => RawServer.Whole(200, "other"));
        using var server = new RawServer((r, _) => r.Path switch
        {
            "/away" => RawServer.Whole(302, "", $"Location: {other.Base}/there"),
            "/loop" => RawServer.Whole(307, "", "Location: /loop"),
            "/see" => RawServer.Whole(303, "", "Location: /seen"),
            "/file" => RawServer.Whole(302, "", "Location: file:///etc/passwd"),
            _ => RawServer.Whole(200, "here"),
        });
        using var at = new Holding();
        at.Write("plan.yaml", Plan("""
              away: { http: { runtime: api, path: /away } }
              loop: { http: { runtime: api, path: /loop }, retry: none }
              see: { http: { runtime: api, method: POST, path: /see, body: "text" } }
              file: { http: { runtime: api, path: /file }, retry: none }
            """, server, ", redirects: 3"));
        Run(at, "run", "plan.yaml", "--id", "r").Is(1);
        Assert.False(Assert.Single(other.Requests).Headers.ContainsKey("authorization"));
        Assert.Equal(4, server.Requests.Count(r => r.Path == "/loop"));
        Assert.Equal("GET", server.Requests.Single(r => r.Path == "/seen").Method);
        var why = Run(at, "why", "r", "loop").Is(0).Out;
        Assert.Contains("http.redirects", why, StringComparison.Ordinal);
        Assert.Contains("more than the 3 times that are allowed (to \"/loop\")", why, StringComparison.Ordinal);
        Assert.Contains(
            "status 302 (to \"file:///etc/passwd\") is not one of those expected: 200 to 299",
            Run(at, "why", "r", "file").Is(0).Out, StringComparison.Ordinal);
        Assert.Equal(2, at.Journal("r").Split("\"type\":\"task_failed\"").Length - 1);
    }

    [Fact]
    public void A_driver_that_is_killed_after_sending_leaves_the_end_to_the_effect()
    {
        RawServer? made = null;
        var held = true;
        using var server = made = new RawServer((_, _) => held ? made!.Bytes("", hold: true) : RawServer.Whole(200));
        using var at = new Holding();
        at.Write("plan.yaml", Plan("""
              put: { http: { runtime: api, method: PUT, path: /put, body: x } }
              post: { http: { runtime: api, method: POST, path: /post, body: x } }
            """, server));
        var driver = at.Start([("HF_TOKEN", "t")], "run", "plan.yaml", "--id", "r", "--max-parallel", "2");
        at.Until(() => server.Requests.Count == 2, "both requests to arrive");
        driver.Signal(Command.Kill);
        driver.End();

        held = false;
        Run(at, "resume", "r").Is(9);
        Assert.Equal(2, server.Requests.Count(r => r.Path == "/put"));
        Assert.Single(server.Requests, r => r.Path == "/post");
        Run(at, "resolve", "r", "post", "--done", "--no-resume").Is(0);
        Run(at, "resume", "r").Is(0);
    }

    [Fact]
    public void A_header_that_a_value_would_break_in_two_is_never_sent()
    {
        using var server = new RawServer((_, _) => RawServer.Whole(200));
        using var at = new Holding();
        at.Write("plan.yaml", Plan(
            "  a: { for-each: { items: [ \"x\\r\\nX-Evil: 1\" ] }, http: { runtime: api, path: /x, "
            + "headers: { X-Item: \"${{ item }}\" } } }", server));
        Run(at, "run", "plan.yaml", "--id", "r").Is(1);
        Assert.Empty(server.Requests);
    }
}
