using System.Net.Sockets;

namespace Holdfast.Failures;

/// <summary>What an exception says, by its type and the bases of its type.</summary>
/// <param name="Class">The class.</param>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Transient">Overrides what the class says; null to leave it.</param>
/// <param name="Confidence">0 to 1.</param>
internal readonly record struct ExceptionVerdict(
    FailureClass Class, string Rule, bool? Transient = null, double Confidence = 0.95);

/// <summary>
/// Classifies exceptions of the platform. Types and their bases count, never the spelling of a type's name; only for
/// types of libraries that are not referenced here a name is looked up, along the chain of bases.
/// </summary>
internal static class ExceptionJudge
{
    private const int MaxDepth = 16;

    /// <summary>Judges an exception and what is inside it; null where no type says anything.</summary>
    internal static ExceptionVerdict? Judge(Exception error, CancellationToken cancellationToken)
    {
        var depth = 0;
        for (var each = error; each is not null && depth < MaxDepth; each = Inner(each), depth++)
        {
            if (One(each, cancellationToken) is { } verdict)
            {
                return verdict;
            }
        }

        return error.GetType().Assembly == typeof(object).Assembly ? null : Transport(error);
    }

    /// <summary>When what an exception tells of itself is over; null where it tells no such time.</summary>
    internal static DateTimeOffset? UntilOf(Exception error)
    {
        var depth = 0;
        for (var each = error; each is not null && depth < MaxDepth; each = Inner(each), depth++)
        {
            if (each is IKnownFailure { Until: { } until })
            {
                return until;
            }
        }

        return null;
    }

    /// <summary>A request that failed without an answer and without a more exact cause failed in transport.</summary>
    private static ExceptionVerdict? Transport(Exception error) =>
        error is HttpRequestException { StatusCode: null } ? new(FailureClass.Connection, "net.http", null, 0.8) : null;

    private static Exception? Inner(Exception error)
    {
        if (error is AggregateException { InnerExceptions.Count: > 1 } many)
        {
            // A sibling that was only cancelled because another one failed is no cause.
            foreach (var each in many.InnerExceptions)
            {
                if (each is not OperationCanceledException)
                {
                    return each;
                }
            }
        }

        return error.InnerException;
    }

    private static ExceptionVerdict? One(Exception error, CancellationToken cancellationToken)
    {
        if (error is OperationCanceledException cancelled)
        {
            return Cancelled(cancelled, cancellationToken);
        }

        var type = error.GetType();
        if (type.Assembly == typeof(object).Assembly)
        {
            return Core(error);
        }

        if (error is IKnownFailure known)
        {
            return new(known.Class, known.Rule);
        }

        // Each in its own method, so that its assembly is only loaded when such an exception can exist.
        return Network(error) ?? Http(error) ?? Data(error) ?? ByName(type) ?? Core(error);
    }

    private static ExceptionVerdict? Cancelled(OperationCanceledException error, CancellationToken cancellationToken)
    {
        if (error.InnerException is TimeoutException)
        {
            return new(FailureClass.Timeout, "exception.timeout");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return new(FailureClass.Cancelled, "exception.cancelled");
        }

        // Nobody who may cancel this work did: some inner limit ran out.
        return new(FailureClass.Timeout, "exception.inner_cancel", null, 0.6);
    }

    private static ExceptionVerdict? Core(Exception error) => error switch
    {
        TimeoutException => new(FailureClass.Timeout, "exception.timeout"),
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException or DllNotFoundException =>
            new(FailureClass.NotFound, "exception.file_not_found"),
        PathTooLongException => new(FailureClass.InvalidInput, "exception.path_too_long"),
        EndOfStreamException => new(FailureClass.InvalidInput, "exception.end_of_stream", null, 0.7),
        FileLoadException => new(FailureClass.DependencyConflict, "exception.file_load"),
        IOException io => Errno(io.HResult),
        UnauthorizedAccessException or System.Security.SecurityException =>
            new(FailureClass.Permission, "exception.unauthorized_access"),
        InsufficientExecutionStackException or StackOverflowException => new(FailureClass.Crash, "exception.stack"),
        OutOfMemoryException => new(FailureClass.ResourceExhausted, "exception.out_of_memory"),
        BadImageFormatException => new(FailureClass.InvalidInput, "exception.bad_image"),
        TypeLoadException or MissingMemberException => new(FailureClass.DependencyConflict, "exception.type_load"),
        ArgumentException or FormatException or InvalidDataException =>
            new(FailureClass.InvalidInput, "exception.argument"),
        NotSupportedException => new(FailureClass.InvalidInput, "exception.not_supported", null, 0.7),
        AbandonedMutexException => new(FailureClass.ResourceContention, "exception.abandoned_mutex"),
        NullReferenceException or IndexOutOfRangeException or InvalidCastException or ArrayTypeMismatchException
            or ArithmeticException or AccessViolationException or KeyNotFoundException or NotImplementedException
            or InvalidProgramException or System.Diagnostics.UnreachableException or RankException
            or SynchronizationLockException or LockRecursionException =>
            new(FailureClass.Crash, "exception.bug"),
        _ => null,
    };

