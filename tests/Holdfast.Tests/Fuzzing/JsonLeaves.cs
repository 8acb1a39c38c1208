using System.Globalization;
using System.Text.Json;
using Holdfast.Plans;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Texts and numbers of a plan.json, to see whether one of them was dropped between reading and writing. What stands
/// for a default is left out by the writer; of a key that is there twice only one value counts, so such input proves
/// nothing.
/// </summary>
internal static class JsonLeaves
{
    private static readonly BreakerSettings Built = BreakerSettings.Default;

    private static readonly HashSet<string> Defaults =
    [
        "continue", "repeatable", "once", "list", "sh", "per-class", "edit", "stdin", "0", "1",
        .. new double[]
        {
            30_000, 3_600_000, 14_400_000, 600_000, 86_400_000, Built.Failures, Built.Probes, Built.Successes,
            Built.Minimum, Built.RecoverAfter.TotalMilliseconds, Built.MaxRecover.TotalMilliseconds,
            Built.Window.TotalMilliseconds, HttpRuntimeSetting.DefaultRedirects, HttpWork.DefaultMaxBytes,
        }.Select(Number),
    ];

    private static string Number(double number) => (number + 0.0).ToString("R", CultureInfo.InvariantCulture);

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
                leaves.Add(Number(element.GetDouble()));
                return true;
            case JsonValueKind.True or JsonValueKind.False when element.GetBoolean() != (key == "adopt"):
                leaves.Add(key + " is not as built in");
                return true;
            default:
                return true;
        }
    }
}
