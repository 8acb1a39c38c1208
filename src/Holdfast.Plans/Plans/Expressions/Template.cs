using System.Text;

namespace Holdfast.Plans.Expressions;

/// <summary>
/// A text of a plan with its <c>${{ … }}</c> compiled. It has three renderings: plain text for arguments, variables and
/// paths; a shell script that refers to values by variable (<see cref="ShellScript"/>); and a display for people.
/// </summary>
public sealed class Template
{
    private const string Opening = "${{";

    // Literals and expressions in turn; null when the text has no expression, as nearly every text has not.
    private readonly TemplatePart[]? _parts;

    private Template(string source, TemplatePart[]? parts)
    {
        Source = source;
        _parts = parts;
    }

    /// <summary>The text as written.</summary>
    public string Source { get; }

    /// <summary>Whether it holds no expression, and so is its own rendering.</summary>
    public bool IsLiteral => _parts is null;

    internal IReadOnlyList<TemplatePart> Parts => _parts ?? [new(Source, null)];

    /// <summary>A text without expressions; <c>${{</c> in it means itself.</summary>
    public static Template Literal(string text) => new(text, null);

    /// <summary>Compiles a text that was checked before, such as one from a <c>plan.json</c>.</summary>
    /// <exception cref="FormatException">An expression in it is wrong.</exception>
    public static Template Parse(string source)
    {
        var problems = new List<(int, ExpressionProblem)>();
        var template = Parse(source, (TemplateNames)(-1), null, problems);
        return problems.Count == 0 ? template
            : throw new FormatException($"\"{Shown.Short(source)}\": {problems[0].Item2.Text}; "
                + $"{problems[0].Item2.Cure}");
    }

    /// <summary>Compiles a text; each problem comes with the number of its expression, from 0.</summary>
    internal static Template Parse(string source, TemplateNames allowed, IReadOnlyCollection<string>? variables,
        List<(int Expression, ExpressionProblem Problem)> problems)
    {
        var open = source.IndexOf(Opening, StringComparison.Ordinal);
        if (open < 0)
        {
            return new(source, null);
        }

        var read = new List<TemplatePart>();
        var from = 0;
        var number = 0;
        for (; open >= 0; open = source.IndexOf(Opening, from, StringComparison.Ordinal), number++)
        {
            if (open > from)
            {
                read.Add(new(source[from..open], null));
            }

            var close = EndOf(source, open + Opening.Length);
            if (close < 0)
            {
                problems.Add((number, new("\"${{\" is never closed",
                    "close it with }}; for the characters themselves write ${{ '${{' }}")));
                return new(source, null);
            }

            var inside = source.AsSpan(open + Opening.Length, close - open - Opening.Length);
            var parser = new ExpressionParser(inside, allowed, variables);
            var expression = parser.Parse();
            if (expression is null)
            {
                problems.Add((number, parser.Problem!));
                // What follows is still checked, so that all problems are told at once.
                expression = new(ExpressionKind.Text, "");
            }

            read.Add(new(null, expression, number));
            // A quoted "${{" inside an expression stands in the source too, and is counted with it.
            number += Occurrences(inside);
            from = close + 2;
        }

        if (from < source.Length)
        {
            read.Add(new(source[from..], null));
        }

        return new(source, [.. read]);
    }

    /// <summary>The text with plain values in place.</summary>
    /// <exception cref="TemplateException">A value is missing, or no program can take it.</exception>
    public string RenderPlain(TemplateContext context)
    {
        if (_parts is null)
        {
            return Source;
        }

        if (_parts is [{ Expression: { } only }])
        {
            return Checked(only, only.Evaluate(context));
        }

        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            _ = text.Append(part.Text ?? Checked(part.Expression!, part.Expression!.Evaluate(context)));
        }

        return text.ToString();
    }

    /// <summary>
    /// The text as one argument, or, where it is nothing but a list, as one argument for each of its items.
    /// </summary>
    /// <exception cref="TemplateException">A value is missing, or no program can take it.</exception>
    public void RenderInto(TemplateContext context, ICollection<string> arguments)
    {
        if (_parts is [{ Expression: { IsList: true } list }])
        {
            foreach (var value in list.EvaluateAll(context))
            {
                arguments.Add(Checked(list, value));
            }

            return;
        }

        arguments.Add(RenderPlain(context));
    }

    /// <summary>
    /// The text for people: values in place, one without a value shown as its expression. Never to be executed.
    /// </summary>
    /// <param name="context">The values.</param>
    /// <param name="mask">Takes secrets out of the text; null leaves it as it is.</param>
    public string RenderDisplay(TemplateContext context, Func<string, string>? mask = null)
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            try
            {
                _ = text.Append(part.Text ?? string.Join(' ', part.Expression!.EvaluateAll(context)));
            }
            catch (TemplateException)
            {
                _ = text.Append("${{ ").Append(part.Expression).Append(" }}");
            }
        }

        return mask is null ? text.ToString() : mask(text.ToString());
    }

    /// <inheritdoc/>
    public override string ToString() => Source;

    /// <summary>A value that can stand in an argument, a variable or a path.</summary>
    internal static string Checked(Expression expression, string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\0')
            {
                throw new TemplateException($"the value of {expression} holds a NUL, which no command can take; "
                    + $"remove it");
            }

            if (char.IsSurrogate(value[i]) && (!char.IsHighSurrogate(value[i])
                || ++i == value.Length || !char.IsLowSurrogate(value[i])))
            {
                throw new TemplateException($"the value of {expression} holds half a surrogate pair, which is no "
                    + $"text; remove it");
            }
        }

        return value;
    }

    private static int EndOf(string source, int from)
    {
        var quoted = false;
        for (var i = from; i < source.Length; i++)
        {
            if (source[i] == '\'')
            {
                quoted = !quoted;
            }
            else if (!quoted && source[i] == '}' && i + 1 < source.Length && source[i + 1] == '}')
            {
                return i;
            }
        }

        return -1;
    }

    private static int Occurrences(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var at = text.IndexOf(Opening); at >= 0; at = text.IndexOf(Opening))
        {
            count++;
            text = text[(at + 1)..];
        }

        return count;
    }
}

/// <summary>A stretch of literal text, or one expression.</summary>
/// <param name="Text">The literal text; null for an expression.</param>
/// <param name="Expression">The expression; null for literal text.</param>
/// <param name="Number">Which <c>${{</c> of the source it is, from 0, so that messages can name its place.</param>
internal readonly record struct TemplatePart(string? Text, Expression? Expression, int Number = 0);
