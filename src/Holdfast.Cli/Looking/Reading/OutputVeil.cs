using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Journal;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>
/// What stands between what programs printed and whoever looks. Captures are byte for byte, so they may hold a secret
/// that their task was given: one whose value can be read here is masked. One whose value cannot be read here (the
/// variable is set for the driver alone) could not be found in the text, so the output of its tasks is not shown.
/// </summary>
internal sealed class OutputVeil
{
    private readonly Dictionary<string, string> _hidden = [];
    private readonly string? _allHidden;

    private OutputVeil(SecretMask mask, string? allHidden = null)
    {
        Mask = mask;
        _allHidden = allHidden;
    }

    /// <summary>Masks the secrets that are known here.</summary>
    internal SecretMask Mask { get; }

    internal static OutputVeil Of(CommandContext context, RunFolder folder)
    {
        if (!context.Storage.FileExists(folder.PlanPath))
        {
            // The run of a C# program: it is given its secrets by nobody but itself.
            return new OutputVeil(SecretMask.Empty);
        }

        try
        {
            return Of(context, PlanJson.Read(context.Storage.ReadAll(folder.PlanPath), folder.HomePath));
        }
        catch (FormatException error)
        {
            return new OutputVeil(
                SecretMask.Empty, $"{folder.PlanPath} is damaged ({error.Message}), so its secrets cannot be masked");
        }
    }

    /// <summary>Why the output of a task is not shown, and what helps; null where it is shown, masked.</summary>
    /// <param name="task">Name of the task, or of an instance of a fan-out.</param>
    internal string? WhyHidden(string task)
    {
        // No name of a task holds a bracket.
        var bracket = task.IndexOf('[', StringComparison.Ordinal);
        return _allHidden ?? _hidden.GetValueOrDefault(bracket < 0 ? task : task[..bracket]);
    }

    private static OutputVeil Of(CommandContext context, Plan plan)
    {
        var values = new List<string>();
        var unknown = new List<(SecretSource Secret, string Problem)>();
        var reader = new ContextSecrets(context);
        foreach (var secret in plan.Secrets)
        {
            if (secret.Read(plan.Folder, reader, out var problem) is { } value)
            {
                values.Add(value);
            }
            else
            {
                unknown.Add((secret, problem!));
            }
        }

        var veil = new OutputVeil(SecretMask.For(values));
        foreach (var (secret, problem) in unknown)
        {
            foreach (var task in plan.Tasks)
            {
                if (plan.UsesSecret(task, secret.Name)
                    || (secret.EnvironmentVariable is { } variable && plan.Inherits(task, variable)))
                {
                    veil._hidden.TryAdd(task.Name, $"it may hold a secret that cannot be masked here: {problem}");
                }
            }
        }

        return veil;
    }
}
