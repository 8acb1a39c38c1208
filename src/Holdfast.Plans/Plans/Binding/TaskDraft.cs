using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>A task while its keys are read. Null means that the task itself says nothing.</summary>
internal sealed class TaskDraft(string name, TaskDefaults defaults)
{
    private static readonly PlanCommand Nothing = PlanCommand.ForArguments([Template.Literal("true")]);

    public string Name { get; } = name;

    public TemplateNames Allowed { get; set; } = TemplateNames.Run | TemplateNames.Task | TemplateNames.Attempt
        | TemplateNames.Vars | TemplateNames.Needs;

    public IReadOnlyList<string> Shell { get; set; } = defaults.Shell ?? PlanCommand.DefaultShell;

    public bool OwnShell { get; set; }

    public bool RunSeen { get; set; }

    public bool LaterKind { get; set; }

    public PlanCommand? Command { get; set; }

    public int[] Needs { get; set; } = [];

    public WhenCondition When { get; set; } = WhenCondition.Success;

    public ForEachSetting? ForEach { get; set; }

    public string? Group { get; set; }

    public Template? Target { get; set; }

    public Template? WorkingFolder { get; set; }

    public Template? Stdin { get; set; }

    public EnvironmentSetting Environment { get; set; } = EnvironmentSetting.None;

    public IReadOnlyList<string> Secrets { get; set; } = [];

    public IReadOnlyList<Template> Inputs { get; set; } = [];

    public IReadOnlyList<Template> Outputs { get; set; } = [];

    public EffectSetting Effect { get; set; } = EffectSetting.Repeatable;

    public TimeSpan? Timeout { get; set; }

    public bool OwnNoProgress { get; set; }

    public TimeSpan? NoProgress { get; set; }

    public RetrySetting? Retry { get; set; }

    public FailureReaction? OnFailure { get; set; }

    public bool Adopt { get; set; } = true;

    public StrayReaction Strays { get; set; }

    public PlanTask Build(int index, YamlNode key) => new()
    {
        Index = index,
        Name = Name,
        Position = key.Position,
        Command = Command ?? Nothing,
        Needs = Needs,
        When = When,
        ForEach = ForEach,
        Group = Group,
        Target = Target,
        WorkingFolder = WorkingFolder,
        Stdin = Stdin,
        Environment = EnvironmentBinder.Merge(defaults.Environment, Environment),
        Secrets = Secrets,
        Inputs = Inputs,
        Outputs = Outputs,
        Effect = Effect,
        Timeout = Timeout ?? defaults.Timeout ?? PlanTask.DefaultTimeout,
        NoProgress = OwnNoProgress ? NoProgress : defaults.NoProgress,
        Retry = Retry ?? defaults.Retry ?? RetrySetting.PerClass,
        OnFailure = OnFailure ?? defaults.OnFailure ?? FailureReaction.Continue,
        Adopt = Adopt,
        Strays = Strays,
        Inherited = Inherited(),
    };

    private InheritedSettings Inherited() =>
        (Timeout is null && defaults.Timeout is not null ? InheritedSettings.Timeout : 0)
        | (!OwnNoProgress && defaults.NoProgress is not null ? InheritedSettings.NoProgress : 0)
        | (Retry is null && defaults.Retry is not null ? InheritedSettings.Retry : 0)
        | (!OwnShell && defaults.Shell is not null && Command is { IsShell: true } ? InheritedSettings.Shell : 0)
        | (!ReferenceEquals(defaults.Environment, EnvironmentSetting.None) ? InheritedSettings.Environment : 0)
        | (OnFailure is null && defaults.OnFailure is not null ? InheritedSettings.OnFailure : 0);
}
