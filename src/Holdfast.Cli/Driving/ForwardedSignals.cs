using System.Diagnostics;
using System.Runtime.InteropServices;
using Holdfast.Plans.Runtimes.Linux;

namespace Holdfast.Cli.Driving;

/// <summary>
/// Passes INT and TERM on to the drivers that this process started: it stays until they have left, as they do.
/// From a terminal they get the first themselves, so INT is only kept from ending this one.
/// </summary>
internal sealed class ForwardedSignals : IDisposable
{
    private const int Term = 15;
    private readonly Queue<Process> _drivers;
    private readonly PosixSignalRegistration _int;
    private readonly PosixSignalRegistration _term;

    internal ForwardedSignals(Queue<Process> drivers)
    {
        _drivers = drivers;
        _int = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        _term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            Forward();
        });
    }

    internal void Add(Process driver)
    {
        lock (_drivers)
        {
            _drivers.Enqueue(driver);
        }
    }

    public void Dispose()
    {
        _int.Dispose();
        _term.Dispose();
    }

    private void Forward()
    {
        lock (_drivers)
        {
            foreach (var driver in _drivers)
            {
                if (!driver.HasExited)
                {
                    _ = LinuxCalls.Kill(driver.Id, Term);
                }
            }
        }
    }
}
