using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Steps;

/// <summary>Judges what a step threw.</summary>
internal static class StepFailures
{
    private static readonly FailureClassifier Classifier = new();

    private static readonly Failure Gone = Lost.Failure with
    {
        Evidence = new Evidence("runtime.lost", "runtime", null, "its process ended before it did"),
    };

    /// <summary>The judgement of the last attempt of a step, whose process ended before it did.</summary>
    internal static RuntimeErrorClassified LostAttempt(string run, TaskState task) => new(
        Lost.Named(Gone, run, task.Name, task.Attempts, RuntimeChoice.Step))
    {
        Task = task.Name, Attempt = task.Attempts,
    };

    /// <summary>The same failure, saying that a step was being done; one from inside the step says so itself.</summary>
    internal static Failure InStep(Failure failure)
    {
        var known = failure.Context ?? new ErrorContext();
        return failure with
        {
            Context = known with
            {
                Runtime = known.Runtime ?? RuntimeChoice.Step, Operation = known.Operation ?? RuntimeChoice.Step,
            },
        };
    }

    /// <summary>An attempt that was ended from outside.</summary>
    internal static Failure Of(EndedBy endedBy, DateTimeOffset now) => Classifier.Classify(new FailureSignals
    {
        Outcome = new Outcome { EndedBy = endedBy }, Now = now,
    })!;

    /// <summary>What ended a program, in a line.</summary>
    internal static string Told(Exception error) =>
        $"the program threw {error.GetType().Name}" + (Of(error, default, default).Evidence.Text is { } text
            ? $" ({text})" : "");

    /// <summary>What an exception says of itself; of one that cannot even do that, its type.</summary>
    internal static string SaidBy(Exception error)
    {
        try
        {
            return error.Message;
        }
        catch (Exception hostile) when (hostile is not OutOfMemoryException)
        {
            return $"{error.GetType().FullName}, whose message cannot be read ({hostile.GetType().Name})";
        }
    }

    /// <summary>An exception of the step. Never throws, whatever the exception does when it is looked at.</summary>
    internal static Failure Of(Exception error, DateTimeOffset now, CancellationToken token)
    {
        try
        {
            return error switch
            {
                // What failed inside has been tried as often as its own policy said.
                StepFailedException { Failure: { } inner } =>
                    inner with { Transient = false, Disposition = Disposition.Fail },
                StepResultException => Invalid(Recovery.ResultLost, error, "return what can be kept"),
                _ when MisuseIn(error) is { } misuse => Invalid(
                    "exception.step_misuse", misuse, "correct the program, and have the step tried again"),
                _ => FailureClassifier.ClassifyException(error, now, token),
            };
        }
        catch (Exception hostile) when (hostile is not OutOfMemoryException)
        {
            return FailureClassifier.Make(
                FailureClass.Unknown, "exception.unreadable", "exception", null, SaidBy(error), 0.3, null, null);
        }
    }

    private static Failure Invalid(string rule, Exception error, string cure) => FailureClassifier.Make(
        FailureClass.InvalidInput, rule, "exception", null, error.Message, 1, transient: false, cure);

    // What a program does with its own runs that no further try can make right.
    private static Exception? MisuseIn(Exception error) => error switch
    {
        DuplicateStepException => error,
        ObjectDisposedException { ObjectName: var name } when name == typeof(DurableRun).FullName
            || name == typeof(Workspace).FullName => error,
        AggregateException many => many.InnerExceptions.Select(MisuseIn).FirstOrDefault(e => e is not null),
        _ => null,
    };
}
