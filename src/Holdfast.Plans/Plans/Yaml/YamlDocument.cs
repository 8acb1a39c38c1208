using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Plans.Yaml;

/// <summary>What a node of the file is.</summary>
internal enum YamlKind : byte
{
    Scalar,
    Sequence,
    Mapping,
    Alias,
}

/// <summary>
/// One node in file order; the children of a collection follow it, and <see cref="Next"/> skips them. Structs in one
/// list instead of objects: a plan of 100,000 tasks has a million nodes, and the collector need not look at each.
/// </summary>
internal struct YamlEntry
{
    public string? Text;
    public int Line;
    public int Column;

    /// <summary>Index after the last descendant; for an alias, the node it stands for.</summary>
    public int Next;

    /// <summary>Children of a collection: items, or keys and values counted each.</summary>
    public int Count;

    public YamlKind Kind;

    /// <summary>Written without quotes, so that <c>true</c>, <c>~</c> and numbers mean themselves.</summary>
    public bool Plain;

    /// <summary>A mapping that holds the merge key <c>&lt;&lt;</c>; a key that was there before.</summary>
    public bool Marked;
}

/// <summary>A plan file as nodes with positions, syntax and bounds already checked.</summary>
internal sealed class YamlDocument(string source, List<YamlEntry> entries)
{
    /// <summary>The text that was read, for exact positions inside scalars.</summary>
    public string Source { get; } = source;

    public YamlNode Root => new(this, 0);

    public ref YamlEntry this[int index] =>
        ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(entries)[index];
}

/// <summary>A node, aliases followed.</summary>
internal readonly struct YamlNode
{
    private readonly YamlDocument document;
    private readonly int index;

    public YamlNode(YamlDocument document, int index)
    {
        this.document = document;
        this.index = document[index].Kind == YamlKind.Alias ? document[index].Next : index;
    }

    public YamlKind Kind => document[index].Kind;

    public SourcePosition Position => new(document[index].Line, document[index].Column);

    public string Text => document[index].Text!;

    public int Count => document[index].Count;

    public bool IsScalar => Kind == YamlKind.Scalar;

    public bool IsSequence => Kind == YamlKind.Sequence;

    public bool IsMapping => Kind == YamlKind.Mapping;

    public bool IsPlain => document[index].Plain;

    /// <summary>Nothing was written, or <c>~</c> or <c>null</c> without quotes.</summary>
    public bool IsNull => IsScalar && IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>What a person would call it, for error texts.</summary>
    public string Seen => Kind switch
    {
        YamlKind.Mapping => Count == 0 ? "an empty map" : "a map",
        YamlKind.Sequence => Count == 0 ? "an empty list" : "a list",
        _ => IsNull ? "nothing" : $"\"{Shown.Short(Text)}\"",
    };

    public YamlItems Items => new(document, index);

    public YamlPairs Pairs => new(document, index);

    /// <summary>Where the n-th <c>${{</c> of this scalar stands in the file: 0 for the first.</summary>
    [SuppressMessage("Globalization", "CA1309", Justification = "Ordinal by argument.")]
    public SourcePosition PositionOfExpression(int n)
    {
        var text = document.Source;
        var at = OffsetOf(text, document[index].Line, document[index].Column);
        for (var i = 0; at >= 0 && i <= n; i++)
        {
            at = text.IndexOf("${{", i == 0 ? at : at + 1, StringComparison.Ordinal);
        }

        if (at < 0)
        {
            return Position;
        }

        var before = text.AsSpan(0, at);
        return new(before.Count('\n') + 1, at - before.LastIndexOf('\n'));
    }

    private static int OffsetOf(string text, int line, int column)
    {
        var at = 0;
        for (var i = 1; i < line && at >= 0; i++)
        {
            at = text.IndexOf('\n', at) + 1;
            at = at == 0 ? -1 : at;
        }

        return at < 0 || at + column - 1 >= text.Length ? -1 : at + column - 1;
    }
}

/// <summary>The items of a sequence.</summary>
internal struct YamlItems(YamlDocument document, int parent)
{
    private int next = parent + 1;
    private int left = document[parent].Count;

    public YamlNode Current { get; private set; }

    public readonly YamlItems GetEnumerator() => this;

    public bool MoveNext()
    {
        if (left == 0)
        {
            return false;
        }

        left--;
        Current = new(document, next);
        next = YamlPairs.After(document, next);
        return true;
    }
}

/// <summary>A key and its value.</summary>
internal readonly record struct YamlPair(YamlNode Key, YamlNode Value);

/// <summary>The pairs of a mapping: repeated keys left out, merged mappings resolved.</summary>
internal struct YamlPairs
{
    private readonly YamlDocument document;
    private readonly List<YamlPair>? flattened;
    private int next;
    private int left;

    public YamlPairs(YamlDocument document, int parent)
    {
        this.document = document;
        next = parent + 1;
        left = document[parent].Count / 2;
        if (document[parent].Marked)
        {
            flattened = YamlMerge.Flatten(document, parent);
            next = 0;
            left = flattened.Count;
        }
    }

    public YamlPair Current { get; private set; }

    public readonly YamlPairs GetEnumerator() => this;

    public bool MoveNext()
    {
        while (left > 0)
        {
            left--;
            if (flattened is not null)
            {
                Current = flattened[next++];
                return true;
            }

            var key = next;
            var value = After(document, key);
            next = After(document, value);
            if (!document[key].Marked)
            {
                Current = new(new(document, key), new(document, value));
                return true;
            }
        }

        return false;
    }

    internal static int After(YamlDocument document, int index) =>
        document[index].Kind == YamlKind.Alias ? index + 1 : document[index].Next;
}
