using Holdfast.Cli;

namespace Holdfast.Tests.Cli;

public class RehearsalTests
{
    [Fact]
    public void A_rehearsal_reads_a_plan_and_drives_it_to_its_end() => Assert.Equal(0, Rehearsal.Play());
}
