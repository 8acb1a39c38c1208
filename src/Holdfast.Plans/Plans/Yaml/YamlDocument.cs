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

    /// <summary>Finds the expressions in it.</summary>
    public ExpressionPlaces Expressions { get; } = new(source);

    public YamlNode Root => new(this, 0);

    public ref YamlEntry this[int index] =>
        ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(entries)[index];
}

/// <summary>A node, aliases followed.</summary>
internal readonly struct YamlNode
{
    private readonly YamlDocument _document;
    private readonly int _index;

    public YamlNode(YamlDocument document, int index)
    {
        _document = document;
        _index = document[index].Kind == YamlKind.Alias ? document[index].Next : index;
    }

    public YamlKind Kind => _document[_index].Kind;

    public SourcePosition Position => new(_document[_index].Line, _document[_index].Column);

    public string Text => _document[_index].Text!;

    public int Count => _document[_index].Count;

    public bool IsScalar => Kind == YamlKind.Scalar;

    public bool IsSequence => Kind == YamlKind.Sequence;

    public bool IsMapping => Kind == YamlKind.Mapping;

    public bool IsPlain => _document[_index].Plain;

    /// <summary>Nothing was written, or <c>~</c> or <c>null</c> without quotes.</summary>
    public bool IsNull => IsScalar && IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>What a person would call it, for error texts.</summary>
    public string Seen => Kind switch
    {
        YamlKind.Mapping => Count == 0 ? "an empty map" : "a map",
        YamlKind.Sequence => Count == 0 ? "an empty list" : "a list",
        _ => IsNull ? "nothing" : $"\"{Shown.Short(Text)}\"",
    };

    public YamlItems Items => new(_document, _index);

    public YamlPairs Pairs => new(_document, _index);

    /// <summary>Where the n-th <c>${{</c> of this scalar stands in the file: 0 for the first.</summary>
    public SourcePosition PositionOfExpression(int n) => _document.Expressions.PlaceOf(Position, n) ?? Position;
}

/// <summary>The items of a sequence.</summary>
internal struct YamlItems(YamlDocument document, int parent)
{
    private int _next = parent + 1;
    private int _left = document[parent].Count;

    public YamlNode Current { get; private set; }

    public readonly YamlItems GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Current = new(document, _next);
        _next = YamlPairs.After(document, _next);
        return true;
    }
}

/// <summary>A key and its value.</summary>
internal readonly record struct YamlPair(YamlNode Key, YamlNode Value);

/// <summary>The pairs of a mapping: repeated keys left out, merged mappings resolved.</summary>
internal struct YamlPairs
{
    private readonly YamlDocument _document;
    private readonly List<YamlPair>? _flattened;
    private int _next;
    private int _left;

    public YamlPairs(YamlDocument document, int parent)
    {
        _document = document;
        _next = parent + 1;
        _left = document[parent].Count / 2;
        if (document[parent].Marked)
        {
            _flattened = YamlMerge.Flatten(document, parent);
            _next = 0;
            _left = _flattened.Count;
        }
    }

    public YamlPair Current { get; private set; }

    public readonly YamlPairs GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_left > 0)
        {
            _left--;
            if (_flattened is not null)
            {
                Current = _flattened[_next++];
                return true;
            }

            var key = _next;
            var value = After(_document, key);
            _next = After(_document, value);
            if (!_document[key].Marked)
            {
                Current = new(new(_document, key), new(_document, value));
                return true;
            }
        }

        return false;
    }

    internal static int After(YamlDocument document, int index) =>
        document[index].Kind == YamlKind.Alias ? index + 1 : document[index].Next;
}
