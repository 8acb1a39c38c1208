using System.Globalization;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Jobs of a scheduler that keeps nothing: what it acknowledged is gone, and its ids come again.</summary>
public sealed class SchedulerTests
{
    // Jobs are files, an id is how many there are: a crash of the cluster empties the folder, and ids begin anew.
    private const string Script = """
        mkdir -p jobs finished
        case $1 in
          submit) id=$(($(ls jobs | wc -l) + 1)); printf '%s\n%s\n' "$2" "$3" > jobs/$id; echo "$id $2" >> told ;;
          work) for j in jobs/*; do sh -c "$(tail -n +2 "$j")"; touch "finished/$(head -n 1 "$j")"; rm "$j"; done ;;
          crash) rm -f jobs/* ;;
          ask) [ -e "finished/$2" ] && exit 0; grep -qx "$2" jobs/* 2> /dev/null && exit 2; exit 1 ;;
        esac
        """;

    private const string Plan = """
        tasks:
          job:
            run: |
              sh ./cluster submit "$HOLDFAST_IDEMPOTENCY_KEY" "echo $HOLDFAST_RUN >> log; touch $HOLDFAST_RUN.made"
              cut -d' ' -f5 /proc/$$/stat > group
              until [ -e "finished/$HOLDFAST_IDEMPOTENCY_KEY" ]; do sleep 0.02; done
            effect: { reconcile: "sh ./cluster ask \"$HOLDFAST_IDEMPOTENCY_KEY\"" }
            outputs: [ "${{ run.id }}.made" ]
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SR17_a_job_that_was_acknowledged_and_lost_is_found_out_by_our_own_name_not_by_its_id(bool isLost)
    {
        using var at = new Holding();
        at.Write("cluster", Script);
        at.Write("plan.yaml", Plan);
        var ours = at.Start("run", "plan.yaml", "--id", "ours");
        at.Until(() => at.Read("group").EndsWith('\n'), "the job to be acknowledged");
        ours.Signal(Command.Kill);
        ours.End();
        Command.Signal(-int.Parse(at.Read("group"), CultureInfo.InvariantCulture), Command.Kill);
        if (isLost)
        {
            // Another one gets the id of ours, and it ends well: by its id, ours would have been done.
            Cluster("crash");
            File.Delete(Path.Combine(at.Folder, "group"));
            var theirs = at.Start("run", "plan.yaml", "--id", "theirs", "--new");
            at.Until(() => at.Read("group").EndsWith('\n'), "the other job to be acknowledged");
            Assert.Equal(["1", "1"], at.Lines("told").Select(l => l.Split(' ')[0]));
            Cluster("work");
            theirs.End().Is(0);
            File.Delete(Path.Combine(at.Folder, "group"));
            var resumed = at.Start("resume", "ours");
            at.Until(() => at.Read("group").EndsWith('\n'), "ours to be submitted again");
            Cluster("work");
            resumed.End().Is(0);
            Assert.Equal(["theirs", "ours"], at.Lines("log"));
            Assert.Contains("\"task_reconciled\"", at.Journal("ours"), StringComparison.Ordinal);
            Assert.Contains("\"did_not_happen\"", at.Journal("ours"), StringComparison.Ordinal);
        }
        else
        {
            // It went on by itself: nothing is submitted again.
            Cluster("work");
            at.Run("resume", "ours").Is(0);
            Assert.Equal(["ours"], at.Lines("log"));
            Assert.Single(at.Lines("told"));
        }

        // One name for all attempts of a task, another one for every other.
        Assert.Equal(isLost ? 2 : 1, at.Lines("told").Select(l => l.Split(' ')[1]).Distinct().Count());

        void Cluster(string what)
        {
            using var script = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh")
            {
                WorkingDirectory = at.Folder, ArgumentList = { "cluster", what },
            })!;
            Assert.True(script.WaitForExit(Holding.Deadline));
        }
    }
}
