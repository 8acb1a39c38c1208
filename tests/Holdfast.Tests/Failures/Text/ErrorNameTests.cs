using Holdfast.Failures;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Text;

/// <summary>What the names of errors say, as libraries give them, and where in a line one stands.</summary>
public sealed class ErrorNameTests
{
    [Theory]
    [InlineData(FailureClass.Crash, "NullPointerException", "NullReferenceException", "IndexOutOfRangeException",
        "ArrayIndexOutOfBoundsException", "ClassCastException", "InvalidCastException", "IllegalStateException",
        "InvalidOperationException", "NotImplementedError", "ZeroDivisionError", "DivideByZeroException",
        "StackOverflowError", "NoSuchElementException", "ConcurrentModificationException")]
    [InlineData(FailureClass.DependencyConflict, "NoSuchMethodError", "NoSuchFieldError", "VersionConflictException",
        "DependencyException", "FileLoadException", "IntegrityCheckError", "ChecksumMismatchError",
        "HashMismatchError", "ResolutionImpossible", "IncompatibleVersionException", "VersionMismatchException")]
    [InlineData(FailureClass.PolicyDenied, "CONTENT_FILTERED", "ContentPolicyViolationError",
        "PolicyViolationException", "MODERATION_BLOCKED")]
    [InlineData(FailureClass.RateLimited, "ThrottlingException", "ThrottledException", "TooManyRequestsException",
        "RateLimitError", "RATE_LIMIT_EXCEEDED", "RatelimitedError", "RateExceeded", "RequestLimitExceeded",
        "ProvisionedThroughputExceededException", "SlowDown", "OverloadedError")]
    [InlineData(FailureClass.QuotaExhausted, "QuotaExceededException", "PaymentRequiredException",
        "InsufficientFundsError", "InsufficientBalanceException", "BillingException", "LimitExceededException",
        "ServiceLimitsExceeded", "ExceededLimitException", "TooManyBucketsException")]
    [InlineData(FailureClass.Timeout, "TimeLimitExceeded", "MongoNetworkTimeoutError", "TimeoutException",
        "RequestTimedOutError", "DEADLINE_EXCEEDED")]
    [InlineData(FailureClass.ResourceExhausted, "MemoryLimitError", "TooManyConnectionsError", "TooManyOpenFilesError",
        "OutOfMemoryError", "MemoryError", "DiskFullException", "NoSpaceLeftError", "InsufficientStorageException",
        "RESOURCE_EXHAUSTED", "InsufficientCapacityException", "CapacityException")]
    [InlineData(FailureClass.InvalidInput, "ContextLengthExceededError", "ContextWindowExceededError",
        "TooManyRedirects", "TooManyArgumentsError", "TooManyParametersException", "TooManyTagsException",
        "TooManyEntriesInBatchRequest", "ResourceAlreadyExistsException", "DuplicateKeyException",
        "FAILED_PRECONDITION", "MissingParameterException", "MissingArgumentException", "MissingRequiredField",
        "MissingOptionException", "MissingFieldError", "EntityExistsException", "IdempotencyException",
        "MismatchedInputException", "HeaderRequiredException", "DirectoryNotEmptyException",
        "NotAcceptableException", "RangeNotSatisfiable", "MethodNotAllowedException", "TypeNotRegisteredException",
        "UserErrorException", "EntityTooSmall", "PasswordTooShortException", "LengthExceededError",
        "InvalidParameterException", "ValidationException", "BadRequestException", "BadParameterError",
        "MalformedPolicyDocumentException", "ArgumentException", "UsageError", "NoOptionError", "FormatException",
        "ParseError", "ParsingException", "DecodeError", "EncodeError", "EncodingException",
        "DeserializationException", "UnsupportedOperationException", "NotSupportedException",
        "SchemaException", "ConstraintViolationException", "UnprocessableEntityException", "ConfigError",
        "ImproperlyConfiguredError", "EntityTooLarge", "UriTooLongException", "BadZipFileError", "CorruptedFileError")]
    [InlineData(FailureClass.Auth, "TooManyFailedAttemptsException", "UnauthorizedException", "UNAUTHENTICATED",
        "NotAuthorizedException", "NotAuthenticatedException", "AuthenticationError", "AuthorizationError",
        "AuthError", "ForbiddenException", "CredentialsError", "ExpiredTokenException", "TokenExpiredError",
        "SignatureDoesNotMatch", "InvalidSignatureException", "UnrecognizedClientException", "BadSignatureError",
        "BadHostKeyException", "InvalidTokenException", "InvalidPasswordException", "DecryptionFailureException",
        "AccountSuspendedException", "IneligibleAccountException", "ApiKeyError", "PERMISSION_DENIED",
        "AccessDeniedException")]
    [InlineData(FailureClass.Connection, "UnknownHostException", "HostNotFoundError", "NameResolutionError",
        "UnresolvedAddressException", "CertificateException", "CertError", "ConnectionError", "ConnectException",
        "NetworkException", "SocketException", "DnsError", "UnreachableHostError", "ClientDisconnectedException",
        "BrokenPipeError", "ProxyError", "HandshakeException", "SSLError", "TLSError")]
    [InlineData(FailureClass.NotFound, "ResourceNotFoundException", "NoSuchBucket", "BucketDoesNotExistError",
        "NonexistentPathError", "QueueNotExistException", "GoneException", "UnknownOperationException",
        "MissingFileError", "UndefinedTableError")]
    [InlineData(FailureClass.ResourceContention, "AlreadyRunningException", "LockWaitTimeoutException",
        "LockTimeoutError", "DeadlockException", "ConflictException", "LockException", "ResourceLockedException",
        "FileBusyError", "ResourceInUseException", "ConcurrencyException", "StaleObjectError",
        "OptimisticLockException", "OperationInProgressException", "TransitioningStateException", "OutOfSyncException",
        "PreconditionFailedException")]
    [InlineData(FailureClass.MergeConflict, "MergeConflictException")]
    [InlineData(FailureClass.Unavailable, "ServiceUnavailableException", "InternalServerError",
        "InternalServiceException", "InternalFailure", "INTERNAL_ERROR", "ServerInternalException",
        "ServiceInternalException", "ServiceFailureException", "ServerException", "ServerShutdownError",
        "ShuttingDownException", "MaintenanceException", "RetryableError", "ServerError", "ServiceError",
        "BadGatewayException", "BadResponseException", "NotReadyException")]
    [InlineData(FailureClass.Permission, "PermissionError", "NotPermittedException", "ReadOnlyFileSystemError")]
    [InlineData(FailureClass.BuildFailure, "CompilationError")]
    [InlineData(FailureClass.TestFailure, "AssertionError")]
    [InlineData(FailureClass.Cancelled, "InterruptedException", "CancelledError")]
    [InlineData(null, "ZebraError", "StripesException", "Lockstep", "Reconnected", "Rebusying")]
    public void A_name_says_what_its_words_say(FailureClass? expected, params string[] names) =>
        Assert.All(names, name => Assert.Equal((name, expected), (name, ErrorNames.Read(name)?.Class)));

