using System.Text;
using System.Xml.Linq;
using Holdfast.Plans;
using Holdfast.Plans.Graph;

namespace Holdfast.Tests.Plans;

public class PlanGraphTests
{
    [Theory]
    [InlineData(GraphFormat.Text, "graph.txt")]
    [InlineData(GraphFormat.Dot, "graph.dot")]
    [InlineData(GraphFormat.Mermaid, "graph.mmd")]
    [InlineData(GraphFormat.Svg, "graph.svg")]
    public void The_drawing_is_approved(GraphFormat format, string approved)
    {
        var plan = PlanLoader.Load(PlanData.PathOf("graph.yaml")).Plan!;
        Assert.Equal(File.ReadAllText(PlanData.PathOf(approved)), PlanGraph.Render(plan, format));
    }

    [Fact]
    public void Every_kind_of_work_is_named()
    {
        var plan = PlanLoader.Load(PlanData.PathOf("kinds.yaml")).Plan!;
        Assert.Equal("""
            kinds: 9 tasks, 5 needs, 4 levels
            level 1
              ├─ feature [agent opencode; own work tree; 3 checkpoints]
              ├─ other [agent mine; own work tree; for each of 2 items]
              ├─ status [GET api/status/${{ vars.ticket }}]
              ├─ put [PUT https://other.example.test/${{ vars.ticket }}]
              ├─ file [PATCH ${{ item }}; for each line of urls.txt]
              └─ anyone [approval]
            level 2
              └─ merge [merges feature, other] ← other, feature
            level 3
              └─ announce [POST api/announce; keyed] ← merge, status
            level 4
              └─ approve [approval by release, ada@example.test] ← announce

            """, PlanGraph.Render(plan, GraphFormat.Text));
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(20_000, false)]
    public void A_huge_plan_is_drawn_within_bounds(int tasks, bool chain)
    {
        var yaml = new StringBuilder("tasks:\n  t0: { run: x }\n");
        for (var i = 1; i < tasks; i++)
        {
            _ = yaml.Append($"  t{i}: {{ run: x, needs: [ t{(chain ? i - 1 : 0)} ] }}\n");
        }

        var plan = PlanData.Valid(yaml.ToString());
        var text = PlanGraph.Render(plan, GraphFormat.Text);
        Assert.True(text.Length < 50_000 && text.Contains("… and ", StringComparison.Ordinal), text);
        var svg = PlanGraph.Render(plan, GraphFormat.Svg);
        Assert.Contains($"… and {tasks - PlanGraph.MaxShownTasks} more tasks", svg);
        Assert.Equal(PlanGraph.MaxShownTasks, XDocument.Parse(svg).Descendants()
            .Count(element => element.Attribute("class")?.Value == "box"));
    }

    [Fact]
    public void Labels_are_escaped()
    {
        var plan = PlanData.Valid("tasks: { t: { run: x, for-each: { file: \"<&\\\"'\\\\n*\" } } }");
        Assert.Contains("<&\"'\\n*", XDocument.Parse(PlanGraph.Render(plan,
            GraphFormat.Svg)).Root!.Value.Replace(@"\\", @"\"));
        Assert.Contains("file <&\\\"'\\\\\\\\n*\", shape", PlanGraph.Render(plan, GraphFormat.Dot));
        Assert.Contains("#60;#38;#34;'", PlanGraph.Render(plan, GraphFormat.Mermaid));
    }

    [Fact]
    public void A_level_is_one_more_than_the_highest_need()
    {
        var plan = PlanData.Valid("tasks:\n  c: { run: x, needs: [ a, b ] }\n  b: { run: x, needs: [ a ] }\n  a: "
            + "{ run: x }\n");
        Assert.Equal([2, 1, 0], PlanGraph.Levels(plan));
    }
}
