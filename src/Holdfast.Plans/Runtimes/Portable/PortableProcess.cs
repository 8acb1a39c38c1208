using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Holdfast.Plans.Runtimes.Portable;

/// <summary>A running program, as the portable runtime needs it: the seam to the operating system.</summary>
internal interface IPortableProcess : IDisposable
{
    /// <summary>Its number, for the attempt file.</summary>
    int Pid { get; }

    /// <summary>Null while it runs, then its exit code (128 + n for a signal, where there are signals).</summary>
    int? ExitCode { get; }

    /// <summary>Processor time of it so far.</summary>
    TimeSpan ProcessorTime { get; }

    /// <summary>Asks it to end; false where the system knows no such request.</summary>
    bool Ask();

    /// <summary>Ends it and its descendants.</summary>
    void Kill();
}

/// <summary>Starts programs.</summary>
internal interface IPortableProcesses
{
    /// <summary>Starts; captures go to the two files until the program ends, whoever else holds them open.</summary>
    /// <exception cref="Win32Exception">It could not be started; the native code says why.</exception>
    /// <exception cref="IOException">A file could not be opened.</exception>
    IPortableProcess Start(CommandSpec spec, FileStream output, FileStream errors);
}

/// <summary>The real ones, by the system's own class.</summary>
internal sealed partial class SystemProcesses : IPortableProcesses
{
    /// <inheritdoc/>
    public IPortableProcess Start(CommandSpec spec, FileStream output, FileStream errors)
    {
        var start = new ProcessStartInfo(spec.Argv[0])
        {
            WorkingDirectory = spec.WorkingFolder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        for (var i = 1; i < spec.Argv.Length; i++)
        {
            start.ArgumentList.Add(spec.Argv[i]);
        }

        start.Environment.Clear();
        for (var i = 0; i < spec.Environment.Count; i++)
        {
            var sign = spec.Environment[i].IndexOf('=');
            start.Environment[spec.Environment[i][..sign]] = spec.Environment[i][(sign + 1)..];
        }

        var input = spec.StdinFile is null ? null : File.OpenRead(Path.Combine(spec.WorkingFolder, spec.StdinFile));
        return new Running(Process.Start(start)!, input, output, errors);
    }

    private sealed partial class Running : IPortableProcess
    {
        private const int Term = 15;
        private readonly Process _process;
        private readonly WindowsJob? _job;

        internal Running(Process process, FileStream? input, FileStream output, FileStream errors)
        {
            _process = process;
            _job = OperatingSystem.IsWindows() ? WindowsJob.Around(process) : null;

            // All three at once and none awaited: neither an unread input nor a daemon that keeps an output open can
            // hold up the end (PR1, PR2).
            _ = Pump(process.StandardOutput.BaseStream, output);
            _ = Pump(process.StandardError.BaseStream, errors);
            _ = Feed(input, process.StandardInput.BaseStream);
        }

        public int Pid => _process.Id;

        public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

        public TimeSpan ProcessorTime => _process.HasExited ? TimeSpan.Zero : _process.TotalProcessorTime;

        public bool Ask() => !OperatingSystem.IsWindows() && KillRaw(_process.Id, Term) == 0;

        public void Kill()
        {
            if (OperatingSystem.IsWindows() && _job is not null)
            {
                _job.End();
                return;
            }

            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It ended in between, which is what was wanted.
            }
        }

        public void Dispose()
        {
            if (OperatingSystem.IsWindows())
            {
                _job?.Dispose();
            }

            _process.Dispose();
        }

        private static async Task Pump(Stream from, FileStream to)
        {
            try
            {
                var buffer = new byte[32768];
                while (await from.ReadAsync(buffer) is var count and > 0)
                {
                    await to.WriteAsync(buffer.AsMemory(0, count));
                    await to.FlushAsync();
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The capture was closed because the attempt is over; what a daemon says later is nobody's output.
            }
        }

        private static async Task Feed(FileStream? from, Stream to)
        {
            try
            {
                if (from is not null)
                {
                    await from.CopyToAsync(to);
                }
            }
            catch (IOException)
            {
                // A program need not read all of its input.
            }
            finally
            {
                from?.Dispose();
                await to.DisposeAsync();
            }
        }

        [LibraryImport("libc", EntryPoint = "kill")]
        private static partial int KillRaw(int pid, int signal);
    }
}
