using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Journal;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>
/// The mask for what a run's programs printed: captures are byte for byte, so they may hold a secret. It knows those
/// whose source still has a value here.
/// </summary>
internal static class SecretsOf
{
    internal static SecretMask Run(CommandContext context, RunFolder folder)
    {
        try
        {
            return context.Storage.FileExists(folder.PlanPath)
                ? Of(PlanJson.Read(context.Storage.ReadAll(folder.PlanPath)))
                : SecretMask.Empty;
        }
        catch (FormatException)
        {
            // A plan that cannot be read names no secrets; status says that it cannot.
            return SecretMask.Empty;
        }
    }

    internal static SecretMask Of(Plan? plan)
    {
        if (plan is null || plan.Secrets.Count == 0)
        {
            return SecretMask.Empty;
        }

        var values = new List<string>();
        foreach (var secret in plan.Secrets)
        {
            if (secret.Read(plan.Folder, new SystemSecretReader(), out _) is { } value)
            {
                values.Add(value);
            }
        }

        return SecretMask.For(values);
    }
}
