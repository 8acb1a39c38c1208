namespace Holdfast.EndToEnd.Agents;

/// <summary>The real programs, as npm installed them, and how a plan points each at the stub.</summary>
internal static class AgentPrograms
{
    /// <summary>Set to the folder that npm installed into; else the cache of this user is looked at.</summary>
    internal const string Variable = "HOLDFAST_AGENTS";

    /// <summary>In the order of the table.</summary>
    internal static readonly string[] All = ["opencode", "codex", "claude", "gemini", "kilo"];

    /// <summary>
    /// Those that run only where a cell of theirs is asked for: without a way to its own server Kilo waits for half a
    /// minute at each start, which is too long for every run of the tests.
    /// </summary>
    internal static readonly string[] OnRequest = ["kilo"];

    // What tells apart how the younger two report: the rest goes through the same reader and the same rules.
    private static readonly string[] Chosen =
        ["good", "429", "429-retry-after", "quota", "401", "404-model", "503", "529"];

    /// <summary>Whether a program is asked about an answer.</summary>
    internal static bool Meets(string program, string answer) =>
        program is not ("gemini" or "kilo") || Chosen.Contains(answer);

    /// <summary>The program, or the test is skipped, which CI counts as failed.</summary>
    internal static string Need(string name)
    {
        var folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } told
            ? told
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "holdfast-agents");
        var program = Path.Combine(folder, "node_modules", ".bin", name);
        Assert.SkipUnless(
            File.Exists(program),
            $"{program} is missing: .ci/run installs it, or set {Variable} to a folder in which npm installed "
            + "the agents that it names");
        return program;
    }

    /// <summary>A runtime of a plan that asks the stub for one answer.</summary>
    /// <param name="name">Of the runtime.</param>
    /// <param name="program">Which program.</param>
    /// <param name="address">Base address of the answer.</param>
    /// <param name="home">Where the program keeps its own files.</param>
    /// <param name="more">Further keys of the runtime.</param>
    internal static string Runtime(string name, string program, string address, string home, string more = "")
    {
        if (program == "gemini")
        {
            // Where it is pointed elsewhere, it takes the other side for a gateway unless it is told how to log in.
            var settings = Directory.CreateDirectory(Path.Combine(home, ".gemini")).FullName;
            File.WriteAllText(
                Path.Combine(settings, "settings.json"),
                """{"security":{"auth":{"selectedType":"gemini-api-key"}},"general":{"disableAutoUpdate":true}}""");
        }

        // Each answer has a model of its own, so that no breaker and no throttle of one holds up another.
        var model = "m-" + name;
        var keys = program switch
        {
            "gemini" => $$"""
                model: {{model}}, env: { HOME: "{{home}}", GOOGLE_GEMINI_BASE_URL: "{{address}}",
                GEMINI_API_KEY: sk-test-key, GEMINI_CLI_TRUST_WORKSPACE: "true", NO_BROWSER: "true" }
                """,
            "kilo" => $$$"""
                model: openai/{{{model}}}, args: [ --title, test ], env: { HOME: "{{{home}}}",
                KILO_DISABLE_MODELS_FETCH: "1", KILO_DISABLE_AUTOUPDATE: "1", KILO_DISABLE_LSP_DOWNLOAD: "1",
                KILO_DISABLE_DEFAULT_PLUGINS: "1", KILO_DISABLE_SESSION_INGEST: "1", KILO_TELEMETRY_LEVEL: "off",
                KILO_NO_DAEMON: "1", KILO_DISABLE_CODEBASE_INDEXING: "1",
                KILO_CONFIG_CONTENT: '{"provider":{"openai":{"options":{
                "baseURL":"{{{address}}}/v1","apiKey":"sk-test-key"},"models":{"{{{model}}}":{} } } } }' }
                """,
            "opencode" => $$$"""
                model: openai/{{{model}}}, args: [ --title, test ], env: { HOME: "{{{home}}}",
                OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_AUTOUPDATE: "1",
                OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
                OPENCODE_DISABLE_DEFAULT_PLUGINS: "1", OPENCODE_CONFIG_CONTENT: '{"provider":{"openai":{"options":{
                "baseURL":"{{{address}}}/v1","apiKey":"sk-test-key"},"models":{"{{{model}}}":{} } } } }' }
                """,
            "codex" => $$"""
                model: {{model}}, args: [ -c, 'model_provider="stub"', -c, 'model_providers.stub={name="stub",
                base_url="{{address}}/v1",wire_api="responses",env_key="STUB_KEY"}' ],
                env: { HOME: "{{home}}", STUB_KEY: sk-test-key }
                """,
            _ => $$"""
                model: {{model}}, env: { HOME: "{{home}}", ANTHROPIC_BASE_URL: "{{address}}",
                ANTHROPIC_API_KEY: sk-test-key, DISABLE_AUTOUPDATER: "1", DISABLE_TELEMETRY: "1",
                CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" }
                """,
        };
        // Codex' sandbox needs rights that a container does not give; the other two are tested as they are by default.
        var rights = program == "codex" ? "full" : "edit";
        return $"  {name}: {{ kind: agent, flavor: {program}, program: \"{Need(program)}\", permissions: {rights},\n"
            + $"    {keys.ReplaceLineEndings(" ")}{more} }}\n";
    }
}
