using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>
/// The retry policy in force: a budget for each failure class, the bound over all of them, and how throttling is
/// waited out. Immutable; <see cref="With"/> returns a changed copy.
/// </summary>
public sealed class RetryTable
{
    private const int Classes = (int)FailureClass.Unknown + 1;
    private readonly RetryPolicy[] _policies;

    private RetryTable(string name, RetryPolicy[] policies)
    {
        Name = name;
        _policies = policies;
    }

    /// <summary>The default for plans, see failures.md: every class has its own budget and pace.</summary>
    public static RetryTable PerClass { get; } = BuildPerClass();

    /// <summary>System S: connection 3 × 1 s, timeout 2 × 2 s, backpressure 5 × 0.5 s, all else 0.</summary>
    public static RetryTable EightClass { get; } = BuildEightClass();

    /// <summary><see cref="RetryPolicy.Standard"/> for whatever is transient.</summary>
    public static RetryTable Standard { get; } = Uniform(RetryPolicy.Standard, "standard");

    /// <summary><see cref="RetryPolicy.InProcess"/> for whatever is transient.</summary>
    public static RetryTable InProcess { get; } = Uniform(RetryPolicy.InProcess, "in-process");

    /// <summary>Nothing is tried again, throttling included.</summary>
    public static RetryTable None { get; } = new("none", NoPolicies()) { Throttle = null };

    /// <summary>Name of the preset it came from, for messages: <c>per-class</c>, <c>standard</c>, …</summary>
    public string Name { get; private init; }

    /// <summary>
    /// Attempts that the sum of all retries may reach; waits that spend nothing do not count. Default 10.
    /// </summary>
    public int MaxAttempts { get; private init; } = 10;

    /// <summary>
    /// Pace of waits for an untold rate limit, which spend no retry: 3 s → 5 min. Null where a rate limit is retried
    /// like any other class.
    /// </summary>
    public RetryPolicy? Throttle { get; private init; } = RetryPolicy.Exponential(int.MaxValue, 3, 300);

    /// <summary>Sum of untold throttle waits of one task before it is parked. Default 30 min.</summary>
    public TimeSpan ThrottleBudget { get; private init; } = TimeSpan.FromMinutes(30);

    /// <summary>True when nothing at all is to be tried again.</summary>
    public bool RetriesNothing => Throttle is null && Array.TrueForAll(_policies, each => each.AllowedRetries == 0);

    /// <summary>The policy of one class.</summary>
    public RetryPolicy For(FailureClass failureClass) => _policies[(int)failureClass];

    /// <summary>
    /// A copy in which one class has another policy. A rate limit given a policy keeps its free waits.
    /// </summary>
    public RetryTable With(FailureClass failureClass, RetryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var policies = (RetryPolicy[])_policies.Clone();
        policies[(int)failureClass] = policy;
        return Copy(policies, MaxAttempts, ThrottleBudget);
    }

    /// <summary>A copy with another bound over all attempts of a task.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public RetryTable WithMaxAttempts(int maxAttempts) => maxAttempts >= 1
        ? Copy(_policies, maxAttempts, ThrottleBudget)
        : throw new ArgumentOutOfRangeException(
            nameof(maxAttempts), $"retry policy: max-attempts is {maxAttempts}; it must be 1 or more");

    /// <summary>A copy with another budget of untold throttle waits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is negative.</exception>
    public RetryTable WithThrottleBudget(TimeSpan budget) => budget >= TimeSpan.Zero
        ? Copy(_policies, MaxAttempts, budget)
        : throw new ArgumentOutOfRangeException(
            nameof(budget), $"retry policy: throttle budget is {budget}; it must be 0 or more");

