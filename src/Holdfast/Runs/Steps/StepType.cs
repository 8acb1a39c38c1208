using System.Reflection;
using System.Text;

namespace Holdfast.Runs.Steps;

/// <summary>
/// How the journal names the type of a result: as C# code would, without assemblies and their versions.
/// </summary>
internal static class StepType<T>
{
    /// <summary>Of a step that returns nothing there is none.</summary>
    internal static string? Name { get; } = typeof(T) == typeof(Nothing) ? null : StepType.NameOf(typeof(T));

    /// <summary>Whether its values stand for something of a process, and no JSON keeps them.</summary>
    internal static bool HasNoJson { get; } = StepType.HasNoJson(typeof(T));
}

/// <summary>Stands for the result of a step that returns none.</summary>
internal readonly record struct Nothing;

/// <inheritdoc cref="StepType{T}"/>
internal static class StepType
{
    // The serializer itself says so only when it meets a value, which is after the step has run.
    internal static bool HasNoJson(Type type) => type == typeof(nint) || type == typeof(nuint)
        || typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type)
        || typeof(Task).IsAssignableFrom(type) || typeof(Stream).IsAssignableFrom(type)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));

    internal static string NameOf(Type type)
    {
        var name = new StringBuilder();
        Write(name, type);
        return name.ToString();
    }

    private static void Write(StringBuilder into, Type type)
    {
        if (type.IsArray)
        {
            Write(into, type.GetElementType()!);
            into.Append('[').Append(',', type.GetArrayRank() - 1).Append(']');
            return;
        }

        if (!type.IsGenericType)
        {
            into.Append(type.FullName ?? type.Name);
            return;
        }

        var full = type.GetGenericTypeDefinition().FullName ?? type.Name;
        into.Append(full).Append('<');
        var arguments = type.GetGenericArguments();
        for (var i = 0; i < arguments.Length; i++)
        {
            into.Append(i == 0 ? "" : ", ");
            Write(into, arguments[i]);
        }

        into.Append('>');
    }
}
