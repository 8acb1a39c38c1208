using System.Globalization;
using Holdfast.Failures.Reports;

namespace Holdfast.Tests.Failures.Reports;

/// <summary>What a cue matches, and that the table of them can be read.</summary>
public sealed class ReportCueTests
{
    [Theory]
    [InlineData("i could not run", "so i could not run it", true)]
    [InlineData("^ could not", "it could not", false)]
    [InlineData("not done $", "it is not done", true)]
    [InlineData("not done $", "it is not done now", false)]
    [InlineData("before ... can", "before anything that i can", true)]
    [InlineData("before ... can", "before a b c d e f g h i can", false)]
    [InlineData("is a? draft", "is draft", true)]
    [InlineData("is a? draft", "is a draft", true)]
    [InlineData("# of # files", "3 of eleven files", true)]
    [InlineData("# failed", "0 failed", false)]
    [InlineData("# failed", "1,200 failed", true)]
    [InlineData("i *ed", "i moved", true)]
    [InlineData("i *ed", "i tried", false)]
    [InlineData("i *ed", "i untangled", false)]
    [InlineData("no _ was", "no file was", true)]
    [InlineData("no _ was", "no was", false)]
    public void A_cue_is_words_in_order(string cue, string words, bool expected) =>
        Assert.Equal(expected, new ReportCue(CueGroup.Undone, 1, cue.Split(' ').Select(
            each => (each.TrimEnd('?').Split('|'), each.EndsWith('?')))).StandsIn(words.Split(' ')));

    [Theory]
    [InlineData("tried attempted failed stopped reached skipped aborted paused interrupted blocked halted needed")]
    [InlineData("refused rejected denied started prepared reverted managed decided wanted killed cancelled canceled")]
    [InlineData("terminated crashed abandoned suspended timed untangled used")]
    public void What_tells_of_an_attempt_or_an_end_tells_of_nothing_done(string words)
    {
        Assert.All(words.Split(' '), word => Assert.False(ReportCue.IsDone(word), word));
        Assert.True(ReportCue.IsDone("moved"));
    }

    [Fact]
    public void A_number_is_read_in_letters_and_in_digits()
    {
        const string Letters = "one two three four five six seven eight nine ten eleven twelve";
        Assert.Equal(Enumerable.Range(1, 12), Letters.Split(' ').Select(ReportCue.ValueOf));
        Assert.Equal((2, 3, 1200, 50, 0), (
            ReportCue.ValueOf("both"), ReportCue.ValueOf("several"), ReportCue.ValueOf("1,200"),
            ReportCue.ValueOf("50%"), ReportCue.ValueOf("many")));
    }

    [Fact]
    public void The_table_names_every_family_it_uses_and_has_cues_in_every_group()
    {
        var words = string.Join(' ', ReportCues.Left, ReportCues.Things, ReportCues.Done).Split(
            [' ', '\n', '|', '?'], StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        var groups = words.SelectMany(each => CueTable.BuiltIn.In([each])).Select(each => each.Group).Distinct();
        Assert.Contains(CueGroup.Stopped, CueTable.BuiltIn.In(["i", "gave", "up"]).Select(each => each.Group));
        Assert.Contains(CueGroup.Step, groups);
    }

    [Fact]
    public void Each_cue_of_the_table_stands_in_its_own_words()
    {
        var families = new Dictionary<string, string>();
        var group = "";
        var missed = new List<string>();
        foreach (var line in string.Join('\n', ReportCues.Left, ReportCues.Things, ReportCues.Done).Split('\n'))
        {
            var parts = line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith('$'))
            {
                families.TryAdd($"<{parts[0][1..]}>", parts[1].Split('|')[0]);
            }
            else if (line.StartsWith('@'))
            {
                group = line[1..].Replace("-", "");
            }
            else if (parts.Length > 0)
            {
                var counts = parts[0] == "." ? 0 : int.Parse(parts[0], CultureInfo.InvariantCulture);
                string[] words = [.. parts.Skip(1).Where(each => each is not ("..." or "^" or "$") && each[^1] != '?')
                    .Select(each => each.Split('|')[0]).Select(each => each switch
                    {
                        "#" => "3",
                        "*ed" => "moved",
                        "_" => "x",
                        _ => families.GetValueOrDefault(each, each),
                    })];
                if (!CueTable.BuiltIn.In(words).Exists(each => each.Counts == counts
                    && each.Group.ToString().Equals(group, StringComparison.OrdinalIgnoreCase)))
                {
                    missed.Add(line);
                }
            }
        }

        Assert.Empty(missed);
    }
}
