using System.Text.Json;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Writes single values of a <c>plan.json</c>; what is not there is left out.</summary>
internal static class PlanJsonValues
{
    public static void WriteFlags(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, int flags, string[] words)
    {
        writer.WriteStartArray(name);
        for (var i = 0; i < words.Length; i++)
        {
            if ((flags & (1 << i)) != 0)
            {
                writer.WriteStringValue(words[i]);
            }
        }

        writer.WriteEndArray();
    }

    public static void WriteTemplates(this Utf8JsonWriter writer, ReadOnlySpan<byte> name,
        IReadOnlyList<Template> templates)
    {
        if (templates.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        for (var i = 0; i < templates.Count; i++)
        {
            writer.WriteStringValue(templates[i].Source);
        }

        writer.WriteEndArray();
    }

    public static void WritePairs(this Utf8JsonWriter writer, ReadOnlySpan<byte> name,
        IReadOnlyList<KeyValuePair<string, Template>> pairs)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var (key, value) in pairs)
        {
            writer.WriteString(key, value.Source);
        }

        writer.WriteEndObject();
    }

    public static void WriteTexts(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    public static void WriteText(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    public static void WriteCount(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
    }

    public static void WriteDuration(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, TimeSpan? duration)
    {
        if (duration is { } value)
        {
            writer.WriteNumber(name, (long)value.TotalMilliseconds);
        }
    }

    public static void WriteCommand(this Utf8JsonWriter writer, PlanCommand command)
    {
        if (command.Script is { } script)
        {
            writer.WriteString("script"u8, script.Source);
            if (command.Shell is not ["sh"])
            {
                writer.WriteTexts("shell"u8, command.Shell);
            }

            return;
        }

        writer.WriteTemplates("run"u8, command.Arguments);
    }

    public static void WriteEnvironment(this Utf8JsonWriter writer, EnvironmentSetting environment)
    {
        writer.WriteTexts("inherit"u8, environment.Inherit);
        writer.WritePairs("env"u8, environment.Variables);
    }
}
