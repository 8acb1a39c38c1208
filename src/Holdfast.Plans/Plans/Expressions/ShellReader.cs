namespace Holdfast.Plans.Expressions;

/// <summary>
/// Reads a script as a POSIX shell does, as far as it takes to know which quotes each expression stands in. Where the
/// shell would evaluate a value as code (arithmetic, eval, a nested <c>sh -c</c>) or no reference can be written
/// (quoted here-documents, backquotes), the expression is refused with what to write instead.
/// </summary>
internal sealed class ShellReader(IReadOnlyList<TemplatePart> parts)
{
    private const string AssignFirst = "put it into a variable on a line of its own, x=${{ … }}, and use \"$x\" here";

    private const string ReadAsCode = "the shell or program that is started here would read the value as code";
    private const string PassAsArgument = "pass it as an argument: sh -c '… \"$1\" …' sh ${{ … }}";

    private readonly List<ShellSite> _sites = [];
    private readonly Stack<ShellFrame> _frames = new([new ShellFrame(ShellQuote.None)]);
    private readonly ShellHereDocuments _documents = new();
    private readonly ShellWords _words = new();
    private bool _escaped;
    private bool _dollar;
    private bool _comment;
    private char _before = '\n';
    private string? _unclear;

    private bool AtDelimiter => _documents.ReadsDelimiter || (_before == '<' && _documents.SeesOpening);

