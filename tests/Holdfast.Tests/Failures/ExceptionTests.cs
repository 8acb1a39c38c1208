using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Holdfast.Failures;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Failures;

/// <summary>What exceptions of the platform and of well-known libraries mean: class, rule, passing or not.</summary>
public sealed class ExceptionTests
{
    private const HttpRequestError Unknown = HttpRequestError.Unknown;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_types_of_the_platform_have_their_classes()
    {
        Means(new TimeoutException(), FailureClass.Timeout, "exception.timeout");
        foreach (var missing in new Exception[]
            { new FileNotFoundException(), new DirectoryNotFoundException(), new DriveNotFoundException(),
              new DllNotFoundException() })
        {
            Means(missing, FailureClass.NotFound, "exception.file_not_found");
        }

        Means(new PathTooLongException(), FailureClass.InvalidInput, "exception.path_too_long");
        Means(new EndOfStreamException(), FailureClass.InvalidInput, "exception.end_of_stream", confidence: 0.7);
        Means(new FileLoadException(), FailureClass.DependencyConflict, "exception.file_load");
        Means(new UnauthorizedAccessException(), FailureClass.Permission, "exception.unauthorized_access");
        Means(new System.Security.SecurityException(), FailureClass.Permission, "exception.unauthorized_access");
        Means(new InsufficientExecutionStackException(), FailureClass.Crash, "exception.stack");
        Means(new StackOverflowException(), FailureClass.Crash, "exception.stack");
        Means(new OutOfMemoryException(), FailureClass.ResourceExhausted, "exception.out_of_memory");
        Means(new BadImageFormatException(), FailureClass.InvalidInput, "exception.bad_image");
        Means(new TypeLoadException(), FailureClass.DependencyConflict, "exception.type_load");
        Means(new MissingMethodException(), FailureClass.DependencyConflict, "exception.type_load");
        Means(new ArgumentNullException(), FailureClass.InvalidInput, "exception.argument");
        Means(new FormatException(), FailureClass.InvalidInput, "exception.argument");
        Means(new InvalidDataException(), FailureClass.InvalidInput, "exception.argument");
        Means(new NotSupportedException(), FailureClass.InvalidInput, "exception.not_supported", confidence: 0.7);
        Means(new AbandonedMutexException(), FailureClass.ResourceContention, "exception.abandoned_mutex");
        foreach (var bug in new Exception[]
            { new NullReferenceException(), new IndexOutOfRangeException(), new InvalidCastException(),
              new DivideByZeroException(), new KeyNotFoundException(), new SynchronizationLockException(),
              new System.Diagnostics.UnreachableException(), new RankException(), new LockRecursionException(),
              new ArrayTypeMismatchException(), new AccessViolationException(),
              new InvalidProgramException() })
        {
            Means(bug, FailureClass.Crash, "exception.bug");
        }
    }

    [Theory]
    [InlineData(FailureClass.ResourceContention, "errno.busy", new[] { 11, 16, 26, 35 }, new[] { 32, 33, 170 })]
    [InlineData(FailureClass.ResourceExhausted, "errno.exhausted", new[] { 28, 122, 24, 23, 12, 27 },
        new[] { 112, 39, 8, 14 })]
    [InlineData(FailureClass.Permission, "errno.permission", new[] { 1, 13, 30 }, new[] { 5, 19 })]
    [InlineData(FailureClass.NotFound, "errno.not_found", new[] { 2, 20 }, new[] { 2, 3 })]
    [InlineData(FailureClass.Timeout, "errno.timed_out", new[] { 110 }, new[] { 121 })]
    [InlineData(FailureClass.Connection, "net.refused", new[] { 111 }, new int[0])]
    [InlineData(FailureClass.Connection, "net.reset", new[] { 32, 104, 113, 101 }, new[] { 53, 64 })]
    [InlineData(FailureClass.InvalidInput, "errno.invalid", new[] { 17, 22, 36 }, new[] { 80, 183, 123, 161 })]
    [InlineData(FailureClass.Unknown, "exception.unknown", new[] { 0, -5, 4, 4096 }, new[] { 0, 9_999 })]
    public void An_IO_error_means_what_its_number_says(FailureClass kind, string rule, int[] unix, int[] windows)
    {
        var confidence = kind == FailureClass.Unknown ? 0.3 : 0.95;
        Assert.All(unix, each => Means(new IOException("it", each), kind, rule, confidence: confidence));
        Assert.All(windows, each => Means(
            new IOException("it", unchecked((int)0x80070000) | each), kind, rule, confidence: confidence));
    }

