namespace Holdfast.Plans;

/// <summary>Where the value of a secret comes from. The value itself is never part of a plan.</summary>
/// <param name="Name">Name of the secret, and of the environment variable that a task gets it in.</param>
/// <param name="EnvironmentVariable">The driver's variable that holds it; null when a file does.</param>
/// <param name="File">The file that holds it, from the plan's folder; null when a variable does.</param>
/// <param name="Position">Where the plan declares it.</param>
public sealed record SecretSource(string Name, string? EnvironmentVariable, string? File, SourcePosition Position =
    default)
{
    /// <summary>The largest file that is read as a secret, in bytes.</summary>
    public const int MaxFileBytes = 64 * 1024;

    /// <summary>Reads the value; one line break at the end of a file does not belong to it.</summary>
    /// <param name="planFolder">The folder that a relative file starts at.</param>
    /// <param name="reader">The environment and the files, behind a seam.</param>
    /// <param name="problem">Why there is no value: what is missing, and the cure. Never holds the value.</param>
    /// <returns>The value, or null.</returns>
    public string? Read(string planFolder, ISecretReader reader, out string? problem)
    {
        string? value;
        if (EnvironmentVariable is not null)
        {
            value = reader.ReadVariable(EnvironmentVariable);
            problem = string.IsNullOrEmpty(value)
                ? $"secret \"{Name}\" is missing: the environment variable {EnvironmentVariable} is "
                    + (value is null ? "not set; set it before the run" : "empty; give it a value before the run")
                : null;
        }
        else
        {
            value = reader.ReadFile(Path.Combine(planFolder, File!), MaxFileBytes, out var reason);
            problem = value is null ? $"secret \"{Name}\" is missing: the file {Shown.Short(File!)} {reason}"
                : null;
            value = value?.EndsWith('\n') == true ? value[..^(value.EndsWith("\r\n", StringComparison.Ordinal) ? 2
                : 1)] : value;
            if (value is { Length: 0 })
            {
                problem = $"secret \"{Name}\" is missing: the file {Shown.Short(File!)} is empty; write the "
                    + $"value into it";
            }
        }

        if (problem is null && value!.Contains('\0'))
        {
            problem = $"secret \"{Name}\" holds a NUL, which no environment variable can carry; give it as text";
        }

        return problem is null ? value : null;
    }

    /// <summary>Looks whether every secret of a plan can be read; to be asked before anything runs (exit 2).</summary>
    public static IReadOnlyList<PlanMessage> Check(Plan plan, ISecretReader reader)
    {
        var problems = new List<PlanMessage>();
        foreach (var secret in plan.Secrets)
        {
            _ = secret.Read(plan.Folder, reader, out var problem);
            if (problem is not null)
            {
                problems.Add(new(plan.File, secret.Position, problem, null));
            }
        }

        return problems;
    }
}

/// <summary>The environment and the files, as far as secrets need them.</summary>
public interface ISecretReader
{
    /// <summary>The value of a variable of the driver; null when it is not set.</summary>
    string? ReadVariable(string name);

    /// <summary>The text of a file.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="maxBytes">A longer file is refused.</param>
    /// <param name="problem">
    /// Why it could not be read and the cure, to follow the file's name; null when it was.
    /// </param>
    string? ReadFile(string path, int maxBytes, out string? problem);
}

/// <summary>Reads the real environment and real files.</summary>
public sealed class SystemSecretReader : ISecretReader
{
    /// <inheritdoc/>
    public string? ReadVariable(string name) => Environment.GetEnvironmentVariable(name);

    /// <inheritdoc/>
    public string? ReadFile(string path, int maxBytes, out string? problem)
    {
        try
        {
            var bytes = BoundedFile.Read(path, maxBytes);
            problem = bytes is null ? $"has more than {maxBytes:N0} bytes; give a smaller one" : null;
            if (bytes is null || System.Text.Unicode.Utf8.IsValid(bytes))
            {
                return bytes is null ? null : System.Text.Encoding.UTF8.GetString(bytes);
            }

            problem = "is not UTF-8 text; encode it, for example with base64";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = BoundedFile.Reason(error);
        }

        return null;
    }
}
