namespace Holdfast.Runs.Steps;

/// <summary>Whose value is kept as JSON, in the words that errors tell it by.</summary>
internal readonly record struct ResultOwner
{
    private readonly Kind _kind;
    private readonly string _name;

    private ResultOwner(Kind kind, string name) => (_kind, _name) = (kind, name);

    private enum Kind
    {
        Step,
        Run,
        Signal,
    }

    internal static ResultOwner Step(string name) => new(Kind.Step, name);

    internal static ResultOwner Run(string id) => new(Kind.Run, id);

    internal static ResultOwner Signal(string name) => new(Kind.Signal, name);

    /// <summary>A type of it cannot be kept as JSON.</summary>
    internal NotSupportedException Unfit(string? type, Exception why) => new(
        (_kind switch
        {
            Kind.Signal => $"signal \"{_name}\" is",
            Kind.Run => $"run {_name} returns",
            _ => $"step \"{_name}\" returns",
        })
        + $" {type}, which cannot be kept as JSON ({why.Message}); nothing was run. "
        + (_kind switch
        {
            Kind.Signal => "Wait for a type that can, or tell how it is read (json)",
            Kind.Run => "Return a type that can, or give RunOptions.Json",
            _ => "Return a type that can, or give StepOptions.Json",
        }), why);

    /// <summary>It was returned or is to be sent, and cannot be written.</summary>
    internal StepResultException Unwritable(string? type, string why, Exception? inner) => new(
        (_kind switch
        {
            Kind.Signal => $"the value of signal \"{_name}\" of",
            Kind.Run => $"the program of run {_name} has returned, and its result of",
            _ => $"step \"{_name}\" has run, and its result of",
        })
        + $" {type} cannot be {(_kind == Kind.Signal ? "sent" : "kept")}{why}", inner);

    /// <summary>It was of another type.</summary>
    internal StepMismatchException Changed(string? was, string? now) => new(_kind == Kind.Run
        ? $"run {_name} returned {was ?? "nothing"} when it ended, and its program returns {now ?? "nothing"} now; let "
            + "the program return what it did, or start a run of another id"
        : $"step \"{_name}\" returned {was ?? "nothing"} when it ran, and the program asks for {now ?? "nothing"} now; "
            + "nothing new was started. Give the changed step a new name, or start a new run");

    /// <summary>It cannot be read as the type that it was written as.</summary>
    internal StepMismatchException Unreadable(string? type, Exception why) => new(_kind == Kind.Run
        ? $"the recorded result of run {_name} cannot be read as {type} any more ({why.Message}); keep the type able "
            + "to read what it wrote, or start a run of another id"
        : $"the recorded result of step \"{_name}\" cannot be read as {type} any more ({why.Message}); nothing new was "
            + "started. Keep the type able to read what it wrote, give the changed step a new name, or start a new run",
        why);
}
