using System.Text;
using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>The context of an error as JSON, and how facts come into it.</summary>
public sealed class ErrorContextJsonTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        var context = new ErrorContext
        {
            Runtime = "shell", Operation = "make all", Causes = ["a", "b"], Stack = ["at x", "at y", "at z"],
            Metadata = new Dictionary<string, string> { ["program"] = "make", ["model"] = "m" },
        };
        var json = Written(context);
        Assert.Equal("{\"runtime\":\"shell\",\"operation\":\"make all\",\"causes\":[\"a\",\"b\"],"
            + "\"stack\":[\"at x\",\"at y\",\"at z\"],\"metadata\":{\"program\":\"make\",\"model\":\"m\"}}", json);
        Assert.Equal(json, Written(Read(json)));
    }

    [Fact]
    public void What_is_not_known_is_left_out_and_read_as_nothing()
    {
        Assert.Equal("{\"causes\":[],\"stack\":[],\"metadata\":{}}", Written(new ErrorContext()));
        Assert.True(Read("{}").IsEmpty);
        Assert.Equal(["", "b"], Read("{\"causes\":[null,\"b\"]}").Causes);
        Assert.Equal("", Read("{\"metadata\":{\"a\":null}}").Metadata["a"]);
    }

    [Theory]
    [InlineData("{\"runtime\":1}")]
    [InlineData("{\"causes\":{}}")]
    [InlineData("{\"stack\":[1]}")]
    [InlineData("{\"metadata\":[]}")]
    public void A_field_of_another_kind_is_refused(string json) =>
        Assert.Throws<InvalidOperationException>(() => Read(json));

    [Fact]
    public void However_much_is_written_no_more_than_the_bounds_is_read()
    {
        var many = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"{i}\""));
        var facts = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"{i}\":\"{i}\""));
        var read = Read($"{{\"causes\":[{many}],\"stack\":[{many}],\"metadata\":{{{facts}}}}}");
        Assert.Equal((ErrorContext.MaxCauses, ErrorContext.MaxStack, ErrorContext.MaxFacts), (
            read.Causes.Count, read.Stack.Count, read.Metadata.Count));
        Assert.Equal("first", Read("{\"metadata\":{\"a\":\"first\",\"a\":\"second\"}}").Metadata["a"]);
    }

    [Fact]
    public void A_context_is_empty_only_where_every_part_of_it_is()
    {
        Assert.True(new ErrorContext().IsEmpty);
        Assert.False(new ErrorContext { Runtime = "r" }.IsEmpty);
        Assert.False(new ErrorContext { Operation = "o" }.IsEmpty);
        Assert.False(new ErrorContext { Causes = ["c"] }.IsEmpty);
        Assert.False(new ErrorContext { Stack = ["s"] }.IsEmpty);
        Assert.False(new ErrorContext { Metadata = new Dictionary<string, string> { ["a"] = "b" } }.IsEmpty);
    }

    [Fact]
    public void A_fact_that_is_known_stays_and_one_without_a_value_is_none()
    {
        var known = new ErrorContext().With(SecretMask.Empty, ("program", "make"));
        var more = known.With(SecretMask.For(["hunter2!"]), ("program", "other"), ("empty", ""), ("none", null),
            ("key", "one\r\nhunter2!"));
        Assert.Equal(["key", "program"], more.Metadata.Keys.Order());
        Assert.Equal(("make", "one ***"), (more.Metadata["program"], more.Metadata["key"]));
        Assert.Single(known.Metadata);
    }

    private static string Written(ErrorContext context)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            ErrorContextJson.WriteFields(json, context);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static ErrorContext Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ErrorContextJson.Read(document.RootElement);
    }
}