    [Fact]
    public void What_does_not_verify_today_does_not_verify_in_a_second()
    {
        foreach (var name in new[] { "CertificateException", "CertError", "HandshakeError", "SSLError", "TLSError" })
        {
            Assert.False(ErrorNames.Read(name)?.Transient);
        }

        Assert.Null(ErrorNames.Read("ConnectionError")?.Transient);
    }

    [Theory]
    [InlineData("raised ResourceNotFoundException today")]
    [InlineData("a ResourceNotFoundError")]
    [InlineData("a ResourceNotFoundFault")]
    [InlineData("a ResourceNotFoundExit")]
    [InlineData("a RESOURCE_NOT_FOUND_ERROR")]
    [InlineData("a resource_not_found_error")]
    [InlineData("ResourceNotFoundException(x)")]
    [InlineData("code: ResourceNotFound")]
    [InlineData("\"code\":\"ResourceNotFound\"")]
    [InlineData("reason=ResourceNotFound")]
    [InlineData("type RESOURCE_NOT_FOUND")]
    [InlineData("errorCode: ResourceNotFound")]
    [InlineData("error_code: ResourceNotFound")]
    [InlineData("error_type: ResourceNotFound")]
    [InlineData("errorType: ResourceNotFound")]
    [InlineData("errcode: ResourceNotFound")]
    [InlineData("status: RESOURCE_NOT_FOUND")]
    [InlineData("HandlerErrorCode: ResourceNotFound")]
    [InlineData("error[ResourceNotFound]")]
    [InlineData("An error occurred (ResourceNotFound) when calling")]
    [InlineData("it failed (ResourceNotFound)")]
    [InlineData("it expired (Net::ResourceNotFound)")]
    [InlineData("jinja2.exceptions.TemplateNotFound: base.html")]
    [InlineData("ZebraError ResourceNotFoundException StripesError")]
    public void A_name_counts_where_a_name_of_an_error_stands(string text) =>
        Assert.Equal(FailureClass.NotFound, ErrorNames.Find(Line(text))?.Class);

    [Theory]
    [InlineData("")]
    [InlineData("the ResourceNotFound page")]
    [InlineData("code: notfound")]
    [InlineData("raise ResourceNotFoundException(x)")]
    [InlineData("f(ResourceNotFound)")]
    [InlineData("src/ResourceNotFoundException now")]
    [InlineData("https://x.test/ResourceNotFoundException")]
    [InlineData("type 'ResourceNotFoundException' is unused")]
    [InlineData("ResourceNotFound: first")]
    [InlineData("a Error")]
    [InlineData("code: 7ResourceNotFound")]
    public void A_name_in_any_other_place_is_none(string text) => Assert.Null(ErrorNames.Find(Line(text)));

    [Fact]
    public void A_name_of_eighty_characters_is_read_and_a_longer_one_is_not()
    {
        var longest = string.Concat(Enumerable.Repeat("Ab", 33)) + "cNotFoundError";
        Assert.Equal(80, longest.Length);
        Assert.Equal(FailureClass.NotFound, ErrorNames.Find(Line("a " + longest))?.Class);
        Assert.Null(ErrorNames.Find(Line("a A" + longest)));
    }

    private static TokenLine Line(string text)
    {
        var line = new TokenLine();
        line.Set(text);
        return line;
    }
}
