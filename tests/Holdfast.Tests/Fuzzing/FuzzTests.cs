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
