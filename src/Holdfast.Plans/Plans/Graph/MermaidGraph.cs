using System.Globalization;
using System.Text;

namespace Holdfast.Plans.Graph;

/// <summary>Mermaid: groups as subgraphs, fan-outs as doubled boxes, conditions as dotted arrows.</summary>
internal static class MermaidGraph
{
    public static string Render(Plan plan)
    {
        var text = new StringBuilder("flowchart LR\n");
        var byGroup = plan.Tasks.ToLookup(static task => task.Group);
        Nodes(plan, text, byGroup[null], "  ");
        var number = 0;
        foreach (var group in plan.Groups)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"  subgraph g{number++}[\"{Escape(group.Name)}\"]\n");
            Nodes(plan, text, byGroup[group.Name], "    ");
            _ = text.Append("  end\n");
        }

        foreach (var task in plan.Tasks)
        {
            foreach (var need in task.Needs)
            {
                var asked = task.When.Kind == WhenKind.Always
                    || (task.When.Kind == WhenKind.Failed && task.When.Task == need);
                _ = text.Append(CultureInfo.InvariantCulture, $"  t{need} {(asked ? "-.->" : "-->")} t{task.Index}\n");
            }
        }

        return text.ToString();
    }

    private static void Nodes(Plan plan, StringBuilder text, IEnumerable<PlanTask> tasks, string indent)
    {
        foreach (var task in tasks)
        {
            var note = PlanGraph.Note(plan, task) is { } said ? "<br/>" + Escape(said) : "";
            var (open, close) = task.ForEach is null ? ("[", "]") : ("[[", "]]");
            _ = text.Append(indent).Append(CultureInfo.InvariantCulture,
                $"t{task.Index}{open}\"{Escape(task.Name)}{note}\"{close}\n");
        }
    }

    // Inside quotes Mermaid reads entities written with a number sign, and nothing else can end the text.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c is '"' or '#' or '<' or '>' or '&' or '`' or ';' or '\\'
                ? escaped.Append(CultureInfo.InvariantCulture, $"#{(int)c};")
                : escaped.Append(c);
        }

        return escaped.ToString();
    }
}
