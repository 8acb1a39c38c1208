using System.Runtime.InteropServices;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Holdfast.Plans.Yaml;

/// <summary>
/// Reads the events of the YAML parser into a <see cref="YamlDocument"/>, within bounds, so that nothing after it has
/// to fear a bomb of aliases, a bottomless nesting or a second document.
/// </summary>
internal sealed class YamlLoader
{
    /// <summary>How deep collections may nest, aliases followed.</summary>
    public const int MaxDepth = 64;

    /// <summary>How many nodes aliases may add to those that are written.</summary>
    public const int MaxAliasedNodes = 1_000_000;

    // A long text counts as one node for each of these, since every alias of it is written out in plan.json.
    private const int CharactersOfANode = 64;

    private readonly PlanMessages _messages;
    private readonly List<YamlEntry> _entries;
    private readonly List<Frame> _open = [];
    private readonly Dictionary<string, Anchor> _anchors = [];
    private readonly List<(int Index, string Name)> _pendingAnchors = [];
    private readonly string?[] _recent = new string?[1024];
    private readonly YamlDocument _document;
    private long _aliasedNodes;
    private bool _masked;

    private YamlLoader(string source, PlanMessages messages)
    {
        _messages = messages;
        // One node takes at least six characters in what people write; doubling from there is rare.
        _entries = new(Math.Clamp(source.Length / 6, 64, 4_000_000));
        _document = new(source, _entries);
    }

    /// <summary>The document; null after an error was recorded. Repeated keys are recorded and left out.</summary>
    public static YamlDocument? Load(string source, PlanMessages messages)
    {
        var loader = new YamlLoader(source, messages);
        Mark last = default;
        try
        {
            var masked = YamlText.Mask(source);
            loader._masked = !ReferenceEquals(masked, source);
            var parser = new Parser(new Scanner(new StringReader(masked), skipComments: true));
            while (parser.MoveNext())
            {
                last = parser.Current!.Start;
                if (!loader.Take(parser.Current))
                {
                    return null;
                }
            }
        }
        catch (YamlException error)
        {
            YamlSyntax.Explain(source, error, messages);
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException
            or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser ends so, instead of with a place, where the file ends inside brackets.
            messages.Error(PositionOf(last), "what begins here has no end that YAML accepts",
                "close every bracket, brace and quote");
            return null;
        }

        return loader.Close();
    }

    private YamlDocument? Close()
    {
        if (_entries.Count == 0)
        {
            _messages.Error(new(1, 1), "the plan is empty", "write at least one task under \"tasks:\"");
            return null;
        }

        return _document;
    }

    private bool Take(ParsingEvent next)
    {
        switch (next)
        {
            case Scalar scalar:
                var plain = scalar.Style == ScalarStyle.Plain;
                var text = scalar.Value;
                if (!plain && !IsText(text))
                {
                    _messages.Error(PositionOf(scalar.Start), "the text holds a NUL or half a surrogate pair",
                        "leave it out; no command or file can take it");
                    return false;
                }

                return Add(scalar, YamlKind.Scalar, Shared(_masked ? YamlText.Unmask(text) : text), plain)
                    && Ended(_entries.Count - 1, 1 + (text.Length / CharactersOfANode), 0);
            case SequenceStart:
                return Add((NodeEvent)next, YamlKind.Sequence, null, false) && Open(_entries.Count - 1);
            case MappingStart:
                return Add((NodeEvent)next, YamlKind.Mapping, null, false) && Open(_entries.Count - 1);
            case SequenceEnd or MappingEnd:
                return CloseCollection();
            case AnchorAlias alias:
                return Alias(alias);
            case DocumentStart when _entries.Count > 0:
                _messages.Error(PositionOf(next.Start), "a second document begins here", "keep one plan in a file");
                return false;
            default:
                return true;
        }
    }

