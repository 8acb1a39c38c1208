using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>
/// Recognises that the machine or network failed rather than the work: 30 % or more of a run's tasks, and at least
/// 10, ended as connection, unavailable or infrastructure_lost. Throttling never counts.
/// </summary>
public static class MassFailure
{
    /// <summary>Fewest tasks that make a mass failure.</summary>
    public const int LeastTasks = 10;

    /// <summary>Smallest share of the run's tasks that makes one, in percent.</summary>
    public const int LeastPercent = 30;

    /// <summary>Whether a task that ended so counts towards it.</summary>
    public static bool Counts(FailureClass failureClass) => failureClass is FailureClass.Connection
        or FailureClass.Unavailable or FailureClass.InfrastructureLost;

    /// <summary>Whether the run is to be marked <c>infrastructure</c>.</summary>
    /// <param name="tasks">All tasks of the run.</param>
    /// <param name="counted">Tasks that ended with a class that <see cref="Counts"/>.</param>
    public static bool Holds(int tasks, int counted) =>
        counted >= LeastTasks && (long)counted * 100 >= (long)tasks * LeastPercent;
}
