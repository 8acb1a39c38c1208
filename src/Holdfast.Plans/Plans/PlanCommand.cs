using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>What is executed: a script for a shell, or a program with its arguments.</summary>
public sealed class PlanCommand
{
    private readonly ShellScript? _script;

    private PlanCommand(IReadOnlyList<string> shell, ShellScript? script, IReadOnlyList<Template> arguments)
    {
        Shell = shell;
        _script = script;
        Arguments = arguments;
    }

    /// <summary>The shell of a command that names none.</summary>
    public static IReadOnlyList<string> DefaultShell { get; } = ["sh"];

    /// <summary>Whether a shell reads it.</summary>
    public bool IsShell => _script is not null;

    /// <summary>The shell and its options (<c>-c</c> and the script are added); empty for an argument list.</summary>
    public IReadOnlyList<string> Shell { get; }

    /// <summary>The script as written; null for an argument list.</summary>
    public Template? Script => _script?.Template;

    /// <summary>The program and its arguments; empty for a script.</summary>
    public IReadOnlyList<Template> Arguments { get; }

    /// <summary>A script that a shell reads.</summary>
    public static PlanCommand ForShell(IReadOnlyList<string> shell, ShellScript script) => new(shell, script, []);

    /// <summary>A program that is started directly.</summary>
    public static PlanCommand ForArguments(IReadOnlyList<Template> arguments) => new([], null, arguments);

    /// <summary>The argument vector, and the variables that its shell script refers to.</summary>
    /// <exception cref="TemplateException">A value is missing, or no program can take it.</exception>
    public RenderedCommand Render(TemplateContext context)
    {
        if (_script is not null)
        {
            var environment = new List<KeyValuePair<string, string>>();
            var text = _script.Render(context, environment);
            return new([.. Shell, "-c", text], environment);
        }

        var arguments = new List<string>(Arguments.Count);
        foreach (var argument in Arguments)
        {
            argument.RenderInto(context, arguments);
        }

        return new(arguments, []);
    }

    /// <summary>The command as a person would type it, values in place. Not for execution.</summary>
    /// <param name="context">The values; null shows the expressions themselves.</param>
    /// <param name="mask">Takes secrets out of a text; null leaves it as it is.</param>
    public string Display(TemplateContext? context, Func<string, string>? mask = null)
    {
        string text;
        if (_script is not null)
        {
            text = context is null ? _script.Template.Source : _script.Template.RenderDisplay(context);
        }
        else
        {
            text = string.Join(' ', Arguments.Select(argument =>
                Quote(context is null ? argument.Source : argument.RenderDisplay(context))));
        }

        return mask is null ? text : mask(text);
    }

    private static string Quote(string argument)
    {
        foreach (var c in argument)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"-_./=:,+@%".Contains(c))
            {
                return $"'{argument.Replace("'", @"'\''")}'";
            }
        }

        return argument.Length == 0 ? "''" : argument;
    }
}

/// <summary>A command with every expression replaced.</summary>
/// <param name="Arguments">The program and its arguments, as they are passed on.</param>
/// <param name="Environment">
/// Variables that carry values into a shell script; names begin with <c>HOLDFAST_V</c>.
/// </param>
public sealed record RenderedCommand(IReadOnlyList<string> Arguments,
    IReadOnlyList<KeyValuePair<string, string>> Environment);
