using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// Requests that other processes leave for the driver of a run, as files: written, synced, renamed. The driver answers
/// beside them. Whoever is killed in between, the request's id tells a second taking-up from the first.
/// </summary>
public sealed class Inbox(IStorage storage, RunFolder run)
{
    private const string RequestEnd = ".request.json";
    private const string AnswerEnd = ".answer.json";
    private const int MaxRequestBytes = 1 << 20;
    private const int MaxPerLook = 100;

    /// <summary>
    /// The requests that wait, at most 100 at a look. One that cannot be read is answered so, and removed.
    /// </summary>
    public IReadOnlyList<SteeringRequest> Take()
    {
        if (!storage.FolderExists(run.InboxPath))
        {
            return [];
        }

        var found = new List<SteeringRequest>();
        foreach (var name in storage.List(run.InboxPath))
        {
            if (name.EndsWith(RequestEnd, StringComparison.Ordinal) && found.Count < MaxPerLook
                && Read(name) is { } request)
            {
                found.Add(request);
            }
        }

        return found;
    }

    /// <summary>Answers a request, and removes it.</summary>
    public void Answer(string id, SteeringAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", answer.Accepted);
            json.WriteString("message", answer.Message);
            json.WriteNumber("exit_code", answer.ExitCode);
            json.WriteEndObject();
        }

        storage.WriteAtomically(PathOf(id + AnswerEnd), buffer.ToArray());
        storage.Delete(PathOf(id + RequestEnd));
    }

    /// <summary>Leaves a request for the driver.</summary>
    public void Put(SteeringRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", request.Id);
            json.WriteString("command", request.Command.Word());
            json.WriteString("by", request.By);
            if (request.As is { } resolution)
            {
                json.WriteString("as", resolution.Word());
            }

            json.WriteStartArray("tasks");
            foreach (var task in request.Tasks)
            {
                json.WriteStringValue(task);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (!RunFolder.IsGoodId(request.Id))
        {
            throw new ArgumentException($"\"{request.Id}\" cannot be the name of a request's file", nameof(request));
        }

        storage.CreateFolder(run.InboxPath);
        storage.WriteAtomically(PathOf(request.Id + RequestEnd), buffer.ToArray());
    }

    /// <summary>The driver's answer, taken away; null while there is none.</summary>
    public SteeringAnswer? TakeAnswer(string id)
    {
        var path = PathOf(id + AnswerEnd);
        if (!storage.FileExists(path))
        {
            return null;
        }

        using var document = JsonDocument.Parse(storage.ReadAll(path));
        var root = document.RootElement;
        var answer = new SteeringAnswer(
            root.GetProperty("accepted").GetBoolean(),
            root.GetProperty("message").GetString() ?? "",
            root.GetProperty("exit_code").GetInt32());
        storage.Delete(path);
        return answer;
    }

    /// <summary>Takes a request back, because its sender carried it out itself.</summary>
    public void Withdraw(string id)
    {
        storage.Delete(PathOf(id + RequestEnd));
        storage.Delete(PathOf(id + AnswerEnd));
    }

    private SteeringRequest? Read(string name)
    {
        var id = name[..^RequestEnd.Length];
        try
        {
            if (storage.Length(PathOf(name)) > MaxRequestBytes)
            {
                throw new FormatException($"over {MaxRequestBytes} bytes");
            }

            return Parse(storage.ReadAll(PathOf(name)), id);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its sender took it back between the look and the reading; or it is no file, or not for us to read, and
            // whoever left it gets no answer. Neither is a reason to stop a run.
            return null;
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException
            or InvalidOperationException or DecoderFallbackException)
        {
            Answer(id, new SteeringAnswer(false, $"the request {name} cannot be read: {error.Message}",
                ExitCodes.Usage));
            return null;
        }
    }

    private static SteeringRequest Parse(byte[] json, string id)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var word = root.GetProperty("command").GetString();
        var command = Enum.GetValues<SteeringCommand>().Where(c
            => c.Word() == word).Cast<SteeringCommand?>().FirstOrDefault()
            ?? throw new FormatException($"\"{word}\" is no command");
        if (root.GetProperty("id").GetString() != id)
        {
            throw new FormatException("its id is not the one of its name");
        }

        Resolution? resolution = null;
        if (root.TryGetProperty("as", out var said))
        {
            resolution = StateWords.TryParse(said.GetString(), out Resolution known)
                ? known
                : throw new FormatException($"\"{said.GetString()}\" is no resolution");
        }

        return new SteeringRequest(id, command, root.GetProperty("by").GetString() ?? "unknown")
        {
            Tasks = root.TryGetProperty("tasks", out var tasks)
                ? [.. tasks.EnumerateArray().Select(t => t.GetString() ?? "")]
                : [],
            As = resolution,
        };
    }

    private string PathOf(string name) => Path.Combine(run.InboxPath, name);
}
