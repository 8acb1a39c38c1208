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

    internal static readonly JsonWriterOptions Options = new()
    {
        // Read by people and jq, never put into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes a plan. The same plan always gives the same bytes.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="output">Where to.</param>
    /// <param name="home">
    /// The folder that the run's workspace is in, if known: a run that is moved, or copied, together with its plan then
    /// works in the plan's folder of its new place.
    /// </param>
    public static void Write(Plan plan, IBufferWriter<byte> output, string? home = null)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        new PlanJsonWriter(writer, plan, forHash: false) { Home = home }.WritePlan();
    }

    /// <summary>As <see cref="Write(Plan, IBufferWriter{byte}, string?)"/>, to new bytes.</summary>
    public static byte[] Write(Plan plan, string? home = null)
    {
        var output = new ArrayBufferWriter<byte>(4096 + (plan.Tasks.Count * 64));
        Write(plan, output, home);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write(Plan, string?)"/> wrote. Positions are not kept.</summary>
    /// <param name="json">The whole file.</param>
    /// <param name="home">
    /// The folder that the run's workspace is in now. Where that is another one than was recorded, and the plan file
    /// is found at the same place below it, the plan moved along, and its folder is there; else it is as recorded.
    /// </param>
    /// <exception cref="FormatException">It is damaged, or of a newer format; the message says which.</exception>
    public static Plan Read(ReadOnlySpan<byte> json, string? home = null)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return PlanJsonReader.Read(ref reader, home);
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
