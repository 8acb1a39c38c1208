using System.Runtime.InteropServices;
using Holdfast.Runs;

namespace Holdfast.Cli.Driving;

/// <summary>
/// What signals mean to a driver: INT and TERM interrupt the run, a second one at once; HUP only takes the terminal
/// away, and the run goes on.
/// </summary>
internal sealed class DriverSignals : IDisposable
{
    /// <summary>
    /// A TERM so soon after another is the same one: timeout(1) sends it to its command and then to the whole group.
    /// </summary>
    private static readonly TimeSpan SameTerm = TimeSpan.FromMilliseconds(500);

    private readonly CommandContext _context;
    private readonly Lock _gate = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly List<string> _early = [];
    private Dispatcher? _dispatcher;
    private int _seen;
    private long? _term;

    internal DriverSignals(CommandContext context)
    {
        _context = context;
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Interrupt(s, "SIGINT")));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Interrupt(s, "SIGTERM")));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, s => s.Cancel = true));
    }

    /// <summary>From here on signals reach the run; one that came before it does so at once.</summary>
    internal void Attach(Dispatcher dispatcher)
    {
        lock (_gate)
        {
            _dispatcher = dispatcher;
            _early.ForEach(dispatcher.Interrupt);
        }
    }

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void Interrupt(PosixSignalContext signal, string name)
    {
        signal.Cancel = true;
        lock (_gate)
        {
            if (signal.Signal == PosixSignal.SIGTERM)
            {
                if (_term is { } before && _context.Time.GetElapsedTime(before) < SameTerm)
                {
                    return;
                }

                _term = _context.Time.GetTimestamp();
            }

            _seen++;
            _context.Error.WriteLine(_seen == 1
                ? $"holdfast: {name}: ending the attempts (10 s to leave by themselves); once more ends them at once"
                : $"holdfast: {name} again: ending the attempts at once");
            if (_dispatcher is null)
            {
                _early.Add($"interrupted by {name}");
            }
            else
            {
                _dispatcher.Interrupt($"interrupted by {name}");
            }
        }
    }
}
