using Holdfast.Failures;
using Holdfast.Runs.Targets;

namespace Holdfast.Runs.State;

/// <summary>What a run knows of a target, folded from its own events.</summary>
internal sealed class TargetState(string name, int? most)
{
    internal string Name { get; } = name;

    /// <summary>The plan's own bound; null for none.</summary>
    internal int? Most { get; } = most;

    /// <summary>Attempts towards it that are under way, or whose intent is recorded.</summary>
    internal int Open { get; set; }

    /// <summary>
    /// Most attempts at once since it throttled: halved then, one more for each success (additive increase,
    /// multiplicative decrease; Chiu and Jain, 1989). Null while it never throttled, or once it is back at its bound.
    /// </summary>
    internal int? Limit { get; set; }

    /// <summary>Nothing is sent before this time; null for now.</summary>
    internal DateTimeOffset? BlockedUntil { get; set; }

    /// <summary>Set for a computed block: how long it was meant, whatever the wall clock says at a restart.</summary>
    internal TimeSpan? BlockedFor { get; set; }

    internal BlockCause Cause { get; set; }

    internal string? Why { get; set; }

    /// <summary>
    /// A person's word that it may be asked, until it is: whoever drives tells the workspace, be it a later driver.
    /// </summary>
    internal TargetLift? Lift { get; set; }

    internal bool HasRoom => Open < Math.Min(Limit ?? int.MaxValue, Most ?? int.MaxValue);

    internal bool IsBlocked(DateTimeOffset now) => BlockedUntil > now;
}

/// <summary>A person said that a target may be asked.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When: what the target says after that holds.</param>
internal sealed record TargetLift(string By, DateTimeOffset At);

/// <summary>A preferred runtime that was left for another one, and when it is tried again.</summary>
/// <param name="Class">Why it was left.</param>
/// <param name="Probes">Probes that failed since.</param>
/// <param name="NextProbeAt">When one attempt may try it again.</param>
/// <param name="ProbeBy">The task whose attempt tries it now; null for none.</param>
internal sealed record RuntimeOutage(FailureClass Class, int Probes, DateTimeOffset NextProbeAt, string? ProbeBy)
{
    private static readonly int[] ProbeMinutes = [5, 10, 20, 40, 60];

    /// <summary>When it is tried again after so many failed probes: 5, 10, 20, 40, then every 60 minutes.</summary>
    internal static TimeSpan PaceAfter(int probes) =>
        TimeSpan.FromMinutes(ProbeMinutes[Math.Min(probes, ProbeMinutes.Length - 1)]);
}

/// <summary>The runtime that a ready task would take now.</summary>
/// <param name="Choice">Which.</param>
/// <param name="InsteadOf">The preferred one where it is passed over; null else.</param>
/// <param name="Because">Why it is passed over.</param>
internal sealed record RuntimeRoute(RuntimeChoice Choice, string? InsteadOf = null, string? Because = null);
