using Holdfast.Cli.Looking;

namespace Holdfast.Cli;

/// <summary>
/// The name by which the user called this program, so that every command proposed can be copied as it stands. Code
/// writes <c>holdfast …</c>; what prints a command for people or programs passes it through here.
/// </summary>
/// <param name="name">As a shell takes it: <c>holdfast</c>, <c>./holdfast</c>, <c>'/my work/holdfast'</c>.</param>
/// <param name="told">What the script told; null without one. Handed on to drivers of our own.</param>
internal sealed class CalledAs(string name, string? told = null)
{
    /// <summary>
    /// Set by a script that stands before this program. It is taken out of the environment at once, so that nothing
    /// started from here inherits it.
    /// </summary>
    internal const string Variable = "HOLDFAST_CALLED_AS";

    private const string Usual = "holdfast";
    private const int MostCharacters = 1_000;

    internal static CalledAs Holdfast { get; } = new(Usual);

    /// <summary>The name as a shell takes it.</summary>
    internal string Name => name;

    /// <summary>The value of <see cref="Variable"/> as it was told.</summary>
    internal string? Told => told;

    /// <summary>
    /// The name from what the script was called by: found by PATH it is the bare name; without a slash it was read by a
    /// shell from the current folder; anything else stays as it is.
    /// </summary>
    /// <param name="told">The script's own name; null without a script.</param>
    /// <param name="path">The value of PATH.</param>
    /// <param name="isFile">Whether a path names a file.</param>
    internal static CalledAs Of(string? told, string? path, Func<string, bool> isFile)
    {
        if (told is not { Length: > 0 and <= MostCharacters } || told.Any(char.IsControl))
        {
            return Holdfast;
        }

        var file = Path.GetFileName(told);
        if (file == told)
        {
            return isFile(told) ? new CalledAs(NextSteps.Quoted("./" + told), told) : Holdfast;
        }

        foreach (var folder in path?.Split(Path.PathSeparator) ?? [])
        {
            if (folder.Length > 0 && isFile(Path.Combine(folder, file)))
            {
                return new CalledAs(NextSteps.Quoted(Path.Combine(folder, file) == told ? file : told), told);
            }
        }

        return new CalledAs(NextSteps.Quoted(told), told);
    }

    /// <summary>A command that begins with our name.</summary>
    internal string Command(string command) =>
        command.StartsWith(Usual + " ", StringComparison.Ordinal) ? name + command[Usual.Length..] : command;

    /// <summary>A line of an example, where our name may also stand behind a pipe or an "and".</summary>
    internal string Example(string line) => Command(line)
        .Replace($"| {Usual} ", $"| {name} ", StringComparison.Ordinal)
        .Replace($"&& {Usual} ", $"&& {name} ", StringComparison.Ordinal);

    /// <summary>A sentence in which commands stand between backticks.</summary>
    internal string Sentence(string text) =>
        name == Usual ? text : text.Replace($"`{Usual} ", $"`{name} ", StringComparison.Ordinal);
}
