using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Plans.Runtimes.Agents;

/// <summary>An error that an agent reported in its own events.</summary>
/// <param name="Line">1-based line of its standard output.</param>
/// <param name="Status">HTTP status; null where none was printed.</param>
/// <param name="Retryable">What the agent itself thinks; null if it does not say.</param>
/// <param name="Told">What it was told about waiting, as "name: value"; null for nothing.</param>
/// <param name="Text">Its message, masked and cut.</param>
public sealed record AgentError(long Line, int? Status, bool? Retryable, string? Told, string Text);

/// <summary>How an attempt of an agent ended, for the attempt after it.</summary>
/// <param name="Class">Word of the class; null where it ended well.</param>
/// <param name="Rule">The rule that matched.</param>
/// <param name="Text">The line of evidence, masked.</param>
/// <param name="EndedBy">Word of who ended it.</param>
public sealed record AgentEnding(string? Class, string? Rule, string? Text, string EndedBy);

/// <summary>
/// What was seen of an attempt in the events that an agent printed, kept as <c>observations.json</c> in the folder of
/// the attempt's files. Whatever a program does not print stays null; nothing is guessed.
/// </summary>
public sealed record AgentObservations
{
    /// <summary>Errors that are kept: the last ones.</summary>
    public const int MaxErrors = 20;

    /// <summary>Kinds of tools that are counted apart; what comes after them is counted in the sum only.</summary>
    public const int MaxTools = 50;

    /// <summary>Characters of the last text that are kept.</summary>
    public const int MaxText = 4096;

    private const long MaxFile = 1 << 20;

    /// <summary>Name of the file in the attempt's own folder.</summary>
    public const string FileName = "observations.json";

    /// <summary>1 until the format changes.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The runtime's name in the plan.</summary>
    public required string Runtime { get; init; }

    /// <summary>The flavor's word.</summary>
    public required string Flavor { get; init; }

    /// <summary>The program as called; a session belongs to it alone.</summary>
    public required string Program { get; init; }

    /// <summary>The model as set in the plan; null for the program's own.</summary>
    public string? Model { get; init; }

    /// <summary>What the program said to <c>--version</c>; null where it did not answer in time.</summary>
    public string? Version { get; init; }

    /// <summary>The session that it went on with; null for a new one.</summary>
    public string? Resumed { get; init; }

    /// <summary>The session that it named.</summary>
    public string? Session { get; init; }

    /// <summary>Answers of the model.</summary>
    public int Turns { get; init; }

    /// <summary>Calls of tools, all together.</summary>
    public long ToolCalls { get; init; }

    /// <summary>Calls by tool.</summary>
    public IReadOnlyDictionary<string, long> Tools { get; init; } = new Dictionary<string, long>();

    /// <summary>Tokens that went in, cached ones included; null where none were printed.</summary>
    public long? TokensIn { get; init; }

    /// <summary>Tokens that came out.</summary>
    public long? TokensOut { get; init; }

    /// <summary>US dollars; null where the program prints none.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>The last text of the agent, masked and cut.</summary>
    public string? Text { get; init; }

    /// <summary>The last errors.</summary>
    public IReadOnlyList<AgentError> Errors { get; init; } = [];

    /// <summary>Errors in all.</summary>
    public long ErrorCount { get; init; }

    /// <summary>Lines of its standard output that were events.</summary>
    public long Events { get; init; }

    /// <summary>Lines that looked like events and could not be read: cut off, too long, not valid JSON.</summary>
    public long Unreadable { get; init; }

    /// <summary>The limit that it passed, as a sentence; null for none.</summary>
    public string? PastLimit { get; init; }

    /// <summary>
    /// Checkpoints that its lines told and that do not count, as "id: rule: why"; the first ten.
    /// </summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>How it ended; null while that is not judged.</summary>
    public AgentEnding? End { get; init; }

    /// <summary>Reads what an attempt left; null where it left nothing readable.</summary>
    /// <param name="files">The attempt's own folder.</param>
    public static AgentObservations? TryRead(string files)
    {
        try
        {
            var file = new FileInfo(Path.Combine(files, FileName));
            return file is { Exists: true, Length: <= MaxFile }
                ? JsonSerializer.Deserialize(
                    File.ReadAllBytes(file.FullName), AgentJson.Default.AgentObservations)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            // They sharpen what is shown and asked next; a run goes on without them.
            return null;
        }
    }

    /// <summary>Writes them beside the captures; an earlier file is replaced whole.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be written.</exception>
    public void Write(string files)
    {
        var path = Path.Combine(files, FileName);
        File.WriteAllBytes(
            path + ".new", JsonSerializer.SerializeToUtf8Bytes(this, AgentJson.Default.AgentObservations));
        File.Move(path + ".new", path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentObservations))]
internal sealed partial class AgentJson : JsonSerializerContext;
