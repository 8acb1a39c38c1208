namespace Holdfast.Runs.Events;

/// <summary>What a step of a C# program returned, as JSON; a large one as a file beside the journal.</summary>
public sealed record StepResult
{
    /// <summary>
    /// The C# type that it was written as, without its assembly; null where nobody knew, as of a signal.
    /// </summary>
    public string? TypeName { get; init; }

    /// <summary>The value as one line of JSON; null where it is in <see cref="File"/>.</summary>
    public string? Json { get; init; }

    /// <summary>Where a large value is, by its path within the run's folder; null where it is in the event.</summary>
    public OutputFile? File { get; init; }

    internal static void Write(EventData data, StepResult? result)
    {
        if (result is not null)
        {
            data.Text("result_type", result.TypeName).Json("result", result.Json);
            data.Outputs("result_file", result.File is { } file ? [file] : []);
        }
    }

    internal static StepResult? Read(EventFields f)
    {
        var json = f.JsonOrNull("result");
        var file = f.Outputs("result_file");
        return json is null && file.Length == 0
            ? null
            : new StepResult { TypeName = f.TextOrNull("result_type"), Json = json, File = file.FirstOrDefault() };
    }
}
