using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Agents;

/// <summary>
/// What each real program does when its model server answers badly, and what Holdfast makes of it: one run, one task
/// for each program and answer, no retries. The table of docs/agents.md is written from it.
/// </summary>
public sealed class AgentTableTests
{
    private const string Start = "<!-- table: written by AgentTableTests with HOLDFAST_WRITE_DOCS=1 -->";
    private const string End = "<!-- end of table -->";

    /// <summary>
    /// Rows to run, as "opencode-*,codex-529"; the table of the docs keeps its others. All if not set.
    /// </summary>
    private const string Only = "HOLDFAST_AGENT_CELLS";

    /// <summary>A folder that gets a copy of the run's folder, for a look at what the programs printed.</summary>
    private const string Keep = "HOLDFAST_AGENT_KEEP";

    /// <summary>Seconds without progress after which a program is ended; more for a machine that is busy.</summary>
    private const string Patience = "HOLDFAST_AGENT_PATIENCE";

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static IEnumerable<(string Program, string Answer, string Class)> Chosen
    {
        get
        {
            var only = (Environment.GetEnvironmentVariable(Only) ?? "*-*").Split(',');
            return AgentPrograms.All.SelectMany(p => ModelAnswers.All.Select(a => (p, a.Name, a.Class)))
                .Where(c => AgentPrograms.Meets(c.p, c.Name) && only.Any(o => o == $"{c.p}-{c.Name}"
                    || o == $"{c.p}-*" || (o is "*-*" && !AgentPrograms.OnRequest.Contains(c.p))));
        }
    }

    [Fact]
    public void Each_program_and_each_bad_answer_is_judged_as_it_should_be()
    {
        using var model = new StubModel();
        using var at = new Holding();
        at.Write("plan.yaml", Plan(model, at.Folder));
        at.Start("run", "plan.yaml", "--id", "t").End(Longest);
        var cells = Cells(at.Journal("t"));
        var kept = Environment.GetEnvironmentVariable(Keep) is { Length: > 0 } told ? told : null;
        if (kept is not null)
        {
            CopyFolder(Path.Combine(at.Folder, ".holdfast", "runs", "t"), kept);
        }

        var rows = Rows(cells, model);
        if (kept is not null)
        {
            File.WriteAllLines(Path.Combine(kept, "rows.md"), rows.Values);
        }

        if (Environment.GetEnvironmentVariable("HOLDFAST_WRITE_DOCS") == "1")
        {
            WriteDocs(rows);
        }

        var wrong = Chosen
            .Select(c => (Key: $"{c.Program}-{c.Answer}", Expected: Expected(c.Program, c),
                Requests: model.Requests($"{c.Answer}.{c.Program}")))
            .Where(c => !c.Expected.Contains(cells[c.Key].Class) && !EndedBeforeItAsked(cells[c.Key], c.Requests))
            .Select(c => $"{c.Key} is {cells[c.Key].Class}, not {string.Join(" or ", c.Expected)}");
        Assert.True(!wrong.Any(), $"{string.Join('\n', wrong)}\n{string.Join('\n', rows.Values)}");
    }

    // Where a program itself makes something else of an answer, its own word is what there is to judge.
    private static string[] Expected(string program, (string Program, string Name, string Class) answer) =>
        (program, answer.Name) switch
    {
        (_, "good") => ["succeeded"],

        // Google says it with a 503, and the status stands.
        ("gemini", "529") => ["unavailable"],
        _ => [answer.Class],
    };

    // Where a program was ended before it had asked for anything, nothing can be known of the answer: that is a matter
    // of the machine, and shown in the table.
    private static bool EndedBeforeItAsked(Cell cell, int requests) =>
        requests == 0 && cell is { Class: "timeout", Exit: "no_progress" or "hard_timeout" };