    [Theory]
    [InlineData(FailureClass.Connection, "net.refused", SocketError.ConnectionRefused)]
    [InlineData(FailureClass.Connection, "net.dns", SocketError.HostNotFound, SocketError.TryAgain, SocketError.NoData,
        SocketError.NoRecovery)]
    [InlineData(FailureClass.Connection, "net.unreachable", SocketError.HostUnreachable,
        SocketError.NetworkUnreachable, SocketError.NetworkDown, SocketError.HostDown,
        SocketError.AddressNotAvailable)]
    [InlineData(FailureClass.Timeout, "net.timed_out", SocketError.TimedOut)]
    [InlineData(FailureClass.ResourceContention, "net.in_use", SocketError.AddressAlreadyInUse,
        SocketError.WouldBlock)]
    [InlineData(FailureClass.ResourceExhausted, "net.sockets", SocketError.TooManyOpenSockets,
        SocketError.NoBufferSpaceAvailable, SocketError.ProcessLimit)]
    [InlineData(FailureClass.Permission, "net.access", SocketError.AccessDenied)]
    [InlineData(FailureClass.InvalidInput, "net.argument", SocketError.InvalidArgument, SocketError.MessageSize)]
    [InlineData(FailureClass.Connection, "net.reset", SocketError.ConnectionReset, SocketError.Shutdown)]
    public void A_socket_error_means_what_its_code_says(
        FailureClass kind, string rule, params SocketError[] codes) =>
        Assert.All(codes, code => Means(new SocketException((int)code), kind, rule));

