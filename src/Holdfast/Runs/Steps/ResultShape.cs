using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Holdfast.Runs.Steps;

/// <summary>
/// Whether what is written of a type can be read again, as far as that shows before a later process has to: the process
/// that runs a step gets the very object, and would never know.
/// </summary>
internal static class ResultShape<T>
{
    // Reading twice what is larger than this costs more than it tells.
    private const int MostTriedBytes = 1 << 20;

    private static readonly bool IsOpen = typeof(T).IsAbstract || typeof(T).IsInterface;

    private static readonly bool IsTuple = typeof(T).IsValueType && typeof(T).IsGenericType
        && typeof(ITuple).IsAssignableFrom(typeof(T));

    private static JsonTypeInfo<T>? _tried;

    /// <summary>Why no value of the type could be read; null if nothing speaks against it.</summary>
    internal static string? WhyNotRead(JsonTypeInfo<T> type)
    {
        if (IsOpen && type is { Kind: JsonTypeInfoKind.Object, PolymorphismOptions: null, CreateObject: null })
        {
            return "it is abstract, and nothing says which class to read it as: return the class, or name its classes "
                + "by JsonDerivedType";
        }

        return IsTuple && type is { Kind: JsonTypeInfoKind.Object, Properties.Count: 0 }
            ? "the fields of a tuple are left out: set IncludeFields of the options, or return a record"
            : null;
    }

    /// <summary>Tries it with the first value of a process; null if it can be read, or was tried before.</summary>
    internal static Exception? WhyNotReadAgain(ReadOnlySpan<byte> written, JsonTypeInfo<T> type)
    {
        if (ReferenceEquals(_tried, type) || written.Length > MostTriedBytes || written.SequenceEqual("null"u8))
        {
            return null;
        }

        try
        {
            JsonSerializer.Deserialize(written, type);
            _tried = type;
            return null;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return error;
        }
    }
}
