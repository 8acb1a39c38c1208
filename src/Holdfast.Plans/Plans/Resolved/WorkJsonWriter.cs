using System.Text.Json;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Writes every kind of work but commands, each as a field of its own name.</summary>
internal static class WorkJsonWriter
{
    public static void Write(Utf8JsonWriter writer, Plan plan, PlanWork work)
    {
        switch (work)
        {
            case AgentWork agent:
                writer.WriteStartObject("agent"u8);
                writer.WriteString("runtime"u8, agent.RuntimeName);
                writer.WriteString("prompt"u8, agent.Prompt.Source);
                writer.WriteEndObject();
                break;
            case HttpWork http:
                Write(writer, http);
                break;
            case ApprovalWork approval:
                writer.WriteStartObject("approval"u8);
                writer.WriteTexts("by"u8, approval.By);
                writer.WriteDuration("timeout_ms"u8, approval.Timeout);
                writer.WriteText("message"u8, approval.Message?.Source);
                writer.WriteEndObject();
                break;
            case MergeWork merge:
                writer.WriteStartArray("merge"u8);
                foreach (var task in merge.Tasks)
                {
                    writer.WriteStringValue(plan.Tasks[task].Name);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new NotSupportedException($"plan.json has no word for {work.GetType().Name}; add one");
        }
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<CheckpointSetting> checkpoints)
    {
        writer.WriteStartArray("checkpoints"u8);
        foreach (var checkpoint in checkpoints)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, checkpoint.Id);
            if (checkpoint.Verify is { } verify)
            {
                writer.WriteStartObject("verify"u8);
                writer.WriteCommand(verify);
                writer.WriteEndObject();
            }

            if (checkpoint.Commit)
            {
                writer.WriteBoolean("commit"u8, true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, HttpWork http)
    {
        writer.WriteStartObject("http"u8);
        writer.WriteText("runtime"u8, http.RuntimeName);
        writer.WriteString("method"u8, http.Method);
        writer.WriteText("path"u8, http.Path?.Source);
        writer.WriteText("url"u8, http.Url?.Source);
        writer.WritePairs("query"u8, http.Query);
        writer.WritePairs("headers"u8, http.Headers);
        if (http.Json is { } json)
        {
            writer.WritePropertyName("json"u8);
            json.Write(writer, null);
        }

        writer.WriteText("body"u8, http.Body?.Source);
        writer.WriteText("body_file"u8, http.BodyFile?.Source);
        if (http.ExpectedStatus.Count > 0)
        {
            writer.WriteStartArray("expect_status"u8);
            foreach (var status in http.ExpectedStatus)
            {
                writer.WriteNumberValue(status);
            }

            writer.WriteEndArray();
        }

        if (http.ExpectedJson.Count > 0)
        {
            writer.WriteStartObject("expect_json"u8);
            foreach (var (path, value) in http.ExpectedJson)
            {
                writer.WritePropertyName(path);
                value.Write(writer, null);
            }

            writer.WriteEndObject();
        }

        writer.WriteText("output"u8, http.Output?.Source);
        if (http.MaxBytes != HttpWork.DefaultMaxBytes)
        {
            writer.WriteNumber("max_bytes"u8, http.MaxBytes);
        }

        writer.WriteEndObject();
    }
}