    [Fact]
    public void A_request_that_failed_means_what_the_client_says_of_it()
    {
        Means(Request(HttpRequestError.NameResolutionError), FailureClass.Connection, "net.dns");
        Means(Request(HttpRequestError.SecureConnectionError), FailureClass.Connection, "net.tls_verify", false);
        var tls = new HttpRequestException(
            HttpRequestError.SecureConnectionError, "The SSL connection could not be established, see inner exception.",
            new AuthenticationException("The remote certificate is invalid: UntrustedRoot"));
        Assert.Equal(
            "HttpRequestException: The SSL connection could not be established: The remote certificate is invalid: "
                + "UntrustedRoot",
            FailureClassifier.ClassifyException(tls, DateTimeOffset.UnixEpoch, Token).Evidence.Text);
        var hungUp = new HttpRequestException(
            HttpRequestError.ResponseEnded, "An error occurred while sending the request.",
            new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely."));
        Assert.Equal(
            "HttpRequestException: An error occurred while sending the request: The response ended prematurely. "
                + "(ResponseEnded)",
            FailureClassifier.ClassifyException(hungUp, DateTimeOffset.UnixEpoch, Token).Evidence.Text);
        Means(Request(HttpRequestError.SecureConnectionError, new InvalidOperationException("x", new IOException())),
            FailureClass.Connection, "net.tls_handshake");
        Means(Request(HttpRequestError.UserAuthenticationError), FailureClass.Auth, "http.proxy_auth");
        Means(Request(HttpRequestError.ConfigurationLimitExceeded), FailureClass.InvalidInput, "http.limit");
        foreach (var broken in new[] { HttpRequestError.ResponseEnded, HttpRequestError.HttpProtocolError,
            HttpRequestError.InvalidResponse, HttpRequestError.ProxyTunnelError })
        {
            Means(Request(broken), FailureClass.Connection, "net.reset");
        }

        Means(Request(Unknown), FailureClass.Connection, "net.http", confidence: 0.8);
        Means(Request(Unknown, new SocketException((int)SocketError.TimedOut)), FailureClass.Timeout, "net.timed_out");
        Means(Request(Unknown, new InvalidOperationException("x")), FailureClass.Connection, "net.http",
            confidence: 0.8);
        Means(new HttpIOException(HttpRequestError.ResponseEnded), FailureClass.Connection, "net.reset");
        Means(new HttpRequestException("x", null, HttpStatusCode.BadGateway), FailureClass.Unavailable, "http.502");
        Means(new AuthenticationException("x"), FailureClass.Connection, "net.tls_verify", false);
        var told = FailureClassifier.Default.ClassifyProcess(
            1, TestData.Bytes("error: certificate verify failed\n"), DateTimeOffset.UnixEpoch)!.Evidence;
        Assert.Equal(
            ("tls.verify",
                FailureClassifier.ClassifyException(tls, DateTimeOffset.UnixEpoch, Token).Evidence.Remediation),
            (told.Rule, told.Remediation));
        Means(new InvalidCredentialException("x"), FailureClass.Auth, "exception.credential");
    }

    [Theory]
    [InlineData(FailureClass.ResourceContention, "40001", "40P01", "55P03", "55006")]
    [InlineData(FailureClass.Timeout, "57014")]
    [InlineData(FailureClass.Unavailable, "57P01", "57P02", "57P03", "53300", "58030")]
    [InlineData(FailureClass.ResourceExhausted, "53100", "53200", "53000", "53400")]
    [InlineData(FailureClass.Auth, "42501", "28P01", "28000")]
    [InlineData(FailureClass.NotFound, "42P01", "42703", "42883", "3D000", "3F000", "42704")]
    [InlineData(FailureClass.Connection, "08006", "08001")]
    [InlineData(FailureClass.InvalidInput, "22P02", "23505", "42601", "44000")]
    [InlineData(FailureClass.Crash, "XX000")]
    public void A_database_error_means_what_its_state_says(FailureClass kind, params string[] states) =>
        Assert.All(states, state => Means(new Database(state), kind, "sqlstate." + state));

    [Fact]
    public void A_database_error_without_a_known_state_passes_only_where_its_driver_says_so()
    {
        Means(new Database(null, passes: true), FailureClass.Unavailable, "db.transient");
        Means(new Database(null), FailureClass.Unknown, "exception.unknown", confidence: 0.3);
        Means(new Database("99999"), FailureClass.Unknown, "exception.unknown", confidence: 0.3);
        Means(new System.Text.Json.JsonException(), FailureClass.InvalidInput, "exception.json");
        Means(new System.Xml.XmlException(), FailureClass.InvalidInput, "exception.xml");
    }

    [Fact]
    public void Types_of_libraries_that_are_not_referenced_are_known_by_name_and_by_their_bases()
    {
        Means(new BrokenCircuitException(), FailureClass.CircuitOpen, "exception.circuit");
        Means(new IsolatedCircuitException(), FailureClass.CircuitOpen, "exception.circuit");
        Means(new MyCircuit(), FailureClass.CircuitOpen, "exception.circuit");
        Means(new TimeoutRejectedException(), FailureClass.Timeout, "exception.timeout");
        Means(new RateLimiterRejectedException(), FailureClass.RateLimited, "exception.rate_limiter");
        Means(new DbUpdateConcurrencyException(), FailureClass.ResourceContention, "exception.concurrency");
        Means(new ValidationException(), FailureClass.InvalidInput, "exception.validation");
        Means(new WebSocketException(), FailureClass.Connection, "net.reset");
    }

    [Fact]
    public void An_open_breaker_of_our_own_is_one_wherever_it_lies_and_tells_until_when()
    {
        var until = TestData.Now.AddSeconds(33);
        var open = new BreakerOpenException("payments", until);
        Means(open, FailureClass.CircuitOpen, "exception.circuit");
        Means(new HttpRequestException("sending", open), FailureClass.CircuitOpen, "exception.circuit");
        Assert.Equal(until, Told(open)!.Until);
        Assert.Equal(until, Told(new AggregateException(open))!.Until);
        Assert.Null(Told(new BreakerOpenException("payments", null)));

        static ToldDelay? Told(Exception error) => FailureClassifier.ClassifyException(
            error, TestData.Now, TestContext.Current.CancellationToken).Told;
    }

    [Fact]
    public void A_run_that_is_driven_elsewhere_passes_by_itself() => Means(
        new RunLockedException("r", "process 7"), FailureClass.ResourceContention, "exception.run_locked");

    [Fact]
    public void A_type_that_is_known_goes_before_a_name_and_a_name_before_the_base_that_it_stands_on()
    {
        Means(new Known.WebSocketException(), FailureClass.Timeout, "net.timed_out");
        Means(new Known.ValidationException(), FailureClass.InvalidInput, "exception.json");
        Means(new Known.RateLimiterRejectedException(), FailureClass.RateLimited, "exception.rate_limiter");
        Means(new HttpIOException(HttpRequestError.ResponseEnded) { HResult = 28 }, FailureClass.Connection,
            "net.reset");
    }

    [Fact]
    public void The_cause_may_lie_inside_and_a_sibling_that_was_only_cancelled_is_none()
    {
        var full = new IOException("it", 28);
        Means(new InvalidOperationException("a", new InvalidOperationException("b", full)),
            FailureClass.ResourceExhausted, "errno.exhausted");
        Means(new AggregateException(new OperationCanceledException(), full, new TimeoutException()),
            FailureClass.ResourceExhausted, "errno.exhausted");
        Means(new AggregateException(new OperationCanceledException(), new OperationCanceledException()),
            FailureClass.Timeout, "exception.inner_cancel", confidence: 0.6);
        Means(new AggregateException(full), FailureClass.ResourceExhausted, "errno.exhausted");
    }

    [Fact]
    public void Only_the_callers_own_token_cancels()
    {
        var plain = new OperationCanceledException();
        Means(plain, FailureClass.Timeout, "exception.inner_cancel", confidence: 0.6);
        Means(plain, FailureClass.Cancelled, "exception.cancelled", cancelled: true);
        Means(new OperationCanceledException("x", new TimeoutException()), FailureClass.Timeout, "exception.timeout",
            cancelled: true);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, 7)]
    [InlineData(HttpStatusCode.PaymentRequired, 7)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 7)]
    [InlineData(HttpStatusCode.NotFound, null)]
    public void The_message_of_a_refusal_may_tell_the_wait_where_waiting_helps(HttpStatusCode status, int? seconds)
    {
        var failure = Judge(new HttpRequestException("retry after 7 seconds", null, status));
        Assert.Equal(seconds, failure.Told?.After?.TotalSeconds);
    }

    [Fact]
    public void Where_no_type_says_anything_the_message_may_but_never_for_sure()
    {
        var told = Judge(new InvalidOperationException("HTTP 429 Too\nMany Requests, retry after 7 seconds"));
        Assert.Equal((FailureClass.RateLimited, 0.7, "exception", 7.0, null), (
            told.Class, told.Confidence, told.Evidence.Channel, told.Told?.After?.TotalSeconds, told.Evidence.Line));
        Assert.Equal("InvalidOperationException: HTTP 429 Too Many Requests, retry after 7 seconds",
            told.Evidence.Text);
        var plain = Judge(new InvalidOperationException("the settings do not exist"));
        Assert.Equal((FailureClass.Unknown, "exception.unknown", 0.3), (
            plain.Class, plain.Evidence.Rule, plain.Confidence));
    }

    /// <summary>What a tight loop asks for must be what everybody else is told, also the second time.</summary>
    [Fact]
    public void The_quick_judgement_is_that_of_the_whole_one_and_leaves_waits_to_it()
    {
        Exception[] all =
        [
            new TimeoutException(), new IOException("it", 28), new InvalidOperationException("order 7 is not ready"),
            new InvalidOperationException("connection refused"), new InvalidOperationException("x"),
            new HttpRequestException("x", null, (HttpStatusCode)503), new AuthenticationException("x"),
            new HttpRequestException("x", null, (HttpStatusCode)429), new Database(null),
        ];
        foreach (var each in all.Concat(all))
        {
            var whole = Judge(each);
            Assert.True(FailureClassifier.TryClassifyPlainly(each, Token, out var kind, out var passes), $"{each}");
            Assert.Equal((whole.Class, whole.Transient), (kind, passes));
        }

        Exception[] longer =
        [
            new HttpRequestException("retry after 7 seconds", null, HttpStatusCode.TooManyRequests),
            new HttpRequestException("retry-after: -1", null, HttpStatusCode.TooManyRequests),
            new InvalidOperationException(new string('x', 513)),
        ];
        Assert.All(longer.Concat(longer),
            each => Assert.False(FailureClassifier.TryClassifyPlainly(each, Token, out _, out _)));
        Assert.True(FailureClassifier.TryClassifyPlainly(
            new InvalidOperationException(new string('x', 512)), Token, out _, out _));
    }

    private static void Means(
        Exception error, FailureClass kind, string rule, bool? passes = null, double confidence = 0.95,
        bool cancelled = false)
    {
        var failure = FailureClassifier.ClassifyException(error, TestData.Now, new CancellationToken(cancelled));
        Assert.Equal((error.GetType(), kind, rule, passes ?? FailureDefaults.Transient(kind), confidence), (
            error.GetType(), failure.Class, failure.Evidence.Rule, failure.Transient, failure.Confidence));
    }

    private static Failure Judge(Exception error) => FailureClassifier.ClassifyException(error, TestData.Now, Token);

    private static HttpRequestException Request(HttpRequestError error, Exception? inner = null) =>
        new(error, "x", inner);

    private sealed class Database(string? state, bool passes = false) : DbException("x")
    {
        public override string? SqlState => state;

        public override bool IsTransient => passes;
    }

    private class BrokenCircuitException : Exception;

    private sealed class MyCircuit : BrokenCircuitException;

    private sealed class IsolatedCircuitException : Exception;

    private sealed class TimeoutRejectedException : Exception;

    private sealed class RateLimiterRejectedException : Exception;

    private sealed class DbUpdateConcurrencyException : Exception;

    private sealed class ValidationException : Exception;

    private sealed class WebSocketException : Exception;

    /// <summary>Names that are known, on types that are.</summary>
    private static class Known
    {
        internal sealed class WebSocketException() : SocketException((int)SocketError.TimedOut);

        internal sealed class ValidationException : System.Text.Json.JsonException;

        internal sealed class RateLimiterRejectedException : TimeoutException;
    }
}
