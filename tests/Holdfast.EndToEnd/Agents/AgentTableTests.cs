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
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    [Fact]
    public void Each_program_and_each_bad_answer_is_judged_as_it_should_be()
    {
        using var model = new StubModel();
        using var at = new Holding();
        at.Write("plan.yaml", Plan(model, at.Folder));
        at.Start("run", "plan.yaml", "--id", "t").End(Longest).Is(1);
        var cells = Cells(at.Journal("t"));
        var table = Table(cells, model);
        if (Environment.GetEnvironmentVariable("HOLDFAST_WRITE_DOCS") == "1")
        {
            WriteDocs(table);
        }

        var wrong = AgentPrograms.All
            .SelectMany(p => ModelAnswers.All.Select(a => (Key: $"{p}-{a.Name}", Expected: Expected(p, a))))
            .Where(c => !c.Expected.Contains(cells[c.Key].Class) && !EndedBeforeItSaidWhy(cells[c.Key]))
            .Select(c => $"{c.Key} is {cells[c.Key].Class}, not {string.Join(" or ", c.Expected)}");
        Assert.True(!wrong.Any(), $"{string.Join('\n', wrong)}\n{table}");
    }

    // Where a program itself makes something else of an answer, its own word is what there is to judge.
    private static string[] Expected(string program, (string Name, string Class) answer) =>
        (program, answer.Name) switch
    {
        (_, "malformed") => ["unavailable", "connection", "timeout", "unknown", "succeeded"],
        (_, "good") => ["succeeded"],
        ("claude", "closed") => ["connection", "timeout"],

        // Both print a 529 as any server error; that it means "overloaded" is not yet read from what they print.
        ("codex" or "opencode", "529") => ["rate_limited", "unavailable"],
        _ => [answer.Class],
    };

    // A program that retries by itself may be ended before a word of the cause is in its log: then nobody can know more
    // than that. How often that happens is a matter of the machine, and shown in the table.
    private static bool EndedBeforeItSaidWhy(Cell cell) =>
        cell is { Class: "timeout", Exit: "no_progress" or "hard_timeout" };

    private static string Plan(StubModel model, string folder)
    {
        var runtimes = new StringBuilder();
        var tasks = new StringBuilder();
        foreach (var program in AgentPrograms.All)
        {
            var home = Directory.CreateDirectory(Path.Combine(folder, "home-" + program)).FullName;
            foreach (var (answer, _) in ModelAnswers.All)
            {
                var name = $"{program}-{answer}";
                runtimes.Append(AgentPrograms.Runtime(name, program, model.Base(answer + "." + program), home));
                // The first start of a program sets its home up, which the others must not wait for.
                var first = answer == "good";
                tasks.Append(CultureInfo.InvariantCulture, $"  {name}: {{ runtime: {name}, group: {program}, ")
                    .Append(first ? "timeout: 2m, no-progress: 1m" : $"needs: [ {program}-good ]")
                    .Append(", prompt: \"Say that all is done.\" }\n");
            }
        }

        return "name: table\nmax-parallel: 2\ndefaults: { retry: none, timeout: 1m, no-progress: 8s }\n"
            + "groups: { opencode: { max-parallel: 1 }, codex: { max-parallel: 1 }, claude: { max-parallel: 1 } }\n"
            + $"runtimes:\n{runtimes}tasks:\n{tasks}";
    }

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

    private static string Table(Dictionary<string, Cell> cells, StubModel model)
    {
        var table = new StringBuilder("| program | answer | requests | exit | time | class | disposition | rule |\n"
            + "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var program in AgentPrograms.All)
        {
            foreach (var (answer, _) in ModelAnswers.All)
            {
                var cell = cells[$"{program}-{answer}"];
                var told = cell.Told is { } seconds
                    ? string.Create(CultureInfo.InvariantCulture, $", told {seconds:0.#} s") : "";
                table.Append(CultureInfo.InvariantCulture, $"| {program} | {answer} ")
                    .Append(CultureInfo.InvariantCulture, $"| {model.Requests($"{answer}.{program}")} | {cell.Exit} ")
                    .Append(CultureInfo.InvariantCulture, $"| {cell.Seconds:0.0} s | {cell.Class} ")
                    .Append(CultureInfo.InvariantCulture, $"| {cell.Disposition}{told} | {cell.Rule} |\n");
            }
        }

        return table.ToString();
    }

    private static void WriteDocs(string table)
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
        File.WriteAllText(path, $"{text[..from]}\n{table}{text[to..]}");
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
