using System.CommandLine;

namespace Holdfast.Cli.Driving;

/// <summary>How a run is driven by this process.</summary>
internal sealed record DriveOptions
{
    /// <summary>The hidden option that a detached driver is started with.</summary>
    internal const string DetachedWord = "--as-detached-driver";

    /// <summary>Most attempts at once; null for the plan's own bound.</summary>
    internal int? MaxParallel { get; init; }

    /// <summary>Leave when only waits are left.</summary>
    internal bool NoWait { get; init; }

    /// <summary>Show failures and the end only.</summary>
    internal bool Quiet { get; init; }

    /// <summary>Let a process of its own drive, and return at once.</summary>
    internal bool Detach { get; init; }

    /// <summary>The same for a process of its own.</summary>
    internal IReadOnlyList<string> Words()
    {
        var words = new List<string>();
        if (MaxParallel is { } most)
        {
            words.Add($"--max-parallel={most}");
        }

        if (NoWait)
        {
            words.Add("--no-wait");
        }

        return words;
    }
}

/// <summary>The options that every command which drives has in common.</summary>
internal sealed class DriveSwitches
{
    internal const int MaxParallelBound = 1024;

    private readonly Option<int?> _maxParallel = new("--max-parallel")
    {
        Description = "Most attempts at once (1 to 1024), instead of the plan's own bound.",
        HelpName = "N",
    };

    private readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Leave with 9 when only waits are left, instead of sitting through them.",
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Show failures and the end only." };

    private readonly Option<bool> _detach = new("--detach")
    {
        Description = "Drive in a process of its own; print the run's id and return.",
    };

    internal DriveSwitches() => _maxParallel.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var most)
            && most is < 1 or > MaxParallelBound)
        {
            result.AddError($"--max-parallel is {most}; it can be 1 to {MaxParallelBound}.");
        }
    });

    internal IReadOnlyList<Symbol> Symbols => [_maxParallel, _noWait, _quiet, _detach];

    internal DriveOptions Read(ParseResult parsed) => new()
    {
        MaxParallel = parsed.GetValue(_maxParallel),
        NoWait = parsed.GetValue(_noWait),
        Quiet = parsed.GetValue(_quiet),
        Detach = parsed.GetValue(_detach),
    };
}
