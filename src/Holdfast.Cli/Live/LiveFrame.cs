using System.Text;
using Holdfast.Runs;
using Spectre.Console.Rendering;

namespace Holdfast.Cli.Live;

/// <summary>Draws the model into at most so many lines of at most so many cells.</summary>
internal static class LiveFrame
{
    private const int MinBar = 10;
    private const int MaxBar = 40;

    private enum Tone
    {
        Plain,
        Good,
        Bad,
        Dim,
        Wait,
    }

    internal static IReadOnlyList<string> Draw(
        LiveModel model, string title, DateTimeOffset now, (int Width, int Height) size, bool colours)
    {
        var width = Math.Max(size.Width - 1, 20);
        var height = Math.Max(size.Height - 1, 2);
        var lines = new List<(string Text, Tone Tone)>
        {
            (Header(model, title, now), Tone.Plain), (Bar(model, width), Tone.Good),
        };
        if (model.Stopping is { } stopping)
        {
            lines.Add(($"stopping: {stopping}", Tone.Bad));
        }
        else if (model.Paused)
        {
            lines.Add(("paused: nothing new starts; unpause it to go on", Tone.Wait));
        }

        Fill(lines, height, Rows(model, now));
        return [.. lines.Select(l => Coloured(Cut(PlainView.OneLine(l.Text), width), l.Tone, colours))];
    }

    private static List<(string Text, Tone Tone)> Rows(LiveModel model, DateTimeOffset now)
    {
        var rows = new List<(string Text, Tone Tone)>();
        rows.AddRange(model.Held.Select(h => ($"? {h.Key}  held: {h.Value}", Tone.Bad)));
        rows.AddRange(model.Running.OrderBy(r => r.Value.At).Select(r => (
            $"> {r.Key}{PlainView.Try(r.Value.Attempt)}  {Text(now - r.Value.At)}", Tone.Plain)));
        rows.AddRange(model.Waiting.OrderBy(w => w.Value.Until).Select(w => (
            $"~ {w.Key}  {Text(w.Value.Until - now)} left: {w.Value.Why}", Tone.Wait)));
        rows.AddRange(model.Failures.Reverse().Select(f => ($"x {f.Task}  {f.Why}", Tone.Bad)));
        return rows;
    }

    private static void Fill(List<(string Text, Tone Tone)> lines, int height, List<(string Text, Tone Tone)> rows)
    {
        var room = height - lines.Count;
        if (rows.Count <= room)
        {
            lines.AddRange(rows);
            return;
        }

        if (room > 0)
        {
            lines.AddRange(rows.Take(room - 1));
            lines.Add(($"and {rows.Count - room + 1} more", Tone.Dim));
        }
    }

    private static string Header(LiveModel model, string title, DateTimeOffset now)
    {
        var text = new StringBuilder(title);
        if (model.StartedAt is { } start)
        {
            text.Append("  ").Append(Text(now - start));
        }

        if (model.Remaining(now) is { } rest)
        {
            text.Append(", about ").Append(Text(rest)).Append(" left");
        }

        return text.ToString();
    }

    private static string Bar(LiveModel model, int width)
    {
        var (done, total) = model.Progress;
        var counts = $" {done} of {total}"
            + (model.Running.Count > 0 ? $", {model.Running.Count} running" : "")
            + (model.Waiting.Count > 0 ? $", {model.Waiting.Count} waiting" : "")
            + (model.Held.Count > 0 ? $", {model.Held.Count} held" : "")
            + (model.Failed > 0 ? $", {model.Failed} failed" : "");
        var cells = Math.Clamp(width - counts.Length - 2, MinBar, MaxBar);
        var full = total == 0 ? 0 : (int)((long)cells * Math.Min(done, total) / total);
        return $"[{new string('#', full)}{new string('.', cells - full)}]{counts}";
    }

    private static string Text(TimeSpan duration) =>
        Durations.Text(duration < TimeSpan.Zero ? TimeSpan.Zero : duration);

    /// <summary>Cuts to cells, not characters: a name may hold wide ones.</summary>
    internal static string Cut(string text, int cells)
    {
        if (new Segment(text).CellCount() <= cells)
        {
            return text;
        }

        var kept = new StringBuilder();
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var wide = new Segment(rune.ToString()).CellCount();
            if (used + wide > cells - 1)
            {
                break;
            }

            used += wide;
            kept.Append(rune.ToString());
        }

        return kept.Append('…').ToString();
    }

    private static string Coloured(string line, Tone tone, bool colours) => !colours ? line : tone switch
    {
        Tone.Good => $"\e[32m{line}\e[0m",
        Tone.Bad => $"\e[31m{line}\e[0m",
        Tone.Wait => $"\e[33m{line}\e[0m",
        Tone.Dim => $"\e[2m{line}\e[0m",
        _ => line,
    };
}
