using System.Globalization;

namespace Holdfast.Failures.Text;

/// <summary>
/// Reads rules from text. A rule is a head line and lines that say by their first character what they are:
/// <code>
/// net.refused connection 80            id, class, weight, then flags: transient permanent any-line stderr stdout
/// : connection refused                 pattern (any of several)
/// ! using cached                       what must not be near
/// @ curl wget                          only for these programs
/// > start the server, or correct the port
/// $ peer = server|host                 family of words, for the patterns below: &lt;peer&gt;; with + it grows
/// + dial tcp 10.0.0.1:5432: connect: connection refused
/// - refused to merge unrelated histories
/// </code>
/// Text, because a thousand lines of it are read in under a millisecond, while the same rules as object
/// initialisers would be compiled by the JIT in every process that sees one failure.
/// </summary>
internal static class RuleText
{
    /// <summary>Reads all rules of a text.</summary>
    /// <exception cref="FormatException">A line is not understood; names the source and line.</exception>
    internal static void Read(string source, string text, bool withExamples, List<FailureRule> into)
    {
        var draft = new Draft();
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty)
            {
                continue;
            }

            try
            {
                if (line.Length > 1 && line[1] == ' ' && ":!@>+-$".Contains(line[0]))
                {
                    draft.Add(line[0], line[2..].Trim(), withExamples);
                }
                else
                {
                    draft.Close(into);
                    draft.Open(line);
                }
            }
            catch (FormatException error)
            {
                throw new FormatException($"{source}:{number}: {error.Message}", error);
            }
        }

        draft.Close(into);
    }

    private sealed class Draft
    {
        private readonly List<string> _patterns = [];
        private readonly List<Phrase> _phrases = [];
        private readonly List<string> _notNear = [];
        private readonly List<Phrase> _forbidden = [];
        private readonly List<string> _examples = [];
        private readonly List<string> _nearMisses = [];
        private readonly Dictionary<string, string> _families = new(StringComparer.Ordinal);
        private FailureRule? _rule;

        internal void Open(ReadOnlySpan<char> head)
        {
            var parts = head.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 3 || !FailureWords.TryParseClass(parts[1], out var failureClass)
                || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
                || weight is < 1 or > 100)
            {
                throw new FormatException($"\"{head}\" is no head of a rule: id, class, weight from 1 to 100, flags");
            }

            _rule = new FailureRule(parts[0], failureClass, weight);
            for (var i = 3; i < parts.Length; i++)
            {
                switch (parts[i])
                {
                    case "transient":
                        _rule.Transient = true;
                        break;
                    case "permanent":
                        _rule.Transient = false;
                        break;
                    case "any-line":
                        _rule.AnyLine = true;
                        break;
                    case "stderr" or "stdout":
                        _rule.Channel = parts[i];
                        break;
                    default:
                        throw new FormatException($"rule {parts[0]} has a flag \"{parts[i]}\" that does not exist");
                }
            }
        }

        internal void Add(char kind, ReadOnlySpan<char> text, bool withExamples)
        {
            if (kind == '$')
            {
                AddFamily(text);
                return;
            }

            if (_rule is null)
            {
                throw new FormatException($"\"{text}\" stands before any rule");
            }

            switch (kind)
            {
                case ':':
                    _patterns.Add(Spelled(text));
                    _phrases.Add(Phrase.Parse(_patterns[^1]));
                    break;
                case '!':
                    _notNear.Add(Spelled(text));
                    _forbidden.Add(Phrase.Parse(_notNear[^1]));
                    break;
                case '@':
                    _rule.Tools = text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    break;
                case '>':
                    _rule.Remediation = text.ToString();
                    break;
                case '+' when withExamples:
                    _examples.Add(text.ToString());
                    break;
                case '-' when withExamples:
                    _nearMisses.Add(text.ToString());
                    break;
            }
        }

        /// <summary>"name = a|b" makes a family, "name + c|d" adds to it.</summary>
        private void AddFamily(ReadOnlySpan<char> text)
        {
            var parts = text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var words = parts is [_, "=" or "+", var more] ? more
                : throw new FormatException($"\"{text}\" is no family: name = a|b, or name + c|d");
            _families[parts[0]] = parts[1] == "+" ? $"{Family(parts[0], text)}|{words}" : words;
        }

        private string Family(string name, ReadOnlySpan<char> text) => _families.GetValueOrDefault(name)
            ?? throw new FormatException($"\"{text}\" names a family \"{name}\" that does not exist");

        /// <summary>A pattern with its families written out.</summary>
        private string Spelled(ReadOnlySpan<char> text)
        {
            var pattern = text.ToString();
            for (var at = pattern.IndexOf('<'); at >= 0; at = pattern.IndexOf('<'))
            {
                var end = pattern.IndexOf('>', at);
                var name = end < 0 ? "" : pattern[(at + 1)..end];
                pattern = pattern.Replace($"<{name}>", Family(name, text), StringComparison.Ordinal);
            }

            return pattern;
        }

        internal void Close(List<FailureRule> into)
        {
            if (_rule is not { } rule)
            {
                return;
            }

            if (_patterns.Count == 0)
            {
                throw new FormatException($"rule {rule.Id} has no pattern");
            }

            rule.Patterns = [.. _patterns];
            rule.Phrases = [.. _phrases];
            rule.NotNear = [.. _notNear];
            rule.Forbidden = [.. _forbidden];
            rule.Examples = [.. _examples];
            rule.NearMisses = [.. _nearMisses];
            into.Add(rule);
            _rule = null;
            _patterns.Clear();
            _phrases.Clear();
            _notNear.Clear();
            _forbidden.Clear();
            _examples.Clear();
            _nearMisses.Clear();
        }
    }
}
