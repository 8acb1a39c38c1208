using System.Text.Json;
using Holdfast.Plans;
using Holdfast.Plans.Binding;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace Holdfast.Tests.Plans;

public class PlanSchemaTests
{
    public static TheoryData<string, string[], string[]> Keys => new()
    {
        { "", PlanKeys.Plan, PlanKeys.PlanLater },
        { "task", PlanKeys.Task, PlanKeys.TaskLater },
        { "defaults", PlanKeys.Defaults, [] },
        { "notify", PlanKeys.Notify, [] },
        { "secret", PlanKeys.Secret, [] },
        { "rule", PlanKeys.Rule, [] },
        { "forEach", PlanKeys.ForEach, [] },
        { "retryMap", PlanKeys.Retry, [] },
        { "agentRuntime", PlanKeys.AgentRuntime, [] },
        { "httpRuntime", PlanKeys.HttpRuntime, [] },
        { "breaker", PlanKeys.Breaker, [] },
        { "limits", PlanKeys.Limits, [] },
        { "http", PlanKeys.Http, [] },
        { "expect", PlanKeys.Expect, [] },
        { "approval", PlanKeys.Approval, [] },
        { "checkpoint", PlanKeys.Checkpoint, [] },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_schema_has_every_key_that_a_plan_can_have_and_no_other(string definition, string[] known,
        string[] later)
    {
        using var schema = JsonDocument.Parse(PlanSchema.Json);
        var part = definition.Length == 0 ? schema.RootElement
            : schema.RootElement.GetProperty("definitions").GetProperty(definition);
        var names = part.GetProperty("properties").EnumerateObject().ToList();
        Assert.Equal(known.Concat(later).Order(), names.Select(name => name.Name).Order());
        Assert.Equal(later.Order(), names.Where(name => name.Value.TryGetProperty("$ref", out var to)
            && to.GetString() == "#/definitions/later").Select(name => name.Name).Order());
    }

    [Fact]
    public void The_loader_knows_every_key_of_the_lists()
    {
        foreach (var key in PlanKeys.Plan)
        {
            Assert.DoesNotContain("has no key", Errors($"{key}: {{}}\n"));
        }

        foreach (var key in PlanKeys.Task)
        {
            Assert.DoesNotContain("has no key", Errors($"tasks: {{ t: {{ {key}: {{}} }} }}\n"));
        }

        foreach (var key in PlanKeys.Defaults)
        {
            Assert.DoesNotContain("has no key", Errors($"defaults: {{ {key}: {{}} }}\n"));
        }

        foreach (var key in PlanKeys.TaskLater)
        {
            Assert.Contains("is not yet known to this version", Errors($"tasks: {{ t: {{ {key}: {{}} }} }}\n"));
        }

        static string Errors(string yaml) => string.Join('\n', PlanData.Load(yaml).Errors);
    }

    [Fact]
    public async Task Plans_that_load_are_valid_and_wrong_ones_are_not()
    {
        var schema = await JsonSchema.FromJsonAsync(PlanSchema.Json, TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(Json(File.ReadAllText(PlanData.PathOf("full.yaml")))));
        Assert.Empty(schema.Validate(Json(File.ReadAllText(PlanData.PathOf("graph.yaml")))));
        Assert.Empty(schema.Validate(Json(File.ReadAllText(PlanData.PathOf("kinds.yaml")))));
        Assert.NotEmpty(schema.Validate(Json("tasks: { a: { run: x, http: { url: http://h/ } } }")));
        Assert.NotEmpty(schema.Validate(Json("tasks: { a: { http: { path: /x } } }")));
        Assert.NotEmpty(schema.Validate(Json("runtimes: { a: { kind: http } }\ntasks: { a: { run: x } }")));
        Assert.NotEmpty(schema.Validate(Json(
            "runtimes: { a: { kind: agent, flavor: codx } }\ntasks: { a: { run: x } }")));
        Assert.NotEmpty(schema.Validate(Json("tasks: { a: { run: x, tiemout: 3s } }")));
        Assert.NotEmpty(schema.Validate(Json("tasks: { a: { run: x, timeout: 3 } }")));
        Assert.NotEmpty(schema.Validate(Json("tasks: { a: { run: x, retry: { cancelled: 3 } } }")));
        Assert.NotEmpty(schema.Validate(Json("tasks: { \"a/b\": { run: x } }")));
        Assert.NotEmpty(schema.Validate(Json("max-parallel: 0\ntasks: { a: { run: x } }")));
    }

    // The same reading of scalars as an editor's: plain numbers and booleans are themselves.
    private static JToken Json(string yaml)
    {
        var stream = new YamlDotNet.RepresentationModel.YamlStream();
        stream.Load(new StringReader(Holdfast.Plans.Yaml.YamlText.Mask(yaml)));
        return Token(stream.Documents[0].RootNode);

        static JToken Token(YamlDotNet.RepresentationModel.YamlNode node) => node switch
        {
            YamlDotNet.RepresentationModel.YamlMappingNode map => new JObject(map.Children
                .Select(pair => new JProperty(((YamlDotNet.RepresentationModel.YamlScalarNode)pair.Key).Value!,
                    Token(pair.Value)))),
            YamlDotNet.RepresentationModel.YamlSequenceNode list => new JArray(list.Children.Select(Token)),
            YamlDotNet.RepresentationModel.YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar =>
                scalar.Value switch
            {
                "" or "~" or "null" => JValue.CreateNull(),
                "true" or "false" => new JValue(scalar.Value == "true"),
                _ when long.TryParse(scalar.Value, out var number) => new JValue(number),
                _ when double.TryParse(scalar.Value, out var number) => new JValue(number),
                _ => new JValue(scalar.Value),
            },
            YamlDotNet.RepresentationModel.YamlScalarNode scalar => new JValue(scalar.Value),
            _ => throw new InvalidOperationException(node.ToString()),
        };
    }
}
