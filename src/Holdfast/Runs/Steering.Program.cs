using System.Text;
using System.Text.Json;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Steps;

namespace Holdfast.Runs;

/// <content>What is for runs of C# programs alone.</content>
public static partial class Steering
{
    /// <summary>Longest value of a signal in bytes: 64 KiB.</summary>
    public const int MaxSignalBytes = StepResults.MaxInlineBytes;

    // It may come before the program asks for it, so that its name is known to nobody yet.
    private static (SteeringAnswer, RunEvent[]) Signal(RunState state, SteeringRequest request)
    {
        if (!state.IsOfProgram)
        {
            return Refused("signals are for runs of C# programs, and this is one of a plan");
        }

        if (request.Tasks.Count != 1 || StepNames.WhyNot(request.Tasks[0]) is not null)
        {
            return Misused("a signal names what it is: " + (request.Tasks.Count == 1
                ? StepNames.WhyNot(request.Tasks[0]) : $"{request.Tasks.Count} names were given, and it takes one"));
        }

        if (WhyNoJson(request.Value) is { } problem)
        {
            return Misused($"the value of a signal is one line of JSON, up to {MaxSignalBytes} bytes: {problem}");
        }

        var name = request.Tasks[0];
        if (state.Ended is { } ended)
        {
            return Refused($"the run has ended ({ended.Status.Word()}); nobody waits for a signal");
        }

        var task = state.Find(name);
        if (task is { Spec.Approval: not null })
        {
            return Refused($"\"{name}\" is an approval, which takes no signal; `holdfast approve` or `deny` decides");
        }

        // What waits may have been tried as a step before its program changed.
        if (task is not null
            && (task.Status.IsEnd() || task.IsOpen || (task.Attempts > 0 && task.Status != TaskStage.Waiting)))
        {
            return Refused(task.WasSent
                ? $"signal \"{name}\" was sent already; each is sent once, unless its program cannot read what was sent"
                : $"\"{name}\" is a step that is {task.Status.Word()}, and waits for no signal");
        }

        return Done($"signal \"{name}\" was sent", new SignalReceived(request.By)
        {
            Task = name, Result = new StepResult { Json = request.Value },
        });
    }

    private static string? WhyNoJson(string? value)
    {
        if (value is null)
        {
            return "there is none";
        }

        if (value.AsSpan().ContainsAny('\n', '\r') || Encoding.UTF8.GetByteCount(value) > MaxSignalBytes)
        {
            return value.Length > MaxSignalBytes
                ? $"it has {value.Length} characters"
                : "it has line ends, or is longer";
        }

        try
        {
            using var document = JsonDocument.Parse(value);
            return null;
        }
        catch (JsonException error)
        {
            return error.Message;
        }
    }
}
