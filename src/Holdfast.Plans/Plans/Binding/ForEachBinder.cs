using Holdfast.Plans.Expressions;
using Holdfast.Plans.Fanout;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads <c>for-each</c>.</summary>
internal sealed class ForEachBinder(ValueReader values, CommandBinder commands)
{
    private const string Wanted = "a map with one of file, lines or items, such as { file: data/*.csv }";
    private const TemplateNames Allowed = TemplateNames.Run | TemplateNames.Vars | TemplateNames.Needs;

    public ForEachSetting? Read(YamlNode node)
    {
        if (!values.IsMap(node, "for-each", Wanted))
        {
            return null;
        }

        ForEachSource? source = null;
        IReadOnlyList<Template> from = [];
        int? maxParallel = null;
        foreach (var (key, value) in node.Pairs)
        {
            if (key.Text == "max-parallel")
            {
                maxParallel = values.Number(value, "max-parallel", 1, PlanBinder.MaxParallel);
                continue;
            }

            if (Source(key.Text) is not { } named)
            {
                values.UnknownKey(key, "\"for-each\"", PlanKeys.ForEach);
                source ??= ForEachSource.Items;
                continue;
            }

            if (source is not null)
            {
                values.Messages.Error(key.Position, "\"for-each\" has more than one source of items",
                    "keep one of file, lines, items");
            }

            source = named;
            from = named == ForEachSource.Items ? Items(value) : Paths(named, key.Text, value);
        }

        if (source is null)
        {
            values.Messages.Error(node.Position, "\"for-each\" has nothing to go through", $"write {Wanted}");
        }

        return source is null ? null : new(source.Value, from, maxParallel);
    }

    private static ForEachSource? Source(string key) => key switch
    {
        "file" => ForEachSource.Files,
        "lines" => ForEachSource.Lines,
        "items" => ForEachSource.Items,
        _ => null,
    };

    private IReadOnlyList<Template> Paths(ForEachSource source, string key, YamlNode node)
    {
        if (source == ForEachSource.Lines)
        {
            return commands.Text(node, key, Allowed) is { } file ? [file] : [];
        }

        if (node.IsSequence && node.Count == 0)
        {
            values.Messages.Error(node.Position, "\"file\" is an empty list",
                "name at least one pattern such as data/*.csv");
        }

        var globs = commands.Templates(node, key, Allowed);
        foreach (var glob in globs)
        {
            if (glob.IsLiteral && Glob.Problem(glob.Source) is { } problem)
            {
                values.Messages.Error(node.Position, $"the pattern \"{Shown.Short(glob.Source)}\" {problem}",
                    "close it, or put a backslash before the bracket");
            }
        }

        return globs;
    }

    private List<Template> Items(YamlNode node)
    {
        if (!node.IsSequence && !(node.IsScalar && node.Text.Contains("${{", StringComparison.Ordinal)))
        {
            values.Wrong(node, "items", "a list of texts");
            return [];
        }

        if (node.IsSequence && node.Count == 0)
        {
            values.Messages.Warning(node.Position, "\"items\" is an empty list, so the task does nothing", "add items");
            return [];
        }

        if (node.IsSequence && node.Count > Expansion.MaxItems)
        {
            values.Messages.Error(node.Position, $"\"items\" has {node.Count:N0} items, and "
                + $"{Expansion.MaxItems:N0} is the limit",
                "split the task");
            return [];
        }

        return Distinct(node);
    }

    private List<Template> Distinct(YamlNode node)
    {
        var items = values.List(node, "items", "a list of texts")!;
        var templates = new List<Template>(items.Count);
        var seen = new Dictionary<string, YamlNode>(items.Count);
        foreach (var item in items)
        {
            if (commands.Text(item, "items", Allowed, listAllowed: true) is not { } template)
            {
                continue;
            }

            if (!seen.TryAdd(template.Source, item))
            {
                values.Messages.Error(item.Position, $"the item {item.Seen} is here a second time; line "
                    + $"{seen[template.Source].Position.Line} has it already", "keep one of them");
            }

            templates.Add(template);
        }

        return templates;
    }
}