    /// <summary>The error number in an I/O error: raw on Unix, in a Win32 HRESULT on Windows.</summary>
    internal static ExceptionVerdict? Errno(int hresult)
    {
        var win32 = (hresult & 0xFFFF0000) == 0x80070000 ? hresult & 0xFFFF : 0;
        var unix = hresult is > 0 and < 4096 ? hresult : 0;
        if (win32 is 32 or 33 or 170 || unix is 11 or 16 or 26 or 35)
        {
            return new(FailureClass.ResourceContention, "errno.busy");
        }

        if (win32 is 112 or 39 or 8 or 14 || unix is 28 or 122 or 24 or 23 or 12 or 27)
        {
            return new(FailureClass.ResourceExhausted, "errno.exhausted");
        }

        if (win32 is 5 or 19 || unix is 1 or 13 or 30)
        {
            return new(FailureClass.Permission, "errno.permission");
        }

        if (win32 is 2 or 3 || unix is 2 or 20)
        {
            return new(FailureClass.NotFound, "errno.not_found");
        }

        if (win32 is 53 or 64 or 121 || unix is 32 or 104 or 110 or 111 or 113 or 101)
        {
            return unix == 110 || win32 == 121
                ? new(FailureClass.Timeout, "errno.timed_out")
                : new(FailureClass.Connection, unix == 111 ? "net.refused" : "net.reset");
        }

        return win32 is 80 or 183 or 123 or 161 || unix is 17 or 22 or 36
            ? new(FailureClass.InvalidInput, "errno.invalid")
            : null;
    }

    private static ExceptionVerdict? Network(Exception error) => error switch
    {
        SocketException socket => Socket(socket.SocketErrorCode),
        System.Security.Authentication.InvalidCredentialException => new(FailureClass.Auth, "exception.credential"),
        // What SslStream throws when a certificate does not verify or the other side speaks no TLS.
        System.Security.Authentication.AuthenticationException =>
            new(FailureClass.Connection, "net.tls_verify", Transient: false),
        _ => null,
    };

    /// <summary>The class of a socket error.</summary>
    internal static ExceptionVerdict? Socket(SocketError code) => code switch
    {
        SocketError.ConnectionRefused => new(FailureClass.Connection, "net.refused"),
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery =>
            new(FailureClass.Connection, "net.dns"),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown
            or SocketError.HostDown or SocketError.AddressNotAvailable =>
            new(FailureClass.Connection, "net.unreachable"),
        SocketError.TimedOut => new(FailureClass.Timeout, "net.timed_out"),
        SocketError.AddressAlreadyInUse or SocketError.WouldBlock => new(FailureClass.ResourceContention, "net.in_use"),
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit =>
            new(FailureClass.ResourceExhausted, "net.sockets"),
        SocketError.AccessDenied => new(FailureClass.Permission, "net.access"),
        SocketError.OperationAborted => null,
        SocketError.InvalidArgument or SocketError.MessageSize => new(FailureClass.InvalidInput, "net.argument"),
        SocketError.Success => null,
        _ => new(FailureClass.Connection, "net.reset"),
    };

