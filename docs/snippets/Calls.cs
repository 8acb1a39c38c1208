using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Snippets;

internal static class Calls
{
    #region retry
    private static readonly RetryExecutor Retry = new(RetryPolicy.InProcess);

    internal static ValueTask<string> ReadAsync(HttpClient client, Uri address, CancellationToken cancellationToken) =>
        Retry.ExecuteAsync(token => client.GetStringAsync(address, token), cancellationToken);
    #endregion

    #region pipeline
    private static readonly CallPipeline Payments = new()
    {
        Breaker = new CircuitBreaker("payments"),
        TotalTimeout = new AttemptTimeout(TimeSpan.FromSeconds(30)),
        Retry = new RetryExecutor(RetryPolicy.Standard),
        AttemptTimeout = new AttemptTimeout(TimeSpan.FromSeconds(5)),
    };

    internal static ValueTask<decimal> BalanceAsync(Bank bank, string account, CancellationToken cancellationToken) =>
        Payments.ExecuteAsync(
            static (asked, token) => asked.bank.BalanceAsync(asked.account, token), (bank, account), cancellationToken);
    #endregion

    #region classify
    internal static void Explain(Exception error, DateTimeOffset now)
    {
        var failure = FailureClassifier.ClassifyException(error, now);
        Console.WriteLine($"{failure.Class.Word()}: {failure.Evidence.Text}");
        Console.WriteLine(failure.Transient == false ? "it stays so" : "it may pass by itself");
        Console.WriteLine($"rule {failure.Evidence.Rule}; told to wait: {failure.Told?.After}");
    }
    #endregion

    internal interface Bank
    {
        ValueTask<decimal> BalanceAsync(string account, CancellationToken cancellationToken);
    }
}
