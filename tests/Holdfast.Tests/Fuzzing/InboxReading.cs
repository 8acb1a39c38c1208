using System.Text.Json;
using Holdfast.Runs;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// A request's file, read by its rules and not by the inbox, to see that what is handed out is what it says.
/// </summary>
internal static class InboxReading
{
    /// <summary>Throws unless the request is the one that the file asks for.</summary>
    internal static void RequireTrue(byte[] content, SteeringRequest request)
    {
        using var document = JsonDocument.Parse(content);
        var root = document.RootElement;
        Same("id", Text(root, "id"), request.Id);
        Same("command", Text(root, "command"), request.Command.Word());
        Same("by", Text(root, "by") ?? "unknown", request.By);
        Fuzzer.Require(request.By.Length <= 256, "its sender has a name that every event repeats");
        Same("as", root.TryGetProperty("as", out _) ? Text(root, "as") : null, request.As?.Word());
        Same("tasks", root.TryGetProperty("tasks", out var tasks)
            ? string.Join('|', tasks.EnumerateArray().Select(task => task.GetString() ?? "")) : "",
            string.Join('|', request.Tasks));
        Fuzzer.Require(!root.TryGetProperty("at", out var at) || at.GetDateTimeOffset() == request.At,
            "it was asked at another time");
        Fuzzer.Require(root.TryGetProperty("until", out var until) ? until.GetDateTimeOffset() == request.Until
            : request.Until is null, "its asker waits until another time");
    }

    /// <summary>All that a request says, times to the microsecond that its file keeps.</summary>
    internal static string Tell(SteeringRequest request) => string.Join('|',
        [request.Id, request.Command.Word(), request.By, request.As?.Word() ?? "-", Micros(request.At),
            request.Until is { } until ? Micros(until) : "-", .. request.Tasks.Select(task => $"<{task}>")]);

    private static string Micros(DateTimeOffset time) =>
        (time.UtcTicks / TimeSpan.TicksPerMicrosecond).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? Text(JsonElement root, string name) => root.GetProperty(name).GetString();

    private static void Same(string field, string? said, string? read) =>
        Fuzzer.Require(said == read, $"\"{field}\" says {said}, and {read} is read");
}
