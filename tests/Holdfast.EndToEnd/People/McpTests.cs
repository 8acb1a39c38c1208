using System.Text.Json;
using Holdfast.EndToEnd.Running;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Holdfast.EndToEnd.People;

/// <summary>The tools for agents, by a real client over stdio.</summary>
public sealed class McpTests
{
    [Fact]
    public async Task An_agent_completes_its_own_checkpoints_and_reads_the_rest()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              a:
                checkpoints: [ design, { id: green, verify: "[ -e fixed ] || { echo red >&2; exit 4; }" } ]
                run: "until [ -e go ]; do sleep 0.02; done"
              b: { checkpoints: [ theirs ], run: "true" }
              bad: { run: "echo 'fatal: not found' >&2; exit 3", retry: none }
              ok: { approval: {} }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Count("s", "task_waiting") == 2 && at.Count("s", "task_failed") == 1, "the rest to settle");

        // Letters are gathered for a moment before they are written.
        var letters = Path.Combine(at.Folder, ".holdfast", "letters.ndjson");
        at.Until(() => File.Exists(letters) && new FileInfo(letters).Length > 0, "the letter of \"bad\"");
        await using var client = await Connect(at, task: "a");
        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            ["checkpoint_complete", "checkpoint_list", "failure_explain", "letters_list", "run_status"],
            tools.Select(t => t.Name).Order());

        Assert.Contains("\"bad\"", Text(await Call(client, "letters_list")), StringComparison.Ordinal);
        Assert.Contains("\"count\":0", Text(await Call(client, "letters_list", ("failureClass", "crash"))),
            StringComparison.Ordinal);
        Assert.Equal("design", Own(await Call(client, "checkpoint_list")).GetProperty("next").GetString());
        Assert.True((await Call(client, "checkpoint_complete", ("summary", "x"), ("id", "green"))).IsError);
        Assert.Contains("needs the argument \"summary\"", Text(await Call(client, "checkpoint_complete")));
        Assert.False((await Call(client, "checkpoint_complete", ("summary", "designed"))).IsError);
        var red = await Call(client, "checkpoint_complete", ("summary", "x"));
        Assert.Contains("exit code 4: red", Text(red), StringComparison.Ordinal);
        at.Write("fixed", "");
        Assert.False((await Call(client, "checkpoint_complete", ("summary", "fixed"), ("id", "green"))).IsError);
        Assert.Contains("rule once", Text(await Call(client, "checkpoint_complete", ("summary", "more"))));
        Assert.True((await Call(client, "checkpoint_complete", ("summary", "x"), ("id", "--no-resume"))).IsError);

        Assert.Contains("\"status\":\"running\"", Text(await Call(client, "run_status")), StringComparison.Ordinal);
        Assert.Contains("\"task\":\"bad\"", Text(await Call(client, "failure_explain")), StringComparison.Ordinal);
        Assert.True((await Call(client, "run_status", ("run", "nope"))).IsError);
        Assert.Equal(2, at.Count("s", "checkpoint_completed"));
        at.Write("go", "");
        run.End().Is(9);
    }

    [Fact]
    public async Task Outside_of_an_attempt_there_is_nothing_to_complete()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { checkpoints: [ c ], run: \"true\" }\n");
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        await using var client = await Connect(at, task: null);
        Assert.Contains(
            "outside of an attempt", Text(await Call(client, "checkpoint_complete", ("summary", "x"))),
            StringComparison.Ordinal);
        Assert.Contains("\"run\":\"s\"", Text(await Call(client, "checkpoint_list")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_message_is_refused_and_what_was_asked_before_the_input_ended_is_answered()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks: { a: { run: \"true\" } }\n");
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        at.Write("lines", """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":PARAMS}
            no JSON
            {"jsonrpc":"2.0","id":9

            [{"jsonrpc":"2.0","id":9,"method":"ping"}]
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            {"jsonrpc":"2.0","id":1.5,"method":"ping"}
            {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"not answered"}}
            {"id":"old","method":"ping"}
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"run_status","arguments":{"run":5}}}
            {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"run_status"}}
            """.Replace("PARAMS", """
            {"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}
            """));
        var answers = at.StartUnder(["sh", "-c", "exec \"$@\" < lines", "_"], "mcp").End().Is(0).Out
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(
            ["-32700 ", "-32700 ", "-32600 ", "-32600 ", "-32700 old"],
            answers.Where(a => a.TryGetProperty("error", out _)).Select(a =>
                $"{a.GetProperty("error").GetProperty("code")} {a.GetProperty("id")}"));
        var results = answers.Where(a => a.TryGetProperty("result", out _))
            .ToDictionary(a => a.GetProperty("id").GetInt32(), a => a.GetProperty("result").GetRawText());
        Assert.Equal([1, 2, 3], results.Keys.Order());
        Assert.Contains("is a number; it can be string or null", results[2], StringComparison.Ordinal);
        Assert.Contains("succeeded", results[3], StringComparison.Ordinal);
    }

    private static Task<McpClient> Connect(Holding at, string? task)
    {
        var variables = new Dictionary<string, string?>();
        if (task is not null)
        {
            variables["HOLDFAST_RUN"] = "s";
            variables["HOLDFAST_TASK"] = task;
            variables["HOLDFAST_ATTEMPT"] = "1";
            variables["HOLDFAST_WORKSPACE"] = Path.Combine(at.Folder, ".holdfast");
        }

        return McpClient.CreateAsync(new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = "test",
            Command = "dotnet",
            Arguments = [Path.Combine(AppContext.BaseDirectory, "Holdfast.Cli.dll"), "mcp"],
            WorkingDirectory = at.Folder,
            EnvironmentVariables = variables,
        }));
    }

    private static async Task<CallToolResult> Call(McpClient client, string tool, params (string, object?)[] said) =>
        await client.CallToolAsync(tool, said.ToDictionary(s => s.Item1, s => s.Item2));

    private static string Text(CallToolResult result) => ((TextContentBlock)Assert.Single(result.Content)).Text;

    private static JsonElement Own(CallToolResult result)
    {
        using var document = JsonDocument.Parse(Text(result));
        return Assert.Single(document.RootElement.GetProperty("data").GetProperty("tasks").EnumerateArray()).Clone();
    }
}
