using System.CommandLine;
using System.Text;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Graph;
using Holdfast.Runs;

namespace Holdfast.Cli.Upkeep;

/// <summary><c>validate</c>, <c>graph</c> and <c>schema</c>.</summary>
internal static class PlanCommands
{
    private static readonly string[] Formats = ["text", "dot", "mermaid", "svg"];

    internal static Command Validate(CommandContext context)
    {
        var plan = CommandShape.Text("PLAN", "The plan file.");
        var set = Set();
        return CommandShape.Make(
            context, "validate",
            "Checks a plan whole, before anything runs, and shows every error with its place and its cure. Ends with "
                + "2 if there is one.",
            "holdfast validate plan.yaml", [plan, set], parsed =>
                Check(context, parsed.GetValue(plan)!, parsed.GetValue(set) ?? []));
    }

    internal static Command Graph(CommandContext context)
    {
        var plan = CommandShape.Text("PLAN", "The plan file.");
        var format = CommandShape.Value("--format", "text|dot|mermaid|svg", "How it is drawn; text by default.");
        var output = CommandShape.Value("--output", "FILE", "Write it there instead of printing it.");
        return CommandShape.Make(
            context, "graph", "Draws the tasks of a plan and what they need.",
            "holdfast graph plan.yaml\nholdfast graph plan.yaml --format svg --output plan.svg", [plan, format, output],
            parsed => Draw(context, parsed.GetValue(plan)!, parsed.GetValue(format)
                ?? "text", parsed.GetValue(output)));
    }

    internal static Command Schema(CommandContext context) => CommandShape.Make(
        context, "schema", "Prints the JSON Schema of plan files, for editors.",
        "holdfast schema > plan.schema.json", [], _ =>
        {
            // It is JSON already; wrapping it in a result would make it useless for editors.
            context.Out.Write(PlanSchema.Json);
            return ExitCodes.Done;
        });

    /// <summary>The errors of a plan as one failure; the first one's place is the failure's own.</summary>
    internal static CliFailure Invalid(PlanLoadResult loaded)
    {
        var first = loaded.Errors[0];
        var text = new StringBuilder(first.Text).Append(first.Cure is { } cure ? $"; {cure}" : "");
        foreach (var line in loaded.Lines().Skip(1))
        {
            text.Append('\n').Append(line);
        }

        return new CliFailure("plan_invalid", ExitCodes.Usage, text.ToString())
        {
            File = first.File,
            Line = first.Position.Line > 0 ? first.Position.Line : null,
            Column = first.Position.Line > 0 ? first.Position.Column : null,
        };
    }

    internal static Option<string[]> Set() => new("--set")
    {
        Description = "Another value for a variable of the plan; can be given again.",
        HelpName = "NAME=VALUE",
    };

    private static int Check(CommandContext context, string path, string[] set)
    {
        var loaded = PlanLoader.Load(path, set);
        var exitCode = loaded.Plan is null ? ExitCodes.Usage : ExitCodes.Done;
        if (context.Json)
        {
            JsonResult.Write(
                context, "holdfast.validate.v1", exitCode, json => WriteJson(json, loaded),
                error: loaded.Plan is null ? json => WriteError(json, loaded) : null);
            return exitCode;
        }

        foreach (var line in loaded.Lines())
        {
            (loaded.Plan is null ? context.Error : context.Out).WriteLine(Looking.Page.Clean(line));
        }

        if (loaded.Plan is { } plan)
        {
            var tasks = plan.Tasks.Count == 1 ? "1 task" : $"{plan.Tasks.Count} tasks";
            context.Out.WriteLine($"{path} is good: {plan.Name}, {tasks}"
                + (loaded.WarningCount > 0 ? $", {Count(loaded.WarningCount, "warning")}" : ""));
        }
        else
        {
            context.Error.WriteLine($"{path}: {Count(loaded.ErrorCount, "error")}; nothing was run");
        }

        return exitCode;
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    private static void WriteJson(Utf8JsonWriter json, PlanLoadResult loaded)
    {
        json.WriteBoolean("valid", loaded.Plan is not null);
        if (loaded.Plan is { } plan)
        {
            json.WriteString("name", plan.Name);
            json.WriteNumber("tasks", plan.Tasks.Count);
            json.WriteString("plan_sha256", PlanHash.OfPlan(plan));
        }

        WriteMessages(json, "errors", loaded.Errors);
        json.WriteNumber("error_count", loaded.ErrorCount);
        WriteMessages(json, "warnings", loaded.Warnings);
        json.WriteNumber("warning_count", loaded.WarningCount);
    }

    private static void WriteMessages(Utf8JsonWriter json, string name, IReadOnlyList<PlanMessage> messages)
    {
        json.WriteStartArray(name);
        foreach (var message in messages)
        {
            json.WriteStartObject();
            WriteMessage(json, message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, PlanMessage message)
    {
        json.WriteString("message", message.Text);
        json.WriteString("file", message.File);
        if (message.Position.Line > 0)
        {
            json.WriteNumber("line", message.Position.Line);
            json.WriteNumber("column", message.Position.Column);
        }

        if (message.Cure is { } cure)
        {
            json.WriteString("hint", cure);
        }
    }

    private static void WriteError(Utf8JsonWriter json, PlanLoadResult loaded)
    {
        json.WriteStartObject("error");
        json.WriteString("code", "plan_invalid");
        WriteMessage(json, loaded.Errors[0]);
        json.WriteEndObject();
    }

    private static int Draw(CommandContext context, string path, string word, string? output)
    {
        var format = Array.IndexOf(Formats, word);
        if (format < 0)
        {
            var nearest = Nearest.Of(word, Formats);
            throw new CliFailure(
                "bad_usage", ExitCodes.Usage,
                $"\"{word}\" is no format of a graph; " + (nearest is null
                    ? "text, dot, mermaid and svg are"
                    : $"did you mean \"{nearest}\"?"));
        }

        var loaded = PlanLoader.Load(path);
        if (loaded.Plan is not { } plan)
        {
            throw Invalid(loaded);
        }

        var drawing = PlanGraph.Render(plan, (GraphFormat)format);
        if (output is not null)
        {
            var file = Path.GetFullPath(output, context.CurrentFolder);
            context.Storage.WriteAtomically(file, Encoding.UTF8.GetBytes(drawing));
        }

        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.graph.v1", ExitCodes.Done, json =>
            {
                json.WriteString("format", word);
                json.WriteNumber("tasks", plan.Tasks.Count);
                Looking.RunJson.Text(json, "output", output);
                Looking.RunJson.Text(json, "drawing", output is null ? drawing : null);
            });
        }
        else if (output is null)
        {
            context.Out.Write(drawing);
        }
        else
        {
            context.Out.WriteLine($"{plan.Tasks.Count} tasks drawn to {output}");
        }

        return ExitCodes.Done;
    }
}
