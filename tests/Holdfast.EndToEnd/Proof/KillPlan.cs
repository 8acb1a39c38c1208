using System.Globalization;
using System.Text;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Proof;

/// <summary>One command of the plan, and how its tries must end.</summary>
/// <param name="Task">Its name in the journal.</param>
/// <param name="Counter">Name of its own file of side effects.</param>
/// <param name="Ends">An exit code or a signal's name for each try, in order.</param>
/// <param name="IsKeyed">Whether all tries must have been given one key.</param>
internal sealed record KilledTask(string Task, string Counter, string[] Ends, bool IsKeyed);

/// <summary>
/// Fifty real commands with every kind of end and effect. Each appends a line to a file of its own when it starts and
/// when it ends, so what really ran is known without the journal.
/// </summary>
internal sealed class KillPlan
{
    // A line of an append is one write, so two of them never mix. END is an exit code or a signal, one a try.
    private const string Act = """
        # act NAME WORK END...: WORK is a time in seconds, or a file to wait for.
        file="count/$1"; work="$2"; shift 2
        echo "start $HOLDFAST_ATTEMPT $$ $HOLDFAST_IDEMPOTENCY_KEY" >> "$file"
        case "$work" in ./*) until [ -e "$work" ]; do sleep 0.02; done;; *) sleep "$work";; esac
        try=$(grep -c '^start' "$file")
        while [ $# -gt 1 ] && [ "$try" -gt 1 ]; do shift; try=$((try - 1)); done
        echo "end $HOLDFAST_ATTEMPT $$ $1" >> "$file"
        case "$1" in [0-9]*) exit "$1";; *) kill -s "$1" $$;; esac
        """;

    private readonly StringBuilder _yaml = new("name: kills\nmax-parallel: 16\ntasks:\n");
    private readonly List<KilledTask> _tasks = [];

    internal KillPlan()
    {
        // Open until the test says so, whichever driver is there by then: they outlive all that are killed before.
        Add("opener", "./open", "effect: once");
        Add("long1", "./go", "effect: once");
        Add("long2", "./go", "effect: keyed");
        Add("long3", "./go", "");
        for (var i = 0; i < 8; i++)
        {
            Add($"a{i}", $"0.0{i}", i % 3 == 0 ? "effect: once" : "");
            Add($"b{i}", $"0.{i % 3}", $"needs: [ a{i}, a{(i + 3) % 8} ], effect: {(i % 2 == 0 ? "keyed" : "once")}");
        }

        string[] effects = ["once", "repeatable", "keyed", "{ reconcile: \"exit 0\" }", "once", "once"];
        for (var i = 0; i < effects.Length; i++)
        {
            Add($"v{i}", "0.05", $"needs: [ opener ], retry: none, effect: {effects[i]}", i == 5 ? "9" : "0");
            Add($"w{i}", "0.02", $"needs: [ v{i} ]", i == 5 ? [] : ["0"]);
        }

        Add("flaky", "0.05", "retry: { unknown: { retries: 5, base: 50ms } }", "7", "1", "0");
        Add("patient", "0.01", "needs: [ a1 ], retry: { unknown: { retries: 1, base: 800ms } }", "3", "0");
        Add("often", "0.02", "needs: [ b1 ], retry: { unknown: { retries: 3, base: 10ms } }", "4", "4", "4", "4");
        const string crashes = "retry: { crash: { retries: 5, base: 50ms } }";
        Add("segv", "0.05", $"effect: keyed, {crashes}", "SEGV", "0");
        Add("happened", "0.05", $"effect: {{ reconcile: \"exit 0\" }}, {crashes}", "ABRT");
        Add("did-not", "0.05", $"effect: {{ reconcile: \"exit 1\" }}, {crashes}", "KILL", "0");
        Add("killed", "0.1", "needs: [ a2 ], retry: none", "KILL");
        Add("seven", "0.1", "needs: [ b2 ], retry: none, effect: once", "7");
        Add("behind", "0.01", "needs: [ seven ]", []);
        AddFan();
        Add("last", "0.01", "needs: [ long1, long2, long3, fan, w0, w1, w2, w3, w4 ], effect: once");
    }

    internal IReadOnlyList<KilledTask> Tasks => _tasks;

    /// <summary>What never may start, because what it needs fails for good.</summary>
    internal IReadOnlyList<string> Blocked { get; } = ["behind", "w5"];

    /// <summary>What fails for good.</summary>
    internal IReadOnlyList<string> Failing { get; } = ["killed", "often", "seven", "v5"];

    /// <summary>Tasks that a named point can be hit at: none of them starts before <c>open</c> is there.</summary>
    internal static string[] Victims { get; } = ["v0", "v1", "v2", "v3", "v4", "v5"];

    /// <summary>Writes plan, program and folder of counters.</summary>
    internal void WriteTo(Holding at)
    {
        Directory.CreateDirectory(Path.Combine(at.Folder, "count"));
        at.Write("act", Act);
        at.Write("plan.yaml", _yaml.ToString());
    }

    private void Add(string name, string work, string keys, params string[] ends)
    {
        string[] codes = ends.Length == 0 ? ["0"] : ends;
        var more = keys.Length == 0 ? "" : $"{keys}, ";

        // Every other one through a shell, so that both ways of a start are killed. A shell between would turn a death
        // by a signal into a code and a line of its own.
        var run = _tasks.Count % 2 == 0 || char.IsUpper(codes[0][0])
            ? $"[ sh, act, {name}, \"{work}\", \"{string.Join("\", \"", codes)}\" ]"
            : $"\"sh act {name} {work} {string.Join(' ', codes)}\"";
        _yaml.Append(CultureInfo.InvariantCulture, $"  {name}: {{ {more}run: {run} }}\n");
        _tasks.Add(new KilledTask(name, name, codes, keys.Contains("keyed", StringComparison.Ordinal)));
    }

    private void AddFan()
    {
        _yaml.Append("  fan: { needs: [ a0 ], for-each: { items: [ p, q, r, s, t, u, x, y, z ] }, ")
            .Append("run: [ sh, act, \"fan-${{ item }}\", \"0.05\", \"0\" ] }\n");
        foreach (var item in "pqrstuxyz")
        {
            _tasks.Add(new KilledTask($"fan[{item}]", $"fan-{item}", ["0"], IsKeyed: false));
        }
    }
}
