using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Holdfast.Runs;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>What people see of a plan's runtimes, and whether they are there.</summary>
public sealed class RuntimesCommandTests : IDisposable
{
    private readonly LookKit _kit = new();
    private readonly TcpListener _host = new(IPAddress.Loopback, 0);

    public RuntimesCommandTests() => _host.Start();

    private string Address => $"http://{_host.LocalEndpoint}/";

    public void Dispose()
    {
        _host.Dispose();
        _kit.Dispose();
    }

    [Fact]
    public void A_list_names_kind_target_what_takes_over_and_how_the_target_stands_and_asks_nobody()
    {
        Write("""
            runtimes:
              first: { kind: agent, flavor: opencode, model: "${{ vars.model }}", fallback: [ second ], max-parallel: 2 }
              second: { kind: agent, flavor: codex, secrets: [ KEY ] }
              shop: { kind: http, base: "https://shop.example/v1" }
            """, "vars: { model: big }\nsecrets: { KEY: { env: KEY } }\n");
        using (var targets = new Holdfast.Runs.Targets.WorkspaceTargets(
            Holdfast.Journal.LocalStorage.Instance, _kit.Workspace.Path, 1, "r"))
        {
            targets.Throttle("shop.example", new AttemptId("a", 1), _kit.Clock.Now.AddMinutes(5), "told 300 s",
                _kit.Clock.Now);
        }

        var (code, text, error) = _kit.Run("runtimes", "plan.yaml", "--set", "model=small");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches("closed +first +opencode +opencode × small +then second; 2 at once at most\n", text);
        Assert.Matches("closed +second +codex +codex × default model × KEY\n", text);
        Assert.Matches("throttled +shop +http +shop.example +nothing is sent to it until .*: told 300 s\n", text);
        Assert.Equal(text, _kit.Run("runtimes", "list", "plan.yaml", "--set", "model=small").Out);
        using var json = JsonDocument.Parse(_kit.Run("runtimes", "list", "plan.yaml", "--json").Out);
        var first = json.RootElement.GetProperty("data").GetProperty("runtimes")[0];
        Assert.Equal(("agent", "opencode", "big", "second"), (
            first.GetProperty("kind").GetString(), first.GetProperty("flavor").GetString(),
            first.GetProperty("model").GetString(), first.GetProperty("fallback")[0].GetString()));
        Assert.False(first.TryGetProperty("there", out _));
    }

    [Fact]
    public void Without_a_plan_it_is_the_one_of_the_last_run_and_a_plan_without_runtimes_says_so()
    {
        _kit.MakeOf("runtimes: { me: { kind: agent, flavor: codex } }\ntasks: { a: { run: x } }\n", "r");
        Assert.Contains("codex × default model", _kit.Run("runtimes").Out, StringComparison.Ordinal);
        Write("", "");
        Assert.Contains("has no runtimes", _kit.Run("runtimes", "check", "plan.yaml").Out, StringComparison.Ordinal);
        Assert.Equal(2, _kit.Run("runtimes", "list", "missing.yaml").Code);
    }

