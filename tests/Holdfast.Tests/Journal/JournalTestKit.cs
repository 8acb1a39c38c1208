using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>A run folder of its own for each test, under the system's temporary folder.</summary>
internal sealed class RunFolder : IDisposable
{
    internal RunFolder() => Path = Directory.CreateTempSubdirectory("holdfast-journal-").FullName;

    internal RunFolder(string path) => Path = Directory.CreateDirectory(path).FullName;

    internal string Path { get; }

    internal string Journal => JournalFormat.PathIn(Path);

    internal static IStorage Storage => LocalStorage.Instance;

    internal string In(string name) => System.IO.Path.Combine(Path, name);

    internal void WriteJournal(ReadOnlySpan<byte> bytes) => File.WriteAllBytes(Journal, bytes);

    internal byte[] ReadJournal() => File.ReadAllBytes(Journal);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Modes of files; Windows has none.</summary>
internal static class Modes
{
    internal static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    internal static UnixFileMode? Of(string path) => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);
}

/// <summary>A user who may do only what the modes of files allow; the super-user may do all.</summary>
internal static class PlainUser
{
    private const int Nobody = 65534;

    /// <summary>
    /// Runs it as such a user in a folder in which files can be created, moved and deleted, and which cannot be opened,
    /// so that no change of a name in it can be synced. Linux and macOS.
    /// </summary>
    internal static void InUnreadableFolder(Action<RunFolder> action)
    {
        Assert.SkipWhen(
            Environment.IsPrivilegedProcess && !OperatingSystem.IsLinux(), "elsewhere no thread can be another user");
        using var folder = new RunFolder();
        Modes.Set(folder.Path, (UnixFileMode)0x1FF);
        try
        {
            Run(() => action(new RunFolder(folder.In("inside"))));
        }
        finally
        {
            if (Directory.Exists(folder.In("inside")))
            {
                Modes.Set(folder.In("inside"), (UnixFileMode)Posix.OwnerOnlyFolder);
            }
        }
    }

    /// <summary>
    /// Runs it as such a user: whatever mistake it makes, it changes no mode and no name of what belongs to the system.
    /// On Linux; elsewhere as who runs the tests.
    /// </summary>
    internal static void Run(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
                {
                    // Of this thread alone, which ends with it.
                    _ = SetUserForFiles(Nobody);
                }

                action();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetUserForFiles(int user);
}

/// <summary>Journals to read and to break.</summary>
internal static class Samples
{
    internal static readonly DateTimeOffset At = new(2026, 11, 20, 9, 30, 12, TimeSpan.Zero);

    internal static JsonElement Vectors(string name)
        => JsonDocument.Parse(File.ReadAllBytes(
            Path.Combine(AppContext.BaseDirectory, "data", "vectors", name))).RootElement;

    /// <summary>Lines chained as a writer does; each says that the one before it was durable.</summary>
    internal static List<byte[]> Lines(int count, Func<long, long>? durable = null)
    {
        var lines = new List<byte[]>();
        uint crc = 0;
        for (var seq = 1L; seq <= count; seq++)
        {
            var record = new JournalRecord
            {
                Seq = seq,
                At = At.AddMilliseconds(seq),
                Type = seq == 1 ? JournalEvents.Opened : "attempt_started",
                Task = seq == 1 ? null : $"task-{seq % 5}",
                Attempt = seq == 1 ? 0 : (int)(seq % 3) + 1,
                Data = seq == 1
                    ? "{\"format\":1,\"readable_by\":1,\"run\":\"r\"}"u8.ToArray() : Encoding.UTF8.GetBytes(
                        $"{{\"n\":{seq}}}"),
                Durable = durable is null ? seq - 1 : durable(seq),
            };
            var buffer = new byte[1024];
            lines.Add(buffer[..JournalLine.Write(buffer, record, ref crc)]);
        }

        return lines;
    }

    /// <summary>A line with other text in it, and the check value that it had.</summary>
    internal static byte[] Changed(byte[] line, string from, string to)
    {
        var text = Encoding.UTF8.GetString(line);
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }

    internal static byte[] Join(IEnumerable<byte[]> lines) => lines.SelectMany(line => line).ToArray();

    internal static (JournalReading Reading, List<JournalRecord> Records) Read(RunFolder folder)
    {
        var records = new List<JournalRecord>();
        var reading = JournalReader.Read(
            RunFolder.Storage, folder.Path, (in JournalRecord record) => records.Add(record.Keep()));
        return (reading, records);
    }
}
