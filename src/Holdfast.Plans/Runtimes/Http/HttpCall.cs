namespace Holdfast.Plans.Runtimes.Http;

/// <summary>A request as it is sent, every value in place.</summary>
internal sealed record HttpCall
{
    internal required string Method { get; init; }

    internal required Uri Address { get; init; }

    /// <summary>Names and values; a later one of the same name wins.</summary>
    internal required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Makes the body anew for each sending, since a redirect may send it again; null for none.</summary>
    internal Func<HttpContent>? Body { get; init; }

    internal required int Redirects { get; init; }

    /// <summary>A longer answer ends the attempt.</summary>
    internal required long MaxBytes { get; init; }

    /// <summary>Hard limit of the whole attempt.</summary>
    internal required TimeSpan Timeout { get; init; }

    /// <summary>Where the answer's body is captured.</summary>
    internal required string BodyPath { get; init; }

    /// <summary>Where the exchange is told for people: request line, headers, status; secrets masked.</summary>
    internal required string LogPath { get; init; }
}

/// <summary>What became of a request.</summary>
internal sealed record HttpResult
{
    /// <summary>Status of the last answer; null if none arrived.</summary>
    internal int? Status { get; init; }

    /// <summary>Headers of the last answer, one on a line; told delays are read from them.</summary>
    internal string Headers { get; init; } = "";

    /// <summary>Bytes of the body that were captured.</summary>
    internal long Bytes { get; init; }

    /// <summary>What broke it; null if the answer arrived whole.</summary>
    internal Exception? Error { get; init; }

    /// <summary>The proxy that the last request went by; null for none.</summary>
    internal string? Proxy { get; init; }

    /// <summary>Redirects that were followed.</summary>
    internal int Redirects { get; init; }

    /// <summary>Whether redirects went on beyond their bound.</summary>
    internal bool TooManyRedirects { get; init; }

    internal TimeSpan Duration { get; init; }
}

/// <summary>The answer is longer than the plan allows.</summary>
internal sealed class AnswerTooLongException(long most) : IOException($"the answer is longer than {most} bytes");
