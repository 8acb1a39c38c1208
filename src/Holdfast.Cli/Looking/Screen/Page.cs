using System.Text;

namespace Holdfast.Cli.Looking;

/// <summary>
/// Writes for people: short lines, aligned tables bounded to the width, no emoji. Colours only where the context allows
/// them. What programs printed may hold anything, so control characters never reach the terminal from here.
/// </summary>
internal sealed class Page(CommandContext context)
{
    private const int PlainWidth = 120;
    private const int LeastWidth = 40;
    private const int WidestColumn = 44;

    private readonly TextWriter _to = context.People;

    /// <summary>Characters of a line: the terminal's, else COLUMNS, else 120.</summary>
    internal int Width { get; } = WidthOf(context);

    internal void Line(string text = "") => _to.WriteLine(Clean(text));

    /// <summary>A line that begins with a word of a state, painted where colours are allowed.</summary>
    internal void StateLine(string state, string rest) =>
        _to.WriteLine(string.Concat(Paint(state, state), Clean(rest)));

    /// <summary>A heading, after an empty line.</summary>
    internal void Heading(string text)
    {
        _to.WriteLine();
        _to.WriteLine(context.Colours ? $"\u001b[1m{text}\u001b[0m" : text);
    }

    /// <summary>
    /// Aligned rows. Every column but the last is as wide as its widest cell, at most 44 characters; the last takes
    /// what
    /// is left. What does not fit ends with "…".
    /// </summary>
    /// <param name="rows">Cells; every row has the same number.</param>
    /// <param name="stateColumn">The column that holds a word of a state; -1 for none.</param>
    /// <param name="widest">Most characters of a column but the last.</param>
    internal void Table(IReadOnlyList<string[]> rows, int stateColumn = -1, int widest = WidestColumn)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var widths = new int[rows[0].Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = Clean(row[i]);
                widths[i] = Math.Max(widths[i], Math.Min(row[i].Length, widest));
            }
        }

        var line = new StringBuilder();
        foreach (var row in rows)
        {
            line.Clear().Append("  ");
            var used = 2;
            for (var i = 0; i < row.Length; i++)
            {
                var isLast = i == row.Length - 1;
                var cell = Cut(row[i], isLast ? Math.Max(12, Width - used) : widths[i]);
                var padded = isLast ? cell : cell.PadRight(widths[i] + 2);
                line.Append(i == stateColumn ? Paint(cell, padded) : padded);
                used += padded.Length;
            }

            _to.WriteLine(line.ToString().TrimEnd());
        }
    }

    /// <summary>A name and a text that is wrapped under itself.</summary>
    internal void Item(string name, string text, int nameWidth = 12)
    {
        var room = Math.Max(24, Width - nameWidth - 2);
        var rest = Clean(text).AsSpan();
        var first = true;
        do
        {
            var end = rest.Length;
            if (end > room)
            {
                var space = rest[..room].LastIndexOf(' ');
                end = space > room / 2 ? space : room;
            }

            _to.WriteLine(string.Concat("  ", (first ? name : "").PadRight(nameWidth), rest[..end]).TrimEnd());
            rest = rest[end..].TrimStart(' ');
            first = false;
        }
        while (rest.Length > 0);
    }

    /// <summary>The commands that help next.</summary>
    internal void Next(IReadOnlyList<string> commands)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            _to.WriteLine((i == 0 ? "next: " : "      ") + Clean(context.Proposed(commands[i])));
        }
    }

    /// <summary>The text without characters that move a cursor or change a terminal.</summary>
    internal static string Clean(string text)
    {
        var bad = text.AsSpan().IndexOfAnyInRange('\0', '\u001f');
        if (bad < 0 && text.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') < 0)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(c is '\t' or '\n' or '\r' ? ' ' : char.IsControl(c) ? '\uFFFD' : c);
        }

        return clean.ToString();
    }

    internal static string Cut(string text, int width) =>
        text.Length <= width ? text : string.Concat(text.AsSpan(0, Math.Max(1, width - 1)).TrimEnd(), "…");

    private static int WidthOf(CommandContext context)
    {
        if (int.TryParse(context.Environment("COLUMNS"), out var told) && told > 0)
        {
            return Math.Max(LeastWidth, told);
        }

        return context.IsTerminal ? Math.Max(LeastWidth, TerminalWidth()) : PlainWidth;
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : PlainWidth;
        }
        catch (IOException)
        {
            return PlainWidth;
        }
    }

    private string Paint(string state, string shown)
    {
        if (!context.Colours)
        {
            return shown;
        }

        var colour = state switch
        {
            "succeeded" or "cached" or "ok" or "sound" => "32",
            "failed" or "infrastructure" or "damaged" or "fail" => "31",
            "held" or "waiting" or "parked" or "interrupted" or "undriven" or "retrying" or "warn" => "33",
            "running" => "36",
            "blocked" or "cancelled" or "skipped" or "pending" or "paused" => "2",
            _ => "0",
        };
        return $"\u001b[{colour}m{shown}\u001b[0m";
    }
}
