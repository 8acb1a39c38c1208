using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Runs.Events;

/// <summary>
/// One thing that happened in a run. The journal, the terminal, evidence and telemetry all consume these records, so
/// whatever a person is shown was read from the journal.
/// </summary>
public abstract record RunEvent
{
    /// <summary>The word of this event in the journal.</summary>
    public abstract string Type { get; }

    private string? _task;
    private int _attempt;
    private DateTimeOffset _at;

    /// <summary>The task it is about; null for the run as a whole.</summary>
    public string? Task { get => _task; init => _task = value; }

    /// <summary>The attempt it is about; 0 for none.</summary>
    public int Attempt { get => _attempt; init => _attempt = value; }

    /// <summary>Its time, as the wall clock was read; set when it is recorded or read.</summary>
    public DateTimeOffset At { get => _at; init => _at = value; }

    // For the reader alone, on an event that nobody has seen yet: a copy of each of a million events would cost more
    // than the reading of its fields.
    internal RunEvent Addressed(string? task, int attempt, DateTimeOffset at)
    {
        (_task, _attempt, _at) = (task, attempt, at);
        return this;
    }

    /// <summary>Writes the fields of <c>data</c>, between its braces.</summary>
    internal abstract void WriteData(EventData data);
}

/// <summary>
/// An event of a later version, or of a kind that no state follows from: kept, and without effect here.
/// </summary>
/// <param name="Name">Its word in the journal.</param>
public sealed record OtherEvent(string Name) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => Name;

    internal override void WriteData(EventData data)
    {
        // What is not understood is never written again.
    }
}

/// <summary>Writes the data of an event. Fields that are null are left out.</summary>
internal sealed class EventData(Utf8JsonWriter writer)
{
    internal EventData Text(string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }

        return this;
    }

    internal EventData Long(string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }

        return this;
    }

    internal EventData Number(string name, double value)
    {
        writer.WriteNumber(name, Math.Round(value, 4));
        return this;
    }

    internal EventData Flag(string name, bool? value)
    {
        if (value is { } flag)
        {
            writer.WriteBoolean(name, flag);
        }

        return this;
    }

    internal EventData Millis(string name, TimeSpan? value) => Long(name, (long?)value?.TotalMilliseconds);

    internal EventData Time(string name, DateTimeOffset? value) =>
        Text(name, value is { } time ? Iso(time) : null);

    internal EventData Texts(string name, IReadOnlyCollection<string> values)
    {
        if (values.Count > 0)
        {
            writer.WriteStartArray(name);
            foreach (var value in values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }

        return this;
    }

    internal EventData Map(string name, IReadOnlyDictionary<string, string>? values)
    {
        if (values is { Count: > 0 })
        {
            writer.WriteStartObject(name);
            foreach (var (key, value) in values)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        return this;
    }

    /// <summary>A value that is JSON already, checked by whoever made it.</summary>
    internal EventData Json(string name, string? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value, skipInputValidation: true);
        }

        return this;
    }

    internal EventData Outputs(string name, IReadOnlyList<OutputFile> files)
    {
        if (files.Count > 0)
        {
            writer.WriteStartArray(name);
            foreach (var file in files)
            {
                writer.WriteStartObject();
                writer.WriteString("path", file.Path);
                writer.WriteNumber("size", file.Size);
                writer.WriteString("sha256", file.Sha256);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return this;
    }

    /// <summary>UTC with microseconds, as in the journal's own <c>at</c>.</summary>
    internal static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
}
