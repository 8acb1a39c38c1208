using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps;

/// <summary>Writes and reads what steps return: small results into the event, large ones as hashed files.</summary>
internal sealed class StepResults(IStorage storage, RunFolder folder, JsonSerializerOptions json)
{
    /// <summary>Longest result in bytes that an event holds; a larger one becomes a file.</summary>
    internal const int MaxInlineBytes = 64 << 10;

    /// <summary>How a type is written.</summary>
    /// <exception cref="NotSupportedException">It cannot be written as JSON; says whose it is.</exception>
    internal JsonTypeInfo<T>? TypeOf<T>(ResultOwner owner, JsonTypeInfo<T>? given)
    {
        if (typeof(T) == typeof(Nothing))
        {
            return given;
        }

        try
        {
            if (StepType<T>.HasNoJson && given is null)
            {
                throw new NotSupportedException("it stands for something of this process");
            }

            var type = given ?? (JsonTypeInfo<T>)json.GetTypeInfo(typeof(T));
            return ResultShape<T>.WhyNotRead(type) is { } why ? throw new NotSupportedException(why) : type;
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
        {
            throw owner.Unfit(StepType<T>.Name, error);
        }
    }

    /// <summary>Writes what a step returned; a large one is on the disk, with its name, when this returns.</summary>
    /// <exception cref="StepResultException">It cannot be written as JSON.</exception>
    internal StepResult? Write<T>(string task, int attempt, T value, JsonTypeInfo<T>? type) =>
        Write(ResultOwner.Step(task), Path.Combine(RunFolder.OutputFolderName(task), $"{attempt}.json"), value, type);

    /// <summary>Writes what a program returned, beside the folders of steps: one may be called "run" too.</summary>
    /// <exception cref="StepResultException">It cannot be written as JSON.</exception>
    internal StepResult? WriteOfRun<T>(T value, JsonTypeInfo<T>? type) =>
        Write(ResultOwner.Run(folder.Id), "run.json", value, type);

    private StepResult? Write<T>(ResultOwner owner, string file, T value, JsonTypeInfo<T>? type)
    {
        if (type is null)
        {
            return null;
        }

        var bytes = Serialized(owner, value, type);
        var name = StepType<T>.Name;
        if (ResultShape<T>.WhyNotReadAgain(bytes.Span, type) is { } error)
        {
            throw owner.Unwritable(name, $": it could not be read again ({StepFailures.SaidBy(error)})", error);
        }

        if (bytes.Length <= MaxInlineBytes)
        {
            return new StepResult { TypeName = name, Json = Encoding.UTF8.GetString(bytes.Span) };
        }

        var place = Path.Combine("output", file);
        var path = Path.Combine(folder.Path, place);
        storage.CreateFolder(Path.GetDirectoryName(path)!);
        storage.WriteAtomically(path, bytes.Span);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        return new StepResult { TypeName = name, File = new OutputFile(place, bytes.Length, hash) };
    }

    /// <summary>Reads a result that was recorded.</summary>
    /// <exception cref="StepMismatchException">It is of another type than the program asks for now.</exception>
    /// <exception cref="StepResultLostException">Its file is gone or changed.</exception>
    internal T Read<T>(ResultOwner owner, StepResult? result, JsonTypeInfo<T>? type)
    {
        if (result is null && type is null)
        {
            return default!;
        }

        if (result is null || type is null || (result.TypeName is { } was && was != StepType<T>.Name))
        {
            throw owner.Changed(result?.TypeName, StepType<T>.Name);
        }

        try
        {
            return Parsed(result, type);
        }
        catch (Exception error) when (IsOfType(error))
        {
            throw owner.Unreadable(StepType<T>.Name, error);
        }
    }

    /// <summary>Reads what was sent, of which nobody knew the type.</summary>
    /// <exception cref="StepMismatchException">It cannot be read as what the program waits for.</exception>
    internal T ReadSignal<T>(string name, StepResult sent, JsonTypeInfo<T> type)
    {
        try
        {
            return Parsed(sent, type);
        }
        catch (Exception error) when (IsOfType(error))
        {
            throw new StepMismatchException(
                $"run {folder.Id} waits for a signal \"{name}\" of {StepType<T>.Name}, and what was sent is "
                    + $"{KindOf(sent)} ({error.Message}); nothing new was started. To put it right, send it again as "
                    + "what is waited for, which takes its place, and start the program again", error);
        }
    }

    /// <summary>What kind of JSON it is: what may be told of a value that could be a secret.</summary>
    internal static string KindOf(StepResult sent)
    {
        using var document = JsonDocument.Parse(sent.Json!);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.Object => "a JSON object",
            JsonValueKind.Array => "a JSON array",
            JsonValueKind.String => "a JSON string",
            JsonValueKind.Number => "a JSON number",
            JsonValueKind.Null => "a JSON null",
            _ => "a JSON boolean",
        };
    }

    // A constructor or a converter of the program may throw whatever it likes; what the disk says is another matter.
    private static bool IsOfType(Exception error) =>
        error is not (IOException or UnauthorizedAccessException or OutOfMemoryException);

    private T Parsed<T>(StepResult result, JsonTypeInfo<T> type) => result.Json is { } inline
        ? JsonSerializer.Deserialize(inline, type)!
        : JsonSerializer.Deserialize(BytesOf(result.File!), type)!;

    /// <summary>The file of a large result, which lies within its run's folder.</summary>
    /// <exception cref="StepResultLostException">It is not there.</exception>
    internal static string PathOf(IStorage storage, RunFolder folder, OutputFile file)
    {
        var path = Path.GetFullPath(file.Path, folder.Path);
        return path.StartsWith(folder.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            && storage.FileExists(path)
                ? path
                : throw new StepResultLostException(path, "is gone");
    }

    private byte[] BytesOf(OutputFile file)
    {
        var path = PathOf(storage, folder, file);
        var bytes = storage.ReadAll(path);
        return bytes.Length == file.Size && Convert.ToHexStringLower(SHA256.HashData(bytes)) == file.Sha256
            ? bytes
            : throw new StepResultLostException(path, "is not what was written");
    }

    /// <summary>A value as one line of JSON.</summary>
    /// <exception cref="StepResultException">It cannot be written as JSON.</exception>
    internal static ReadOnlyMemory<byte> Serialized<T>(ResultOwner owner, T value, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        try
        {
            // One line, whatever the program's own options say: it becomes part of a line of the journal.
            using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = type.Options.MaxDepth,
            });
            JsonSerializer.Serialize(writer, value, type);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            throw owner.Unwritable(StepType<T>.Name, $" as JSON: {StepFailures.SaidBy(error)}", error);
        }

        // A converter of the program may write what it likes.
        return buffer.WrittenSpan.ContainsAny((byte)'\n', (byte)'\r')
            ? throw owner.Unwritable(StepType<T>.Name, ": its converter writes line ends", inner: null)
            : buffer.WrittenMemory;
    }
}

/// <summary>A result could not be written; the attempt counts as failed for what its program returned.</summary>
internal sealed class StepResultException(string message, Exception? inner) : ArgumentException(message, inner);
