using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans.Fanout;

/// <summary>One instance of a fan-out.</summary>
/// <param name="Name"><c>import[a.csv]</c>; unique in the run.</param>
/// <param name="Item">What it is run for.</param>
public sealed record TaskInstance(string Name, ItemValue Item);

/// <summary>What expanding a fan-out came to.</summary>
/// <param name="Instances">In byte order of their items; empty after an error.</param>
/// <param name="Warning">There are no items, so the task succeeds without doing anything; null otherwise.</param>
/// <param name="Error">
/// Why it cannot be expanded, and the cure; the task fails as <c>invalid_input</c>. Null otherwise.
/// </param>
public sealed record ExpansionResult(IReadOnlyList<TaskInstance> Instances, string? Warning, string? Error);

/// <summary>
/// Expands <c>for-each</c>, once, when the task is ready. The result depends on the plan, the context and the files
/// alone; it is journalled, so that a resume never expands again.
/// </summary>
public static class Expansion
{
    /// <summary>How many instances a task may have.</summary>
    public const int MaxItems = 100_000;

    private const int MaxLinesBytes = 64 * 1024 * 1024;
    private const int MaxLabel = 100;
    private const int MaxItemLength = 64 * 1024;

    /// <summary>The instances of a task with <c>for-each</c>.</summary>
    /// <param name="task">The task.</param>
    /// <param name="context">Values for expressions in <c>for-each</c>: run, vars, outputs of needs.</param>
    /// <param name="files">The files that it may look at.</param>
    public static ExpansionResult Expand(PlanTask task, TemplateContext context, IPlanFiles files)
    {
        if (task.ForEach is not { } forEach)
        {
            return new([], null, $"task \"{task.Name}\" has no \"for-each\"; it is a single piece of work");
        }

        try
        {
            var found = new List<(string Item, string Label)>();
            var problem = forEach.Source switch
            {
                ForEachSource.Files => Files(forEach, context, files, found),
                ForEachSource.Lines => Lines(forEach.Values[0].RenderPlain(context), files, found),
                _ => Items(forEach, context, found),
            };
            return problem is null ? Name(task, found) : Fail(task, problem);
        }
        catch (Exception error) when (error is IOException or TemplateException)
        {
            return Fail(task, error.Message);
        }
    }

    private static ExpansionResult Fail(PlanTask task, string problem) =>
        new([], null, $"for-each of task \"{task.Name}\": {problem}");

    private static ExpansionResult Name(PlanTask task, List<(string Item, string Label)> found)
    {
        if (found.Count > MaxItems)
        {
            return Fail(task, $"more than {MaxItems:N0} items; split the task");
        }

        if (found.Count == 0)
        {
            var from = string.Join(", ", task.ForEach!.Values.Select(static value => Shown.Short(value.Source)));
            return new([], $"for-each of task \"{task.Name}\" found no items in "
                + $"{task.ForEach.Source.ToString().ToLowerInvariant()}"
                + (from.Length == 0 ? "" : $" ({from})"), null);
        }

        found.Sort(static (a, b) => ByteOrder.Instance.Compare(a.Item, b.Item));
        var instances = new TaskInstance[found.Count];
        var names = new HashSet<string>(found.Count);
        for (var i = 0; i < instances.Length; i++)
        {
            var (item, label) = found[i];
            if (item.Length > MaxItemLength)
            {
                return Fail(task, $"the item \"{Shown.Short(item)}\" has more than "
                    + $"{MaxItemLength:N0} characters; put it into a file");
            }

            var name = $"{task.Name}[{Label(label)}]";
            if (!names.Add(name))
            {
                return Fail(task, $"the item \"{Shown.Short(item)}\" is there twice; each item must be there once");
            }

            instances[i] = new(name, new(item, i));
        }

        return new(instances, null, null);
    }

    /// <summary>
    /// An item as a name: on one line, and no longer than 100 characters. What is cut off lives on in a hash, so that
    /// different items keep different names.
    /// </summary>
    private static string Label(string item)
    {
        var shown = Shown.Escape(item);
        if (shown.Length <= MaxLabel)
        {
            return shown;
        }

        var cut = MaxLabel - 13;
        cut -= char.IsHighSurrogate(shown[cut - 1]) ? 1 : 0;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(item)), 0, 6);
        return $"{shown.AsSpan(0, cut)}~{hash}";
    }

    private static string? Files(ForEachSetting forEach, TemplateContext context, IPlanFiles files,
        List<(string Item, string Label)> found)
    {
        string? folder = null;
        var all = new HashSet<string>();
        foreach (var value in forEach.Values)
        {
            var pattern = value.RenderPlain(context);
            if (!Glob.TryParse(pattern, out var glob, out var problem))
            {
                return $"the pattern \"{Shown.Short(pattern)}\" {problem}";
            }

            // The folder that all patterns begin with says nothing in a name, so it is left out there.
            folder = folder is null || folder == glob!.FixedFolder ? glob!.FixedFolder : "";
            all.UnionWith(glob.Match(files));
        }

        foreach (var path in all)
        {
            // A file called "-rf" must not arrive as an option.
            found.Add((path.StartsWith('-') ? "./" + path : path, path[(folder?.Length ?? 0)..]));
        }

        return null;
    }

    private static string? Lines(string path, IPlanFiles files, List<(string Item, string Label)> found)
    {
        byte[]? bytes;
        try
        {
            bytes = files.Read(path, MaxLinesBytes);
        }
        catch (IOException error)
        {
            return $"the file {Shown.Short(path)} {BoundedFile.Reason(error)}";
        }

        if (bytes is null)
        {
            return $"the file {Shown.Short(path)} has more than {MaxLinesBytes:N0} bytes; split it";
        }

        if (!Utf8.IsValid(bytes))
        {
            return $"the file {Shown.Short(path)} is not UTF-8; convert it";
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes);
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan()[range].TrimEnd('\r');
            if (line.Contains('\0'))
            {
                return $"line {number} of {Shown.Short(path)} holds a NUL, which no command can take; remove it";
            }

            if (!line.IsWhiteSpace())
            {
                var item = line.ToString();
                found.Add((item, item));
            }

            if (found.Count > MaxItems)
            {
                break;
            }
        }

        return null;
    }

    private static string? Items(ForEachSetting forEach, TemplateContext context,
        List<(string Item, string Label)> found)
    {
        var rendered = new List<string>(forEach.Values.Count);
        foreach (var value in forEach.Values)
        {
            value.RenderInto(context, rendered);
        }

        foreach (var item in rendered)
        {
            if (item.Length == 0)
            {
                return "an item is empty; every item needs a text";
            }

            found.Add((item, item));
        }

        return null;
    }
}
