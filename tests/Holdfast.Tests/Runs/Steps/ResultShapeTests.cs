using System.Text.Json.Serialization;
using Holdfast.Failures;
using Holdfast.Runs.Steps;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>
/// Results that the next process could not read, or would read as less, told by the process that returns them.
/// </summary>
public sealed partial class ResultShapeTests
{
    private readonly StepBench _bench = new();

    internal interface IThing
    {
        int Size { get; }
    }

    [Fact]
    public void Tuples_and_fields_come_back_whole()
    {
        Assert.Equal((1, "two"), Twice((1, "two")));
        Assert.Equal(3, Twice(new Fields { Size = 3 }).Size);
        Assert.Equal((4, (5, 6)), Twice((4, (5, 6))));
    }

    [Fact]
    public void What_could_never_be_read_again_is_refused_before_it_runs()
    {
        var error = Assert.Throws<NotSupportedException>(
            () => _bench.Run(run => run.StepAsync<IThing>("a", _bench.Does<IThing>("ran", new Thing(1)))));
        Assert.Contains("ResultShapeTests+IThing, which cannot be kept", error.Message);
        Assert.Contains("name its classes by JsonDerivedType", error.Message);
        Assert.Throws<NotSupportedException>(
            () => _bench.Run(run => run.StepAsync<Open>("a", _bench.Does<Open>("ran", new Closed()))));
        Assert.Empty(_bench.Log);
        Assert.Equal(new Circle(3), Twice<Shape>(new Circle(3)));
        Assert.Equal([1, 2], Twice<IReadOnlyList<int>>([1, 2]));
    }

    [Fact]
    public void A_tuple_whose_context_leaves_out_its_fields_is_refused_before_it_runs()
    {
        var error = Assert.Throws<NotSupportedException>(() => _bench.Run(run => run.StepAsync(
            "a", _bench.Does("ran", (1, 2)), new() { Json = Bare.Default.ValueTupleInt32Int32 })));
        Assert.Contains("the fields of a tuple are left out", error.Message);
        Assert.Empty(_bench.Log);
        _bench.Run(run => run.StepAsync(
            "a", _bench.Does("ran", (1, 2)), new() { Json = Whole.Default.ValueTupleInt32Int32 }));
    }

    /// <summary>Before, its run went well until it was killed, and never went on after that.</summary>
    [Fact]
    public void One_that_only_a_value_shows_fails_its_step_in_the_process_that_returned_it()
    {
        var error = Assert.Throws<StepFailedException>(
            () => _bench.Run(run => run.StepAsync("a", _bench.Does("ran", Hidden.Make()))));
        Assert.Equal(FailureClass.InvalidInput, error.Failure!.Class);
        Assert.Contains("has run, and its result of", error.Message);
        Assert.Contains("could not be read again", error.Message);
    }

    [Fact]
    public void A_null_tells_nothing_of_its_type_and_what_was_read_once_is_not_read_again()
    {
        var type = Bare.Default.Counted;
        Counted.Read = 0;
        Assert.Null(ResultShape<Counted>.WhyNotReadAgain("null"u8, type));
        Assert.Equal(0, Counted.Read);
        Assert.Null(ResultShape<Counted>.WhyNotReadAgain("{}"u8, type));
        Assert.Null(ResultShape<Counted>.WhyNotReadAgain("{}"u8, type));
        Assert.Equal(1, Counted.Read);
        Assert.NotNull(ResultShape<Hidden>.WhyNotReadAgain("{}"u8, Bare.Default.Hidden));
        Assert.Null(ResultShape<Hidden>.WhyNotReadAgain(new byte[(1 << 20) + 1], Bare.Default.Hidden));
    }

    [Fact]
    public void What_a_constructor_of_the_program_throws_when_it_is_read_is_a_mismatch()
    {
        Guarded.Least = 0;
        _bench.DriveUntil(() => _bench.Log.Contains("b"), async run =>
        {
            await run.StepAsync("a", _bench.Does("a", new Guarded(1)));
            await run.StepAsync("b", _bench.Hangs("b"));
        });
        _bench.Kill();
        Guarded.Least = 2;
        var error = Assert.Throws<StepMismatchException>(
            () => _bench.Run(run => run.StepAsync("a", _bench.Does("a", new Guarded(2)))));
        Assert.Contains("size is below 2", error.Message);
    }

    // What a later process is told.
    private T Twice<T>(T value)
    {
        var id = $"r{_bench.Log.Count}";
        _bench.DriveUntil(() => _bench.Log.Contains("hangs " + id), async run =>
        {
            await run.StepAsync("a", _bench.Does("a", value));
            await run.StepAsync("b", _bench.Hangs("hangs " + id));
        }, id);
        _bench.Kill();
        return _bench.Run(run => run.StepAsync<T>("a", _ => throw new InvalidOperationException("done again")), id);
    }

    internal sealed class Fields
    {
        public int Size;
    }

    internal sealed record Thing(int Size) : IThing;

    internal abstract class Open;

    internal sealed class Closed : Open;

    [JsonDerivedType(typeof(Circle), "circle")]
    internal abstract record Shape;

    internal sealed record Circle(int Radius) : Shape;

    internal sealed class Hidden
    {
        private Hidden()
        {
        }

        internal static Hidden Make() => new();
    }

    internal sealed class Counted
    {
        public Counted() => Read++;

        internal static int Read { get; set; }
    }

    internal sealed class Guarded
    {
        public Guarded(int size) => Size = size >= Least
            ? size : throw new ArgumentException($"size is below {Least}");

        internal static int Least { get; set; }

        public int Size { get; }
    }

    [JsonSerializable(typeof((int, int)))]
    [JsonSerializable(typeof(Counted))]
    [JsonSerializable(typeof(Hidden))]
    private sealed partial class Bare : JsonSerializerContext;

    [JsonSourceGenerationOptions(IncludeFields = true)]
    [JsonSerializable(typeof((int, int)))]
    private sealed partial class Whole : JsonSerializerContext;
}
