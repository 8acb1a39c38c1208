using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.Benchmarks.Failures;

/// <summary>
/// Logs as programs write them, by seed: lines of builds, tests, servers and jobs, with other times, numbers, names,
/// paths and ids in each.
/// </summary>
internal sealed partial class LogMaker(int seed)
{
    private static readonly string[] Clean =
    [
        "{time} INFO  [worker-{n}] com.acme.orders.OrderService - processed order {n} for customer {n} in {n} ms",
        "10.0.{n}.{n} - - [{date}] \"GET /api/v2/{word}/{n}?page={n} HTTP/1.1\" 200 {n} \"-\" \"Mozilla/5.0\"",
        "{\"level\":\"info\",\"ts\":\"{time}\",\"msg\":\"request finished\",\"path\":\"/{word}/{hex}\",\"status\":204,"
            + "\"duration_ms\":{n}}",
        "  {word}.{word} -> /builds/agent/src/{word}/bin/Release/net10.0/{word}.{word}.dll",
        "[{n}/{n}] Compiling src/{word}/{word}_{n}.c",
        "   Compiling {word} v{n}.{n}.{n}",
        "  Passed {word}.{word}Tests.{word}_{word}_when_{word}(value: {n}) [{n} ms]",
        "ok      example.org/{word}/{word}   0.{n}s  coverage: {n}.{n}% of statements",
        "{time} DEBUG {word}.{word}: cache hit for key {hex} ({n} bytes, ttl {n}s)",
        "I{klog} {n} controller.go:{n}] \"Reconciled\" kind=\"Deployment\" name=\"{word}-{hex}\" generation={n}",
        "test {word}::{word}::tests::{word}_{word} ... ok",
        "added {n} packages, and audited {n} packages in {n}s",
        "{time} [info] uploaded part {n} of {n} of {word}-{n}.tar.zst to bucket {word} ({n} MiB/s)",
        "Step {n}/{n} : COPY --from=build /src/{word}/{word} /app/{word}",
        " ---> {hex}{hex}",
        "asset {word}.{hex}.js {n} KiB [emitted] [immutable] [minimized] (name: {word})",
        "Test Suites: 0 failed, {n} passed, {n} total",
        "Build succeeded. {n} Warning(s) 0 Error(s) in 00:{n}:{n}.{n}",
        "{time} TRACE grpc: stream {n} opened by peer {word}-{n}.internal:{n}, window {n}",
        "  \e[32m✓\e[39m {word} {word} keeps its {word} \e[90m({n}ms)\e[39m",
    ];

    private static readonly string[] Dense =
    [
        "{time} ERROR [worker-{n}] {word}: connection refused by 10.0.{n}.{n}:{n}",
        "{time} WARN  retrying {word} after timeout, attempt {n} of {n}",
        "error: failed to fetch https://mirror.internal/{word}/{word}: HTTP 503 Service Unavailable",
        "fatal: unable to access 'https://git.internal/{word}/{word}.git/': Could not resolve host: git.internal",
        "{\"level\":\"error\",\"ts\":\"{time}\",\"msg\":\"upstream request timeout\",\"status\":504,\"id\":\"{hex}\"}",
        "  Failed {word}.{word}Tests.{word}_throws_on_invalid_input [{n} ms]",
        "src/{word}/{word}.ts({n},{n}): error TS2345: Argument of type 'string' is not assignable",
        "E{klog} {n} reflector.go:{n}] failed to list *v1.Pod: the server was unable to return a response in time",
        "panic: runtime error: index out of range [{n}] with length {n}",
        "OSError: [Errno 28] No space left on device: '/var/lib/{word}/{hex}'",
        "npm ERR! code ERESOLVE while resolving {word}@{n}.{n}.{n}, could not resolve",
        "{time} ERROR {word}.{word}: deadlock detected, transaction {n} aborted",
        "make[{n}]: *** [Makefile:{n}: {word}] Error {n}",
        "AssertionError: expected {n} to equal {n}, {word} is undefined",
        "ssh: connect to host {word}.internal port {n}: Connection timed out",
        "{time} WARN  rate limit exceeded for tenant {n}: 429 Too Many Requests, retry in {n}s",
        "java.lang.IllegalStateException: cannot acquire lock on {word}, held by {word}-{n}",
        "CONFLICT (content): Merge conflict in src/{word}/{word}.cs",
        "psql: error: FATAL:  password authentication failed for user \"{word}\"",
        "docker: Error response from daemon: pull access denied for {word}/{word}, repository does not exist",
        "{time} ERROR invalid value for field '{word}': missing required key",
        "cp: cannot create regular file '/opt/{word}/{word}': Permission denied",
    ];

    private static readonly string[] Words =
    [
        "alpha", "billing", "cart", "delta", "engine", "frame", "gather", "harbor", "intake", "journal", "kernel2",
        "ledger", "mapper", "nested", "orders", "parser", "query", "router", "sample", "tracker", "upload", "vector",
        "window", "yield", "zone", "render", "shard", "stream", "widget", "bridge",
    ];

    private ulong _state = (ulong)seed + 0x9E3779B97F4A7C15;

    /// <summary>A log of programs that work.</summary>
    internal byte[] MakeClean(int bytes) => Make(Clean, bytes);

    /// <summary>A log in which each line tells of an error.</summary>
    internal byte[] MakeDense(int bytes) => Make(Dense, bytes);

    private byte[] Make(string[] shapes, int bytes)
    {
        var log = new byte[bytes];
        var at = 0;
        while (at < bytes)
        {
            var line = Hole().Replace(shapes[Next(shapes.Length)], match => Fill(match.Groups[1].Value)) + "\n";
            var encoded = Encoding.UTF8.GetBytes(line);
            var length = Math.Min(encoded.Length, bytes - at);
            encoded.AsSpan(0, length).CopyTo(log.AsSpan(at));
            at += length;
        }

        log[^1] = (byte)'\n';
        return log;
    }

    private string Fill(string hole) => hole switch
    {
        "time" => string.Create(CultureInfo.InvariantCulture,
            $"2026-11-20T{Next(24):00}:{Next(60):00}:{Next(60):00}.{Next(1000):000}Z"),
        "date" => string.Create(CultureInfo.InvariantCulture,
            $"20/Nov/2026:{Next(24):00}:{Next(60):00}:{Next(60):00} +0000"),
        "klog" => string.Create(CultureInfo.InvariantCulture,
            $"1120 {Next(24):00}:{Next(60):00}:{Next(60):00}.{Next(1000000):000000}"),
        "hex" => Next(int.MaxValue).ToString("x8", CultureInfo.InvariantCulture),
        "n" => Next(Next(2) == 0 ? 100 : 10_000).ToString(CultureInfo.InvariantCulture),
        _ => Words[Next(Words.Length)],
    };

    // SplitMix64 (Steele, Lea, Flood 2014): small, seeded, the same everywhere.
    private int Next(int below)
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)below);
    }

    [GeneratedRegex(@"\{(?<word>time|date|klog|hex|n|word)\}", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Hole();
}
