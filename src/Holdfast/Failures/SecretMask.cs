using System.Buffers;
using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>
/// Replaces secrets by <c>***</c>: the value itself, its base64 forms (also inside a longer base64 text), and as it
/// is written in URLs, in JSON (also in JSON within JSON), in HTML and in a shell's single quotes. A secret of
/// several lines is masked line by line. A value shorter than <see cref="ShortLength"/> is only masked where it
/// stands alone, so that "ab" does not tear words apart.
/// Immutable and thread-safe.
/// </summary>
public sealed class SecretMask
{
    /// <summary>Values below this many characters are masked as whole words only.</summary>
    public const int ShortLength = 4;

    private const string Stars = "***";
    private readonly Needle[] _needles;
    private readonly SearchValues<byte> _starts;

    private SecretMask(Needle[] needles)
    {
        _needles = needles;
        var starts = new byte[needles.Length];
        for (var i = 0; i < needles.Length; i++)
        {
            starts[i] = needles[i].Bytes[0];
            LongestBytes = Math.Max(LongestBytes, needles[i].Bytes.Length);
        }

        _starts = SearchValues.Create(starts);
    }

    /// <summary>Masks nothing.</summary>
    public static SecretMask Empty { get; } = new([]);

    /// <summary>Whether there is nothing to mask.</summary>
    public bool IsEmpty => _needles.Length == 0;

    /// <summary>Bytes of the longest form: what a stream has to hold back between two chunks, less one.</summary>
    public int LongestBytes { get; }

    /// <summary>Makes a mask for some values; blank ones are ignored.</summary>
    public static SecretMask For(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var forms = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var secret in secrets)
        {
            if (string.IsNullOrWhiteSpace(secret))
            {
                continue;
            }

            AddForms(secret, forms);
            foreach (var line in secret.Split('\n'))
            {
                var trimmed = line.Trim();
                // Lines such as "}" of a key file are no secrets of their own.
                if (trimmed.Length >= ShortLength && trimmed.Length < secret.Length)
                {
                    AddForms(trimmed, forms);
                }
            }
        }

        if (forms.Count == 0)
        {
            return Empty;
        }

        var needles = new List<Needle>(forms.Count);
        foreach (var (form, wholeWord) in forms)
        {
            needles.Add(new Needle(Encoding.UTF8.GetBytes(form), wholeWord));
        }

