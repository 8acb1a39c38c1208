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

    /// <summary>Told after each write how much was written; for who keeps what takes it within bounds.</summary>
    internal Action<int>? Written { get; set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Guarded(() => inner.Write(value), 1);

    public override void Write(string? value) => Guarded(() => inner.Write(value), value?.Length ?? 0);

    public override void Write(char[] buffer, int index, int count) => Guarded(() => inner.Write(buffer, index, count),
        count);

    public override void WriteLine(string? value) => Guarded(() => inner.WriteLine(value), 1 + (value?.Length ?? 0));

    public override void Flush() => Guarded(inner.Flush, 0);

    private void Guarded(Action write, int chars)
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
                Written?.Invoke(chars);
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                IsLost = true;
            }
        }
    }
}
