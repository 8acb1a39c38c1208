using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// What well-known programs print when they fail (<c>data/messages/known.jsonl</c>), beyond the examples of the rules.
/// Written from what the programs are known to say, so that rules stay broad and are not bent to the corpus.
/// </summary>
public sealed class PopulationTests
{
    private static readonly string[] Lines =
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "data", "messages", "known.jsonl"));

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Lines.Length)];

    [Fact]
    public void The_messages_are_there() => Assert.True(Lines.Length >= 150, $"{Lines.Length} messages");

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_known_message_has_its_class(int line)
    {
        using var document = JsonDocument.Parse(Lines[line - 1]);
        var entry = document.RootElement;
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = entry.Number("exit_code") },
            Tool = entry.Text("tool"),
            Stderr = TestData.Bytes(entry.Text("stderr")),
            Now = TestData.Now,
        });
        Assert.True(
            failure?.Class.Word() == entry.Text("class"),
            $"line {line}: got {failure?.Class.Word()} by {failure?.Evidence.Rule}: {Lines[line - 1]}");
    }

    /// <summary>
    /// Messages by families of tools (<c>families.jsonl</c>), and good ends that speak of failures
    /// (<c>successes.jsonl</c>): an agent's report of what it mended, a recovered retry, a quoted log.
    /// </summary>
    [Theory]
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
