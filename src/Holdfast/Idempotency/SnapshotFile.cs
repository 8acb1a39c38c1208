using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Idempotency;

/// <summary>
/// The file of a snapshot: one JSON object. Its SHA-256 is of all bytes before <c>,"sha256"</c> and of those of the
/// state as it stands in the file, so that any change shows before anything is unpacked. Format 1.
/// </summary>
internal static class SnapshotFile
{
    private const int Format = 1;
    private const string Json = "json";
    private const string Base64 = "base64";
    private const string Compressed = "br+base64";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    internal static byte[] Write(Snapshot snapshot)
    {
        var state = snapshot.State.Span;
        var encoding = state.Length > SnapshotStore.CompressedOver ? Compressed
            : JournalLine.IsObject(state) ? Json : Base64;
        var stored = encoding switch
        {
            Json => state,
            Base64 => Quoted(state),
            _ => Quoted(Pack(state)),
        };
        var content = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(content))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", Format);
            writer.WriteString("id", snapshot.Id);
            writer.WriteString("run", snapshot.Run);
            writer.WriteString("created", snapshot.Created.UtcDateTime.ToString(
                TimeFormat, CultureInfo.InvariantCulture));
            writer.WriteStartArray("completed");
            foreach (var each in snapshot.Completed)
            {
                writer.WriteStringValue(each);
            }

            writer.WriteEndArray();
            writer.WriteNumber("events", snapshot.Events);
            writer.WriteString("encoding", encoding);
            writer.WriteNumber("bytes", state.Length);
            writer.Flush();
            writer.WriteString("sha256", HashOf(content.WrittenSpan, stored));
            writer.WritePropertyName("state");
            writer.WriteRawValue(stored, skipInputValidation: true);
            writer.WriteEndObject();
        }

        content.Write("\n"u8);
        return content.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">It is not whole, was changed, or is of another format.</exception>
    internal static Snapshot Read(string path, byte[] content)
    {
        try
        {
            var fields = new Fields(content);
            if (fields.Format != Format)
            {
                throw new InvalidDataException(
                    $"{path}: format {fields.Format}; this version reads format {Format} only");
            }

            var stored = content.AsSpan(fields.StateFrom, fields.StateLength);
            if (HashOf(content.AsSpan(0, fields.HashedLength), stored) != fields.Sha256)
            {
                throw new InvalidDataException($"{path}: its content does not match its SHA-256");
            }

            var state = fields.Encoding switch
            {
                Json => stored.ToArray(),
                Base64 => fields.StateBytes!,
                Compressed => Unpack(fields.StateBytes!, fields.Bytes),
                _ => throw new FormatException($"encoding \"{fields.Encoding}\""),
            };

            return new Snapshot
            {
                Id = fields.Id,
                Run = fields.Run,
                Created = DateTimeOffset.ParseExact(
                    fields.Created, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                Completed = fields.Completed,
                Events = fields.Events,
                State = state,
            };
        }
        catch (Exception error) when (
            error is JsonException or InvalidOperationException or FormatException or OverflowException
                or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: not a snapshot of format {Format}: {error.Message}", error);
        }
    }

    private static byte[] Quoted(ReadOnlySpan<byte> bytes) =>
        System.Text.Encoding.ASCII.GetBytes($"\"{Convert.ToBase64String(bytes)}\"");

    private static string HashOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> stored)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(stored);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Pack(ReadOnlySpan<byte> state)
    {
        using var packed = new MemoryStream();
        using (var stream = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(state);
        }

        return packed.ToArray();
    }

    // No more is unpacked than the file says, so that a changed one cannot fill the memory.
    private static byte[] Unpack(byte[] packed, long bytes)
    {
        if (bytes is < 0 or > SnapshotStore.LargestState)
        {
            throw new FormatException($"{bytes} bytes of state, {SnapshotStore.LargestState} are the most");
        }

        var state = new byte[bytes];
        using var stream = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        stream.ReadExactly(state);
        return stream.ReadByte() < 0 ? state : throw new FormatException("more state than it says");
    }

    /// <summary>The fields as they stand in the file.</summary>
    private sealed class Fields
    {
        internal Fields(byte[] content)
        {
            var reader = new Utf8JsonReader(content);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException($"begins with {reader.TokenType}");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var from = (int)reader.TokenStartIndex;
                var name = reader.GetString();
                reader.Read();
                Take(name, from, content, ref reader);
            }

            if (reader.Read() || Sha256.Length == 0 || StateLength == 0 || !content.AsSpan().EndsWith("}\n"u8))
            {
                throw new FormatException("it is not whole");
            }
        }

        internal int Format { get; private set; }

        internal string Id { get; private set; } = "";

        internal string Run { get; private set; } = "";

        internal string Created { get; private set; } = "";

        internal List<string> Completed { get; } = [];

        internal long Events { get; private set; }

        internal string Encoding { get; private set; } = "";

        internal long Bytes { get; private set; }

        internal string Sha256 { get; private set; } = "";

        /// <summary>Bytes at the start that the hash is of.</summary>
        internal int HashedLength { get; private set; }

        internal int StateFrom { get; private set; }

        internal int StateLength { get; private set; }

        internal byte[]? StateBytes { get; private set; }

        private void Take(string? name, int from, byte[] content, ref Utf8JsonReader reader)
        {
            switch (name)
            {
                case "format": Format = reader.GetInt32(); break;
                case "id": Id = reader.GetString()!; break;
                case "run": Run = reader.GetString()!; break;
                case "created": Created = reader.GetString()!; break;
                case "completed":
                    while (reader.Read() && reader.TokenType == JsonTokenType.String)
                    {
                        Completed.Add(reader.GetString()!);
                    }

                    break;
                case "events": Events = reader.GetInt64(); break;
                case "encoding": Encoding = reader.GetString()!; break;
                case "bytes": Bytes = reader.GetInt64(); break;
                case "sha256":
                    HashedLength = from - 1;
                    Sha256 = reader.GetString()!;
                    break;
                case "state":
                    StateFrom = (int)reader.TokenStartIndex;
                    StateBytes = reader.TokenType == JsonTokenType.String ? reader.GetBytesFromBase64() : null;
                    reader.Skip();
                    StateLength = (int)reader.BytesConsumed - StateFrom;
                    break;
                default:
                    throw new FormatException($"field \"{name}\"");
            }
        }
    }
}
