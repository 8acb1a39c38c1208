using Holdfast.Failures;

namespace Holdfast.Cli.Looking;

/// <summary>What was known of an error beside its class, for people.</summary>
internal static class ContextLines
{
    private const int MostFrames = 8;

    /// <summary>Operation and facts.</summary>
    internal static void PrintFacts(Page page, ErrorContext context)
    {
        if (context.Operation is { } operation)
        {
            page.Item("operation", operation == context.Runtime || context.Runtime is null ? operation
                : $"{operation} on {context.Runtime}");
        }

        if (context.Metadata.Count > 0)
        {
            page.Item("facts", string.Join(", ", context.Metadata.Select(f => $"{f.Key}={f.Value}")));
        }
    }

    /// <summary>The stack, the frames nearest to where it happened.</summary>
    internal static void PrintStack(Page page, ErrorContext context)
    {
        if (context.Stack.Count == 0)
        {
            return;
        }

        page.Heading("Its stack");
        foreach (var line in context.Stack.Take(MostFrames))
        {
            page.Line($"  | {line}");
        }

        if (context.Stack.Count > MostFrames)
        {
            page.Line($"  ({context.Stack.Count - MostFrames} more with --json)");
        }
    }
}
