using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>How a snapshot is spelled, and what is said of one that cannot be used.</summary>
public sealed class JournalSnapshotsTextTests
{
    private const string Sha256OfEmpty = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    private const string Whole = "{\"format\":1,\"seq\":7,\"offset\":70,\"crc\":\"000000ab\","
        + "\"sha256\":\"" + Sha256OfEmpty + "\",\"state\":{}}\n";

    [Fact]
    public void A_snapshot_is_one_line_of_JSON()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        store.Write(new JournalPosition(7, 70, 0xAB), "{}"u8);
        Assert.Equal(Whole, File.ReadAllText(store.PathOf(7)));
    }

    [Fact]
    public void What_a_later_version_may_add_or_space_otherwise_is_read()
    {
        var cases = new (string From, string To)[]
        {
            ("{\"format\":1,", "{\"later\":{\"a\":[1]},\"format\":1,"),
            ("\"offset\":70", "\"offset\":0"),
            ("}\n", " } "),
        };
        Assert.All(cases, each =>
        {
            var (from, to) = each;
            var snapshot = Load(Whole.Replace(from, to, StringComparison.Ordinal), out _);
            Assert.Equal("{}", Encoding.UTF8.GetString(snapshot!.State.Span));
            Assert.Equal((7, 0xABu), (snapshot.Position.Seq, snapshot.Position.Crc));
        });
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        var cases = new (string From, string To, string Problem)[]
        {
            (
                "\"format\":1", "\"format\":2",
                "not a snapshot of format 1: format 2, seq 7, offset 70, 2 bytes of state"),
            ("\"seq\":7,", "", "not a snapshot of format 1: format 1, seq -1, offset 70, 2 bytes of state"),
            ("\"seq\":7", "\"seq\":8", "says that it is of event 8"),
            ("\"offset\":70,", "", "not a snapshot of format 1: format 1, seq 7, offset -1, 2 bytes of state"),
            (",\"state\":{}", "", "not a snapshot of format 1: format 1, seq 7, offset 70, 0 bytes of state"),
            ("\"state\":{}", "\"state\":{ }", "its state does not match its SHA-256"),
            ("\"sha256\":\"4", "\"sha256\":\"5", "its state does not match its SHA-256"),
            ("\"sha256\":\"", "\"sha\":\"", "its state does not match its SHA-256"),
        };
        Assert.All(cases, each =>
        {
            var (from, to, problem) = each;
            Assert.Null(Load(Whole.Replace(from, to, StringComparison.Ordinal), out var told));
            Assert.Equal(problem, told);
        });
    }

    [Fact]
    public void What_is_no_snapshot_is_said_to_be_none()
    {
        var cases = new (string Content, string Reason)[]
        {
            ("[1]", "begins with StartArray"),
            ("\"text\"", "begins with String"),
            ("", ""),
            (Whole + "{}", ""),
            ("{\"format\":\"1\"}", ""),
            ("{\"crc\":\"x\"}", ""),
        };
        Assert.All(cases, each =>
        {
            var (content, reason) = each;
            Assert.Null(Load(content, out var told));
            Assert.StartsWith($"not a snapshot of format 1: {reason}", told, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void One_that_cannot_be_read_is_skipped_for_the_one_before()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        store.Write(new JournalPosition(7, 70, 0xAB), "{}"u8);
        Directory.CreateDirectory(store.PathOf(8));
        Assert.Equal(7, store.Latest(out var skipped)!.Position.Seq);
        Assert.Equal(store.PathOf(8), Assert.Single(skipped).Path);
        Assert.ThrowsAny<Exception>(() => store.Load(9));
    }

    [Fact]
    public void Numbers_below_zero_are_refused_by_name()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.PathOf(-1));
        Assert.Equal(folder.In("snapshot-000000000000.json"), store.PathOf(0));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => store.KeepLast(-1, out _));
        Assert.StartsWith(
            "cannot keep -1 snapshots; 0 deletes all of them", error.Message, StringComparison.Ordinal);
        Assert.Equal("count", error.ParamName);
        var state = Assert.Throws<ArgumentException>(() => store.Write(default, "[]"u8));
        Assert.StartsWith(
            "the state of a snapshot is not one JSON object", state.Message, StringComparison.Ordinal);
    }

    private static JournalSnapshot? Load(string content, out string? problem)
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        File.WriteAllText(store.PathOf(7), content);
        try
        {
            problem = null;
            return store.Load(7);
        }
        catch (InvalidDataException error)
        {
            Assert.StartsWith($"{store.PathOf(7)}: ", error.Message, StringComparison.Ordinal);
            problem = error.Message[(store.PathOf(7).Length + 2)..];
            return null;
        }
    }
}