    /// <summary>
    /// One policy for every transient class. What matches no rule is retried at most once, what is permanent never:
    /// a policy says how often, the class says whether.
    /// </summary>
    public static RetryTable Uniform(RetryPolicy policy, string name = "custom")
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.AllowedRetries == 0)
        {
            return new RetryTable(name, NoPolicies()) { Throttle = null, MaxAttempts = 1 };
        }

        var policies = NoPolicies();
        foreach (var each in new[]
        {
            FailureClass.Connection, FailureClass.Unavailable, FailureClass.Timeout, FailureClass.ResourceContention,
            FailureClass.InfrastructureLost, FailureClass.OutcomeUnknown,
        })
        {
            policies[(int)each] = policy;
        }

        policies[(int)FailureClass.Unknown] = policy with { Retries = 1 };
        policies[(int)FailureClass.Incomplete] = policy with { Retries = 1 };
        return new RetryTable(name, policies) { MaxAttempts = Math.Max(10, Saturating(policy.AllowedRetries)) };
    }

    /// <summary>A policy stands for all classes that pass by themselves: see <see cref="Uniform"/>.</summary>
    public static implicit operator RetryTable(RetryPolicy policy) =>
        ReferenceEquals(policy, RetryPolicy.InProcess) ? InProcess
        : ReferenceEquals(policy, RetryPolicy.Standard) ? Standard
        : ReferenceEquals(policy, RetryPolicy.None) ? None
        : Uniform(policy);

    /// <summary>Finds a preset by its word in a plan; null for none.</summary>
    public static RetryTable? Preset(string word) => word switch
    {
        "per-class" => PerClass,
        "standard" => Standard,
        "in-process" => InProcess,
        "eight-class" => EightClass,
        "none" => None,
        _ => null,
    };

    private static int Saturating(int retries) => retries == int.MaxValue ? retries : retries + 1;

    private RetryTable Copy(RetryPolicy[] policies, int maxAttempts, TimeSpan budget) => new("custom", policies)
    {
        MaxAttempts = maxAttempts,
        Throttle = Throttle,
        ThrottleBudget = budget,
    };

    private static RetryPolicy[] NoPolicies()
    {
        // A plain loop: the framework's own is compiled anew by each process, for longer than this runs.
        var policies = new RetryPolicy[Classes];
        for (var i = 0; i < policies.Length; i++)
        {
            policies[i] = RetryPolicy.None;
        }

        return policies;
    }

    private static RetryTable BuildPerClass()
    {
        var policies = NoPolicies();
        policies[(int)FailureClass.Connection] = RetryPolicy.Exponential(3, 1, 60);
        policies[(int)FailureClass.Unavailable] = RetryPolicy.Exponential(3, 1, 60);
        policies[(int)FailureClass.Timeout] = RetryPolicy.Exponential(2, 2, 60);
        policies[(int)FailureClass.ResourceContention] = RetryPolicy.Exponential(5, 0.5, 30);
        policies[(int)FailureClass.InfrastructureLost] = RetryPolicy.Exponential(3, 1, 60);
        // An unknown outcome that its effect allows to run again is paced like a lost machine.
        policies[(int)FailureClass.OutcomeUnknown] = RetryPolicy.Exponential(3, 1, 60);
        policies[(int)FailureClass.Unknown] = RetryPolicy.Exponential(1, 1, 60);
        policies[(int)FailureClass.Incomplete] = RetryPolicy.Exponential(1, 1, 60);
        return new RetryTable("per-class", policies);
    }

    private static RetryTable BuildEightClass()
    {
        var policies = NoPolicies();
        policies[(int)FailureClass.Connection] = RetryPolicy.Exponential(3, 1, 60);
        policies[(int)FailureClass.Timeout] = RetryPolicy.Exponential(2, 2, 60);
        // Backpressure of that taxonomy is rate limits and unavailability; a used-up quota does not return in seconds.
        policies[(int)FailureClass.RateLimited] = RetryPolicy.Exponential(5, 0.5, 60);
        policies[(int)FailureClass.Unavailable] = RetryPolicy.Exponential(5, 0.5, 60);
        return new RetryTable("eight-class", policies) { Throttle = null };
    }
}
