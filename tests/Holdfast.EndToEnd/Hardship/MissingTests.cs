using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>What a task needs and is not there: each is told by name, and costs nobody else.</summary>
public sealed class MissingTests
{
    [Fact]
    public void Each_missing_thing_fails_its_task_alone_and_is_named()
    {
        using var at = new Holding();
        Directory.CreateDirectory(Path.Combine(at.Folder, "folder"));
        at.Write("data.txt", "no program");
        at.Write("plan.yaml", """
            tasks:
              shell: { shell: nosuchshell, run: "echo x > never" }
              program: { run: [ nosuchprogram, x ] }
              cwd: { cwd: nowhere, run: "echo x > never" }
              stdin: { stdin: nofile.txt, run: "cat > never" }
              data: { run: [ ./data.txt ] }
              folder: { run: [ ./folder ] }
              command: { run: nosuchcommand }
              good: { run: echo ok > good }
            """);
        var ended = at.Run("run", "plan.yaml", "--id", "r").Is(1);
        foreach (var told in new[]
        {
            "shell: not_found (start.ENOENT, runtime: ENOENT: no such program: nosuchshell",
            "program: not_found (start.ENOENT, runtime: ENOENT: no such program: nosuchprogram",
            $"cwd: not_found (start.ENOENT, runtime: ENOENT: cannot enter the working folder {at.Folder}/nowhere",
            $"stdin: not_found (start.ENOENT, runtime: ENOENT: cannot open standard input {at.Folder}/nofile.txt",
            "data: permission (start.EACCES",
            "folder: permission (start.EACCES",
            "command: not_found (exit.127",
            "1 succeeded, 7 failed",
        })
        {
            Assert.Contains(told, ended.Out, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Path.Combine(at.Folder, "never")));
        Assert.True(File.Exists(Path.Combine(at.Folder, "good")));
        Assert.Equal(0, at.Count("r", "runtime_recovery_scheduled"));
    }

    [Fact]
    public void All_missing_secrets_are_told_before_anything_ran()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            secrets: { A: { env: HF_MISSING_A }, B: { file: none.txt }, C: { env: HF_MISSING_C } }
            tasks:
              a: { run: echo ran > never }
            """);
        var ended = at.Run("run", "plan.yaml").Is(2);
        Assert.Contains("plan.yaml:1:12: secret \"A\" is missing: the environment variable HF_MISSING_A is not set",
            ended.Error, StringComparison.Ordinal);
        Assert.Contains("secret \"B\" is missing: the file none.txt does not exist", ended.Error,
            StringComparison.Ordinal);
        Assert.Contains("secret \"C\" is missing", ended.Error, StringComparison.Ordinal);
        Assert.Equal(["plan.yaml"], Directory.GetFileSystemEntries(at.Folder).Select(Path.GetFileName));
    }

    // The two lines of the issue, as they stand there.
    [Theory]
    [InlineData("HTTP 429 Too Many Requests", "rate_limited", true)]
    [InlineData("401 Unauthorized: model access denied", "auth", false)]
    public void A_limit_is_waited_out_and_a_refusal_is_not(string error, string kind, bool recovers)
    {
        using var at = new Holding();
        at.Write("plan.yaml", $$"""
            tasks:
              call:
                run: [ /usr/bin/env, sh, -c, "echo '{{error}}' 1>&2; exit 1" ]
                retry: { rate_limited: { retries: 1, base: 10ms } }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "r", "--json");
        at.Until(() => run.HasExited || at.Count("r", "task_retry_requested") > 0, "a retry or the end");
        if (recovers)
        {
            run.Signal(Command.Int);
            Assert.Contains(run.End().Code, new[] { 1, 3 });
        }
        else
        {
            run.End().Is(1);
        }

        Assert.Contains($"\"class\":\"{kind}\"", at.Journal("r"), StringComparison.Ordinal);
        Assert.True(at.Count("r", "runtime_error_classified") > 0);
        Assert.Equal(recovers, at.Count("r", "runtime_recovery_scheduled") > 0);
        Assert.Equal(recovers, at.Count("r", "task_retry_requested") > 0);
    }
}
