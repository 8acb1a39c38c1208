using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// What well-known programs print when they fail (<c>data/messages</c>), beyond the examples of the rules.
/// Written from what the programs are known to say, so that rules stay broad and are not bent to the corpus.
/// </summary>
public sealed class PopulationTests
{
    /// <summary>
    /// Messages one by one (<c>known.jsonl</c>) and by families of tools (<c>families.jsonl</c>), and good ends that
    /// speak of failures (<c>successes.jsonl</c>): an agent's report of what it mended, a recovered retry, a quoted
    /// log.
    /// </summary>
    [Theory]
    [InlineData("known.jsonl", 150)]
    [InlineData("families.jsonl", 900)]
    [InlineData("successes.jsonl", 150)]
    public void Every_message_has_its_class(string name, int least)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "data", "messages", name);
        var misses = new List<string>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            var failure = FailureClassifier.Default.Classify(TestData.Signals(entry));
            var got = failure?.Class.Word() ?? "none";
            var accepted = got == entry.Text("class") || (entry.TryGetProperty("alt", out var others)
                && others.EnumerateArray().Any(each => each.GetString() == got));
            var passes = !entry.TryGetProperty("transient", out var wanted)
                || wanted.GetBoolean() == (failure?.Transient == true);
            if (!accepted || !passes)
            {
                misses.Add($"{number}: got {got}, transient {failure?.Transient}, by {failure?.Evidence.Rule}: {line}");
            }
        }

        Assert.True(number >= least, $"{number} messages");
        Assert.True(misses.Count == 0, string.Join('\n', misses));
    }
}
