using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>A request, and what its answer must be.</summary>
/// <param name="Method">In upper case: GET, HEAD, POST, PUT, PATCH or DELETE.</param>
public sealed record HttpWork(string Method) : PlanWork
{
    /// <summary>The longest answer that is taken where the plan does not say: 64 MiB.</summary>
    public const long DefaultMaxBytes = 64L << 20;

    /// <summary>The HTTP runtime whose base it starts from; null: <see cref="Url"/> is the whole address.</summary>
    public string? RuntimeName { get; init; }

    /// <inheritdoc/>
    public override string? Runtime => RuntimeName;

    /// <summary>Put behind the runtime's base; begins with a slash. Set exactly when a runtime is named.</summary>
    public Template? Path { get; init; }

    /// <summary>The whole address; set exactly when no runtime is named.</summary>
    public Template? Url { get; init; }

    /// <summary>Names and values put behind the address, in the order written.</summary>
    public IReadOnlyList<KeyValuePair<string, Template>> Query { get; init; } = [];

    /// <summary>
    /// Headers of its own; each name once, whatever its case. Values may use <c>secrets.NAME</c> of the task's secrets.
    /// To be rendered by <see cref="HttpAddress.HeaderValue"/>.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Template>> Headers { get; init; } = [];

    /// <summary>The body as JSON; null for none. At most one of the three kinds of body is set.</summary>
    public JsonTemplate? Json { get; init; }

    /// <summary>The body as text; null for none.</summary>
    public Template? Body { get; init; }

    /// <summary>The file whose content is the body, from the plan's folder; null for none.</summary>
    public Template? BodyFile { get; init; }

    /// <summary>The statuses that are well; empty: 200 to 299.</summary>
    public IReadOnlyList<int> ExpectedStatus { get; init; } = [];

    /// <summary>What must stand in the answer, read as JSON; empty: nothing is looked at.</summary>
    public IReadOnlyList<JsonExpectation> ExpectedJson { get; init; } = [];

    /// <summary>The file that the answer is written to, below the plan's folder; null: the attempt's output.</summary>
    public Template? Output { get; init; }

    /// <summary>A longer answer fails the attempt, in bytes, from 1; 64 MiB by default.</summary>
    public long MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>
    /// Whether sending it again does no harm by the rules of HTTP (RFC 9110, 9.2.2): GET, HEAD, PUT, DELETE.
    /// </summary>
    public bool IsIdempotent => Method is "GET" or "HEAD" or "PUT" or "DELETE";

    /// <summary>The address with all values in place, each percent-encoded.</summary>
    /// <param name="runtime">The runtime whose base is used; it may be a fallback. Null when none is named.</param>
    /// <param name="context">The values.</param>
    /// <exception cref="TemplateException">A value is missing, or makes no address of this host.</exception>
    public Uri Address(HttpRuntimeSetting? runtime, TemplateContext context) =>
        HttpAddress.Of(this, runtime, context);
}

/// <summary>One value that must stand in an answer.</summary>
/// <param name="Path">Names from the outside in, with dots between; <c>[0]</c> is an item of a list.</param>
/// <param name="Value">A text, number, boolean or null that it must be.</param>
public sealed record JsonExpectation(string Path, JsonTemplate Value);
