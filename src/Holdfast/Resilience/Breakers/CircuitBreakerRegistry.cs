using System.Collections.Concurrent;

namespace Holdfast.Resilience.Breakers;

/// <summary>
/// The breakers of a program, one for each target, made when they are first asked for. Thread-safe. Bounded: when it
/// is full, breakers that hold no knowledge (closed, no failure counted) make room.
/// </summary>
public sealed class CircuitBreakerRegistry
{
    /// <summary>Breakers that a registry holds unless told otherwise.</summary>
    public const int DefaultCapacity = 10_000;

    private readonly ConcurrentDictionary<string, CircuitBreaker> _breakers = new(StringComparer.Ordinal);
    private readonly Lock _making = new();
    private readonly Func<string, BreakerSettings> _settingsOf;
    private readonly TimeProvider _time;
    private readonly ulong _seed;
    private readonly int _capacity;

    /// <summary>Makes an empty registry whose breakers are all alike.</summary>
    /// <param name="settings">When they open and close; the defaults if left out.</param>
    /// <param name="time">Their clock; the system's if left out.</param>
    public CircuitBreakerRegistry(BreakerSettings? settings = null, TimeProvider? time = null)
        : this(_ => settings ?? BreakerSettings.Default, time)
    {
    }

    /// <summary>Makes an empty registry.</summary>
    /// <param name="settingsOf">The settings of the breaker of that name, asked once for each.</param>
    /// <param name="time">Their clock; the system's if left out.</param>
    /// <param name="seed">What the jitter of their openings is drawn from; each name draws its own.</param>
    /// <param name="capacity">Breakers that are held at most, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public CircuitBreakerRegistry(
        Func<string, BreakerSettings> settingsOf, TimeProvider? time = null, ulong seed = 0,
        int capacity = DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(settingsOf);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _settingsOf = settingsOf;
        _time = time ?? TimeProvider.System;
        _seed = seed;
        _capacity = capacity;
    }

    /// <summary>Raised as <see cref="CircuitBreaker.Changed"/>, for each of its breakers.</summary>
    public event Action<CircuitBreaker, BreakerEvent>? Changed;

    /// <summary>How many there are.</summary>
    public int Count => _breakers.Count;

    /// <summary>All there are, by name.</summary>
    public IReadOnlyList<CircuitBreaker> All =>
        [.. _breakers.Values.OrderBy(each => each.Name, StringComparer.Ordinal)];

    /// <summary>The breaker of a target; made if there is none. The same name gives the same breaker.</summary>
    /// <param name="name">The target, for example a host.</param>
    /// <exception cref="ArgumentException">The name is empty, or the settings for it cannot be used.</exception>
    /// <exception cref="InvalidOperationException">It is full of breakers that hold knowledge.</exception>
    public CircuitBreaker GetOrAdd(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _breakers.TryGetValue(name, out var known) ? known : Make(name);
    }

    /// <summary>The breaker of a target; null where nobody asked for it yet.</summary>
    public CircuitBreaker? Find(string name) => _breakers.GetValueOrDefault(name);

    private CircuitBreaker Make(string name)
    {
        lock (_making)
        {
            if (_breakers.TryGetValue(name, out var known))
            {
                return known;
            }

            if (_breakers.Count >= _capacity)
            {
                MakeRoom();
            }

            var made = new CircuitBreaker(name, _settingsOf(name), _time, _seed);
            made.Changed += (breaker, change) => Changed?.Invoke(breaker, change);
            _breakers[name] = made;
            return made;
        }
    }

    private void MakeRoom()
    {
        foreach (var (name, breaker) in _breakers)
        {
            if (breaker.HoldsNothing)
            {
                _breakers.TryRemove(name, out _);
            }
        }

        if (_breakers.Count >= _capacity)
        {
            throw new InvalidOperationException(
                $"the registry holds {_breakers.Count} breakers that counted failures, and {_capacity} are the most: "
                + "name targets by host rather than by address of each request, or give it a larger capacity");
        }
    }
}
