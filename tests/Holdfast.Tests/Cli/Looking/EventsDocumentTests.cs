using System.Buffers;
using System.Reflection;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Tests.House;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>docs/formats/events.md and the code name the same events with the same fields, both ways.</summary>
public sealed class EventsDocumentTests
{
    // Written by the journal itself, which knows nothing of runs.
    private static readonly string[] OfTheJournal = ["journal_opened"];

    private static readonly Dictionary<string, List<string>> Documented = ReadDocument();

    public static TheoryData<string> Types => [.. EventCatalog.Types];

    [Fact]
    public void The_page_lists_the_events_of_the_catalog_and_no_other() =>
        Assert.Equal(EventCatalog.Types.Order(), Documented.Keys.Order());

    [Fact]
    public void Every_event_of_the_code_is_in_the_catalog()
    {
        var inCode = typeof(RunEvent).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(RunEvent)) && t != typeof(OtherEvent))
            .Select(t => ((RunEvent)Filled(t)).Type).Concat(OfTheJournal);
        Assert.Equal(EventCatalog.Types.Order(), inCode.Order());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_has_the_fields_of_its_page(string type)
    {
        if (OfTheJournal.Contains(type))
        {
            var kit = new LookKit();
            using (kit)
            {
                var line = File.ReadLines(Path.Combine(kit.Make("r").Path, "journal.ndjson")).First();
                using var first = JsonDocument.Parse(line);
                Assert.Equal(Documented[type].Order(), Names(first.RootElement.GetProperty("data")).Order());
            }

            return;
        }

        var record = typeof(RunEvent).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(RunEvent)) && t != typeof(OtherEvent))
            .Select(t => (RunEvent)Filled(t)).Single(e => e.Type == type);
        var buffer = new ArrayBufferWriter<byte>();
        EventCatalog.WriteData(record, buffer);
        using var data = JsonDocument.Parse(buffer.WrittenMemory);
        Assert.Equal(Documented[type], Names(data.RootElement));
    }

    private static string[] Names(JsonElement data) => [.. data.EnumerateObject().Select(p => p.Name)];

    private static Dictionary<string, List<string>> ReadDocument()
    {
        var found = new Dictionary<string, List<string>>();
        List<string>? fields = null;
        foreach (var line in Repository.File("docs/formats/events.md").Lines)
        {
            if (line.StartsWith("### "))
            {
                found.Add(line[4..].Trim(), fields = []);
            }
            else if (line.StartsWith("| `") && fields is not null)
            {
                fields.Add(line[3..line.IndexOf('`', 3)]);
            }
        }

        return found;
    }

    // Every constructor parameter and every settable property gets a value, so that no field is left out as null.
    private static object Filled(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Value(p.ParameterType))]);
        foreach (var property in type.GetProperties(
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (property.SetMethod is not null && property.GetIndexParameters().Length == 0)
            {
                property.SetValue(made, Value(property.PropertyType));
            }
        }

        return made;
    }

    private static object? Value(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "x",
            _ when type == typeof(bool) => true,
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(1),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.Zero),
            _ when type == typeof(FanOutItem) => new FanOutItem("label", "value"),
            _ when type == typeof(StepResult) => new StepResult
            {
                TypeName = "x", Json = "[1]", File = new OutputFile("x", 1, "x"),
            },
            _ when type == typeof(ToldDelay) => new ToldDelay(TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch),

            // Values that differ, so that nothing is left out as the same as another field.
            _ when type == typeof(RecoveryDecision) => new RecoveryDecision
            {
                Strategy = RecoveryStrategy.Retry,
                Class = FailureClass.Timeout,
                Budget = FailureClass.Connection,
                Until = DateTimeOffset.UnixEpoch,
                UntilIsAbsolute = true,
                SameKey = true,
                SameSession = true,
                Reason = "x",
            },
            _ when type == typeof(IReadOnlyDictionary<string, string>) =>
                new Dictionary<string, string> { ["x"] = "y" },
            _ when type.IsEnum => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1),
            _ when type.IsPrimitive => Convert.ChangeType(1, type),
            _ when type.IsGenericType => List(type.GetGenericArguments()[0]),
            _ => Filled(type),
        };
    }

    private static Array List(Type item)
    {
        var list = Array.CreateInstance(item, 1);
        list.SetValue(Value(item), 0);
        return list;
    }
}
