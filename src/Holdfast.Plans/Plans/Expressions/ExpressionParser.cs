using System.Globalization;

namespace Holdfast.Plans.Expressions;

/// <summary>What is wrong with an expression.</summary>
/// <param name="Text">What was seen.</param>
/// <param name="Cure">What to do, unless a known name is near.</param>
/// <param name="Seen">A name that is not known; null when that is not the problem.</param>
/// <param name="Known">What could have been meant.</param>
internal sealed record ExpressionProblem(string Text, string Cure, string? Seen = null,
    IReadOnlyCollection<string>? Known = null);

/// <summary>
/// Reads the inside of <c>${{ … }}</c>: a name with dots, a text in single quotes, or a function of those. It goes by
/// recursive descent over at most <see cref="MaxDepth"/> nested functions.
/// </summary>
internal ref struct ExpressionParser(ReadOnlySpan<char> text, TemplateNames allowed,
    IReadOnlyCollection<string>? variables)
{
    private const int MaxDepth = 16;

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    public ExpressionProblem? Problem { get; private set; }

    /// <summary>The expression; null when there is a <see cref="Problem"/>.</summary>
    public Expression? Parse()
    {
        var expression = Value(0);
        SkipSpaces();
        if (expression is not null && _at < _text.Length)
        {
            return Fail($"\"{Shown.Short(_text[_at..].ToString())}\" is left over in the expression",
                "an expression is one name or one function; there are no operators");
        }

        return expression;
    }

    private Expression? Value(int depth)
    {
        SkipSpaces();
        if (_at == _text.Length)
        {
            return Fail("the expression is empty", "write a name such as vars.x between ${{ and }}");
        }

        if (_text[_at] == '\'')
        {
            return Quoted() is { } literal ? new(ExpressionKind.Text, literal) : null;
        }

        if (!IsWord(_text[_at]))
        {
            return Fail($"'{Shown.Short(_text[_at].ToString())}' begins no expression",
                "write a name such as vars.x, a text in single quotes, or a function");
        }

        var path = Path();
        SkipSpaces();
        if (path is not null && _at < _text.Length && _text[_at] == '(')
        {
            return Function(path, depth);
        }

        return path is null ? null : Name(path);
    }

    // A path keeps its bracketed parts apart, so that a task called "a.b" can be meant without doubt.
    private List<string>? Path()
    {
        var parts = new List<string> { Word() };
        while (_at < _text.Length && _text[_at] is '.' or '[')
        {
            if (_text[_at++] == '.')
            {
                if (_at == _text.Length || !IsWord(_text[_at]))
                {
                    _ = Fail($"a name must follow the dot in \"{Shown.Short(_text.ToString().Trim())}\"",
                        "write the name");
                    return null;
                }

                parts.Add(Word());
                continue;
            }

            SkipSpaces();
            var part = _at < _text.Length && _text[_at] == '\'' ? Quoted() : "#" + Word();
            SkipSpaces();
            if (Problem is not null)
            {
                return null;
            }

            if (part is null or "#" || _at == _text.Length || _text[_at] != ']')
            {
                _ = Fail("a bracket holds a number or a text in single quotes", "write outputs[0] or needs['a.b']");
                return null;
            }

            _at++;
            parts.Add(part);
        }

        return parts;
    }

    private Expression? Name(List<string> parts)
    {
        var whole = string.Join('.', parts);
        if (ExpressionNames.TryName(whole, out var kind, out var needed))
        {
            if ((allowed & needed) != 0)
            {
                return new(kind);
            }

            var (said, cure) = ExpressionNames.WrongPlace(whole, needed);
            return Fail(said, cure);
        }

        return parts[0] switch
        {
            "vars" => Variable(parts),
            "needs" => Need(parts),
            "secrets" => Secret(parts, whole),
            "env" => Fail($"\"{Shown.Short(whole)}\" is no name of a plan",
                "the shell's own $NAME reads the environment"),
            _ => Unknown($"no value is called \"{Shown.Short(whole)}\"", whole,
                [.. ExpressionNames.Names, "vars", "needs"],
                    "names begin with run, task, attempt, item, vars or needs"),
        };
    }

    private Expression? Secret(List<string> parts, string whole)
    {
        var name = parts.Count > 1 ? parts[1] : "NAME";
        if ((allowed & TemplateNames.Secrets) != 0)
        {
            return parts.Count == 2 ? new(ExpressionKind.Secret, name)
                : Fail($"\"{Shown.Short(whole)}\" names no secret", "write secrets.NAME");
        }

        return (allowed & TemplateNames.Address) != 0
            ? Fail($"\"{Shown.Short(whole)}\" would put a secret into an address, which servers log",
                "send it in a header or in the body")
            : (allowed & TemplateNames.Prompt) != 0
            ? Fail($"\"{Shown.Short(whole)}\" would tell a secret to a model",
                $"list it under \"secrets\": the agent has it as the variable {name}")
            : Fail($"\"{Shown.Short(whole)}\" would put a secret into plain text",
                $"list it under the task's \"secrets\" and use ${name} in the command");
    }

    private Expression? Variable(List<string> parts)
    {
        if (parts.Count < 2)
        {
            return Fail("\"vars\" alone has no value", "write vars.NAME");
        }

        var name = string.Join('.', parts.Skip(1));
        if (variables is not null && !variables.Contains(name))
        {
            return Unknown($"no variable is called \"{Shown.Short(name)}\"", name, variables, "add it under \"vars\"");
        }

        return (allowed & TemplateNames.Vars) != 0
            ? new(ExpressionKind.Variable, name)
            : Fail("variables cannot be used here", "write the value itself");
    }

    private Expression? Need(List<string> parts)
    {
        var index = -1;
        var last = parts.Count - 1;
        if (last > 2 && parts[last].StartsWith('#'))
        {
            if (!int.TryParse(parts[last].AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out index))
            {
                return Fail($"\"{Shown.Short(parts[last][1..])}\" is no place in a list",
                    "the first output is outputs[0]");
            }

            last--;
        }

        if (last < 2 || parts[last] != "outputs")
        {
            return Fail($"of a need, only its outputs can be used, and this is "
                + $"\"{Shown.Short(string.Join('.', parts))}\"",
                "write needs.TASK.outputs, or needs.TASK.outputs[0]");
        }

        return (allowed & TemplateNames.Needs) != 0
            ? new(ExpressionKind.NeedOutputs, string.Join('.', parts.Skip(1).Take(last - 1)), index)
            : Fail("outputs of other tasks cannot be used here", "use them in the command of a task that needs them");
    }

    private Expression? Function(List<string> path, int depth)
    {
        var name = string.Join('.', path);
        if (!ExpressionNames.TryFunction(name, out var kind, out var count))
        {
            return Unknown($"no function is called \"{Shown.Short(name)}\"", name, ExpressionNames.Functions,
                $"the functions are {string.Join(", ", ExpressionNames.Functions)}");
        }

        if (depth == MaxDepth)
        {
            return Fail($"functions are nested deeper than {MaxDepth}", "use fewer");
        }

        _at++;
        var arguments = new List<Expression>(count);
        while (true)
        {
            if (Value(depth + 1) is not { } argument)
            {
                return null;
            }

            arguments.Add(argument);
            SkipSpaces();
            if (_at < _text.Length && _text[_at] == ',')
            {
                _at++;
                continue;
            }

            if (_at == _text.Length || _text[_at] != ')')
            {
                return Fail($"{name}( is not closed", "close it with )");
            }

            _at++;
            return arguments.Count == count
                ? new(kind, null, -1, arguments)
                : Fail($"{name} takes {count} argument{(count == 1 ? "" : "s")}, and this gives {arguments.Count}",
                    count == 1 ? $"write {name}(item)" : $"write {name}(x, 'y')");
        }
    }

    private string? Quoted()
    {
        var value = new System.Text.StringBuilder();
        for (_at++; _at < _text.Length; _at++)
        {
            if (_text[_at] != '\'')
            {
                _ = value.Append(_text[_at]);
            }
            else if (_at + 1 < _text.Length && _text[_at + 1] == '\'')
            {
                _ = value.Append(_text[_at++]);
            }
            else
            {
                _at++;
                return value.ToString();
            }
        }

        _ = Fail("a text in single quotes is not closed", "close it; a quote inside is written twice");
        return null;
    }

    private string Word()
    {
        var start = _at;
        while (_at < _text.Length && IsWord(_text[_at]))
        {
            _at++;
        }

        return _text[start.._at].ToString();
    }

    private void SkipSpaces()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private Expression? Fail(string said, string cure)
    {
        Problem ??= new(said, cure);
        return null;
    }

    private Expression? Unknown(string said, string seen, IReadOnlyCollection<string> known, string cure)
    {
        Problem ??= new(said, cure, seen, known);
        return null;
    }
}