    private static ExceptionVerdict? Http(Exception error)
    {
        if (error is not HttpRequestException http)
        {
            return error is HttpIOException ? new(FailureClass.Connection, "net.reset") : null;
        }

        if (http.StatusCode is { } status)
        {
            return HttpStatuses.ClassOf((int)status) is { } byStatus ? new(byStatus, "http." + (int)status) : null;
        }

        return http.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new(FailureClass.Connection, "net.dns"),
            HttpRequestError.SecureConnectionError when Holds<IOException>(http) =>
                new(FailureClass.Connection, "net.tls_handshake"),
            HttpRequestError.SecureConnectionError => new(FailureClass.Connection, "net.tls_verify", Transient: false),
            HttpRequestError.UserAuthenticationError => new(FailureClass.Auth, "http.proxy_auth"),
            HttpRequestError.ConfigurationLimitExceeded => new(FailureClass.InvalidInput, "http.limit"),
            HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse
                or HttpRequestError.ProxyTunnelError => new(FailureClass.Connection, "net.reset"),
            // What is inside says more: refused, unreachable, timed out.
            _ when http.InnerException is not null => null,
            _ => new(FailureClass.Connection, "net.http", null, 0.8),
        };
    }

    private static bool Holds<T>(Exception error)
    {
        var depth = 0;
        for (var each = error.InnerException; each is not null && depth < MaxDepth; each = each.InnerException, depth++)
        {
            if (each is T)
            {
                return true;
            }
        }

        return false;
    }

    private static ExceptionVerdict? Data(Exception error) => error switch
    {
        System.Text.Json.JsonException => new(FailureClass.InvalidInput, "exception.json"),
        System.Xml.XmlException => new(FailureClass.InvalidInput, "exception.xml"),
        System.Data.Common.DbException { SqlState: { Length: 5 } state } => SqlStates.ClassOf(state) is { } byState
            ? new(byState, "sqlstate." + state)
            : null,
        System.Data.Common.DbException { IsTransient: true } => new(FailureClass.Unavailable, "db.transient"),
        _ => null,
    };

    private static ExceptionVerdict? ByName(Type type)
    {
        var depth = 0;
        for (var each = type; each is not null && depth < MaxDepth; each = each.BaseType, depth++)
        {
            switch (each.Name)
            {
                case "BrokenCircuitException" or "IsolatedCircuitException":
                    return new(FailureClass.CircuitOpen, "exception.circuit");
                case "TimeoutRejectedException":
                    return new(FailureClass.Timeout, "exception.timeout");
                case "RateLimiterRejectedException":
                    return new(FailureClass.RateLimited, "exception.rate_limiter");
                case "DbUpdateConcurrencyException":
                    return new(FailureClass.ResourceContention, "exception.concurrency");
                case "ValidationException":
                    return new(FailureClass.InvalidInput, "exception.validation");
                case "WebSocketException":
                    return new(FailureClass.Connection, "net.reset");
                default:
                    break;
            }
        }

        return null;
    }
}

/// <summary>
/// An exception of our own that says itself what went wrong, wherever it lies: nobody has to know its type.
/// </summary>
internal interface IKnownFailure
{
    /// <summary>The class.</summary>
    FailureClass Class { get; }

    /// <summary>Id of the rule that it stands for.</summary>
    string Rule { get; }

    /// <summary>When it is over, by the wall clock; null where that is not known.</summary>
    DateTimeOffset? Until => null;
}

/// <summary>Classes of SQL states (SQL:2016 and PostgreSQL's appendix A).</summary>
internal static class SqlStates
{
    internal static FailureClass? ClassOf(string state) => state switch
    {
        "40001" or "40P01" or "55P03" or "55006" => FailureClass.ResourceContention,
        "57014" => FailureClass.Timeout,
        "57P01" or "57P02" or "57P03" or "53300" => FailureClass.Unavailable,
        "53100" or "53200" or "53000" or "53400" => FailureClass.ResourceExhausted,
        "42501" => FailureClass.Auth,
        "42P01" or "42703" or "42883" or "3D000" or "3F000" or "42704" => FailureClass.NotFound,
        _ => state[..2] switch
        {
            "08" => FailureClass.Connection,
            "28" => FailureClass.Auth,
            "22" or "23" or "42" or "44" => FailureClass.InvalidInput,
            "58" => FailureClass.Unavailable,
            "XX" => FailureClass.Crash,
            _ => null,
        },
    };
}
