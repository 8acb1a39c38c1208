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
}