    private static string Plan(StubModel model, string folder)
    {
        var patience = int.Parse(Environment.GetEnvironmentVariable(Patience) ?? "15", CultureInfo.InvariantCulture);
        var runtimes = new StringBuilder();
        var tasks = new StringBuilder();
        foreach (var (program, answer, _) in Chosen.Concat(FirstStarts).DistinctBy(c => (c.Program, c.Answer)))
        {
            var home = Directory.CreateDirectory(Path.Combine(folder, "home-" + program)).FullName;
            var name = $"{program}-{answer}";
            runtimes.Append(AgentPrograms.Runtime(name, program, model.Base(answer + "." + program), home));
            tasks.Append(CultureInfo.InvariantCulture, $"  {name}: {{ runtime: {name}, group: {program}, ")
                .Append(answer == "good" ? "timeout: 5m, no-progress: 3m" : $"needs: [ {program}-good ]")
                .Append(program == "kilo" && answer != "good" ? $", no-progress: {40 + patience}s" : "")
                .Append(", prompt: \"Say that all is done.\" }\n");
        }

        var groups = string.Join(", ", AgentPrograms.All.Select(p => p + ": { max-parallel: 1 }"));
        return "name: table\nmax-parallel: 3\n"
            + $"defaults: {{ retry: none, timeout: {6 * patience}s, no-progress: {patience}s }}\n"
            + $"groups: {{ {groups} }}\nruntimes:\n{runtimes}tasks:\n{tasks}";
    }

    // The first start of a program sets its home up, which the others must not wait for.
    private static IEnumerable<(string Program, string Answer, string Class)> FirstStarts =>
        Chosen.Select(c => (c.Program, "good", "")).Distinct();

    private static Dictionary<string, Cell> Cells(string journal)
    {
        var cells = new Dictionary<string, Cell>();
        foreach (var line in journal.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var task = root.TryGetProperty("task", out var name) ? name.GetString()! : "";
            var data = root.TryGetProperty("data", out var found) ? found : default;
            switch (root.GetProperty("type").GetString())
            {
                case "attempt_succeeded" or "attempt_failed":
                    cells[task] = new Cell
                    {
                        Exit = Ending(data),
                        Seconds = data.GetProperty("duration_ms").GetDouble() / 1000,
                    };
                    break;
                case "runtime_error_classified":
                    cells[task].Class = data.GetProperty("class").GetString()!;
                    cells[task].Disposition = data.GetProperty("disposition").GetString()!;
                    cells[task].Told = data.TryGetProperty("told_ms", out var told) ? told.GetDouble() / 1000 : null;
                    cells[task].Rule = data.GetProperty("rule").GetString()!;
                    break;
            }
        }

        return cells;
    }

    private static string Ending(JsonElement data) =>
        data.TryGetProperty("ended_by", out var by) ? by.GetString()!
        : data.TryGetProperty("exit_code", out var code) ? code.GetInt32().ToString(CultureInfo.InvariantCulture)
        : "signal";

    private static Dictionary<(string, string), string> Rows(Dictionary<string, Cell> cells, StubModel model)
    {
        var rows = new Dictionary<(string, string), string>();
        foreach (var (program, answer, _) in Chosen)
        {
            var cell = cells[$"{program}-{answer}"];
            var told = cell.Told is { } seconds
                ? string.Create(CultureInfo.InvariantCulture, $", told {seconds:0.#} s") : "";
            rows[(program, answer)] = string.Create(CultureInfo.InvariantCulture, $"| {program} | {answer} ")
                + string.Create(CultureInfo.InvariantCulture, $"| {model.Requests($"{answer}.{program}")} ")
                + string.Create(CultureInfo.InvariantCulture, $"| {cell.Exit} | {cell.Seconds:0.0} s ")
                + $"| {cell.Class} | {cell.Disposition}{told} | {cell.Rule} |";
        }

        return rows;
    }

    // Rows that were not run stay as they are.
    private static void WriteDocs(Dictionary<(string, string), string> rows)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Holdfast.slnx")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        var path = Path.Combine(root, "docs", "agents.md");
        var text = File.ReadAllText(path);
        var from = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        var to = text.IndexOf(End, StringComparison.Ordinal);
        foreach (var line in text[from..to].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2))
        {
            var parts = line.Split('|', StringSplitOptions.TrimEntries);
            rows.TryAdd((parts[1], parts[2]), line);
        }

        var ordered = AgentPrograms.All
            .SelectMany(p => ModelAnswers.All.Select(a => rows.GetValueOrDefault((p, a.Name))))
            .Where(row => row is not null);
        File.WriteAllText(
            path,
            $"{text[..from]}\n| program | answer | requests | exit | time | class | disposition | rule |\n"
                + $"| --- | --- | --- | --- | --- | --- | --- | --- |\n{string.Join('\n', ordered)}\n{text[to..]}");
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private sealed class Cell
    {
        internal required string Exit { get; init; }

        internal required double Seconds { get; init; }

        internal string Class { get; set; } = "succeeded";

        internal string Disposition { get; set; } = "–";

        internal double? Told { get; set; }

        internal string Rule { get; set; } = "–";
    }
}
