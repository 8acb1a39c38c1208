using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Holdfast.Extensions.Telemetry;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Extensions.Http;

/// <summary>
/// Sends a request again where that helps and does no harm: by the class of its failure, with the wait that
/// <c>Retry-After</c> names, which all later requests to that host wait too, behind a breaker for each host. A request
/// that may not happen twice (POST, PATCH) is sent again only after answers that prove that nothing was done, unless
/// it carries an <c>Idempotency-Key</c>. What the last attempt gave is given on: an answer, whatever its status, or the
/// original exception. While the breaker of a host is open, requests to it fail at once with a <see
/// cref="BreakerOpenException"/>; one that takes longer than its bound, with a <see cref="TimeoutException"/>.
/// </summary>
public sealed class ResilientHandler : DelegatingHandler
{
    private static readonly FailureClassifier Classifier = FailureClassifier.Default;

    private readonly ResilientHandlerOptions _options;
    private readonly CircuitBreakerRegistry _breakers;
    private readonly TimeProvider _time;
    private readonly CallObserver? _observer;
    private readonly ThrottledTargets _throttled;
    private readonly RetryExecutor _repeatable;
    private readonly RetryExecutor _keyed;
    private readonly RetryExecutor _once;
    private readonly AttemptTimeout? _attemptTimeout;
    private readonly AttemptTimeout? _totalTimeout;
    private readonly TimeSpan _longestHold;

    /// <summary>Makes a handler without a host around it.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="breakers">The breakers of hosts, shared by all clients that call the same ones.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time or size cannot be used.</exception>
    public ResilientHandler(
        ResilientHandlerOptions options, CircuitBreakerRegistry breakers, TimeProvider? time = null)
        : this(options, breakers, new ThrottledTargets(time ?? TimeProvider.System), null)
    {
    }

    internal ResilientHandler(
        ResilientHandlerOptions options, CircuitBreakerRegistry breakers, ThrottledTargets throttled,
        CallObserver? observer)
    {
        var time = throttled.Time;
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(breakers);
        ArgumentOutOfRangeException.ThrowIfNegative(options.LargestBody);
        _options = options;
        _breakers = breakers;
        _time = time;
        _observer = observer;
        _throttled = throttled;
        _attemptTimeout = options.AttemptTimeout is { } attempt ? new AttemptTimeout(attempt, time) : null;
        _totalTimeout = options.TotalTimeout is { } total ? new AttemptTimeout(total, time) : null;

        // Whoever may take no longer than its host is held does not begin to wait for it.
        _longestHold = _totalTimeout is { } bound && bound.Limit <= options.MaxWait
            ? bound.Limit - TimeSpan.FromTicks(1) : options.MaxWait;
        _repeatable = Executor(Effect.Repeatable);
        _keyed = Executor(Effect.Keyed);
        _once = Executor(Effect.Once);
    }

