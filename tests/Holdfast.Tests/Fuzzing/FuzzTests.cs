namespace Holdfast.Tests.Fuzzing;

/// <summary>Hostile input of every kind; how much and how to replay a case: <see cref="FuzzRun"/>.</summary>
public sealed class PlanFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Plan_files_are_loaded_or_refused_in_their_place() => FuzzRun.All(new PlanFuzzer(), output);

    [Fact]
    public void A_plan_json_is_read_or_refused() => FuzzRun.All(new PlanJsonFuzzer(), output);
}

/// <summary>Journals.</summary>
public sealed class JournalFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void A_changed_journal_is_a_prefix_or_damaged_and_is_repaired() => FuzzRun.All(new JournalFuzzer(), output);

    [Fact]
    public void Events_that_say_anything_are_folded_or_refused() => FuzzRun.All(new FoldFuzzer(), output);
}

/// <summary>Files that other processes leave for a driver.</summary>
public sealed class RunFileFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void A_request_is_answered_or_handed_out_and_carried_out_once() => FuzzRun.All(new InboxFuzzer(), output);

    [Fact]
    public void An_attempt_file_yields_only_what_whole_lines_say()
    {
        using var fuzzer = new AttemptFileFuzzer();
        FuzzRun.All(fuzzer, output);
    }
}

/// <summary>What programs print.</summary>
public sealed class WordsFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_is_printed_is_judged_and_a_told_wait_can_be_waited_for() =>
        FuzzRun.All(new WordsFuzzer(), output);
}
