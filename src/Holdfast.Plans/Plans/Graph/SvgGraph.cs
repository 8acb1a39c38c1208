using System.Globalization;
using System.Text;

namespace Holdfast.Plans.Graph;

/// <summary>
/// A picture of its own: no script, no font and no file from elsewhere. Colours follow the viewer's preference for
/// light
/// or dark. Sizes are in pixels of the SVG.
/// </summary>
internal static class SvgGraph
{
    private const int BoxHeight = 44;
    private const int RowHeight = 60;
    private const int Gap = 70;
    private const int Margin = 24;
    private const int TitleHeight = 40;
    private const int MaxLabel = 40;
    private const double CharacterWidth = 7.6;
    private const int MinBoxWidth = 80;

    private const string Style = """
        <style>
        text{font:13px ui-sans-serif,system-ui,sans-serif;fill:#1f2328}
        .title{font-size:16px;font-weight:600}.note{font-size:11px;fill:#59636e}
        .page{fill:#ffffff}.box{fill:#f6f8fa;stroke:#8c959f}.stack{fill:#eaeef2;stroke:#8c959f}
        .arrow{fill:none;stroke:#8c959f;stroke-width:1.5}.asked{stroke-dasharray:5 4}.head{fill:#8c959f}
        @media (prefers-color-scheme:dark){
        text{fill:#e6edf3}.note{fill:#9198a1}.page{fill:#0d1117}.box{fill:#161b22;stroke:#6e7681}
        .stack{fill:#21262d;stroke:#6e7681}.arrow{stroke:#6e7681}.head{fill:#6e7681}}
        </style>
        """;

    public static string Render(Plan plan)
    {
        var layout = new GraphLayout(plan);
        var notes = layout.Tasks.ToDictionary(static task => task.Index, task => Note(plan, task));
        var widths = new double[layout.Columns.Count];
        var lefts = new double[layout.Columns.Count];
        double x = Margin;
        for (var i = 0; i < widths.Length; i++)
        {
            lefts[i] = x;
            widths[i] = MinBoxWidth;
            foreach (var node in layout.Columns[i])
            {
                widths[i] = node.Task is null ? widths[i] : Math.Max(widths[i], BoxWidth(node.Task, notes));
            }

            x += widths[i] + Gap;
        }

        var rows = layout.Columns.Max(static column => column.Count);
        var left = plan.Tasks.Count - layout.Tasks.Count;
        var width = Math.Max(x - Gap + Margin, (plan.Name.Length * 9.5) + (2 * Margin));
        var height = TitleHeight + (rows * RowHeight) + (2 * Margin) + (left > 0 ? 30 : 0);
        var middle = TitleHeight + Margin + (rows * RowHeight / 2.0);
        var svg = new StringBuilder();
        _ = svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
            + $"{width:0} {height:0}\" ")
            .Append(CultureInfo.InvariantCulture, $"width=\"{width:0}\" height=\"{height:0}\" role=\"img\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Escape(plan.Name)}: "
                + $"{plan.Tasks.Count} tasks</title>\n{Style}\n")
            .Append("<defs><marker id=\"head\" viewBox=\"0 0 8 "
                + "8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">")
            .Append("<path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n<rect "
                + "class=\"page\" width=\"100%\" height=\"100%\"/>\n")
            .Append(CultureInfo.InvariantCulture, $"<text "
                + $"class=\"title\" x=\"{Margin}\" y=\"{Margin + 12}\">{Escape(plan.Name)}</text>\n");
        foreach (var arrow in layout.Arrows)
        {
            Arrow(svg, arrow, lefts, widths, middle);
        }

        foreach (var node in layout.Columns.SelectMany(static column => column))
        {
            if (node.Task is { } task)
            {
                Box(svg, task, notes[task.Index], lefts[node.Column], widths[node.Column], middle
                    + (node.Place * RowHeight));
            }
        }

        if (left > 0)
        {
            _ = svg.Append(CultureInfo.InvariantCulture, $"<text "
                + $"class=\"note\" x=\"{Margin}\" y=\"{height - Margin}\">… and {left} more tasks</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string? Note(Plan plan, PlanTask task)
    {
        var note = PlanGraph.Note(plan, task);
        return task.Group is null ? note : note is null ? $"({task.Group})" : $"({task.Group}) {note}";
    }

    private static double BoxWidth(PlanTask task, Dictionary<int, string?> notes) =>
        (Math.Max(Label(task.Name).Length * CharacterWidth, Label(notes[task.Index]
            ?? "").Length * CharacterWidth * 0.87)) + 24;

    private static void Box(StringBuilder svg, PlanTask task, string? note, double x, double width, double y)
    {
        var top = y - (BoxHeight / 2.0);
        _ = svg.Append("<g><title>").Append(Escape(note is null ? task.Name : $"{task.Name}: {note}"))
            .Append("</title>");
        if (task.ForEach is not null)
        {
            _ = svg.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"stack\" x=\"{x + 5:0.#}\" y=\"{top + 5:0.#}\" width=\"{width:0.#}\" "
                + $"height=\"{BoxHeight}\" rx=\"7\"/>");
        }

        _ = svg.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"box\" x=\"{x:0.#}\" y=\"{top:0.#}\" width=\"{width:0.#}\" "
            + $"height=\"{BoxHeight}\" rx=\"7\"/>");
        _ = svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{x + 12:0.#}\" y=\"{(note is null ? y + 4.5 : y - 3):0.#}\">{Escape(Label(task.Name))}</text>");
        if (note is not null)
        {
            _ = svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"note\" x=\"{x + 12:0.#}\" y=\"{y + 13:0.#}\">{Escape(Label(note))}</text>");
        }

        _ = svg.Append("</g>\n");
    }

    private static void Arrow(StringBuilder svg, List<GraphLayout.Node> nodes, double[] lefts, double[] widths,
        double middle)
    {
        var from = nodes[0];
        var task = nodes[^1].Task!;
        var asked = task.When.Kind == WhenKind.Always
            || (task.When.Kind == WhenKind.Failed && task.When.Task == from.Task!.Index);
        var x = lefts[from.Column] + widths[from.Column];
        var y = middle + (from.Place * RowHeight);
        _ = svg.Append(CultureInfo.InvariantCulture, $"<path "
            + $"class=\"arrow{(asked ? " asked" : "")}\" marker-end=\"url(#head)\" d=\"M{x:0.#} {y:0.#}");
        for (var i = 1; i < nodes.Count; i++)
        {
            var node = nodes[i];
            var toX = lefts[node.Column];
            var toY = middle + (node.Place * RowHeight);
            var bend = (x + toX) / 2;
            _ = svg.Append(CultureInfo.InvariantCulture,
                $"C{bend:0.#} {y:0.#} {bend:0.#} {toY:0.#} {toX:0.#} {toY:0.#}");
            x = toX + widths[node.Column];
            y = toY;
            if (i < nodes.Count - 1)
            {
                _ = svg.Append(CultureInfo.InvariantCulture, $"H{x:0.#}");
            }
        }

        _ = svg.Append("\"/>\n");
    }

    private static string Label(string text) => text.Length <= MaxLabel ? text
        : string.Concat(text.AsSpan(0, MaxLabel - 1), "…");

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
