using System.Text.Json;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Plans;

/// <summary>Writes runtimes. What is as built in is left out.</summary>
internal static class RuntimeJsonWriter
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<PlanRuntime> runtimes)
    {
        if (runtimes.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("runtimes"u8);
        foreach (var runtime in runtimes)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, runtime.Name);
            if (runtime is AgentRuntimeSetting agent)
            {
                Write(writer, agent);
            }
            else
            {
                Write(writer, (HttpRuntimeSetting)runtime);
            }

            writer.WriteTexts("secrets"u8, runtime.Secrets);
            writer.WriteTexts("fallback"u8, runtime.Fallback);
            writer.WriteCount("max_parallel"u8, runtime.MaxParallel);
            Write(writer, runtime.Breaker);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, AgentRuntimeSetting agent)
    {
        writer.WriteString("kind"u8, PlanWords.RuntimeKinds[0]);
        writer.WriteString("flavor"u8, PlanWords.Of(agent.Flavor));
        writer.WriteText("model"u8, agent.Model);
        if (agent.Permissions != AgentPermissions.Edit)
        {
            writer.WriteString("permissions"u8, PlanWords.Permissions[(int)agent.Permissions]);
        }

        if (agent.Limits.CostUsd is { } dollars)
        {
            writer.WriteNumber("cost_usd"u8, dollars);
        }

        writer.WriteCount("tokens"u8, agent.Limits.Tokens);
        writer.WriteCount("turns"u8, agent.Limits.Turns);
        writer.WriteText("program"u8, agent.Program);
        writer.WriteTemplates("args"u8, agent.Arguments);
        writer.WriteTemplates("run"u8, agent.Run);
        if (agent.Prompt != PromptDelivery.Stdin)
        {
            writer.WriteString("prompt"u8, PlanWords.Deliveries[(int)agent.Prompt]);
        }

        if (agent.CheckpointLines)
        {
            writer.WriteBoolean("checkpoint_lines"u8, true);
        }

        writer.WriteEnvironment(agent.Environment);
    }

    private static void Write(Utf8JsonWriter writer, HttpRuntimeSetting http)
    {
        writer.WriteString("kind"u8, PlanWords.RuntimeKinds[1]);
        writer.WriteString("base"u8, http.Base);
        writer.WritePairs("headers"u8, http.Headers);
        if (http.Redirects != HttpRuntimeSetting.DefaultRedirects)
        {
            writer.WriteNumber("redirects"u8, http.Redirects);
        }

        writer.WriteDuration("timeout_ms"u8, http.Timeout);
    }

    private static void Write(Utf8JsonWriter writer, BreakerSettings breaker)
    {
        var built = BreakerSettings.Default;
        if (breaker == built)
        {
            return;
        }

        writer.WriteStartObject("breaker"u8);
        writer.WriteCount("failures"u8, Unless(breaker.Failures, built.Failures));
        writer.WriteDuration("recover_after_ms"u8, Unless(breaker.RecoverAfter, built.RecoverAfter));
        writer.WriteCount("probes"u8, Unless(breaker.Probes, built.Probes));
        writer.WriteCount("successes"u8, Unless(breaker.Successes, built.Successes));
        writer.WriteDuration("max_recover_ms"u8, Unless(breaker.MaxRecover, built.MaxRecover));
        writer.WriteCount("ratio"u8, breaker.Ratio);
        writer.WriteDuration("window_ms"u8, Unless(breaker.Window, built.Window));
        writer.WriteCount("minimum"u8, Unless(breaker.Minimum, built.Minimum));
        writer.WriteEndObject();
    }

    private static T? Unless<T>(T value, T builtIn)
        where T : struct, IEquatable<T> => value.Equals(builtIn) ? null : value;
}
