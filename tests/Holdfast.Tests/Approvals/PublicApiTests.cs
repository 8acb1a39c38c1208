using System.Reflection;
using Holdfast.Extensions;
using Holdfast.Polly;
using Holdfast.Resilience;

namespace Holdfast.Tests.Approvals;

/// <summary>
/// What programs can use of the packages, as approved. A difference is a change that users notice: look at it, say so
/// in CHANGELOG.md, and approve it.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Packages => ["Holdfast", "Holdfast.Extensions", "Holdfast.Polly"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_surface_is_the_approved_one(string name) => Approved.Matches($"api/{name}", PublicApi.Of(Of(name)));

    [Fact]
    public void What_else_is_seen_of_the_engine_is_the_approved_one() => Approved.Matches(
        "api/Holdfast.engine", PublicApi.OfEngine(typeof(RetryExecutor).Assembly));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Whatever_is_public_has_a_summary(string name)
    {
        var documented = File.ReadAllText(Path.ChangeExtension(Of(name).Location, ".xml"));
        Assert.All(Of(name).GetExportedTypes(), type => Assert.Contains(
            $"<member name=\"T:{type.FullName!.Replace('+', '.')}\">", documented, StringComparison.Ordinal));
    }

    [Fact]
    public void The_text_tells_all_that_a_program_could_notice()
    {
        var text = PublicApi.Of(typeof(RetryExecutor).Assembly);
        Assert.Contains("abstract class Holdfast.Resilience.CallGuard\n", text, StringComparison.Ordinal);
        Assert.Contains("    ValueTask<T> ExecuteAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, "
            + "TState state, CancellationToken cancellationToken = default)\n", text, StringComparison.Ordinal);
        Assert.Contains("sealed class Holdfast.Resilience.RetryExecutor : CallGuard\n", text, StringComparison.Ordinal);
        Assert.Contains("    required FailureClass Class { get; init; }\n", text, StringComparison.Ordinal);
        Assert.Contains("    static string? AttemptsOf(Exception error)\n", text, StringComparison.Ordinal);
        Assert.Contains("    const int CompressedOver = 65536\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("RetryProgress", text, StringComparison.Ordinal);
    }

    private static Assembly Of(string name) => name switch
    {
        "Holdfast" => typeof(RetryExecutor).Assembly,
        "Holdfast.Extensions" => typeof(HoldfastOptions).Assembly,
        _ => typeof(HoldfastRetryBuilder).Assembly,
    };
}
