using System.Text;

namespace Holdfast.Cli.Live;

/// <summary>
/// Keeps a few lines at the foot of a terminal up to date; what will be wanted later (failures, held tasks) is printed
/// above them for good. Bounded to the terminal's height, whatever the plan's size.
/// </summary>
internal sealed class LiveView : IRunView
{
    private static readonly TimeSpan MinBetweenFrames = TimeSpan.FromMilliseconds(100);

    private readonly CommandContext _context;
    private readonly LiveModel _model;
    private readonly string _title;
    private readonly Func<(int Width, int Height)> _size;
    private readonly StringBuilder _lasting = new();
    private readonly PlainView _lines;
    private int _drawn;
    private long _drawnAt;

    /// <param name="context">The terminal is its output.</param>
    /// <param name="model">Where the run stands.</param>
    /// <param name="title">First words of the first line.</param>
    /// <param name="size">Columns and rows of the terminal.</param>
    /// <param name="mask">Takes secrets out of what is printed for good.</param>
    internal LiveView(
        CommandContext context, LiveModel model, string title, Func<(int Width, int Height)> size,
            Failures.SecretMask mask)
    {
        _context = context;
        _model = model;
        _title = title;
        _size = size;
        _lines = new PlainView(new StringWriter(_lasting), context.Time.LocalTimeZone, quiet: true, mask, parallel: 1);
    }

    /// <summary>Columns and rows of this process's terminal; a usual size where it does not tell.</summary>
    internal static (int Width, int Height) TerminalSize()
    {
        try
        {
            return Console.WindowWidth > 0 && Console.WindowHeight > 0
                ? (Console.WindowWidth, Console.WindowHeight)
                : (80, 24);
        }
        catch (Exception gone) when (gone is IOException or PlatformNotSupportedException or InvalidOperationException)
        {
            return (80, 24);
        }
    }

    public void Show(SeenEvent seen)
    {
        _model.Take(seen);
        _lines.Show(seen);
        if (_lasting.Length > 0 || _context.Time.GetElapsedTime(_drawnAt) >= MinBetweenFrames)
        {
            Draw();
        }
    }

    public void Idle() => Draw();

    public void Close()
    {
        _context.Out.Write(Erase());
        _drawn = 0;
        _context.Out.Flush();
    }

    private void Draw()
    {
        var frame = LiveFrame.Draw(_model, _title, _context.Time.GetUtcNow(), _size(), _context.Colours);
        var text = new StringBuilder(Erase()).Append(_lasting);
        _lasting.Clear();
        foreach (var line in frame)
        {
            text.Append(line).Append('\n');
        }

        _context.Out.Write(text.ToString());
        _context.Out.Flush();
        _drawn = frame.Count;
        _drawnAt = _context.Time.GetTimestamp();
    }

    // Up to the first of our lines, and everything from there on away.
    private string Erase() => _drawn == 0 ? "" : $"\e[{_drawn}F\e[J";
}
