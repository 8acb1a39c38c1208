using System.Text;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>
/// A secret is in no file that Holdfast writes and on no screen; a task's own captures are the task's own.
/// </summary>
public sealed class SecretTests
{
    private const string Value = "p@ss/w0rd+4711==\"q\"&x";
    private const string FileValue = "first-l1ne/secret\nsecond?l1ne&here";

    private const string Plan = """
        name: sec
        notify: { on: [ failed, done ], run: "echo told ${{ run.why }}" }
        secrets: { KEY: { env: HF_KEY }, FILE: { file: secret.txt } }
        tasks:
          said: { secrets: [ KEY, FILE ], run: "echo \"401 Unauthorized for key $KEY $FILE\" >&2;
              printf %s \"$KEY\" | base64 >&2; echo \"Bearer $KEY\"; exit 1" }
          each: { secrets: [ KEY ], for-each: { items: [ x, y ] }, retry: none, run: "echo $KEY;
              echo HTTP 429 $KEY >&2; exit 3" }
          argv: { secrets: [ KEY ], run: [ sh, -c, "exec \"$KEY\"" ] }
          clean: { run: "echo KEY is ${KEY-unset}; exit 1", retry: none }
        """;

    private static readonly string[] Forms =
    [
        Value,
        Value.Replace("\"", "\\\"", StringComparison.Ordinal),
        Value.Replace("\"", "\\u0022", StringComparison.Ordinal),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Value)),
        Uri.EscapeDataString(Value),
        "w0rd+4711", "first-l1ne/secret", "second?l1ne", Uri.EscapeDataString("first-l1ne/secret"),
    ];

    private static readonly string[][] Looks =
    [
        ["why", "r"], ["why", "r", "said"], ["why", "r", "argv"], ["why", "r", "--json"], ["events", "r"],
        ["events", "r", "--output"], ["events", "r", "--output", "--json"], ["events", "r", "--json"], ["logs", "r",
            "said"],
        ["logs", "r", "argv"], ["logs", "r", "each[x]"], ["logs", "r", "said", "--json"], ["status", "r"],
        ["status", "r", "--json"], ["explain", "r", "said"], ["list"], ["list", "--json"], [],
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_shows_it_whether_the_looker_has_it_or_not(bool known)
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Write("secret.txt", FileValue + "\n");
        var ran = at.Start([("HF_KEY", Value)], "run", "plan.yaml", "--id", "r").End().Is(1);
        Free("run", ran.Out + ran.Error);
        Assert.Contains("***", ran.Out, StringComparison.Ordinal);
        foreach (var file in Around.Files(Path.Combine(at.Folder, ".holdfast")))
        {
            if (Path.GetExtension(file) is not (".out" or ".err"))
            {
                Free(file, Encoding.Latin1.GetString(File.ReadAllBytes(file)));
            }
        }

        foreach (var look in Looks)
        {
            var shown = at.Start(known ? [("HF_KEY", Value)] : [], look).End();
            Assert.Contains(shown.Code, new[] { 0, 2 });
            Free(string.Join(' ', look), shown.Out + shown.Error);
        }

        // What could not be masked is not shown, and says why; a task that was given no secret is shown as ever.
        var logs = at.Start(known ? [("HF_KEY", Value)] : [], "logs", "r", "said").End().Is(known ? 0 : 2);
        Assert.Contains(known ? "Bearer ***" : "the environment variable HF_KEY is not set", logs.Out + logs.Error,
            StringComparison.Ordinal);
        Assert.Contains("KEY is unset", at.Run("logs", "r", "clean").Is(0).Out, StringComparison.Ordinal);
    }

    private static void Free(string where, string text)
    {
        foreach (var form in Forms)
        {
            Assert.False(text.Contains(form, StringComparison.Ordinal), $"{where} holds {form}:\n{text}");
        }
    }
}
