using System.Collections;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes;

/// <summary>What Holdfast itself tells an attempt.</summary>
public sealed record AttemptIdentity
{
    /// <summary>Id of the run.</summary>
    public required string Run { get; init; }

    /// <summary>Task and number.</summary>
    public required AttemptId Attempt { get; init; }

    /// <summary>Absolute path of the folder for files of the attempt.</summary>
    public required string AttemptFolder { get; init; }

    /// <summary>Absolute path of the workspace.</summary>
    public required string Workspace { get; init; }

    /// <summary>The same for every try at the same work.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>Absolute path of Holdfast itself; null where it is not known.</summary>
    public string? OwnCommand { get; init; }
}

/// <summary>
/// Builds the clean environment of an attempt: a short list of variables of the parent, what the plan inherits and
/// sets, the secrets of the task, and Holdfast's own. Nothing else gets through, so that a task runs the same from a
/// terminal, a timer and a build server.
/// </summary>
public static class AttemptEnvironment
{
    // TLS authorities and proxies decide whether a program can reach anything at all.
    private static readonly string[] Passed =
    [
        "PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
        "GIT_SSL_CAINFO",
    ];

    private static readonly string[] PassedFamilies = ["LC_", "XDG_"];
    // Programs disagree about the case, so both are passed as they are.
    private static readonly string[] Proxies =
    [
        "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY",
        "http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy",
    ];

    private static readonly EnvironmentEntry[] NoEntries = [];

    private const string OwnFamily = "HOLDFAST_";

    /// <summary>KEY=VALUE entries, sorted by key in byte order, each key once. Later sources win.</summary>
    /// <param name="parent">The environment of the driver.</param>
    /// <param name="set">What the plan sets.</param>
    /// <param name="inherit">Names to pass on, with <c>*</c> for any characters, e.g. <c>GITHUB_*</c>.</param>
    /// <param name="secrets">What the task lists, resolved.</param>
    /// <param name="identity">What Holdfast tells.</param>
    /// <exception cref="ArgumentException">
    /// A name is empty, holds <c>=</c> or NUL, or belongs to Holdfast; a value holds NUL. A value is never told.
    /// </exception>
    public static IReadOnlyList<string> Build(
        IEnumerable<KeyValuePair<string, string>> parent,
        IEnumerable<KeyValuePair<string, string>> set,
        IReadOnlyList<string> inherit,
        IEnumerable<KeyValuePair<string, string>> secrets,
        AttemptIdentity identity) => Build(Pass(parent, inherit), set, secrets, identity);

    /// <summary>The variables of this process.</summary>
    internal static KeyValuePair<string, string>[] OfThisProcess()
    {
        var variables = Environment.GetEnvironmentVariables();
        var found = new KeyValuePair<string, string>[variables.Count];
        var count = 0;
        foreach (DictionaryEntry variable in variables)
        {
            found[count++] = new((string)variable.Key, (string?)variable.Value ?? "");
        }

        return found;
    }

    /// <summary>What gets through of the driver's environment: the same where the same is inherited.</summary>
    internal static EnvironmentEntry[] Pass(
        IEnumerable<KeyValuePair<string, string>> parent, IReadOnlyList<string> inherit)
    {
        var entries = new List<EnvironmentEntry>();
        foreach (var (key, value) in parent)
        {
            // Holdfast inside Holdfast: the outer attempt's identity is not the inner one's, whatever was asked for.
            if (!key.StartsWith(OwnFamily, StringComparison.Ordinal) && (IsPassed(key) || IsInherited(key, inherit)))
            {
                entries.Add(new EnvironmentEntry(key, value));
            }
        }

        return InOrder(entries);
    }

    /// <summary>As the other, from what <see cref="Pass"/> let through.</summary>
    internal static IReadOnlyList<string> Build(
        EnvironmentEntry[] passed,
        IEnumerable<KeyValuePair<string, string>> set,
        IEnumerable<KeyValuePair<string, string>> secrets,
        AttemptIdentity identity)
    {
        var added = new List<EnvironmentEntry>();
        Put(added, set, "env");
        Put(added, secrets, "secrets");
        var own = Own(identity);
        return Merged(passed, added.Count == 0 ? own : InOrder([.. added, .. own]));
    }

