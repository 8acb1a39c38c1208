using System.Text;

namespace Holdfast.Plans.Expressions;

/// <summary>What a stretch of a script is in.</summary>
internal enum ShellQuote : byte
{
    None,
    Substitution,
    Double,
    Single,
    AnsiSingle,
    Backquote,
    Parameter,
    Arithmetic,
    HereDocument,
    QuotedHereDocument,
}

/// <summary>One level of quotes or substitution.</summary>
internal sealed class ShellFrame(ShellQuote quote)
{
    public ShellQuote Quote { get; } = quote;

    /// <summary>Parentheses that are open inside it.</summary>
    public int Depth { get; set; }

    /// <summary>A <c>${ … }</c> that stands in double quotes.</summary>
    public bool InDouble { get; init; }

    /// <summary>A quoted text that another interpreter will read as code.</summary>
    public bool IsCode { get; init; }
}

/// <summary>
/// The words of the simple command that is being read, as far as they decide what a value would become.
/// </summary>
internal sealed class ShellWords
{
    // Words are set aside as they are, and not copied: a long one may hold any number of substitutions.
    private readonly Stack<(StringBuilder Word, bool Evaluates, bool Interprets, bool CodeFollows)> _outer = [];
    private StringBuilder _word = new();
    private bool _interprets;
    private bool _codeFollows;

    /// <summary>Whether the next character begins a word.</summary>
    public bool AtStart => _word.Length == 0;

    /// <summary>Whether the command is <c>eval</c>, which reads all its arguments as code.</summary>
    public bool Evaluates { get; private set; }

    /// <summary>
    /// Whether the word that begins here is the code of an interpreter: it follows its <c>-c</c> or <c>-e</c>.
    /// </summary>
    public bool TakesCode => _codeFollows;

    /// <summary>Takes a character that is not quoted; the word that it ended, if it ended one.</summary>
    public string? Add(char c)
    {
        if (!char.IsWhiteSpace(c) && !";&|()<>".Contains(c))
        {
            _ = _word.Append(c);
            return null;
        }

        var ended = _word.ToString();
        _ = _word.Clear();
        if (ended.Length > 0)
        {
            Evaluates |= ended == "eval";
            _codeFollows = _interprets && IsCodeOption(ended);
            _interprets |= ShellFamily.IsInterpreter(ended);
        }

        if (";&|()\n".Contains(c))
        {
            (Evaluates, _interprets, _codeFollows) = (false, false, false);
        }

        return ended;
    }

    // A substitution begins a command of its own; what quotes hold belongs to the word they stand in.
    public void Enter(bool substitution)
    {
        if (substitution)
        {
            _outer.Push((_word, Evaluates, _interprets, _codeFollows));
            _word = new();
            (Evaluates, _interprets, _codeFollows) = (false, false, false);
        }
    }

    public void Leave(bool substitution)
    {
        if (substitution && _outer.TryPop(out var left))
        {
            _word = left.Word.Append('x');
            (Evaluates, _interprets, _codeFollows) = (left.Evaluates, left.Interprets, left.CodeFollows);
        }
    }

    private static bool IsCodeOption(string option) =>
        option.Length > 1 && option[0] == '-' && option[1] != '-' && option[^1] is 'c' or 'e';
}

/// <summary>Here-documents: those announced on a line begin, one after the other, on the next.</summary>
internal sealed class ShellHereDocuments
{
    private readonly Queue<(string End, bool Tabs, bool Quoted)> _announced = [];
    private readonly StringBuilder _delimiter = new();
    private readonly StringBuilder _line = new();
    private (string End, bool Tabs) _current;
    private bool _tabs;
    private bool _quoted;
    private int _less;
    private bool _ended;

    /// <summary>Whether the word after <c>&lt;&lt;</c> is being read.</summary>
    public bool ReadsDelimiter { get; private set; }

    /// <summary>Whether exactly <c>&lt;&lt;</c> was just read.</summary>
    public bool SeesOpening => _less == 2;

    public void See(char c, char before)
    {
        if (ReadsDelimiter)
        {
            ReadDelimiter(c);
            return;
        }

        if (c == '<')
        {
            _less = before == '<' ? _less + 1 : 1;
            return;
        }

        if (_less == 2)
        {
            ReadsDelimiter = true;
            (_tabs, _quoted) = (c == '-', false);
            _ = _delimiter.Clear();
            if (!_tabs)
            {
                ReadDelimiter(c);
            }
        }

        _less = 0;
    }

    /// <summary>
    /// At the end of a line: whether the document that begins now is a quoted one; null when none begins.
    /// </summary>
    public bool? Next()
    {
        if (!_announced.TryDequeue(out var next))
        {
            return null;
        }

        _current = (next.End, next.Tabs);
        _ = _line.Clear();
        _ended = false;
        return next.Quoted;
    }

    /// <summary>As <see cref="Next"/>, when a document has just ended.</summary>
    public bool? NextAfterOne()
    {
        var after = _ended;
        _ended = false;
        return after ? Next() : null;
    }

    /// <summary>An expression stands in the line, so the line ends no document.</summary>
    public void SeeExpression() => _line.Append("${{");

    /// <summary>Takes a character of a body; true when its line was the last one.</summary>
    public bool Ends(char c)
    {
        if (c != '\n')
        {
            _ = _line.Append(c);
            return false;
        }

        var text = _line.ToString();
        _ = _line.Clear();
        _ended = (_current.Tabs ? text.TrimStart('\t') : text) == _current.End;
        return _ended;
    }

    private void ReadDelimiter(char c)
    {
        if (c is '\'' or '"' or '\\')
        {
            _quoted = true;
        }
        else if (char.IsWhiteSpace(c) || ";&|()<>".Contains(c))
        {
            if (_delimiter.Length > 0 || c == '\n')
            {
                _announced.Enqueue((_delimiter.ToString(), _tabs, _quoted));
                ReadsDelimiter = false;
            }
        }
        else
        {
            _ = _delimiter.Append(c);
        }
    }
}
