using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Plans.Running;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli;

/// <summary>Words an error for people and for programs, with one exit code for each cause.</summary>
internal static class FailureReport
{
    internal static int Write(Exception error, CommandContext context)
    {
        var failure = Translate(error);
        if (context.Json)
        {
            WriteJson(failure, context);
        }

        return Tell(failure, context);
    }

    /// <summary>Words it for people alone: for one of many runs, after which the command goes on.</summary>
    internal static int Tell(Exception error, CommandContext context)
    {
        var failure = Translate(error);
        context.Error.WriteLine(Where(failure) + context.Called.Sentence(failure.Message));
        if (failure.Hint is { } hint)
        {
            context.Error.WriteLine(context.Called.Sentence(hint));
        }

        foreach (var next in failure.Next)
        {
            context.Error.WriteLine($"  next: {context.Proposed(next)}");
        }

        return failure.ExitCode;
    }

    private static CliFailure Translate(Exception error) => error switch
    {
        CliFailure failure => failure,
        RunNotFoundException => new CliFailure("run_not_found", ExitCodes.NotFound, error.Message, error),
        RunLockedException => new CliFailure("run_locked", ExitCodes.Conflict, error.Message, error),
        RunExistsException => new CliFailure("run_exists", ExitCodes.Conflict, error.Message, error),
        RunHalfPrunedException => new CliFailure("run_half_pruned", ExitCodes.Conflict, error.Message, error)
        {
            Next = ["holdfast prune"],
        },
        PlanDamagedException => new CliFailure("plan_damaged", ExitCodes.Infrastructure, error.Message, error),
        WorkspaceException { InnerException: PosixException or UnauthorizedAccessException } =>
            new CliFailure("storage_failed", ExitCodes.Infrastructure, error.Message, error),
        WorkspaceException => new CliFailure("workspace_unusable", ExitCodes.Usage, error.Message, error),
        JournalDamagedException => new CliFailure("journal_damaged", ExitCodes.Infrastructure, error.Message, error),
        JournalFormatException => new CliFailure("journal_format", ExitCodes.Infrastructure, error.Message, error),
        JournalPoisonedException => new CliFailure("journal_unwritable", ExitCodes.Infrastructure, error.Message,
            error),
        StorageFullException => new CliFailure("disk_full", ExitCodes.Infrastructure, error.Message, error),
        InvalidRunEventException or FormatException => new CliFailure(
            "journal_damaged", ExitCodes.Infrastructure,
            $"what the run recorded cannot be read: {error.Message}; `holdfast journal verify` says more", error),
        IOException and not PosixException { IsDenied: true } => new CliFailure(
            "storage_failed", ExitCodes.Infrastructure, error.Message, error),
        IOException or UnauthorizedAccessException => new CliFailure(
            "storage_failed", ExitCodes.Infrastructure, error.Message, error)
        {
            Hint = "give this user write access to it, or work in a copy; nothing was lost, and what ran goes on as "
                + "it was",
        },
        _ => BugReport.Of(error),
    };

    private static string Where(CliFailure failure) => failure switch
    {
        { File: { } file, Line: { } line, Column: { } column } => $"{file}:{line}:{column}: ",
        { File: { } file } => $"{file}: ",
        _ => "holdfast: ",
    };

    private static void WriteJson(CliFailure failure, CommandContext context) => JsonResult.Write(
        context, "holdfast.error.v1", failure.ExitCode, null, failure.Next, json =>
        {
            json.WriteStartObject("error");
            json.WriteString("code", failure.Code);
            json.WriteString("message", context.Called.Sentence(failure.Message));
            WriteIfKnown(json, failure, context.Called);
            json.WriteEndObject();
        });

    private static void WriteIfKnown(Utf8JsonWriter json, CliFailure failure, CalledAs called)
    {
        if (failure.File is { } file)
        {
            json.WriteString("file", file);
        }

        if (failure.Line is { } line)
        {
            json.WriteNumber("line", line);
        }

        if (failure.Column is { } column)
        {
            json.WriteNumber("column", column);
        }

        if (failure.Hint is { } hint)
        {
            json.WriteString("hint", called.Sentence(hint));
        }
    }
}

/// <summary>An error that nobody foresaw is a bug of ours: it is written down in full, and says where.</summary>
internal static class BugReport
{
    internal static CliFailure Of(Exception error)
    {
        var place = Path.Combine(Path.GetTempPath(), $"holdfast-bug-{Environment.ProcessId}.txt");
        try
        {
            File.WriteAllText(place, $"Holdfast {Versions.Current}\n{error}\n");
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            place = "nowhere, since " + unwritable.Message;
        }

        return new CliFailure(
            "bug", ExitCodes.Bug, $"a bug in Holdfast: {error.Message} ({error.GetType().Name}); the report was "
                + $"written to {place}", error);
    }
}

/// <summary>The version of this build.</summary>
internal static class Versions
{
    internal static string Current { get; } = typeof(Versions).Assembly.GetName().Version?.ToString(3) ?? "0";
}
