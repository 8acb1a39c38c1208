using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Holdfast.Tests.Approvals;

/// <summary>
/// The public surface of an assembly as text, one member a line, in an order of its own: whatever a program that uses
/// it could notice is in here, and nothing else.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic;

    /// <summary>
    /// Rooms of the engine that are public to the other assemblies of this repository and promise nothing: a type of
    /// theirs that the surface names is a mistake that shows as a name without a text of its own.
    /// </summary>
    private static readonly string[] Engine = ["Holdfast.Journal", "Holdfast.Runs"];

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Words = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(int)] = "int",
        [typeof(long)] = "long", [typeof(uint)] = "uint", [typeof(ulong)] = "ulong", [typeof(double)] = "double",
        [typeof(string)] = "string", [typeof(object)] = "object", [typeof(char)] = "char",
    };

    /// <summary>What is promised to programs.</summary>
    internal static string Of(Assembly assembly) => Text(assembly, IsPromised);

    /// <summary>What programs see and should not build upon: a change needs a look, no word in CHANGELOG.md.</summary>
    internal static string OfEngine(Assembly assembly) => Text(assembly, type => !IsPromised(type));

    private static string Text(Assembly assembly, Func<Type, bool> isMeant)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(isMeant)
            .OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static bool IsPromised(Type type) => !Array.Exists(
        Engine, room => type.Namespace == room
            || type.Namespace!.StartsWith(room + ".", StringComparison.Ordinal));

    private static string Head(Type type)
    {
        var kind = type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.BaseType == typeof(MulticastDelegate) ? "delegate"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        var above = new List<Type>();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)
            && !type.IsEnum && kind != "delegate")
        {
            above.Add(parent);
        }

        above.AddRange(type.GetInterfaces().Where(each => each.IsVisible)
            .OrderBy(each => each.ToString(), StringComparer.Ordinal));
        return $"{kind} {type.Namespace}.{Name(type)}"
            + (above.Count == 0 || type.IsEnum ? "" : " : " + string.Join(", ", above.Select(Name)));
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => string.Create(
                CultureInfo.InvariantCulture, $"{Convert.ToInt64(Enum.Parse(type, name), null):D3} {name}"));
        }

        return type.GetMembers(Declared).Where(member => !IsMachine(member)).Select(Line).OfType<string>();
    }

    /// <summary>What the compiler adds to a record is the same for all of them.</summary>
    private static bool IsMachine(MemberInfo member) => member is Type
        || (member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not PropertyInfo)
        || member.Name is "<Clone>$" or "EqualityContract" or "PrintMembers"
        || (member is MethodInfo { IsSpecialName: true }
            && !member.Name.StartsWith("op_", StringComparison.Ordinal));

    private static string? Line(MemberInfo member) => member switch
    {
        FieldInfo field when IsSeen(field.IsPublic, field.IsFamily || field.IsFamilyOrAssembly) =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}"
                + (field.IsLiteral ? $" = {Value(field.GetRawConstantValue())}" : ""),
        PropertyInfo property when IsSeen(property.GetMethod) || IsSeen(property.SetMethod) => Property(property),
        EventInfo happening when IsSeen(happening.AddMethod) =>
            $"event {Name(happening.EventHandlerType!)} {happening.Name}",
        ConstructorInfo made when IsSeen(made) && !made.IsStatic =>
            $"new({string.Join(", ", made.GetParameters().Select(Parameter))})",
        MethodInfo method when IsSeen(method) =>
            $"{Modifier(method)}{Name(method.ReturnType)}{Mark(Nullability.Create(method.ReturnParameter))} "
                + $"{Name(method)}({string.Join(", ", method.GetParameters().Select(Parameter))})",
        _ => null,
    };

    private static string Property(PropertyInfo property)
    {
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers()
            .Contains(typeof(IsExternalInit)) ?? false;
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var isStatic = (property.GetMethod ?? property.SetMethod)!.IsStatic ? "static " : "";
        var set = IsSeen(property.SetMethod) ? isInit ? " init;" : " set;" : "";
        return $"{required}{isStatic}{Name(property.PropertyType)}{Mark(Nullability.Create(property))} {property.Name} "
            + $"{{{(IsSeen(property.GetMethod) ? " get;" : "")}{set} }}";
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var type = parameter.ParameterType.IsByRef
            ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        return $"{way}{Name(type)}{Mark(Nullability.Create(parameter))} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue)}" : "");
    }

    private static string Modifier(MethodInfo method) => method.IsStatic ? "static "
        : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract "
        : method.GetBaseDefinition() != method ? "override "
        : method.IsVirtual && !method.IsFinal && !method.DeclaringType!.IsInterface ? "virtual " : "";

    private static string Name(MethodInfo method) => method.Name + (method.IsGenericMethodDefinition
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(each => each.Name))}>" : "");

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Name(inner) + "?";
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        var outer = type.IsNested && !type.IsGenericParameter ? type.DeclaringType!.Name + "." : "";
        return outer + (Words.TryGetValue(type, out var word) ? word
            : type.IsGenericType
                ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
                : type.Name);
    }

    private static string Mark(NullabilityInfo info) =>
        !info.Type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";

    private static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsSeen(MethodBase? method) => method is not null
        && IsSeen(method.IsPublic, method.IsFamily || method.IsFamilyOrAssembly) && !IsHidden(method);

    // Protected members of a sealed or closed class are nobody's business.
    private static bool IsHidden(MethodBase method) => !method.IsPublic
        && (method.DeclaringType!.IsSealed || method.DeclaringType.GetConstructors(Declared).All(each =>
            each.IsAssembly || each.IsFamilyAndAssembly || each.IsPrivate));

    private static bool IsSeen(bool isPublic, bool isProtected) => isPublic || isProtected;
}
