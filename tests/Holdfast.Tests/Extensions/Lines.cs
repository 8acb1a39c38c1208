using Microsoft.Extensions.Logging;

namespace Holdfast.Tests.Extensions;

/// <summary>What is logged, as level, event and text. Thread-safe.</summary>
internal sealed class Lines : ILoggerProvider, ILogger
{
    private readonly List<string> _told = [];

    internal IReadOnlyList<string> Told
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (_told)
        {
            _told.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
        }
    }

    public void Dispose()
    {
    }
}
