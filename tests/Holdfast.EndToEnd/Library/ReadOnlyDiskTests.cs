using System.Diagnostics;
using Holdfast.EndToEnd.Hardship;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Library;

/// <summary>A C# program whose workspace lies on a disk that is mounted read-only.</summary>
public sealed class ReadOnlyDiskTests
{
    private const string Cure =
        "give this user access to the folder, or open a workspace on a disk that can be written";

    [Fact]
    public async Task A_workspace_that_cannot_be_made_there_names_the_folder_and_the_cure()
    {
        using var at = new Holding();
        await using var disk = await Disk.MountAsync(at);
        await disk.RemountAsync("ro");
        var (code, told) = Program(disk.Folder, 1);
        Assert.NotEqual(0, code);
        Assert.Contains($"WorkspaceException: the workspace {disk.Folder}/.holdfast cannot be written: ", told);
        Assert.Contains("ead-only file system", told);
        Assert.Contains(Cure, told);
    }

    [Fact]
    public async Task A_run_that_lies_there_names_the_folder_and_the_cure_and_goes_on_once_it_can_be_written()
    {
        using var at = new Holding();
        await using var disk = await Disk.MountAsync(at);
        Kill(disk.Folder);
        await disk.RemountAsync("ro");
        var before = File.ReadAllBytes(Journal(disk.Folder));
        var (code, told) = Program(disk.Folder, 40);
        Assert.NotEqual(0, code);
        Assert.Contains($"run orders-of-today cannot be written in {disk.Folder}/.holdfast: ", told);
        Assert.Contains("ead-only file system", told);
        Assert.Contains(Cure, told);
        Assert.Equal(before, File.ReadAllBytes(Journal(disk.Folder)));

        // What only looks needs no right to write.
        Assert.Contains("undriven", at.Run("status", "--workspace", disk.Folder + "/.holdfast").Is(0).Out);
        await disk.RemountAsync("rw");
        (code, told) = Program(disk.Folder, 40);
        Assert.True(code == 0, told);
    }

    private static string Journal(string folder) =>
        Path.Combine(folder, ".holdfast/runs/orders-of-today/journal.ndjson");

    private static void Kill(string folder)
    {
        using var program = Start(folder, 40);
        var since = TimeProvider.System.GetTimestamp();
        using var never = new ManualResetEvent(initialState: false);
        while (!File.Exists(Journal(folder)) || !File.ReadAllText(Journal(folder)).Contains("attempt_succeeded"))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Holding.Deadline, "no step ended in time");
            never.WaitOne(5);
        }

        program.Kill();
        program.WaitForExit();
    }

    private static (int Code, string Error) Program(string folder, int orders)
    {
        using var program = Start(folder, orders);
        var error = program.StandardError.ReadToEnd();
        program.WaitForExit();
        return (program.ExitCode, error);
    }

    private static Process Start(string folder, int orders) => Process.Start(new ProcessStartInfo("dotnet")
    {
        RedirectStandardError = true, UseShellExecute = false,
        ArgumentList =
        {
            Path.Combine(
                OrderProcessingTests.RepositoryRoot(),
                "samples/OrderProcessing/bin/Release/net10.0/OrderProcessing.dll"),
            folder, $"{orders}",
        },
    })!;

    /// <summary>A small disk of its own.</summary>
    private sealed class Disk(Holding at) : IAsyncDisposable
    {
        internal string Folder { get; } = Directory.CreateDirectory(Path.Combine(at.Folder, "disk")).FullName;

        /// <summary>Skips the test, told in the summary, where nothing can be mounted.</summary>
        internal static async Task<Disk> MountAsync(Holding at)
        {
            Around.NeedsRoot("a read-only disk");
            var disk = new Disk(at);
            var mounted = await Around.Shell(at, "mount -t tmpfs -o size=16m tmpfs disk");
            Assert.SkipUnless(mounted.Code == 0, $"mounting is not permitted here: {mounted.Error.Trim()}");
            return disk;
        }

        internal async Task RemountAsync(string how) =>
            (await Around.Shell(at, $"mount -o remount,{how} disk")).Is(0);

        public async ValueTask DisposeAsync() => (await Around.Shell(at, "umount disk")).Is(0);
    }
}
