using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// Requests that other processes leave for the driver of a run, as files: written, synced, renamed. The driver answers
/// beside them. Whoever is killed in between, the request's id tells a second taking-up from the first. A request's
/// name begins with the time it was asked at, so that they are taken up in that order, whoever asked.
/// </summary>
public sealed class Inbox(IStorage storage, RunFolder run)
{
    /// <summary>The longest text that a request brings along: what was done, or what a person said.</summary>
    public const int MaxCommentChars = 4_000;

    private const string RequestEnd = ".request.json";
    private const string AnswerEnd = ".answer.json";
    private const int MaxRequestBytes = 1 << 20;
    private const int MaxPerLook = 100;
    private const int MaxByChars = 256;
    private const string TimeFormat = "yyyyMMdd'T'HHmmssffffff";
    private const int TimeChars = 21;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>
    /// The requests that wait, in the order they were asked in, at most 100 at a look.
    /// One that cannot be read is answered so, and removed.
    /// </summary>
    public IReadOnlyList<SteeringRequest> Take()
    {
        var found = new List<SteeringRequest>();
        foreach (var name in Names(RequestEnd))
        {
            if (Read(name) is { } request)
            {
                found.Add(request);
            }

            if (found.Count == MaxPerLook)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Answers a request, and removes it.</summary>
    public void Answer(SteeringRequest request, SteeringAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(answer);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", answer.Accepted);
            json.WriteString("message", answer.Message);
            json.WriteNumber("exit_code", answer.ExitCode);
            json.WriteNumber("set_going", answer.SetGoing);
            json.WriteString("until", EventData.Iso(request.Until ?? Later(request.At, LongestWait)));
            json.WriteEndObject();
        }

        storage.WriteAtomically(AnswerPath(request.Id), buffer.ToArray());
        RemoveRequest(request.Id);
    }

    /// <summary>
    /// Removes answers whose askers gave up or died: nobody takes them away any more. Whoever asks again under the same
    /// id is answered anew, from the journal. At most 100 at a look.
    /// </summary>
    /// <returns>How many were removed.</returns>
    public int Sweep(DateTimeOffset now)
    {
        var (looked, removed) = (0, 0);
        foreach (var name in Names(AnswerEnd))
        {
            if (looked++ == MaxPerLook)
            {
                break;
            }

            try
            {
                if (UntilOf(storage.ReadAll(PathOf(name))) < now)
                {
                    storage.Delete(PathOf(name));
                    removed++;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Taken away by its asker meanwhile; or not ours to remove, which stops no run.
            }
        }

        return removed;
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
            json.WriteString("at", EventData.Iso(request.At));
            if (request.Until is { } until)
            {
                json.WriteString("until", EventData.Iso(until));
            }

            if (request.As is { } resolution)
            {
                json.WriteString("as", resolution.Word());
            }

            if (request.Checkpoint is not null)
            {
                json.WriteString("checkpoint", request.Checkpoint);
                json.WriteNumber("attempt", request.Attempt);
            }

            Write(json, "value", request.Value);
            Write(json, "target", request.Target);
            Write(json, "comment", request.Comment);
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
        RemoveRequest(request.Id);
        storage.WriteAtomically(PathOf(NameOf(request)), buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    /// <summary>The driver's answer, taken away; null while there is none.</summary>
    public SteeringAnswer? TakeAnswer(string id)
    {
        var path = AnswerPath(id);
        if (!storage.FileExists(path))
        {
            return null;
        }

        using var document = JsonDocument.Parse(storage.ReadAll(path));
        var root = document.RootElement;
        var answer = new SteeringAnswer(
            root.GetProperty("accepted").GetBoolean(),
            root.GetProperty("message").GetString() ?? "",
            root.GetProperty("exit_code").GetInt32())
        {
            // A driver of an earlier version counts none.
            SetGoing = root.TryGetProperty("set_going", out var count) ? count.GetInt32() : 0,
        };
        storage.Delete(path);
        return answer;
    }

    /// <summary>Takes a request back, because its sender carried it out itself.</summary>
    public void Withdraw(string id)
    {
        RemoveRequest(id);
        storage.Delete(AnswerPath(id));
    }

    private SteeringRequest? Read(string name)
    {
        var id = IdOf(name);
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
            var broken = new SteeringRequest(id, default, "unknown") { At = TimeOf(name) ?? default };
            Refuse(name, broken, $"the request {name} cannot be read: {error.Message}");
            return null;
        }
    }

    // A name that leaves no room for that of its answer, or a full disk, is no reason to stop a run: seen again at the
    // next look.
    private void Refuse(string name, SteeringRequest request, string why)
    {
        try
        {
            Answer(request, new SteeringAnswer(false, why, ExitCodes.Usage));
            storage.Delete(PathOf(name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not answered, and so not removed.
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

        // It is told in every event that the request makes, of which there may be one for each task.
        var by = root.GetProperty("by").GetString() ?? "unknown";
        if (by.Length > MaxByChars)
        {
            throw new FormatException($"its \"by\" has {by.Length} characters, and {MaxByChars} are the most");
        }

        return new SteeringRequest(id, command, by)
        {
            Tasks = root.TryGetProperty("tasks", out var tasks)
                ? [.. tasks.EnumerateArray().Select(t => t.GetString() ?? "")]
                : [],
            As = resolution,
            Checkpoint = Short(root, "checkpoint"),
            Attempt = root.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 0,
            Comment = Short(root, "comment"),
            Value = root.TryGetProperty("value", out var value) ? value.GetString() : null,
            Target = Short(root, "target"),
            At = Time(root, "at") ?? default,
            Until = Time(root, "until"),
        };
    }

    // It becomes part of a line of the journal.
    private static string? Short(JsonElement root, string name)
    {
        var text = root.TryGetProperty(name, out var value) ? value.GetString() : null;
        return text?.Length > MaxCommentChars
            ? throw new FormatException(
                $"its \"{name}\" has {text.Length} characters, and {MaxCommentChars} are the most")
            : text;
    }

    private static DateTimeOffset? Time(JsonElement root, string name) =>
        root.TryGetProperty(name, out var time) ? time.GetDateTimeOffset() : null;

    // One that cannot be read is of no use to anybody.
    private static DateTimeOffset UntilOf(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return Time(document.RootElement, "until") ?? DateTimeOffset.MinValue;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return DateTimeOffset.MinValue;
        }
    }

    private IEnumerable<string> Names(string end) => storage.FolderExists(run.InboxPath)
        ? storage.List(run.InboxPath).Where(name => name.EndsWith(end, StringComparison.Ordinal) && name[0] != '.')
        : [];

    private void RemoveRequest(string id)
    {
        foreach (var name in Names(RequestEnd).Where(name => IdOf(name) == id))
        {
            storage.Delete(PathOf(name));
        }
    }

    // Names sort by time since every part of it has a fixed width; requests of one microsecond by their ids.
    private static string NameOf(SteeringRequest request) =>
        request.At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) + "-" + request.Id + RequestEnd;

    private static string IdOf(string name) =>
        TimeOf(name) is null ? name[..^RequestEnd.Length] : name[(TimeChars + 1)..^RequestEnd.Length];

    private static DateTimeOffset? TimeOf(string name) => name.Length > TimeChars && name[TimeChars] == '-'
        && DateTimeOffset.TryParseExact(name[..TimeChars], TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static DateTimeOffset Later(DateTimeOffset at, TimeSpan by) =>
        at < DateTimeOffset.MaxValue - by ? at + by : DateTimeOffset.MaxValue;

    private string AnswerPath(string id) => PathOf(id + AnswerEnd);

    private string PathOf(string name) => Path.Combine(run.InboxPath, name);
}
