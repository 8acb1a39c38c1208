using Holdfast.Plans.Binding;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans;

/// <summary>Loads plan files.</summary>
public static class PlanLoader
{
    /// <summary>
    /// Reads and checks a plan file. Nothing but the file itself is touched: no secret is read, no item listed.
    /// </summary>
    /// <param name="path">The file; messages name it as given here.</param>
    /// <param name="overrides">Values of variables as <c>NAME=VALUE</c>, from <c>--set</c>; the last one wins.</param>
    /// <returns>The plan, or all errors; never throws for what a file may hold.</returns>
    public static PlanLoadResult Load(string path, IReadOnlyList<string>? overrides = null)
    {
        var messages = new PlanMessages(path);
        byte[]? bytes;
        try
        {
            bytes = BoundedFile.Read(path, YamlText.MaxBytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            messages.Error(default, $"the plan {BoundedFile.Reason(error)}");
            return new(null, messages);
        }

        if (bytes is null)
        {
            messages.Error(new(1, 1), $"the plan has more than {YamlText.MaxBytes:N0} bytes",
                "split the plan, or let for-each read its items from a file");
            return new(null, messages);
        }

        return Load(bytes, path, overrides, messages);
    }

    /// <summary>As <see cref="Load(string, IReadOnlyList{string}?)"/>, with the content of the file given.</summary>
    /// <param name="content">What the file holds, in UTF-8.</param>
    /// <param name="path">Where the file would be: its folder is the plan's folder.</param>
    /// <param name="overrides">Values of variables as <c>NAME=VALUE</c>.</param>
    public static PlanLoadResult Parse(ReadOnlySpan<byte> content, string path, IReadOnlyList<string>? overrides =
        null) =>
        Load(content, path, overrides, new(path));

    private static PlanLoadResult Load(ReadOnlySpan<byte> content, string path, IReadOnlyList<string>? overrides,
        PlanMessages messages)
    {
        var text = YamlText.Decode(content, messages);
        messages.Source = text;
        var document = text is null ? null : YamlLoader.Load(text, messages);
        var plan = document is null ? null : PlanBinder.Bind(document, messages, path, overrides ?? []);
        return new(messages.NoErrors ? plan : null, messages);
    }
}
