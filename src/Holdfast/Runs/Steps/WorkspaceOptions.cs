using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Journal;

namespace Holdfast;

/// <summary>How a workspace is opened for runs of C# programs.</summary>
public sealed class WorkspaceOptions
{
    /// <summary>
    /// How results are written and read: a source-generated context, or options that name one. An options object
    /// without a resolver can write nothing.
    /// </summary>
    public required JsonSerializerOptions Json { get; init; }

    /// <summary>The clock of waits and timeouts. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The files; the machine's own if left out. A simulator gives its own.</summary>
    internal IStorage Storage { get; init; } = LocalStorage.Instance;

    /// <summary>
    /// Options that write every type by reflection, with its public fields, as <see
    /// cref="Workspace.OpenAsync(string, CancellationToken)"/> does.
    /// </summary>
    [RequiresUnreferencedCode("Types of results are looked into by reflection; give a source-generated context.")]
    [RequiresDynamicCode("Types of results are looked into by reflection; give a source-generated context.")]
    public static WorkspaceOptions WithReflection() => new()
    {
        // Tuples are made of fields, and are what a step with two results returns.
        Json = new JsonSerializerOptions
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(), IncludeFields = true,
        },
    };

    /// <summary>Options that write the types of one source-generated context.</summary>
    public static WorkspaceOptions With(IJsonTypeInfoResolver context) =>
        new() { Json = new JsonSerializerOptions { TypeInfoResolver = context } };
}
