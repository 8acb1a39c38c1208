using System.Globalization;
using System.Text;

namespace Holdfast.Plans.Graph;

/// <summary>DOT: groups as clusters, fan-outs as stacked boxes, conditions as dashed arrows.</summary>
internal static class DotGraph
{
    public static string Render(Plan plan)
    {
        var text = new StringBuilder();
        _ = text.Append("digraph \"").Append(Escape(plan.Name)).Append("\" {\n  rankdir=LR;\n")
            .Append("  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
        var byGroup = plan.Tasks.ToLookup(static task => task.Group);
        Nodes(plan, text, byGroup[null], "  ");
        var number = 0;
        foreach (var group in plan.Groups)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{number++} {{\n    "
                + $"label=\"{Escape(group.Name)}\";\n");
            Nodes(plan, text, byGroup[group.Name], "    ");
            _ = text.Append("  }\n");
        }

        foreach (var task in plan.Tasks)
        {
            foreach (var need in task.Needs)
            {
                var asked = task.When.Kind == WhenKind.Always
                    || (task.When.Kind == WhenKind.Failed && task.When.Task == need);
                _ = text.Append(CultureInfo.InvariantCulture, $"  t{need} -> t{task.Index}")
                    .Append(asked ? " [style=dashed];\n" : ";\n");
            }
        }

        return text.Append("}\n").ToString();
    }

    private static void Nodes(Plan plan, StringBuilder text, IEnumerable<PlanTask> tasks, string indent)
    {
        foreach (var task in tasks)
        {
            _ = text.Append(indent).Append(CultureInfo.InvariantCulture, $"t{task.Index} [label=\"{Escape(task.Name)}");
            if (PlanGraph.Note(plan, task) is { } note)
            {
                _ = text.Append("\\n").Append(Escape(note));
            }

            _ = text.Append('"').Append(task.ForEach is null ? "" : ", shape=box3d").Append("];\n");
        }
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"");
}
