using System.Globalization;
using System.Text.Json;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Texts and numbers of a plan.json, to see whether one of them was dropped between reading and writing. What stands
/// for a default is left out by the writer; of a key that is there twice only one value counts, so such input proves
/// nothing.
/// </summary>
internal static class JsonLeaves
{
    private static readonly HashSet<string> Defaults =
        ["continue", "repeatable", "list", "sh", "per-class", "3600000", "1", "0"];

    /// <summary>Throws where a text or number of the input is not among those that were written.</summary>
    internal static void RequireKept(byte[] input, byte[] written)
    {
        using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = 64 });
        var given = new List<string>();
        if (!Gather(document.RootElement, "", given))
        {
            return;
        }

        using var kept = JsonDocument.Parse(written);
        var found = new List<string>();
        _ = Gather(kept.RootElement, "", found);
        var there = found.ToHashSet();
        foreach (var leaf in given)
        {
            Fuzzer.Require(there.Contains(leaf) || Defaults.Contains(leaf), $"{leaf} was read, and is not written");
        }
    }

    // False where a key is there twice.
    private static bool Gather(JsonElement element, string key, List<string> leaves)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var seen = new HashSet<string>();
                foreach (var field in element.EnumerateObject())
                {
                    // Where the run lay is asked for and not kept; what was set, the variables tell.
                    if (!seen.Add(field.Name) || (field.Name is not ("home" or "set")
                        && !Gather(field.Value, field.Name, leaves)))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Array:
                return element.EnumerateArray().All(item => Gather(item, key, leaves));
            case JsonValueKind.String:
                leaves.Add(element.GetString()!);
                return true;
            case JsonValueKind.Number when key is not "multiplier" and not "jitter" and not "format":
                leaves.Add((element.GetDouble() + 0.0).ToString("R", CultureInfo.InvariantCulture));
                return true;
            default:
                return true;
        }
    }
}
