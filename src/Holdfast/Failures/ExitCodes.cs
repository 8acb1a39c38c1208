namespace Holdfast.Failures;

/// <summary>What an exit code or signal says by itself.</summary>
/// <param name="Class">The class.</param>
/// <param name="Rule">Id of the rule, e.g. <c>exit.127</c>.</param>
/// <param name="Confidence">0 to 1; above <see cref="Final"/> no text changes the class.</param>
/// <param name="Transient">Overrides what the class says; null to leave it.</param>
internal readonly record struct ExitVerdict(FailureClass Class, string Rule, double Confidence, bool? Transient = null)
{
    /// <summary>From here on the code says it all.</summary>
    internal const double Final = 0.9;
}

/// <summary>Exit codes with a known meaning: shells, sysexits, signals, and the codes of well-known programs.</summary>
internal static class ExitCodes
{
    /// <summary>
    /// Codes that say "ended from outside": 124 is timeout(1), 137 a KILL by a timeout, a container or the kernel.
    /// </summary>
    internal static bool FromOutside(int? exitCode, int? signal) => exitCode is 124 or 137 || signal == 9;

    /// <summary>The verdict of a code or signal; null where it says only "failed".</summary>
    internal static ExitVerdict? Judge(int? exitCode, int? signal, string? tool)
    {
        if (signal is { } number)
        {
            return OfSignal(number);
        }

        if (exitCode is not { } code)
        {
            return null;
        }

        if (OfTool(code, tool) is { } ofTool)
        {
            return ofTool;
        }

        return code switch
        {
            124 => new(FailureClass.Timeout, "exit.124", 0.95),
            126 => new(FailureClass.Permission, "exit.126", 0.75),
            127 => new(FailureClass.NotFound, "exit.127", 0.95),
            64 or 65 => new(FailureClass.InvalidInput, "exit." + code, 0.4),
            66 => new(FailureClass.NotFound, "exit.66", 0.4),
            69 => new(FailureClass.Unavailable, "exit.69", 0.4),
            75 => new(FailureClass.Unavailable, "exit.75", 0.7),
            77 => new(FailureClass.Permission, "exit.77", 0.4),
            78 => new(FailureClass.InvalidInput, "exit.78", 0.4),
            > 128 and <= 159 => OfSignal(code - 128),
            _ => null,
        };
    }

    private static ExitVerdict? OfSignal(int signal) => signal switch
    {
        1 or 2 or 15 => new(FailureClass.Cancelled, "signal." + signal, 0.92),
        9 => new(FailureClass.Crash, "signal.9", 0.4),
        3 or 4 or 5 or 6 or 7 or 8 or 11 or 31 => new(FailureClass.Crash, "signal." + signal, 0.6),
        14 => new(FailureClass.Timeout, "signal.14", 0.8),
        24 or 25 => new(FailureClass.ResourceExhausted, "signal." + signal, 0.9),
        _ => null,
    };

    private static ExitVerdict? Aria2(int code) => code switch
    {
        2 => new(FailureClass.Timeout, "aria2.2", 0.6),
        3 or 4 => new(FailureClass.NotFound, "aria2." + code, 0.6),
        6 or 19 => new(FailureClass.Connection, "aria2." + code, 0.6),
        7 => new(FailureClass.Cancelled, "aria2.7", 0.6),
        9 => new(FailureClass.ResourceExhausted, "aria2.9", 0.75),
        11 => new(FailureClass.ResourceContention, "aria2.11", 0.6),
        13 or 22 or 23 or 25 or 26 or 27 or 28 => new(FailureClass.InvalidInput, "aria2." + code, 0.6),
        24 => new(FailureClass.Auth, "aria2.24", 0.75),
        29 => new(FailureClass.Unavailable, "aria2.29", 0.6),
        32 => new(FailureClass.DependencyConflict, "aria2.32", 0.75),
        _ => null,
    };