    /// <summary>The sites of all expressions, in order.</summary>
    public IReadOnlyList<ShellSite> Read()
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Text is not { } text)
            {
                Place(i);
                continue;
            }

            foreach (var c in text)
            {
                Step(c);
                _before = c;
            }
        }

        return _sites;
    }

    private void Place(int part)
    {
        var frame = _frames.Peek();
        var problem = Problem(frame, part);
        var place = frame.Quote switch
        {
            ShellQuote.Double or ShellQuote.HereDocument => ShellPlace.Expanding,
            ShellQuote.Single => ShellPlace.SingleQuoted,
            _ when !_comment && _words.AtStart && EndsWord(part) => ShellPlace.Word,
            _ => ShellPlace.Unquoted,
        };
        _sites.Add(new(part, place, problem));
        _documents.SeeExpression();
        AddToWord();
        (_escaped, _dollar, _before) = (false, false, 'x');
    }

    private ExpressionProblem? Problem(ShellFrame frame, int part)
    {
        if (_comment)
        {
            return null;
        }

        if (_unclear is not null)
        {
            return new($"after {_unclear}, how the shell reads this place cannot be told",
                "put the expression before it: x=${{ … }}");
        }

        if (_escaped)
        {
            return new("a backslash stands right before the expression", "remove it; the value needs no escaping");
        }

        if (_dollar)
        {
            return new("a \"$\" stands right before the expression", "remove it, or put a space between");
        }

        if (AtDelimiter)
        {
            return new("an expression cannot end a here-document", "write a plain word after <<");
        }

        return frame.Quote switch
        {
            ShellQuote.Backquote => new("an expression in backquotes cannot be quoted",
                "write $( … ) instead of backquotes"),
            ShellQuote.Arithmetic => new("arithmetic would evaluate the value as code", AssignFirst),
            ShellQuote.Parameter => new("an expression inside ${ … } of the shell cannot be quoted", AssignFirst),
            ShellQuote.AnsiSingle => new("an expression inside $'…' cannot be quoted", "use '…' or \"…\""),
            ShellQuote.QuotedHereDocument => new("a here-document whose end is quoted expands nothing",
                "write the word after << without quotes"),
            ShellQuote.None or ShellQuote.Substitution when _words.TakesCode && !(_words.AtStart && EndsWord(part)) =>
                new(ReadAsCode, PassAsArgument),
            _ when _words.Evaluates => new("eval would run the value as code", "call the command itself"),
            ShellQuote.Single or ShellQuote.Double when frame.IsCode
                && !(_before is '\'' or '"' && Closes(frame, part)) =>
                new(ReadAsCode, PassAsArgument),
            _ => null,
        };
    }

    private bool Closes(ShellFrame frame, int part) => part + 1 < parts.Count && parts[part + 1].Text is { } next
        && next[0] == (frame.Quote == ShellQuote.Single ? '\'' : '"');

    private bool EndsWord(int part) => part + 1 == parts.Count
        || (parts[part + 1].Text is { } next && (char.IsWhiteSpace(next[0]) || ";&|)".Contains(next[0])));

    /// <summary>Places in which nothing but their own end means anything.</summary>
    private bool StepLiterally(char c, ShellFrame frame)
    {
        switch (frame.Quote)
        {
            case ShellQuote.Single:
                PopIf(c == '\'');
                return true;
            case ShellQuote.AnsiSingle:
                // Bash lets \' go on, dash ends the text there: which of them reads this is not known.
                _unclear = c == '\'' && _before == '\\' ? @"\' inside $'…'" : _unclear;
                PopIf(c == '\'');
                return true;
            case ShellQuote.QuotedHereDocument:
                PopIf(_documents.Ends(c));
                return true;
            case ShellQuote.Arithmetic:
                frame.Depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                PopIf(frame.Depth == 0);
                return true;
            default:
                return false;
        }
    }

    private void Step(char c)
    {
        var frame = _frames.Peek();
        if (StepLiterally(c, frame))
        {
            return;
        }

        if (_comment)
        {
            _comment = c != '\n';
            if (_comment)
            {
                return;
            }
        }

        if (_escaped)
        {
            _escaped = false;
            AddToWord();
            return;
        }

        if (frame.Quote == ShellQuote.HereDocument && _documents.Ends(c))
        {
            Pop();
            return;
        }

        if (c == '\\' && !AtDelimiter)
        {
            (_escaped, _dollar) = (true, false);
            return;
        }

        if (frame.Quote == ShellQuote.Backquote)
        {
            PopIf(c == '`');
            return;
        }

        if (!AtDelimiter && Expands(c, frame))
        {
            return;
        }

        StepIn(c, frame);
    }

    // What begins an expansion does so outside quotes, in double quotes, in here-documents and in ${ … }.
    private bool Expands(char c, ShellFrame frame)
    {
        var afterDollar = _dollar;
        _dollar = c == '$' && !afterDollar;
        if (afterDollar && c == '(')
        {
            Push(new(ShellQuote.Substitution));
            return true;
        }

        if (c == '(' && _before == '(' && frame.Quote is ShellQuote.Substitution or ShellQuote.None)
        {
            // "$((" and "((" begin arithmetic. What pushed or counted the first one is taken back with it.
            if (frame.Depth > 0)
            {
                frame.Depth--;
            }
            else
            {
                Pop();
            }

            Push(new(ShellQuote.Arithmetic) { Depth = 2 });
            return true;
        }

        if (afterDollar && c == '{')
        {
            Push(new(ShellQuote.Parameter) { InDouble = frame.Quote is ShellQuote.Double or ShellQuote.HereDocument });
            return true;
        }

        if (afterDollar && c == '\'' && frame.Quote is ShellQuote.None or ShellQuote.Substitution)
        {
            Push(new(ShellQuote.AnsiSingle));
            return true;
        }

        if (c == '`')
        {
            _words.Add('x');
            Push(new(ShellQuote.Backquote));
            return true;
        }

        if (c == '$')
        {
            _words.Add(c);
            return true;
        }

        return false;
    }

    private void StepIn(char c, ShellFrame frame)
    {
        switch (frame.Quote)
        {
            case ShellQuote.Double:
                PopIf(c == '"');
                return;
            case ShellQuote.HereDocument:
                return;
            case ShellQuote.Parameter:
                StepInParameter(c, frame);
                return;
        }

        if (c is '\'' or '"' && !AtDelimiter)
        {
            _words.Add('x');
            Push(new(c == '"' ? ShellQuote.Double : ShellQuote.Single) { IsCode = _words.TakesCode });
            return;
        }

        if (c == '#' && _words.AtStart && !AtDelimiter)
        {
            _comment = true;
            return;
        }

        _documents.See(c, _before);
        frame.Depth += c == '(' ? 1 : 0;
        if (c == ')' && --frame.Depth < 0)
        {
            frame.Depth = 0;
            PopIf(frame.Quote == ShellQuote.Substitution);
        }

        if (_words.Add(c) is "case" && frame.Quote == ShellQuote.Substitution)
        {
            // The ")" of its patterns cannot be told from the one that ends the substitution without parsing all of it.
            _unclear = "\"case\" inside $( … )";
        }

        if (c == '\n' && _documents.Next() is { } quoted)
        {
            Push(new(quoted ? ShellQuote.QuotedHereDocument : ShellQuote.HereDocument));
        }
    }

    private void StepInParameter(char c, ShellFrame frame)
    {
        if (c == '"')
        {
            Push(new(ShellQuote.Double));
        }
        else if (c == '\'' && frame.InDouble)
        {
            // Shells differ on whether this one quotes.
            _unclear = "a single quote inside \"${ … }\"";
        }
        else if (c == '\'')
        {
            Push(new(ShellQuote.Single));
        }
        else
        {
            PopIf(c == '}');
        }
    }

    // What stands in the body of a here-document is part of no command.
    private void AddToWord()
    {
        if (_frames.Peek().Quote != ShellQuote.HereDocument)
        {
            _ = _words.Add('x');
        }
    }

    private void Push(ShellFrame frame)
    {
        _words.Enter(frame.Quote == ShellQuote.Substitution);
        _frames.Push(frame);
        _dollar = false;
    }

    private void PopIf(bool ends)
    {
        if (ends)
        {
            Pop();
        }
    }

    private void Pop()
    {
        if (_frames.Count > 1)
        {
            _words.Leave(_frames.Pop().Quote == ShellQuote.Substitution);
        }

        _dollar = false;
        if (_frames.Peek().Quote is not (ShellQuote.HereDocument or ShellQuote.QuotedHereDocument)
            && _documents.NextAfterOne() is { } quoted)
        {
            Push(new(quoted ? ShellQuote.QuotedHereDocument : ShellQuote.HereDocument));
        }
    }
}
