using System.Diagnostics;
using System.Text;
using Holdfast.Plans;

namespace Holdfast.Tests.Plans;

/// <summary>Whatever a file holds, loading it ends soon, with a plan or with errors that have a place.</summary>
public class PlanFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ": ", "\n", "  ", "- ", "&a ", "*a", "<<: *a", "|\n", ">", "'", "\"", "#", "${{ ",
            " }}", "!x ", "? ",
        "needs", "run", "tasks:", "\t", "%", "---\n", "...\n", "\u00e9", "\U0001F600", "\\", "$(", "`", "for-each",
            "item", "~", "0", "-1",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Mutated_plans_never_crash(int seed)
    {
        var random = new Random(seed);
        var sources = new[] { "full.yaml", "bad.yaml", "nightly.yaml" }.Select(name =>
            File.ReadAllText(PlanData.PathOf(name))).ToArray();
        for (var i = 0; i < 1500; i++)
        {
            var text = new StringBuilder(sources[random.Next(sources.Length)]);
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                    1 => text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at)),
                    _ => text.Insert(at, text.ToString(random.Next(text.Length / 2), Math.Min(30, text.Length / 2))),
                };
            }

            Check(Encoding.UTF8.GetBytes(text.ToString()), $"seed {seed}, case {i}");
        }
    }

    [Fact]
    public void Random_bytes_and_pieces_never_crash()
    {
        var random = new Random(3);
        for (var i = 0; i < 1500; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Check(bytes, $"bytes {i}");
            var text = string.Concat(Enumerable.Range(0, random.Next(40))
                .Select(_ => Pieces[random.Next(Pieces.Length)]));
            Check(Encoding.UTF8.GetBytes(text), $"pieces {i}: {text}");
        }
    }

    private static void Check(byte[] bytes, string what)
    {
        var watch = Stopwatch.StartNew();
        var result = PlanLoader.Parse(bytes, "plan.yaml");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), what);
        Assert.True(result.Plan is null != (result.ErrorCount == 0), what);
        Assert.All(result.Errors, error =>
        {
            Assert.True(error.Position is { Line: > 0, Column: > 0 }, $"{what}: {error}");
            Assert.DoesNotContain('\n', error.ToString());
        });
        if (result.Plan is { } plan)
        {
            var json = PlanJson.Write(plan);
            Assert.Equal(json, PlanJson.Write(PlanJson.Read(json)));
        }
    }
}