    private static ExitVerdict? OfTool(int code, string? tool) => tool switch
    {
        "curl" => Curl(code),
        // A usage error; a HUP of git would end it by the signal itself.
        "git" when code == 129 => new(FailureClass.InvalidInput, "git.129", 0.75),
        // The low byte of what .NET's host says where it cannot start a program: 0x80008081 arguments, …83 and …8c
        // a library, …96 the framework. No signal.
        "dotnet" when code is 129 or 131 or 140 or 142 or 150 => new(FailureClass.NotFound, "dotnet.host", 0.5),
        "wget" => code switch
        {
            4 => new(FailureClass.Connection, "wget.4", 0.6),
            5 => new(FailureClass.Connection, "wget.5", 0.6, Transient: false),
            6 => new(FailureClass.Auth, "wget.6", 0.6),
            3 => new(FailureClass.Permission, "wget.3", 0.4),
            2 => new(FailureClass.InvalidInput, "wget.2", 0.5),
            _ => null,
        },
        "aria2" or "aria2c" => Aria2(code),
        "rsync" => code switch
        {
            10 or 12 => new(FailureClass.Connection, "rsync." + code, 0.5),
            30 or 35 => new(FailureClass.Timeout, "rsync." + code, 0.7),
            1 or 4 => new(FailureClass.InvalidInput, "rsync." + code, 0.5),
            _ => null,
        },
        "pg_isready" => code switch
        {
            1 => new(FailureClass.Unavailable, "pg_isready.1", 0.8),
            2 => new(FailureClass.Connection, "pg_isready.2", 0.8),
            3 => new(FailureClass.InvalidInput, "pg_isready.3", 0.8),
            _ => null,
        },
        "gemini" or "gemini-cli" or "qwen" or "qwen-code" => code switch
        {
            41 => new(FailureClass.Auth, "gemini.41", 0.8),
            42 or 52 => new(FailureClass.InvalidInput, "gemini." + code, 0.8),
            53 => new(FailureClass.Incomplete, "gemini.53", 0.9),
            _ => null,
        },
        "npm" or "npx" or "node" => code switch
        {
            // npm ends with the negated errno, modulo 256.
            243 => new(FailureClass.Permission, "npm.eacces", 0.5),
            254 => new(FailureClass.NotFound, "npm.enoent", 0.5),
            228 => new(FailureClass.ResourceExhausted, "npm.enospc", 0.5),
            _ => null,
        },
        "sqlite" or "sqlite3" => code switch
        {
            5 or 6 => new(FailureClass.ResourceContention, "sqlite.busy", 0.6),
            13 => new(FailureClass.ResourceExhausted, "sqlite.full", 0.6),
            _ => null,
        },
        _ => null,
    };

    /// <summary>Exit codes of curl as its manual lists them.</summary>
    private static ExitVerdict? Curl(int code) => code switch
    {
        5 or 6 => new(FailureClass.Connection, "net.dns", 0.8),
        7 => new(FailureClass.Connection, "net.refused", 0.8),
        28 => new(FailureClass.Timeout, "curl.28", 0.92),
        35 => new(FailureClass.Connection, "net.tls_handshake", 0.8, Transient: false),
        52 or 55 or 56 or 18 or 92 or 95 or 16 => new(FailureClass.Connection, "net.reset", 0.6),
        51 or 58 or 60 or 77 or 83 or 91 => new(FailureClass.Connection, "net.tls_verify", 0.8, Transient: false),
        67 or 94 => new(FailureClass.Auth, "curl." + code, 0.8),
        9 => new(FailureClass.Auth, "curl.9", 0.6),
        23 => new(FailureClass.ResourceExhausted, "curl.23", 0.35),
        26 or 37 => new(FailureClass.NotFound, "curl." + code, 0.8),
        27 => new(FailureClass.ResourceExhausted, "curl.27", 0.8),
        63 => new(FailureClass.InvalidInput, "curl.63", 0.5),
        78 => new(FailureClass.NotFound, "curl.78", 0.6),
        97 or 96 or 81 or 80 => new(FailureClass.Connection, "curl." + code, 0.6),
        12 => new(FailureClass.Timeout, "curl.12", 0.6),
        89 => new(FailureClass.ResourceContention, "curl.89", 0.6),
        42 => new(FailureClass.Cancelled, "curl.42", 0.6),
        19 or 68 or 79 => new(FailureClass.NotFound, "curl." + code, 0.4),
        69 => new(FailureClass.Permission, "curl.69", 0.6),
        70 => new(FailureClass.ResourceExhausted, "curl.70", 0.7),
        21 or 33 or 36 or 43 or 45 or 48 or 49 or 61 or 62 or 66 or 71 or 73 or 75 or 84 =>
            new(FailureClass.InvalidInput, "curl." + code, 0.4),
        1 or 2 or 3 or 4 => new(FailureClass.InvalidInput, "curl." + code, 0.7),
        47 => new(FailureClass.InvalidInput, "curl.47", 0.5),
        _ => null,
    };
}
