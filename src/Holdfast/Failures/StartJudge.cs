namespace Holdfast.Failures;

/// <summary>Why an attempt could not be started at all.</summary>
internal static class StartJudge
{
    /// <summary>The class of a start error, which begins with the name of an errno.</summary>
    internal static (FailureClass Class, string Rule) Judge(string? startError)
    {
        var error = startError ?? "";
        var end = error.AsSpan().IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        var name = end < 0 ? error : error[..end];
        var failureClass = name switch
        {
            "ENOENT" or "ENOTDIR" => FailureClass.NotFound,
            "EACCES" or "EPERM" or "EROFS" => FailureClass.Permission,
            "ENOEXEC" or "EINVAL" or "E2BIG" or "ENAMETOOLONG" or "ELOOP" or "EISDIR" or "ELIBBAD" =>
                FailureClass.InvalidInput,
            "EAGAIN" or "ETXTBSY" or "EBUSY" => FailureClass.ResourceContention,
            "ENOMEM" or "EMFILE" or "ENFILE" or "ENOSPC" => FailureClass.ResourceExhausted,
            "EIO" => FailureClass.InfrastructureLost,
            _ => FailureClass.Unknown,
        };
        return (failureClass, name.Length == 0 ? "start.failed" : "start." + name);
    }
}

/// <summary>Programs that are coding agents: their own finish reason and last message say how they ended.</summary>
internal static class AgentTools
{
    internal static bool Is(string? tool) => tool is "opencode" or "codex" or "claude" or "claude-code" or "gemini"
        or "gemini-cli" or "kilo" or "kilocode" or "qwen" or "qwen-code" or "aider" or "goose" or "cursor-agent"
        or "copilot" or "amp" or "crush" or "cline" or "openhands" or "plandex" or "auggie" or "droid" or "iflow"
        or "kimi" or "codebuff";

    /// <summary>
    /// Programs that print what a model answered, so that their standard output is mostly quoted text.
    /// </summary>
    internal static bool IsModelClient(string? tool) => Is(tool) || tool is "openai-api" or "anthropic-api"
        or "google-genai" or "llm";
}
