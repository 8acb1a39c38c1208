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
    private readonly Stack<(string Word, bool Evaluates, bool Interprets, bool CodeFollows)> outer = [];
    private readonly StringBuilder word = new();
    private bool interprets;
    private bool codeFollows;

    /// <summary>Whether the next character begins a word.</summary>
    public bool AtStart => word.Length == 0;

    /// <summary>Whether the command is <c>eval</c>, which reads all its arguments as code.</summary>
    public bool Evaluates { get; private set; }

    /// <summary>
    /// Whether the word that begins here is the code of an interpreter: it follows its <c>-c</c> or <c>-e</c>.
    /// </summary>
    public bool TakesCode => codeFollows;

    /// <summary>Takes a character that is not quoted; the word that it ended, if it ended one.</summary>
    public string? Add(char c)
    {
        if (!char.IsWhiteSpace(c) && !";&|()<>".Contains(c))
        {
            _ = word.Append(c);
            return null;
        }

        var ended = word.ToString();
        _ = word.Clear();
        if (ended.Length > 0)
        {
            Evaluates |= ended == "eval";
            codeFollows = interprets && IsCodeOption(ended);
            interprets |= ShellFamily.IsInterpreter(ended);
        }

        if (";&|()\n".Contains(c))
        {
            (Evaluates, interprets, codeFollows) = (false, false, false);
        }

        return ended;
    }

    // A substitution begins a command of its own; what quotes hold belongs to the word they stand in.
    public void Enter(bool substitution)
    {
        if (substitution)
        {
            outer.Push((word.ToString(), Evaluates, interprets, codeFollows));
            _ = word.Clear();
            (Evaluates, interprets, codeFollows) = (false, false, false);
        }
    }

    public void Leave(bool substitution)
    {
        if (substitution && outer.TryPop(out var left))
        {
            _ = word.Clear().Append(left.Word).Append('x');
            (Evaluates, interprets, codeFollows) = (left.Evaluates, left.Interprets, left.CodeFollows);
        }
    }

    private static bool IsCodeOption(string option) =>
        option.Length > 1 && option[0] == '-' && option[1] != '-' && option[^1] is 'c' or 'e';
}

/// <summary>Here-documents: those announced on a line begin, one after the other, on the next.</summary>
internal sealed class ShellHereDocuments
{
    private readonly Queue<(string End, bool Tabs, bool Quoted)> announced = [];
    private readonly StringBuilder delimiter = new();
    private readonly StringBuilder line = new();
    private (string End, bool Tabs) current;
    private bool tabs;
    private bool quoted;
    private int less;
    private bool ended;

    /// <summary>Whether the word after <c>&lt;&lt;</c> is being read.</summary>
    public bool ReadsDelimiter { get; private set; }

    /// <summary>Whether exactly <c>&lt;&lt;</c> was just read.</summary>
    public bool SeesOpening => less == 2;

    public void See(char c, char before)
    {
        if (ReadsDelimiter)
        {
            ReadDelimiter(c);
            return;
        }

        if (c == '<')
        {
            less = before == '<' ? less + 1 : 1;
            return;
        }

        if (less == 2)
        {
            ReadsDelimiter = true;
            (tabs, quoted) = (c == '-', false);
            _ = delimiter.Clear();
            if (!tabs)
            {
                ReadDelimiter(c);
            }
        }

        less = 0;
    }

    /// <summary>
    /// At the end of a line: whether the document that begins now is a quoted one; null when none begins.
    /// </summary>
    public bool? Next()
    {
        if (!announced.TryDequeue(out var next))
        {
            return null;
        }

        current = (next.End, next.Tabs);
        _ = line.Clear();
        ended = false;
        return next.Quoted;
    }

    /// <summary>As <see cref="Next"/>, when a document has just ended.</summary>
    public bool? NextAfterOne()
    {
        var after = ended;
        ended = false;
        return after ? Next() : null;
    }

    /// <summary>An expression stands in the line, so the line ends no document.</summary>
    public void SeeExpression() => line.Append("${{");

    /// <summary>Takes a character of a body; true when its line was the last one.</summary>
    public bool Ends(char c)
    {
        if (c != '\n')
        {
            _ = line.Append(c);
            return false;
        }

        var text = line.ToString();
        _ = line.Clear();
        ended = (current.Tabs ? text.TrimStart('\t') : text) == current.End;
        return ended;
    }

    private void ReadDelimiter(char c)
    {
        if (c is '\'' or '"' or '\\')
        {
            quoted = true;
        }
        else if (char.IsWhiteSpace(c) || ";&|()<>".Contains(c))
        {
            if (delimiter.Length > 0 || c == '\n')
            {
                announced.Enqueue((delimiter.ToString(), tabs, quoted));
                ReadsDelimiter = false;
            }
        }
        else
        {
            _ = delimiter.Append(c);
        }
    }
}