    // In byte order by key, since most attempts have nothing else added, and are not sorted then.
    private static EnvironmentEntry[] Own(AttemptIdentity identity) =>
    [
        new(OwnFamily + "ATTEMPT", identity.Attempt.Number.ToString()),
        new(OwnFamily + "ATTEMPT_DIR", identity.AttemptFolder),
        .. identity.OwnCommand is { } command ? [new(OwnFamily + "COMMAND", command)] : NoEntries,
        new(OwnFamily + "IDEMPOTENCY_KEY", identity.IdempotencyKey),
        new(OwnFamily + "RUN", identity.Run),
        new(OwnFamily + "TASK", identity.Attempt.Task),
        new(OwnFamily + "WORKSPACE", identity.Workspace),
    ];

    // In byte order by key; of one key the last.
    private static EnvironmentEntry[] InOrder(List<EnvironmentEntry> entries)
    {
        var last = new Dictionary<string, EnvironmentEntry>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            last[entry.Key] = entry;
        }

        EnvironmentEntry[] sorted = [.. last.Values];
        Array.Sort(sorted, EnvironmentEntry.InByteOrder);
        return sorted;
    }

    private static List<string> Merged(EnvironmentEntry[] passed, EnvironmentEntry[] added)
    {
        var list = new List<string>(passed.Length + added.Length);
        var at = 0;
        foreach (var entry in added)
        {
            var order = -1;
            while (at < passed.Length && (order = string.CompareOrdinal(passed[at].Key, entry.Key)) < 0)
            {
                list.Add(passed[at++].Text);
            }

            at += at < passed.Length && order == 0 ? 1 : 0;
            list.Add(entry.Text);
        }

        for (; at < passed.Length; at++)
        {
            list.Add(passed[at].Text);
        }

        return list;
    }

    /// <summary>Whether a name matches a pattern in which <c>*</c> stands for any characters.</summary>
    public static bool Matches(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        // The last star takes one character more whenever the rest does not fit: linear memory, no recursion.
        var (at, inPattern, star, taken) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (inPattern < pattern.Length && pattern[inPattern] == '*')
            {
                (star, taken) = (inPattern++, at);
            }
            else if (inPattern < pattern.Length && pattern[inPattern] == name[at])
            {
                inPattern++;
                at++;
            }
            else if (star >= 0)
            {
                (inPattern, at) = (star + 1, ++taken);
            }
            else
            {
                return false;
            }
        }

        return pattern[inPattern..].Trim('*').IsEmpty;
    }

    private static bool IsPassed(string key)
    {
        foreach (var family in PassedFamilies)
        {
            if (key.StartsWith(family, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return Array.IndexOf(Passed, key) >= 0 || Array.IndexOf(Proxies, key) >= 0;
    }

    private static bool IsInherited(string key, IReadOnlyList<string> inherit)
    {
        for (var i = 0; i < inherit.Count; i++)
        {
            if (Matches(key, inherit[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static void Put(
        List<EnvironmentEntry> entries, IEnumerable<KeyValuePair<string, string>> source, string where)
    {
        foreach (var (key, value) in source)
        {
            if (key.Length == 0 || key.AsSpan().ContainsAny('=', '\0'))
            {
                throw new ArgumentException(
                    $"{where}: \"{key}\" cannot be a variable's name; it may hold neither \"=\" nor NUL");
            }

            if (key.StartsWith(OwnFamily, StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    $"{where}: \"{key}\" is set by Holdfast itself; choose a name without {OwnFamily}");
            }

            if (value.Contains('\0'))
            {
                throw new ArgumentException(
                    $"{where}: the value of \"{key}\" holds a NUL, which no program can be given");
            }

            entries.Add(new EnvironmentEntry(key, value));
        }
    }
}

/// <summary>One variable.</summary>
internal sealed class EnvironmentEntry(string key, string value)
{
    internal static Comparison<EnvironmentEntry> InByteOrder { get; } =
        (a, b) => string.CompareOrdinal(a.Key, b.Key);

    internal string Key { get; } = key;

    /// <summary>As an exec takes it: KEY=VALUE.</summary>
    internal string Text { get; } = $"{key}={value}";
}
