using System.Globalization;
using System.Text;

namespace Holdfast.Plans.Expressions;

/// <summary>
/// A script for a shell with <c>${{ … }}</c> in it. A value never becomes text of the script: it travels in an
/// environment variable, and the expression becomes a reference to it that is right for the quotes around it. The
/// shell expands such a reference after it has read the script, so that nothing in the value can be code.
/// </summary>
public sealed class ShellScript
{
    private const string VariablePrefix = "HOLDFAST_V";
    private readonly ShellSite[] _sites;

    private ShellScript(Template template, ShellSite[] sites)
    {
        Template = template;
        _sites = sites;
    }

    /// <summary>The script as written.</summary>
    public Template Template { get; }

    /// <summary>Compiles a script that was checked before.</summary>
    /// <exception cref="FormatException">An expression stands where no value can be referred to.</exception>
    public static ShellScript Compile(Template template, IReadOnlyList<string> shell)
    {
        var script = Compile(template, shell, out var problems);
        return problems.Count == 0 ? script
            : throw new FormatException($"\"{Shown.Short(template.Source)}\": {problems[0].Problem.Text}; "
                + $"{problems[0].Problem.Cure}");
    }

    /// <summary>Compiles a script; each problem comes with the number of its expression, from 0.</summary>
    internal static ShellScript Compile(Template template, IReadOnlyList<string> shell,
        out IReadOnlyList<(int Expression, ExpressionProblem Problem)> problems)
    {
        problems = [];
        if (template.IsLiteral)
        {
            return new(template, []);
        }

        var found = new List<(int, ExpressionProblem)>();
        problems = found;
        if (!ShellFamily.TakesReferences(shell))
        {
            found.Add((0, new($"values cannot be put into a script for \"{Shown.Short(shell[0])}\", whose "
                + $"quoting is not known",
                $"put them into \"env\" and read them there, or use one of {ShellFamily.Names}")));
            return new(template, []);
        }

        var read = new ShellReader(template.Parts).Read();
        foreach (var site in read)
        {
            if (site.Problem is not null)
            {
                found.Add((template.Parts[site.Part].Number, site.Problem));
            }
        }

        return new(template, [.. read]);
    }

    /// <summary>Whether the expression of that part may be a list: it is a word of its own.</summary>
    internal bool TakesList(int part)
    {
        // Sites stand in the order of parts, and one script may have a hundred thousand.
        var (from, to) = (0, _sites.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = _sites[middle].Part < part ? (middle + 1, to) : (from, middle);
        }

        return from < _sites.Length && _sites[from].Part == part && _sites[from].Place == ShellPlace.Word;
    }

    /// <summary>The script with references, and the variables that they refer to.</summary>
    /// <exception cref="TemplateException">A value is missing, or no variable can carry it.</exception>
    public string Render(TemplateContext context, ICollection<KeyValuePair<string, string>> environment)
    {
        // A script that begins like an option would be taken for one by `sh -c`.
        var begins = Template.Source.Length > 0 && Template.Source[0] is '-' or '+' ? " " : "";
        if (Template.IsLiteral)
        {
            return begins + Template.Source;
        }

        var text = new StringBuilder(begins);
        var site = 0;
        var number = 0;
        foreach (var part in Template.Parts)
        {
            if (part.Text is not null)
            {
                _ = text.Append(part.Text);
                continue;
            }

            var place = _sites[site++].Place;
            var values = place == ShellPlace.Word
                ? part.Expression!.EvaluateAll(context)
                : [part.Expression!.Evaluate(context)];
            for (var i = 0; i < values.Count; i++)
            {
                var name = VariablePrefix + (++number).ToString(CultureInfo.InvariantCulture);
                environment.Add(new(name, Template.Checked(part.Expression!, values[i])));
                _ = text.Append(i > 0 ? " " : "").Append(place switch
                {
                    ShellPlace.Expanding => $"${{{name}}}",
                    ShellPlace.SingleQuoted => $"'\"${{{name}}}\"'",
                    _ => $"\"${{{name}}}\"",
                });
            }
        }

        return text.ToString();
    }
}