    private bool Add(NodeEvent node, YamlKind kind, string? text, bool plain)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && !YamlSyntax.IsKnownTag(node.Tag.Value))
        {
            _messages.Error(PositionOf(node.Start),
                $"the tag \"{Shown.Short(node.Tag.Value)}\" means nothing in a plan",
                "leave it out");
            return false;
        }

        if (!CountChild(kind, PositionOf(node.Start)))
        {
            return false;
        }

        var position = PositionOf(node.Start);
        _entries.Add(new()
        {
            Kind = kind,
            Text = text,
            Plain = plain,
            Line = position.Line,
            Column = position.Column,
            Next = _entries.Count + 1,
        });
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor.Value] = new(_entries.Count - 1, 0, 0);
            if (_open.Count > 0 || kind != YamlKind.Scalar)
            {
                _pendingAnchors.Add((_entries.Count - 1, node.Anchor.Value));
            }
        }

        return true;
    }

    private bool CountChild(YamlKind kind, SourcePosition position)
    {
        if (_open.Count == 0)
        {
            return true;
        }

        ref var parent = ref CollectionsMarshal.AsSpan(_entries)[_open[^1].Index];
        if (parent.Kind == YamlKind.Mapping && parent.Count % 2 == 0 && kind != YamlKind.Scalar)
        {
            _messages.Error(position, "a key must be a word, and this is more", "write key: value");
            return false;
        }

        parent.Count++;
        return true;
    }

    private bool Open(int index)
    {
        _open.Add(new(index, 1, 0));
        if (_open.Count <= MaxDepth)
        {
            return true;
        }

        _messages.Error(new(_entries[index].Line, _entries[index].Column), $"nested deeper than {MaxDepth} levels",
            "a plan needs about five");
        return false;
    }

    private bool CloseCollection()
    {
        var frame = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        ref var entry = ref CollectionsMarshal.AsSpan(_entries)[frame.Index];
        entry.Next = _entries.Count;
        if (entry.Kind == YamlKind.Mapping)
        {
            YamlKeys.Check(_document, frame.Index, _messages);
        }

        return Ended(frame.Index, frame.Nodes, frame.Height + 1);
    }

    // What a node weighs with its aliases followed goes to its parent, and to its anchor if it has one.
    private bool Ended(int index, long nodes, int height)
    {
        if (_pendingAnchors.Count > 0 && _pendingAnchors[^1].Index == index)
        {
            _anchors[_pendingAnchors[^1].Name] = new(index, nodes, height) { Closed = true };
            _pendingAnchors.RemoveAt(_pendingAnchors.Count - 1);
        }

        if (_open.Count > 0)
        {
            ref var parent = ref CollectionsMarshal.AsSpan(_open)[^1];
            parent = new(parent.Index, parent.Nodes + nodes, Math.Max(parent.Height, height));
        }

        return true;
    }

    private bool Alias(AnchorAlias alias)
    {
        var position = PositionOf(alias.Start);
        var name = alias.Value.Value;
        if (!_anchors.TryGetValue(name, out var anchor))
        {
            _messages.UnknownName(position, $"no anchor is called \"{Shown.Short(name)}\"", name, _anchors.Keys,
                $"write &{Shown.Short(name)} before it, or quote the text if a star was meant");
            return false;
        }

        if (!anchor.Closed)
        {
            _messages.Error(position, $"the anchor \"{Shown.Short(name)}\" contains itself", "write out what is meant");
            return false;
        }

        _aliasedNodes += anchor.Nodes;
        if (_aliasedNodes > MaxAliasedNodes)
        {
            _messages.Error(position, $"aliases stand for more than {MaxAliasedNodes:N0} nodes",
                "use fewer aliases of aliases, or of long texts");
            return false;
        }

        if (_open.Count + anchor.Height > MaxDepth)
        {
            _messages.Error(position, $"nested deeper than {MaxDepth} levels by aliases", "a plan needs about five");
            return false;
        }

        if (!CountChild(_entries[anchor.Index].Kind, position))
        {
            return false;
        }

        _entries.Add(new()
        {
            Kind = YamlKind.Alias,
            Text = _entries[anchor.Index].Text,
            Line = position.Line,
            Column = position.Column,
            Next = anchor.Index,
        });
        return Ended(_entries.Count - 1, anchor.Nodes, anchor.Height);
    }

    private static SourcePosition PositionOf(Mark mark) => new((int)Math.Max(1, mark.Line),
        (int)Math.Max(1, mark.Column));

    // A plan says the same few words over and over; sharing them lets the parser's copies die young, which is cheap,
    // instead of being carried along by every collection.
    private string Shared(string text)
    {
        if (text.Length is 0 or > 32)
        {
            return text;
        }

        var hash = (text.Length * 31) + text[0] + (text[^1] * 7) + (text[text.Length / 2] * 131)
            + (text[^Math.Min(2, text.Length)] * 1021);
        ref var slot = ref _recent[hash & (_recent.Length - 1)];
        if (slot is not null && slot == text)
        {
            return slot;
        }

        slot = text;
        return text;
    }

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && (!char.IsHighSurrogate(text[i])
                || ++i == text.Length || !char.IsLowSurrogate(text[i]))))
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Frame(int Index, long Nodes, int Height);

    private sealed record Anchor(int Index, long Nodes, int Height)
    {
        public bool Closed { get; init; }
    }
}