    /// <summary>As <see cref="SendAsync"/>, on the caller's thread: a blocking call is guarded too.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var uri = request.RequestUri is { IsAbsoluteUri: true } absolute ? absolute : null;
        var target = uri?.GetLeftPart(UriPartial.Authority) ?? "unknown";
        var waited = await _throttled.WaitAsync(target, _longestHold, cancellationToken).ConfigureAwait(false);
        var isAgainPossible = await KeepBodyAsync(request, cancellationToken).ConfigureAwait(false);
        var pipeline = new CallPipeline
        {
            Breaker = _breakers.GetOrAdd(target),
            TotalTimeout = waited > TimeSpan.Zero && _totalTimeout is { Limit: var total }
                ? new AttemptTimeout(total - waited, _time) : _totalTimeout,
            Retry = isAgainPossible ? ExecutorOf(request) : null,
            AttemptTimeout = _attemptTimeout,
        };
        using var activity = HoldfastMetrics.Source.StartActivity($"{request.Method} guarded");
        activity?.SetTag("server.address", uri?.Host).SetTag("server.port", uri?.Port);
        activity?.SetTag("http.request.method", request.Method.Method);
        try
        {
            return await pipeline.ExecuteAsync(
                static (call, token) => call.Handler.SendOnceAsync(call.Request, call.Target, token),
                (Handler: this, Request: request, Target: target), cancellationToken).ConfigureAwait(false);
        }
        catch (AnswerException failed)
        {
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", HoldfastMetrics.ErrorType(failed));
            return failed.Answer;
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message).SetTag(
                "error.type", HoldfastMetrics.ErrorType(error));
            throw;
        }
    }

    private RetryExecutor Executor(Effect effect) => new(new RetryExecutorOptions
    {
        Table = _options.Retry,
        MaxWait = _options.MaxWait,
        Time = _time,
        Effect = effect,
        Classify = (error, token) => error is AnswerException answer
            ? answer.Failure
            : FailureClassifier.ClassifyException(error, _time.GetUtcNow(), token),
        Decided = OnDecision,
    });

    private void OnDecision(RecoveryDecision decision, Exception error)
    {
        _observer?.OnDecision(decision, error);
        var goesOn = decision.Strategy is RecoveryStrategy.Retry or RecoveryStrategy.Wait;
        if (goesOn && error is AnswerException unread)
        {
            // Another attempt follows, so nobody will read this answer: its connection goes back to the pool.
            unread.Answer.Dispose();
        }
    }

    private async ValueTask<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request, string target, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var status = (int)answer.StatusCode;
        if (status < 400)
        {
            return answer;
        }

        var body = await AnswerBeginning.ReadAsync(answer, cancellationToken).ConfigureAwait(false);
        var failure = Classifier.ClassifyHttp(status, body, _time.GetUtcNow(), Headers(answer));
        if (failure is { Class: FailureClass.RateLimited, Told: { } told })
        {
            _throttled.Hold(target, told.Until ?? (_time.GetUtcNow() + told.After ?? _time.GetUtcNow()));
        }

        var isOfTarget = failure is not null
            && (failure.Transient != false || BreakerWords.ResultOf(failure.Class) == BreakerResult.Failure);
        return isOfTarget ? throw new AnswerException(answer, failure!) : answer;
    }

    /// <summary>Keeps a small body in memory; false where it can be sent once only.</summary>
    private async ValueTask<bool> KeepBodyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } content)
        {
            return true;
        }

        if (content.Headers.ContentLength is { } length ? length > _options.LargestBody : !CanBeWrittenAgain(content))
        {
            return false;
        }

        try
        {
            await content.LoadIntoBufferAsync(_options.LargestBody, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (HttpRequestException larger) when (
            larger.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded && CanBeWrittenAgain(content))
        {
            return false;
        }
    }

    // The length of JSON is not known before it is written; but what was written of it for nothing is not lost.
    private static bool CanBeWrittenAgain(HttpContent content) => content is JsonContent or ByteArrayContent
        or ReadOnlyMemoryContent || (content is MultipartContent parts && parts.All(CanBeWrittenAgain));

    private static string Headers(HttpResponseMessage answer)
    {
        var text = new StringBuilder();
        foreach (var (name, values) in answer.Headers.NonValidated)
        {
            foreach (var value in values)
            {
                text.Append(name).Append(": ").Append(value).Append('\n');
            }
        }

        return text.ToString();
    }

    private RetryExecutor ExecutorOf(HttpRequestMessage request) =>
        request.Headers.NonValidated.Contains("Idempotency-Key") ? _keyed
        : request.Method == HttpMethod.Post || request.Method == HttpMethod.Patch ? _once
        : _repeatable;

    /// <summary>An answer that says that the target failed, on its way through the guards.</summary>
    private sealed class AnswerException(HttpResponseMessage answer, Failure failure)
        : HttpRequestException($"the answer was {(int)answer.StatusCode}", null, answer.StatusCode)
    {
        internal HttpResponseMessage Answer { get; } = answer;

        internal Failure Failure { get; } = failure;
    }
}
