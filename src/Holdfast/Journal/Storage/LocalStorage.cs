namespace Holdfast.Journal;

/// <summary>The files of this machine.</summary>
public static class LocalStorage
{
    /// <summary>Direct calls on Linux and macOS, the portable storage elsewhere.</summary>
    public static IStorage Instance { get; } =
        OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? new UnixStorage() : new PortableStorage();
}