    [Fact]
    public async Task A_check_asks_programs_for_their_version_and_hosts_without_a_credential()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "its programs are scripts of a POSIX shell");
        Script("good", "echo starting; echo 1.2.3");
        Script("broken", "echo \"no module at $TOKEN\" >&2; exit 3");
        Script("slow", "echo $$ > slow.pid; exec sleep 600");
        Script("own", "touch own.asked");
        Write($$$"""
            runtimes:
              good: { kind: agent, flavor: opencode, program: ./good }
              broken: { kind: agent, flavor: codex, program: ./broken, secrets: [ TOKEN ] }
              slow: { kind: agent, flavor: claude, program: ./slow }
              missing: { kind: agent, flavor: gemini, program: no-such-program-here }
              own: { kind: agent, flavor: custom, run: [ ./own ] }
              own-missing: { kind: agent, flavor: custom, run: [ ./not-there ] }
              keyless: { kind: agent, flavor: kilo, secrets: [ KEY ] }
              shop: { kind: http, base: "{{{Address}}}", headers: { X-Key: "${{ secrets.TOKEN }}" }, secrets: [ TOKEN ] }
              nobody: { kind: http, base: "http://127.0.0.1:1/" }
            """, "secrets: { TOKEN: { file: token.txt }, KEY: { env: KEY } }\n");
        var asked = AnswerAsync("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
        var (code, text, error) = _kit.Run("runtimes", "check", "plan.yaml");
        Assert.Equal((6, ""), (code, error));
        Assert.Equal(
            [
                "ok    good  opencode: 1.2.3",
                "fail  broken  codex: --version ended with exit code 3: no module at ***",
                "fail  slow  claude: it did not tell its version within 5s",
                "ok    own  custom: ./own: of flavor custom, not asked for a version",
                "fail  keyless  kilo: secret \"KEY\" is missing: the environment variable KEY is not set; set it "
                    + "before the run",
                "ok    shop  http: answers, with HTTP 401",
            ],
            text.Split('\n').Where(l => l.StartsWith("ok", StringComparison.Ordinal)
                || (l.StartsWith("fail", StringComparison.Ordinal)
                    && !l.Contains("missing  ", StringComparison.Ordinal)
                    && !l.Contains("nobody", StringComparison.Ordinal))));
        Assert.Contains("fail  missing  gemini: ENOENT: no such program: no-such-program-here", text);
        Assert.Contains("fail  own-missing  custom: ENOENT", text);
        Assert.Contains("fail  nobody  http: connection: HttpRequestException: Connection refused", text);
        Assert.Contains("what helps: install it, or name it by its path under \"program\"", text);
        var request = await asked;
        Assert.StartsWith("HEAD / HTTP/1.1\r\n", request);
        Assert.DoesNotContain("X-Key", request);
        Assert.False(File.Exists(Path.Combine(_kit.Folder, "own.asked")), "a custom program was asked");
        var slow = (await File.ReadAllTextAsync(Path.Combine(_kit.Folder, "slow.pid"),
            TestContext.Current.CancellationToken)).Trim();
        Assert.False(Directory.Exists($"/proc/{slow}"), "what did not answer was left behind");
    }

    [Fact]
    public async Task A_check_ends_well_where_all_are_there_and_not_where_a_host_is_down()
    {
        Write($"runtimes: {{ shop: {{ kind: http, base: \"{Address}\" }} }}", "");
        var asked = AnswerAsync("HTTP/1.1 204 Fine\r\n\r\n");
        Assert.Equal(0, _kit.Run("runtimes", "check", "plan.yaml").Code);
        await asked;
        asked = AnswerAsync("HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n");
        using var json = JsonDocument.Parse(_kit.Run("runtimes", "check", "plan.yaml", "--json").Out);
        await asked;
        var shop = json.RootElement.GetProperty("data").GetProperty("runtimes")[0];
        Assert.Equal((6, false, "answers with HTTP 503"), (
            json.RootElement.GetProperty("exit_code").GetInt32(), shop.GetProperty("there").GetBoolean(),
            shop.GetProperty("seen").GetString()));
    }

    private void Write(string runtimes, string more) => File.WriteAllText(
        Path.Combine(_kit.Folder, "plan.yaml"), $"name: p\n{more}{runtimes}\ntasks: {{ a: {{ run: x }} }}\n");

    private void Script(string name, string text)
    {
        var path = Path.Combine(_kit.Folder, name);
        File.WriteAllText(path, "#!/bin/sh\n" + text + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }

    private async Task<string> AnswerAsync(string answer)
    {
        using var client = await _host.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var block = new byte[4096];
        var asked = "";
        while (!asked.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(block, TestContext.Current.CancellationToken);
            asked += Encoding.ASCII.GetString(block, 0, read);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        return asked;
    }
}
