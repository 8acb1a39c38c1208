using System.Globalization;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>
/// What single words are about, for a last line that no rule knows: each word speaks for some classes, more or less,
/// and the class that most is said for is the guess. The very last resort before "unknown".
/// </summary>
internal static class WordSenses
{
    /// <summary>Less than this in all decides nothing.</summary>
    private const int Least = 3;

    /// <summary>Classes, how much each of their words speaks for them, and the words, in the singular.</summary>
    private const string Text = """
        connection 4 unreachable disconnected handshake reconnect offline
        connection 3 peer tunnel network internet dns reachable tls ssl connect connection disconnect vpn wifi firewall
        connection 2 socket link reach hung contact certificate proxy wire lost dropped picked resolve resolver
        connection 1 remote host server route far port closed refused gone line bus url
        unavailable 3 maintenance overloaded unhealthy warming restarting unavailable outage quorum booting
        unavailable 3 degraded standby
        unavailable 2 down healthy starting upstream backend gateway available replica controller leader primary cluster
        unavailable 2 later recovery ready daemon hiccup replaying
        unavailable 1 server service api host running
        timeout 4 timeout deadline stalled overdue unresponsive
        timeout 3 slow late waited stuck hang hanging
        timeout 2 progress long longer took frozen never still time tries patience
        timeout 1 finish waiting second minute min hour sec finished gave s
        resource_contention 4 lock locked busy occupied concurrent overlapping exclusive mutex contended
        resource_contention 3 held holding writer lease simultaneous overlap
        resource_contention 2 owner taken running already another copy wait someone pid listening session active
        resource_contention 1 other use used opened process instance
        resource_exhausted 4 memory heap ram allocate swap inode descriptor
        resource_exhausted 3 disk space handle cpu thread
        resource_exhausted 2 gb mb gib mib tb volume gpu buffer room full
        resource_exhausted 1 free limit large out fell small
        auth 4 password credential unauthorized otp passphrase
        auth 3 token login logged scope role membership signed authenticate authenticated
        auth 2 key session secret account access expired sign identity
        auth 1 user rejected allowed api certificate who
        permission 4 root sudo chmod chown permission
        permission 3 right writable protected privilege
        permission 2 owned readable executable group write
        permission 1 owner may allowed
        not_found 4 nowhere absent
        not_found 3 exist such heard installed looked
        not_found 2 where find found known missing install removed deleted gone named called
        not_found 1 file directory no there exists see
        invalid_input 4 malformed arg
        invalid_input 3 valid format field column argument flag value usage outside range decimal understand
        invalid_input 3 parse schema choose positive negative character syntax invalid parameter
        invalid_input 2 option row header number date give must between archive csv json yaml config empty repository digit
        invalid_input 2 blank need name input most least
        invalid_input 1 want line without broken wrong
        build_failure 4 compile compiler linker lint formatting
        build_failure 3 wheel tsc linking library
        build_failure 2 type style bundle build
        test_failure 4 golden coverage assertion
        test_failure 3 test red spec baseline regression worse
        test_failure 2 check expected want snapshot pass
        test_failure 1 title differ sum page
        crash 4 crash bug panic sigabrt sigsegv segfault
        crash 3 signal impossible inconsistent
        crash 2 killed
        crash 1 state internal unexpected dump
        policy_denied 4 approve approval approved policy freeze compliance prohibited
        policy_denied 3 reviewer review gate security safety guard blocked frozen forbidden
        policy_denied 2 allowed filter hook region production must
        policy_denied 1 main refusing release
        dependency_conflict 4 checksum lockfile incompatible dependency
        dependency_conflict 3 newer older
        dependency_conflict 2 version agree requires mismatch
        dependency_conflict 1 have installed wrong
        merge_conflict 4 rebase conflict diverged hunk
        merge_conflict 3 merge behind marker cherry
        merge_conflict 2 branch
        rate_limited 4 throttle throttled rate
        rate_limited 3 request fast often
        rate_limited 2 slow many wait
        rate_limited 1 minute per limit
        quota_exhausted 4 quota credit fund trial allowance subscription money
        quota_exhausted 3 month pay budget seat balance paid wallet
        quota_exhausted 2 plan billing used licence license
        quota_exhausted 1 top until
        cancelled 4 cancelled canceled
        cancelled 2 stop stopped requested operator asked interrupted user abort
        cancelled 1 you aborted
        infrastructure_lost 4 rebooted spot evicted preempted reclaimed drained
        infrastructure_lost 3 runner vm vanished
        infrastructure_lost 2 node host machine died
        infrastructure_lost 1 taken away worker
        """;

    private static readonly Dictionary<string, List<(FailureClass Class, int Weight)>> Senses = Read();

    /// <summary>What a line is about; null where its words say too little, or as much for another thing.</summary>
    internal static FailureClass? Of(TokenLine line)
    {
        var sums = new int[(int)FailureClass.Unknown + 1];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < line.Count; i++)
        {
            var zero = i + 1 < line.Count && line[i + 1] is "0" && line.After(i) is ": " or ":";
            // "fin-wait" and "size-limit" are names, and "timeout=30s" is a setting.
            var joined = line.Before(i) is "-" || line.After(i) is "=" || (line.After(i) is "-" && i + 1 < line.Count);
            if (!zero && !joined && (line.Tokens[i].Place & (TokenPlace.Path | TokenPlace.Url | TokenPlace.Name)) == 0
                && SensesOf(line[i]) is { } senses && seen.Add(senses.Word))
            {
                senses.Of.ForEach(each => sums[(int)each.Class] += each.Weight);
            }
        }

        var best = Array.IndexOf(sums, sums.Max());
        var second = sums.Where((_, i) => i != best).Max();
        return sums[best] >= Least && sums[best] > second ? (FailureClass)best : null;
    }

    /// <summary>A word, or its singular.</summary>
    private static (string Word, List<(FailureClass Class, int Weight)> Of)? SensesOf(ReadOnlySpan<char> word)
    {
        var plain = word.ToString().ToLowerInvariant();
        foreach (var each in new[] { plain, plain.TrimEnd('s'), plain.EndsWith("es", StringComparison.Ordinal)
            ? plain[..^2] : plain })
        {
            if (Senses.TryGetValue(each, out var senses))
            {
                return (each, senses);
            }
        }

        return null;
    }

    private static Dictionary<string, List<(FailureClass Class, int Weight)>> Read()
    {
        var senses = new Dictionary<string, List<(FailureClass, int)>>(StringComparer.Ordinal);
        foreach (var row in Text.Split('\n', StringSplitOptions.TrimEntries))
        {
            var parts = row.Split(' ');
            if (!FailureWords.TryParseClass(parts[0], out var about))
            {
                throw new FormatException($"\"{row}\" names no class");
            }

            var weight = int.Parse(parts[1], CultureInfo.InvariantCulture);
            foreach (var word in parts.AsSpan(2))
            {
                if (!senses.TryGetValue(word, out var of))
                {
                    senses.Add(word, of = []);
                }

                of.Add((about, weight));
            }
        }

        return senses;
    }
}
