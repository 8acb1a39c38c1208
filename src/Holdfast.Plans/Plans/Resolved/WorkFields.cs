using System.Text.Json;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>What a task of a <c>plan.json</c> says beyond a plain command, while it is read.</summary>
internal sealed class WorkFields
{
    private PlanWork? _work;
    private List<string>? _merge;

    public IReadOnlyList<CheckpointSetting> Checkpoints { get; private set; } = [];

    public TimeSpan CheckpointDeadline { get; private set; } = PlanTask.DefaultCheckpointDeadline;

    public bool Worktree { get; private set; }

    /// <summary>Whether a field is one of these.</summary>
    public static bool Knows(string key) => key is "agent" or "http" or "approval" or "merge" or "checkpoints"
        or "checkpoint_deadline_ms" or "worktree";

    public void Take(ref Utf8JsonReader reader, string key)
    {
        if (key is "agent" or "http" or "approval" or "merge" && (_work is not null || _merge is not null))
        {
            throw new FormatException("plan.json is damaged: a task does two kinds of work; start a new run");
        }

        switch (key)
        {
            case "agent":
                _work = Agent(ref reader);
                break;
            case "http":
                _work = HttpJsonReader.Read(ref reader);
                break;
            case "approval":
                _work = Approval(ref reader);
                break;
            case "merge":
                _merge = JsonFields.Texts(ref reader);
                break;
            case "checkpoints":
                Checkpoints = Steps(ref reader);
                break;
            case "checkpoint_deadline_ms":
                CheckpointDeadline = JsonFields.Duration(ref reader);
                break;
            case "worktree":
                Worktree = reader.GetBoolean();
                break;
        }
    }

    /// <summary>The work; null for a command.</summary>
    public PlanWork? Build(Dictionary<string, int> names) =>
        _merge is null ? _work : new MergeWork([.. _merge.Select(name => names[name])]);

    private static AgentWork Agent(ref Utf8JsonReader reader)
    {
        string? runtime = null;
        Template? prompt = null;
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            switch (key)
            {
                case "runtime":
                    runtime = reader.GetString();
                    break;
                case "prompt":
                    prompt = JsonFields.Text(ref reader);
                    break;
                default:
                    throw JsonFields.Unknown("agent", key);
            }
        }

        return new(JsonFields.Given(runtime, "agent.runtime"), JsonFields.Given(prompt, "agent.prompt"));
    }

    private static ApprovalWork Approval(ref Utf8JsonReader reader)
    {
        IReadOnlyList<string> by = [];
        TimeSpan? timeout = null;
        Template? message = null;
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            switch (key)
            {
                case "by":
                    by = JsonFields.Texts(ref reader);
                    break;
                case "timeout_ms":
                    timeout = JsonFields.Duration(ref reader);
                    break;
                case "message":
                    message = JsonFields.Text(ref reader);
                    break;
                default:
                    throw JsonFields.Unknown("approval", key);
            }
        }

        return new(by, timeout, message);
    }

    private static List<CheckpointSetting> Steps(ref Utf8JsonReader reader)
    {
        JsonFields.BeginArray(ref reader);
        var steps = new List<CheckpointSetting>();
        while (JsonFields.NextItem(ref reader))
        {
            string? id = null;
            PlanCommand? verify = null;
            var commit = false;
            JsonFields.BeginHere(ref reader);
            while (JsonFields.Next(ref reader, out var key))
            {
                switch (key)
                {
                    case "id":
                        id = reader.GetString();
                        break;
                    case "verify":
                        verify = Command(ref reader);
                        break;
                    case "commit":
                        commit = reader.GetBoolean();
                        break;
                    default:
                        throw JsonFields.Unknown("a checkpoint", key);
                }
            }

            steps.Add(new(JsonFields.Given(id, "checkpoints.id"), verify, commit));
        }

        return steps;
    }

    private static PlanCommand Command(ref Utf8JsonReader reader)
    {
        var command = new CommandFields();
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            if (!command.Take(ref reader, key))
            {
                throw JsonFields.Unknown("verify", key);
            }
        }

        return command.Build("verify");
    }
}
