using Holdfast.Cli.Driving.Letters;

namespace Holdfast.Cli.Driving;

/// <summary>The commands that drive or steer runs.</summary>
internal static class DrivingCommands
{
    internal static IReadOnlyList<CommandEntry> Entries { get; } =
    [
        RunCommand.Entry, ResumeCommand.Entry, RetryCommand.Entry, ForkCommand.Entry, .. SteerCommands.Entries,
        .. ApproveCommands.Entries, SignalCommand.Entry, CheckpointCommands.Entry, LettersCommand.Entry,
        GuardCommand.Entry,
    ];
}
