using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads what makes a task more than a plain command, and sees that its keys fit its kind.</summary>
internal sealed class WorkBinder(ValueReader values, CommandBinder commands, TaskSurroundings surroundings)
{
    /// <summary>The kinds of work as they are called in messages.</summary>
    internal static readonly string[] Words = ["a command", "an agent", "a request", "an approval", "a merge"];

    // Keys that mean nothing to a kind; a key that is silently ignored would be a promise not kept.
    private static readonly string[][] Misfits =
    [
        [],
        ["stdin", "target"],
        ["cwd", "env", "stdin", "no-progress", "target", "adopt", "strays", "checkpoints", "checkpoint-deadline",
            "worktree"],
        ["shell", "cwd", "env", "secrets", "stdin", "inputs", "outputs", "timeout", "no-progress", "retry", "effect",
            "target", "adopt", "strays", "checkpoints", "checkpoint-deadline", "worktree"],
        ["shell", "cwd", "env", "secrets", "stdin", "for-each", "inputs", "outputs", "no-progress", "effect", "target",
            "adopt", "strays", "checkpoints", "checkpoint-deadline", "worktree"],
    ];

    private readonly PlanMessages _messages = values.Messages;
    private readonly HttpBinder _http = new(values, commands, surroundings.Runtimes);
    private readonly PeopleBinder _people = new(values, commands, surroundings);

    /// <summary>Notes what kind of work a key speaks of; two kinds in one task are an error.</summary>
    public void IsOf(WorkKind kind, YamlNode key, TaskDraft draft)
    {
        if (draft.Kind is null)
        {
            (draft.Kind, draft.KindKey) = (kind, key.Text);
        }
        else if (draft.Kind != kind)
        {
            _messages.Error(key.Position, $"task \"{Shown.Short(draft.Name)}\" has two kinds of work, "
                + $"\"{draft.KindKey}\" and \"{key.Text}\"", "keep one of them, and make the other a task of its own");
        }
    }

    /// <summary>Reads one key.</summary>
    public void Read(YamlNode key, YamlNode value, TaskDraft draft)
    {
        var other = draft.Other ??= new();
        switch (key.Text)
        {
            case "runtime":
                IsOf(WorkKind.Agent, key, draft);
                (other.RuntimeKey, other.Runtime) = (key, values.Text(value, "runtime"));
                break;
            case "prompt":
                IsOf(WorkKind.Agent, key, draft);
                other.PromptKey = key;
                other.Prompt = commands.Text(value, "prompt", draft.Allowed | TemplateNames.Prompt);
                break;
            case "http":
                IsOf(WorkKind.Http, key, draft);
                other.Work = _http.Read(value, draft);
                break;
            case "approval":
                IsOf(WorkKind.Approval, key, draft);
                other.Work = _people.Approval(value, draft);
                break;
            case "merge":
                IsOf(WorkKind.Merge, key, draft);
                other.Work = _people.Merge(value, draft);
                break;
            case "checkpoints":
                other.Checkpoints = _people.Checkpoints(value, draft);
                break;
            case "checkpoint-deadline":
                (other.DeadlineKey, other.CheckpointDeadline) = (key, values.Duration(value, "checkpoint-deadline"));
                break;
            case "worktree":
                other.Worktree = values.Boolean(value, "worktree") ?? false;
                break;
        }
    }

    /// <summary>What can be told only when all keys were read.</summary>
    public void Finish(YamlNode key, YamlNode node, TaskDraft draft)
    {
        if (draft.Kind is not { } kind)
        {
            // A key that is mistyped or of a later kind has been refused by name; it may be all that is missing.
            if (!draft.HasUnknownKey)
            {
                _messages.Error(key.Position, $"task \"{Shown.Short(draft.Name)}\" does nothing",
                    "give it a \"run\", or one of prompt, http, approval, merge");
            }

            return;
        }

        if (draft.Other is not { } other)
        {
            return;
        }

        if (kind == WorkKind.Agent)
        {
            other.Work = Agent(draft, other);
        }

        other.SecretUses?.Check(_messages, $"task \"{Shown.Short(draft.Name)}\"", draft.Secrets);
        if (other.DeadlineKey is { } deadline && other.Checkpoints is null)
        {
            _messages.Error(deadline.Position, "\"checkpoint-deadline\" means nothing without \"checkpoints\"",
                "leave it out");
        }

        CheckFit(node, kind);
    }

    private void CheckFit(YamlNode node, WorkKind kind)
    {
        var misfits = Misfits[(int)kind];
        foreach (var pair in node.Pairs)
        {
            if (Array.IndexOf(misfits, pair.Key.Text) >= 0)
            {
                _messages.Error(pair.Key.Position, $"\"{pair.Key.Text}\" means nothing to {Words[(int)kind]}",
                    "leave it out");
            }
        }
    }

    private AgentWork? Agent(TaskDraft draft, WorkDraft other)
    {
        var task = $"task \"{Shown.Short(draft.Name)}\"";
        if (other.RuntimeKey is null)
        {
            _messages.Error(other.PromptKey!.Value.Position, $"{task} has a prompt and no runtime to give it to",
                "name an agent runtime under \"runtime\"");
            return null;
        }

        if (other.Runtime is not { } name)
        {
            return null;
        }

        var position = other.RuntimeKey.Value.Position;
        if (!surroundings.Runtimes.ByName.TryGetValue(name, out var runtime))
        {
            _messages.UnknownName(position, $"{task} asks for the runtime \"{Shown.Short(name)}\", which the plan has "
                + "not", name, surroundings.Runtimes.Names, "declare it under the plan's \"runtimes\"");
            return null;
        }

        if (runtime is HttpRuntimeSetting)
        {
            _messages.Error(position, $"the runtime \"{Shown.Short(name)}\" of {task} is of kind http, which takes no "
                + "prompt",
                other.PromptKey is null ? $"write http: {{ runtime: {Shown.Short(name)}, path: /… }}"
                    : "name one of kind agent");
            return null;
        }

        if (other.PromptKey is null)
        {
            _messages.Error(position, $"{task} names an agent and tells it nothing",
                "write what it is to do under \"prompt\"");
        }

        return other.Prompt is null ? null : new(name, other.Prompt);
    }
}
