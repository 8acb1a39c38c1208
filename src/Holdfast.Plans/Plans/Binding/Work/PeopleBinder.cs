using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads approvals, merges and checkpoints: what brings people and agents together.</summary>
internal sealed class PeopleBinder(ValueReader values, CommandBinder commands, TaskSurroundings surroundings)
{
    private readonly PlanMessages _messages = values.Messages;

    public ApprovalWork? Approval(YamlNode node, TaskDraft draft)
    {
        if (!values.IsMap(node, "approval", "a map such as { by: [ release ], timeout: 24h }"))
        {
            return null;
        }

        IReadOnlyList<string> by = [];
        TimeSpan? timeout = null;
        Template? message = null;
        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "by":
                    by = By(value);
                    break;
                case "timeout":
                    timeout = values.Duration(value, "timeout");
                    break;
                case "message":
                    message = commands.Text(value, "message", draft.Allowed & ~TemplateNames.Attempt);
                    break;
                default:
                    values.UnknownKey(key, "\"approval\"", PlanKeys.Approval);
                    break;
            }
        }

        return new(by, timeout, message);
    }

    public MergeWork? Merge(YamlNode node, TaskDraft draft)
    {
        var task = $"task \"{Shown.Short(draft.Name)}\"";
        if (values.List(node, "merge", "a list of names of tasks with a work tree") is not { } items)
        {
            return null;
        }

        if (items.Count == 0)
        {
            _messages.Error(node.Position, "\"merge\" is an empty list", "name at least one task with worktree: true");
            return null;
        }

        var merged = new List<int>(items.Count);
        foreach (var item in items)
        {
            if (values.Text(item, "merge") is not { } name)
            {
                continue;
            }

            if (!surroundings.Tasks.TryGetValue(name, out var index))
            {
                _messages.UnknownName(item.Position, $"{task} merges \"{Shown.Short(name)}\", which no task is called",
                    name, (IReadOnlyCollection<string>)surroundings.Tasks.Keys, "name another task of this plan",
                    except: draft.Name);
            }
            else if (Array.IndexOf(draft.Needs, index) < 0)
            {
                _messages.Error(item.Position, $"{task} merges \"{Shown.Short(name)}\", which it does not need",
                    $"add \"{Shown.Short(name)}\" to \"needs\"");
            }
            else if (merged.Contains(index))
            {
                _messages.Error(item.Position, $"{task} merges \"{Shown.Short(name)}\" twice", "keep one of them");
            }
            else
            {
                merged.Add(index);
                surroundings.Merges.Add(new(index, item.Position));
            }
        }

        return new(merged);
    }

    public IReadOnlyList<CheckpointSetting> Checkpoints(YamlNode node, TaskDraft draft)
    {
        var items = values.List(node, "checkpoints", "a list such as [ design, { id: green, verify: make test } ]")
            ?? [];
        if (items.Count > CheckpointSetting.MaxCount)
        {
            _messages.Error(node.Position, $"\"checkpoints\" has {items.Count:N0}, and {CheckpointSetting.MaxCount} is "
                + "the limit", "split the task");
            return [];
        }

        var checkpoints = new List<CheckpointSetting>(items.Count);
        foreach (var item in items)
        {
            if (Checkpoint(item, draft) is not { } checkpoint)
            {
                continue;
            }

            if (checkpoints.Exists(earlier => earlier.Id == checkpoint.Id))
            {
                _messages.Error(item.Position, $"the checkpoint \"{checkpoint.Id}\" is here a second time",
                    "keep one of them");
            }

            checkpoints.Add(checkpoint);
        }

        return checkpoints;
    }

    private CheckpointSetting? Checkpoint(YamlNode node, TaskDraft draft)
    {
        if (!node.IsMapping)
        {
            return Id(node) is { } name ? new(name, null, false) : null;
        }

        string? id = null;
        var seen = false;
        PlanCommand? verify = null;
        var commit = false;
        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "id":
                    (seen, id) = (true, Id(value));
                    break;
                case "verify":
                    verify = commands.Command(value, "verify", draft.Shell, draft.Allowed);
                    break;
                case "commit":
                    commit = values.Boolean(value, "commit") ?? false;
                    break;
                default:
                    values.UnknownKey(key, "a checkpoint", PlanKeys.Checkpoint);
                    break;
            }
        }

        if (!seen)
        {
            _messages.Error(node.Position, "a checkpoint has no id", "give it one, such as id: green");
        }

        return id is null ? null : new(id, verify, commit);
    }

    private string? Id(YamlNode node)
    {
        if (values.Text(node, "checkpoints") is not { } id)
        {
            return null;
        }

        if (PlanNames.Problem(id) is { } problem)
        {
            _messages.Error(node.Position, $"the checkpoint \"{Shown.Short(id)}\" {problem}",
                $"use letters, digits, _, - and ., at most {PlanNames.MaxLength}");
            return null;
        }

        return id;
    }

    private List<string> By(YamlNode node)
    {
        var by = new List<string>();
        foreach (var item in values.List(node, "by", "a list of names of people or roles") ?? [])
        {
            if (values.Text(item, "by") is not { } name)
            {
                continue;
            }

            if (string.IsNullOrWhiteSpace(name) || name.Length > PlanNames.MaxLength)
            {
                _messages.Error(item.Position, $"\"by\" cannot name {item.Seen}",
                    $"write a name of 1 to {PlanNames.MaxLength} characters");
            }
            else if (by.Contains(name))
            {
                _messages.Warning(item.Position, $"\"by\" names \"{Shown.Short(name)}\" twice", "once is enough");
            }
            else
            {
                by.Add(name);
            }
        }

        return by;
    }
}
