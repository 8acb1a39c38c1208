using System.Text.Json;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Microsoft.Extensions.Options;

namespace Holdfast.Extensions;

/// <summary>How Holdfast works in a host.</summary>
public sealed class HoldfastOptions
{
    /// <summary>The policy of retries. Default: a budget for each class of failure.</summary>
    public RetryTable Retry { get; set; } = RetryTable.PerClass;

    /// <summary>When the breakers of targets open and close.</summary>
    public BreakerSettings Breaker { get; set; } = BreakerSettings.Default;

    /// <summary>Longest wait that a call sits through; a longer told one ends the call. Default 30 min.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The workspace of durable runs. Default <c>.holdfast</c> in the current folder.</summary>
    public string WorkspacePath { get; set; } = Workspace.FolderName;

    /// <summary>
    /// How results of steps are written and read: options with a source-generated context. Needed as soon as a run is
    /// added: without it the host does not start.
    /// </summary>
    public JsonSerializerOptions? Json { get; set; }
}

/// <summary>Refuses at the start of a host with runs what could keep nothing of them.</summary>
internal sealed class RunsOptionsCheck : IValidateOptions<HoldfastOptions>
{
    public ValidateOptionsResult Validate(string? name, HoldfastOptions options) =>
        options.Json is { TypeInfoResolver: not null }
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Holdfast: runs keep results as JSON: set HoldfastOptions.Json to options with a source-generated "
                    + "context, e.g. options.Json = new() { TypeInfoResolver = MyContext.Default }");
}

/// <summary>Refuses what cannot work, by name, when the host starts.</summary>
internal sealed class HoldfastOptionsCheck : IValidateOptions<HoldfastOptions>
{
    public ValidateOptionsResult Validate(string? name, HoldfastOptions options)
    {
        var problems = new List<string>();
        if (options.Retry is null)
        {
            problems.Add("Holdfast: Retry is null; use RetryTable.None for no retries");
        }

        if (options.Breaker is null)
        {
            problems.Add("Holdfast: Breaker is null; leave it out for the defaults");
        }
        else if (options.Breaker.Problem() is { } problem)
        {
            problems.Add(problem);
        }

        if (string.IsNullOrEmpty(options.WorkspacePath))
        {
            problems.Add("Holdfast: WorkspacePath is empty; leave it out for .holdfast in the current folder");
        }

        if (options.MaxWait < TimeSpan.Zero)
        {
            problems.Add($"Holdfast: MaxWait is {options.MaxWait}; it must be 0 or more");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
