using Holdfast.Plans.Yaml;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Plans.Binding;

/// <summary>Reads the numbers of a breaker, and refuses those with which it could never close.</summary>
internal sealed class BreakerBinder(ValueReader values)
{
    public BreakerSettings Read(YamlNode node)
    {
        var read = BreakerSettings.Default;
        if (!values.IsMap(node, "breaker", "a map such as { failures: 5, recover-after: 30s }"))
        {
            return read;
        }

        YamlNode? longest = null;
        YamlNode? onlyWithRatio = null;
        foreach (var (key, value) in node.Pairs)
        {
            read = One(key, value, read);
            longest = key.Text == "max-recover" ? value : longest;
            onlyWithRatio ??= key.Text is "window" or "minimum" ? key : null;
        }

        if (read.MaxRecover < read.RecoverAfter)
        {
            values.Messages.Error((longest ?? node).Position, $"\"max-recover\" is "
                + $"{DurationText.Format(read.MaxRecover)}, and \"recover-after\" is "
                + DurationText.Format(read.RecoverAfter), "write a longest wait that is not under the first one");
        }

        if (onlyWithRatio is { } without && read.Ratio is null)
        {
            values.Messages.Error(without.Position, $"\"{without.Text}\" means nothing without \"ratio\"",
                "add ratio: 0.5, or leave it out");
        }

        return read;
    }

    private BreakerSettings One(YamlNode key, YamlNode value, BreakerSettings read)
    {
        switch (key.Text)
        {
            case "failures":
                return read with { Failures = values.Number(value, "failures", 1, 1000) ?? read.Failures };
            case "recover-after":
                return read with { RecoverAfter = values.Duration(value, "recover-after") ?? read.RecoverAfter };
            case "probes":
                return read with { Probes = Places(value, "probes", "lets no probe through") ?? read.Probes };
            case "successes":
                return read with
                {
                    Successes = Places(value, "successes", "waits for no success") ?? read.Successes,
                };
            case "max-recover":
                return read with { MaxRecover = values.Duration(value, "max-recover") ?? read.MaxRecover };
            case "ratio":
                return read with { Ratio = values.Fraction(value, "ratio", 0.01, 1) };
            case "window":
                return read with { Window = values.Duration(value, "window") ?? read.Window };
            case "minimum":
                return read with { Minimum = values.Number(value, "minimum", 1, 10_000) ?? read.Minimum };
            default:
                values.UnknownKey(key, "\"breaker\"", PlanKeys.Breaker);
                return read;
        }
    }

    private int? Places(YamlNode node, string what, string meaning)
    {
        if (node.IsScalar && node.Text == "0")
        {
            values.Messages.Error(node.Position, $"\"{what}\" 0 {meaning}, so the breaker could never close",
                "write a whole number from 1 to 100");
            return null;
        }

        return values.Number(node, what, 1, 100);
    }
}
