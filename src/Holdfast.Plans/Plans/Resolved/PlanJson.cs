using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdfast.Plans;

/// <summary>
/// The resolved plan as <c>plan.json</c>: what a run was started with, so that a resume needs neither the YAML file nor
/// the values of the command line. Format 1. Secrets' values are never in it.
/// </summary>
public static class PlanJson
{
    /// <summary>The format that this version writes, and the newest that it reads.</summary>
    public const int Format = 1;

    private static readonly JsonWriterOptions Options = new()
    {
        // Read by people and jq, never put into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes a plan. The same plan always gives the same bytes.</summary>
    public static void Write(Plan plan, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        new PlanJsonWriter(writer, plan, forHash: false).WritePlan();
    }

    /// <summary>As <see cref="Write(Plan, IBufferWriter{byte})"/>, to new bytes.</summary>
    public static byte[] Write(Plan plan)
    {
        var output = new ArrayBufferWriter<byte>(4096 + (plan.Tasks.Count * 64));
        Write(plan, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write(Plan)"/> wrote. Positions are not kept.</summary>
    /// <param name="json">The whole file.</param>
    /// <param name="folder">The plan's folder when the run was moved with it; null: as recorded.</param>
    /// <exception cref="FormatException">It is damaged, or of a newer format; the message says which.</exception>
    public static Plan Read(ReadOnlySpan<byte> json, string? folder = null)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return PlanJsonReader.Read(ref reader, folder);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException
            or OverflowException or ArgumentException)
        {
            throw new FormatException($"plan.json is damaged at byte {reader.BytesConsumed}: {error.Message}; "
                + "start a new run of the plan", error);
        }
    }

    internal static byte[] ForHash(Plan plan, PlanTask? task, ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer)
    {
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        var json = new PlanJsonWriter(writer, plan, forHash: true);
        if (task is null)
        {
            json.WritePlan();
        }
        else
        {
            json.WriteTaskForHash(task);
        }

        writer.Flush();
        return System.Security.Cryptography.SHA256.HashData(buffer.WrittenSpan);
    }

    internal static Utf8JsonWriter NewWriter(ArrayBufferWriter<byte> buffer) => new(buffer, Options);
}
