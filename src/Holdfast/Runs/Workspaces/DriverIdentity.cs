namespace Holdfast.Runs.Workspaces;

/// <summary>Who drives: told to whoever is refused the lock, and recorded in the journal.</summary>
/// <param name="Pid">Of this process.</param>
/// <param name="BootId">Of this start of the machine; empty where the system has none.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="User">The operating system's user.</param>
/// <param name="Version">Of Holdfast.</param>
public sealed record DriverIdentity(int Pid, string BootId, string Host, string User, string Version)
{
    /// <summary>This process.</summary>
    public static DriverIdentity OfThisProcess { get; } = new(
        Environment.ProcessId, ReadBoot(), Environment.MachineName, Environment.UserName,
        typeof(DriverIdentity).Assembly.GetName().Version?.ToString(3) ?? "0");

    private static string ReadBoot()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
