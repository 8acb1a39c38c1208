using System.Globalization;
using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Cli.Looking;

/// <summary><c>classify --score</c>: how well labelled outcomes are classified, and where not.</summary>
internal static class ClassifyScore
{
    /// <summary>Scores the lines of a file.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="path">As given, for messages.</param>
    /// <param name="input">The lines.</param>
    /// <param name="least">The lowest macro-F1 that is good enough; null for any.</param>
    /// <param name="classifier">What is scored.</param>
    internal static int Run(
        CommandContext context, string path, Stream input, double? least, FailureClassifier classifier)
    {
        var card = new ScoreCard();
        var now = context.Time.GetUtcNow();
        var bad = ClassifyBatch.ForEach(context, path, input, now, (record, line) =>
        {
            Check(record);
            card.Add(record, classifier.Classify(record.Signals), line);
        });
        if (card.Count == 0 && bad == 0)
        {
            throw new CliFailure("bad_usage", Runs.ExitCodes.Usage,
                $"{path} has no labelled lines; one is "
                    + "{\"id\":…,\"stderr\":…,\"class\":\"auth\",\"transient\":false}");
        }

        var code = bad > 0 ? Runs.ExitCodes.Usage
            : card.MacroF1 < least ? Runs.ExitCodes.Refused
            : Runs.ExitCodes.Done;
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.classify_score.v1", code, json => Write(json, card));
        }
        else
        {
            Print(new Page(context), card, least);
        }

        return code;
    }

    private static void Check(OutcomeRecord record)
    {
        foreach (var word in record.Alternatives.Prepend(record.Label
            ?? throw new FormatException("has no \"class\"; a labelled line names one, \"none\" for no failure")))
        {
            if (word != ScoreCard.None && !FailureWords.TryParseClass(word, out _))
            {
                throw new FormatException($"is labelled \"{Plans.Shown.Short(word)}\", which is no class");
            }
        }
    }

    private static void Print(Page page, ScoreCard card, double? least)
    {
        List<string[]> rows = [["class", "labelled", "called", "precision", "recall", "F1"]];
        rows.AddRange(card.Classes().Select(each => new[]
        {
            each.Class, Text(each.Labelled), Text(each.Called), Text(each.Precision), Text(each.Recall), Text(each.F1),
        }));
        page.Table(rows);
        page.Line();
        page.Item("macro-F1",
            Text(card.MacroF1, "0.0000") + (least is { } bound ? $" (at least {Text(bound)})" : ""), 28);
        page.Item("right", $"{card.Right} of {card.Count}"
            + (card.RightByAlternative > 0 ? $" ({card.RightByAlternative} by a class that is right too)" : ""), 28);
        page.Item("transient right", $"{Text(100 * card.TransientShare, "0.00")} % "
            + $"({card.TransientRight} of {card.TransientCount})", 28);
        page.Item("successes called failures", Text(card.SuccessesCalledFailures), 28);
        Matrix(page, card);
        if (card.Misses.Count > 0)
        {
            page.Heading("wrong");
            page.Table([
                ["id", "expected", "got", "rule", ""],
                .. card.Misses.Select(each => new[]
                {
                    each.Id, each.Expected, each.Got, each.Rule,
                    each.IsTransientWrong ? each.IsClassWrong ? "transient too" : "transient only" : "",
                }),
            ]);
        }
    }

    /// <summary>Rows are labels, columns what they were taken for; columns are numbered to keep it narrow.</summary>
    private static void Matrix(Page page, ScoreCard card)
    {
        string[] labels = [.. card.Matrix.Keys];
        string[] columns =
            [.. card.Matrix.Values.SelectMany(static row => row.Keys).Distinct().Order(StringComparer.Ordinal)];
        page.Heading("confusion matrix (rows: label, columns: taken for)");
        string[] all = [.. labels.Union(columns).Order(StringComparer.Ordinal)];
        List<string[]> rows =
        [
            ["", .. columns.Select(each => Text(Array.IndexOf(all, each) + 1)), ""],
        ];
        foreach (var label in labels)
        {
            rows.Add([
                $"{Array.IndexOf(all, label) + 1,2} {label}",
                .. columns.Select(each => card.Matrix[label].TryGetValue(each, out var count) ? Text(count) : "."), "",
            ]);
        }

        page.Table(rows);
        foreach (var column in columns.Except(labels))
        {
            page.Line($"  {Array.IndexOf(all, column) + 1,2} {column}: no label");
        }
    }

    private static void Write(Utf8JsonWriter json, ScoreCard card)
    {
        json.WriteNumber("count", card.Count);
        json.WriteNumber("right", card.Right);
        json.WriteNumber("right_by_alternative", card.RightByAlternative);
        json.WriteNumber("macro_f1", Math.Round(card.MacroF1, 6));
        json.WriteNumber("transient_count", card.TransientCount);
        json.WriteNumber("transient_right", card.TransientRight);
        json.WriteNumber("successes_called_failures", card.SuccessesCalledFailures);
        json.WriteStartArray("classes");
        foreach (var each in card.Classes())
        {
            json.WriteStartObject();
            json.WriteString("class", each.Class);
            json.WriteNumber("labelled", each.Labelled);
            json.WriteNumber("called", each.Called);
            json.WriteNumber("right", each.Right);
            json.WriteNumber("precision", Math.Round(each.Precision, 6));
            json.WriteNumber("recall", Math.Round(each.Recall, 6));
            json.WriteNumber("f1", Math.Round(each.F1, 6));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("confusion");
        foreach (var (label, row) in card.Matrix)
        {
            json.WriteStartObject(label);
            foreach (var (taken, count) in row.OrderBy(static each => each.Key, StringComparer.Ordinal))
            {
                json.WriteNumber(taken, count);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("wrong");
        foreach (var miss in card.Misses)
        {
            json.WriteStartObject();
            json.WriteString("id", miss.Id);
            json.WriteString("expected", miss.Expected);
            json.WriteString("got", miss.Got);
            json.WriteString("rule", miss.Rule);
            json.WriteBoolean("class_wrong", miss.IsClassWrong);
            json.WriteBoolean("transient_wrong", miss.IsTransientWrong);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Text(double value, string format = "0.000") =>
        value.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
