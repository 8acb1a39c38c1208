using System.Text;

namespace Holdfast.Cli;

/// <summary>
/// A writer that outlives its reader: a closed pipe or a terminal that went away ends what is shown, never the work
/// behind it. Safe for several threads.
/// </summary>
internal sealed class SafeWriter(TextWriter inner) : TextWriter
{
    private readonly Lock _gate = new();

    /// <summary>Whether nobody reads any more.</summary>
    internal bool IsLost { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Guarded(() => inner.Write(value));

    public override void Write(string? value) => Guarded(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Guarded(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Guarded(() => inner.WriteLine(value));

    public override void Flush() => Guarded(inner.Flush);

    private void Guarded(Action write)
    {
        lock (_gate)
        {
            if (IsLost)
            {
                return;
            }

            try
            {
                write();
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                IsLost = true;
            }
        }
    }
}