        // Longest first, so that a form inside another one does not leave its rest behind.
        needles.Sort(static (a, b) => b.Bytes.Length.CompareTo(a.Bytes.Length));
        return new SecretMask([.. needles]);
    }

    /// <summary>The text with every secret masked.</summary>
    public string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsEmpty || text.Length == 0)
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var masked = Mask(bytes);
        return masked.Length == bytes.Length && masked.AsSpan().SequenceEqual(bytes)
            ? text
            : Encoding.UTF8.GetString(masked);
    }

    /// <summary>
    /// A copy of the bytes with every secret masked. Bytes of any encoding; they need not be valid UTF-8.
    /// </summary>
    public byte[] Mask(ReadOnlySpan<byte> bytes)
    {
        if (IsEmpty)
        {
            return bytes.ToArray();
        }

        var output = new ArrayBufferWriter<byte>(Math.Max(16, bytes.Length));
        MaskInto(bytes, output, isLast: true, before: 0);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A masker for a stream: a secret that two chunks share is masked too.</summary>
    public SecretMaskStream OpenStream() => new(this);

    /// <summary>
    /// Masks as much as is certain, and returns how many bytes were used up. What is left must come again, with the
    /// next chunk behind it.
    /// </summary>
    internal int MaskInto(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output, bool isLast, byte before)
    {
        var at = 0;
        var copied = 0;
        while (at < bytes.Length)
        {
            var next = bytes[at..].IndexOfAny(_starts);
            if (next < 0)
            {
                at = bytes.Length;
                break;
            }

            at += next;
            // A form may begin here and end in the next chunk; one more byte shows where a short word ends.
            if (!isLast && bytes.Length - at <= LongestBytes)
            {
                break;
            }

            var length = LengthAt(bytes, at, at > 0 ? bytes[at - 1] : before);
            if (length == 0)
            {
                at++;
                continue;
            }

            output.Write(bytes[copied..at]);
            output.Write("***"u8);
            at += length;
            copied = at;
        }

        output.Write(bytes[copied..at]);
        return at;
    }

    private int LengthAt(ReadOnlySpan<byte> bytes, int at, byte before)
    {
        foreach (var needle in _needles)
        {
            if (bytes[at..].StartsWith(needle.Bytes)
                && (!needle.WholeWord || (!IsWord(before) && !IsWordAt(bytes, at + needle.Bytes.Length))))
            {
                return needle.Bytes.Length;
            }
        }

        return 0;
    }

    private static bool IsWordAt(ReadOnlySpan<byte> bytes, int at) => at < bytes.Length && IsWord(bytes[at]);

    private static bool IsWord(byte b) => b >= 0x80 || char.IsAsciiLetterOrDigit((char)b) || b == '_';

    private static void AddForms(string secret, Dictionary<string, bool> forms)
    {
        var wholeWord = secret.Length < ShortLength;
        Add(forms, secret, wholeWord);
        foreach (var form in WrittenForms.Of(secret))
        {
            Add(forms, form, wholeWord);
        }

        if (wholeWord)
        {
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(secret);
        var base64 = Convert.ToBase64String(bytes);
        Add(forms, base64, false);
        Add(forms, base64.TrimEnd('='), false);
        Add(forms, base64.TrimEnd('=').Replace('+', '-').Replace('/', '_'), false);
        AddInnerBase64(bytes, forms);
    }

    /// <summary>
    /// In a longer base64 text ("user:secret") the value begins at any of three places within a group of three bytes.
    /// The characters that its bytes alone decide are searched for.
    /// </summary>
    private static void AddInnerBase64(byte[] secret, Dictionary<string, bool> forms)
    {
        for (var shift = 0; shift < 3; shift++)
        {
            var padded = new byte[shift + secret.Length];
            secret.CopyTo(padded, shift);
            var text = Convert.ToBase64String(padded).TrimEnd('=');
            var head = shift == 0 ? 0 : shift + 1;
            var whole = padded.Length * 8 / 6;
            if (whole - head >= 8)
            {
                var sure = text[head..whole];
                Add(forms, sure, false);
                Add(forms, sure.Replace('+', '-').Replace('/', '_'), false);
            }
        }
    }

    private static void Add(Dictionary<string, bool> forms, string form, bool wholeWord)
    {
        if (form.Length > 0 && form != Stars)
        {
            forms.TryAdd(form, wholeWord);
        }
    }

    private readonly record struct Needle(byte[] Bytes, bool WholeWord);
}

/// <summary>
/// Masks a stream of chunks. Holds back at most the length of the longest secret, so memory is bounded whatever
/// streams through. Not thread-safe: one for each stream.
/// </summary>
public sealed class SecretMaskStream
{
    private readonly SecretMask _mask;
    private byte[] _held = [];
    private byte _before;

    internal SecretMaskStream(SecretMask mask) => _mask = mask;

    /// <summary>Masks a chunk and writes what is certain by now.</summary>
    public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Step(chunk, output, isLast: false);
    }

    /// <summary>Writes what is left at the end of the stream.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Step([], output, isLast: true);
    }

    private void Step(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output, bool isLast)
    {
        if (_mask.IsEmpty)
        {
            output.Write(chunk);
            return;
        }

        var joined = new byte[_held.Length + chunk.Length];
        _held.CopyTo(joined, 0);
        chunk.CopyTo(joined.AsSpan(_held.Length));
        var used = _mask.MaskInto(joined, output, isLast, _before);
        _before = used > 0 ? joined[used - 1] : _before;
        _held = joined[used..];
    }
}
