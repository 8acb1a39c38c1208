namespace Holdfast.Cli.Upkeep;

/// <summary>A plan to start from.</summary>
/// <param name="Name">For <c>--example</c>.</param>
/// <param name="File">What it is written as.</param>
/// <param name="About">One line.</param>
/// <param name="Text">The plan; a test loads each one, and an end-to-end test runs it.</param>
internal sealed record InitPlan(string Name, string File, string About, string Text);

/// <summary>The plans that <c>init</c> writes. They need a shell and nothing else.</summary>
internal static class InitPlans
{
    internal static IReadOnlyList<InitPlan> All { get; } =
    [
        new("first", "plan.yaml", "three tasks, one of them flaky: it fails once and is retried", First),
        new("fan-out", "fan-out.yaml", "one task for each file that matches, four at a time", FanOut),
        new("effects", "effects.yaml", "work that must not happen twice, and how each kind says so", Effects),
    ];

    private const string First =
        """
        # A first plan. Check it with `holdfast validate plan.yaml`, run it with `holdfast run plan.yaml`.
        name: first

        defaults:
          timeout: 5m              # hard limit of an attempt; commands have 1 h without it

        tasks:
          prepare:
            run: mkdir -p out && date > out/started.txt     # a string goes to the shell
            outputs: [ out/started.txt ]                    # must exist and be fresh, else the attempt failed

          flaky:
            needs: [ prepare ]
            # Fails the first time as a server would that is starting; "unavailable" is retried after about 1 s.
            run: |
              if [ "$HOLDFAST_ATTEMPT" = 1 ]; then
                echo "HTTP 503 Service Unavailable" >&2
                exit 1
              fi
              echo "it answers now"

          report:
            needs: [ flaky ]
            run: [ cat, out/started.txt ]                   # a list is a program and its arguments, no shell

        # Next: `holdfast status`, `holdfast why`, `holdfast logs last flaky`. Kill a run at any time with kill -9, and
        # `holdfast resume` goes on where it was; what is done is never done again.

        """;

    private const string FanOut =
        """
        # One task for each item. The items are found once, when the task is ready, and recorded.
        name: fan-out

        max-parallel: 4            # attempts at once, over the whole plan

        tasks:
          make:
            run: mkdir -p data && for n in 1 2 3 4 5 6; do echo "$n" > "data/$n.txt"; done

          double:
            needs: [ make ]
            for-each: { file: "data/*.txt", max-parallel: 4 }
            # The value never becomes shell text, so a hostile file name cannot run anything.
            run: expr "$(cat "${{ item }}")" '*' 2

          done:
            needs: [ double ]      # all of them
            run: echo "all files are done"

        """;

    private const string Effects =
        """
        # After a crash a task may have happened or not. `effect` says what is safe then.
        name: effects

        tasks:
          compute:
            run: echo 42 > answer.txt
            outputs: [ answer.txt ]
            # effect: repeatable is the default: running it again does no harm.

          deliver:
            needs: [ compute ]
            effect: keyed          # the other side knows the key, and acts once for it
            run: echo "delivering with key $HOLDFAST_IDEMPOTENCY_KEY"

          book:
            needs: [ compute ]
            run: echo booked > booked.txt
            effect:
              reconcile: test -f booked.txt     # 0: it happened; 1: it did not; else a person decides

          announce:
            needs: [ deliver, book ]
            effect: once           # never again without `holdfast resolve RUN announce --redo`
            run: echo "announced"

        """;
}
