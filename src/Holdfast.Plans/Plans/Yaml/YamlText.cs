using System.Text;
using System.Text.Unicode;

namespace Holdfast.Plans.Yaml;

/// <summary>Turns the bytes of a plan file into text, or says where they are no text.</summary>
internal static class YamlText
{
    /// <summary>The largest plan file that is read. 100,000 tasks with needs take 6 MiB.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    // Inside ${{ … }} these five have a meaning for YAML's flow style. While YAML reads the file they are replaced by
    // characters of the private use area, so that `{ run: ./tell ${{ run.id }} }` means what its author meant.
    private const string Masked = "{}[],";
    private const char FirstMask = '\uF5E0';
    private static readonly string[] EscapedMasks = [@"\uF5E", @"\U0000F5E"];

    /// <summary>The text without its byte order mark; null after an error was recorded.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes, PlanMessages messages)
    {
        if (bytes.Length > MaxBytes)
        {
            messages.Error(new(1, 1), $"the plan has {bytes.Length:N0} bytes, and {MaxBytes:N0} is the limit",
                "split the plan, or let for-each read its items from a file");
            return null;
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            messages.Error(new(1, 1), "the plan is written in UTF-16", "save it as UTF-8");
            return null;
        }

        var control = IndexOfControl(bytes);
        var valid = Utf8.IsValid(bytes);
        if (control >= 0)
        {
            messages.Error(PositionOf(bytes, control), $"the plan holds the byte 0x{bytes[control]:X2}, which no "
                + $"text has",
                "give a YAML file in UTF-8, not a binary one");
            return null;
        }

        if (!valid)
        {
            var at = IndexOfInvalid(bytes);
            messages.Error(PositionOf(bytes, at), $"the byte 0x{bytes[at]:X2} is not UTF-8", "save the plan as UTF-8");
            return null;
        }

        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Hides what is inside <c>${{ … }}</c> from YAML. Lengths, and so positions, stay the same.</summary>
    /// <returns>
    /// The text itself when there is nothing to hide, or when it uses the private characters already, by an escape or
    /// as they are: then nothing may be unmasked, or they would turn into braces.
    /// </returns>
    public static string Mask(string text)
    {
        var at = text.IndexOf("${{", StringComparison.Ordinal);
        if (at < 0 || text.AsSpan().IndexOfAnyInRange(FirstMask, (char)(FirstMask + Masked.Length - 1)) >= 0
            || EscapedMasks.Any(escape => text.Contains(escape, StringComparison.OrdinalIgnoreCase)))
        {
            return text;
        }

        var masked = text.ToCharArray();
        var ends = new ExpressionEnds(text);
        while (at >= 0)
        {
            var end = ends.After(at + 3);
            for (var i = at + 1; i < end; i++)
            {
                var index = Masked.IndexOf(masked[i]);
                masked[i] = index < 0 ? masked[i] : (char)(FirstMask + index);
            }

            at = text.IndexOf("${{", Math.Max(end, at + 3), StringComparison.Ordinal);
        }

        return new string(masked);
    }

    /// <summary>Undoes <see cref="Mask"/> in one scalar.</summary>
    public static string Unmask(string scalar) =>
        scalar.AsSpan().IndexOfAnyInRange(FirstMask, (char)(FirstMask + Masked.Length - 1)) < 0
            ? scalar
            : string.Create(scalar.Length, scalar, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    var index = source[i] - FirstMask;
                    span[i] = index >= 0 && index < Masked.Length ? Masked[index] : source[i];
                }
            });

    private static int IndexOfControl(ReadOnlySpan<byte> bytes)
    {
        // Tab, line feed and carriage return are the only ones that YAML's text may hold as they are.
        var from = 0;
        while (true)
        {
            var at = bytes[from..].IndexOfAnyInRange((byte)0, (byte)31);
            if (at < 0)
            {
                return bytes.IndexOf((byte)127);
            }

            from += at;
            if (bytes[from] is not ((byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                return from;
            }

            from++;
        }
    }

    private static int IndexOfInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _,
            out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return Math.Min(at, bytes.Length - 1);
    }

    // Places count in UTF-16 units, as those of the parser do, and not in bytes.
    private static SourcePosition PositionOf(ReadOnlySpan<byte> bytes, int index) =>
        EndOf(Encoding.UTF8.GetString(bytes[..index]));

    private static SourcePosition EndOf(string text) => new PlacesWithin(text).Within(new(int.MaxValue, 1));

    /// <summary>
    /// Finds the ends of expressions, in one pass over all of a text however many of them have none. An expression that
    /// does not end on its line is left as it is: the error about it then shows what was written.
    /// </summary>
    private ref struct ExpressionEnds(string text)
    {
        private int _at;

        // Quotes seen on this line up to _at; and whether, from there, no end follows an even or an odd number of them.
        private bool _odd;
        private (bool Even, bool Odd) _none;

        /// <summary>
        /// Behind the <c>}}</c> of an expression that begins here; 0 for none. Ask from front to back.
        /// </summary>
        public int After(int from)
        {
            Go(from);
            if (_odd ? _none.Odd : _none.Even)
            {
                return 0;
            }

            var quoted = false;
            var i = from;
            for (; i < text.Length && text[i] != '\n'; i++)
            {
                if (text[i] == '\'')
                {
                    quoted = !quoted;
                }
                else if (!quoted && text[i] == '}' && i + 1 < text.Length && text[i + 1] == '}')
                {
                    return i + 2;
                }
            }

            _none = _odd ? _none with { Odd = true } : _none with { Even = true };
            return 0;
        }

        private void Go(int to)
        {
            for (; _at < to && _at < text.Length; _at++)
            {
                if (text[_at] == '\n')
                {
                    (_odd, _none) = (false, default);
                }
                else if (text[_at] == '\'')
                {
                    _odd = !_odd;
                }
            }
        }
    }
}
