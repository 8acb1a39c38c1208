using System.Text;
using Holdfast.Journal;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Runs.Workspaces;

/// <summary>A file of lines that many processes append to, and one of them writes anew.</summary>
public sealed class SharedLinesTests
{
    private const string File = "/w/lines.ndjson";

    private readonly SimulatedDisk _disk = new();

    public SharedLinesTests() => _disk.CreateFolder("/w");

    private string Text => Encoding.UTF8.GetString(_disk.ReadAll(File));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void Each_reads_every_line_of_the_others_once_and_its_own_only_if_it_does_not_know_them()
    {
        var (one, other) = (new Reader(_disk), new Reader(_disk));
        Assert.False(one.Lines.Exists);
        one.Add("a\n", known: true);
        other.Add("b\nc\n", known: false);
        one.Look();
        other.Look();
        other.Look();
        Assert.True(one.Lines.Exists);
        Assert.Equal(["b", "c"], one.Seen);
        Assert.Equal(["{\"format\":1,\"edition\":\"0000000000000001\"}", "a", "b", "c"], other.Seen);
        Assert.Equal("{\"format\":1,\"edition\":\"0000000000000001\"}\na\nb\nc\n", Text);
    }

    [Fact]
    public void Nothing_to_append_makes_no_file()
    {
        new Reader(_disk).Add("", known: true);
        Assert.False(_disk.FileExists(File));
    }

    [Fact]
    public void What_is_to_be_on_the_device_is_there_on_return()
    {
        var lines = new Reader(_disk);
        lines.Add("a\n", known: true, sync: true);
        lines.Add("b\n", known: true, sync: false);
        Assert.EndsWith("}\na\n", Encoding.UTF8.GetString(_disk.Synced(File)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_being_written_is_read_once_it_is_whole()
    {
        var (one, other) = (new Reader(_disk), new Reader(_disk));
        one.Add("a\n", known: true);
        using (var file = _disk.OpenAppend(File, create: false))
        {
            file.Append(Bytes("b1"));
            other.Look();
            Assert.Equal("a", other.Seen[^1]);
            file.Append(Bytes("b2\n"));
        }

        other.Look();
        Assert.Equal("b1b2", other.Seen[^1]);
    }

    [Fact]
    public void The_line_of_a_writer_that_died_is_ended_by_the_next_one()
    {
        var (one, other) = (new Reader(_disk), new Reader(_disk));
        one.Add("a\n", known: true);
        using (var file = _disk.OpenAppend(File, create: false))
        {
            file.Append(Bytes("torn"));
        }

        other.Add("b\n", known: false);
        one.Look();
        Assert.EndsWith("}\na\ntorn\nb\n", Text, StringComparison.Ordinal);
        Assert.Equal(["torn", "b"], one.Seen);
    }

    [Fact]
    public void Whoever_reads_a_file_that_was_written_anew_forgets_the_old_one_and_reads_all_of_it()
    {
        var (one, other) = (new Reader(_disk), new Reader(_disk));
        one.Add("a\nb\nc\n", known: true);
        other.Look();
        one.Rewrite("c\n", "d\n", "e\n", "f\n");
        one.Add("g\n", known: true);
        other.Look();
        Assert.Equal((0, 1), (one.Forgotten, other.Forgotten));
        Assert.Equal(["c", "d", "e", "f", "g"], other.Seen.Skip(1));
        Assert.StartsWith("{\"format\":1,\"edition\":\"0000000000000002\"}\n", Text, StringComparison.Ordinal);
        other.Rewrite("h\n");
        one.Look();
        Assert.Equal(["{\"format\":1,\"edition\":\"0000000000000003\"}", "h"], one.Seen);
        for (var i = 0; i < 20; i++)
        {
            one.Rewrite();
        }

        Assert.StartsWith("{\"format\":1,\"edition\":\"0000000000000017\"}\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_deleted_counts_for_nothing_and_the_next_one_begins_anew()
    {
        var (one, other) = (new Reader(_disk), new Reader(_disk));
        one.Add("a\n", known: true);
        other.Look();
        _disk.Delete(File);
        other.Look();
        Assert.Equal((1, 0), (other.Forgotten, other.Seen.Count));
        other.Look();
        Assert.Equal(1, other.Forgotten);
        other.Add("b\n", known: true);
        Assert.Equal("{\"format\":1,\"edition\":\"0000000000000001\"}\nb\n", Text);
    }

    [Fact]
    public void A_file_is_over_its_bound_only_once_it_is_twice_what_the_last_rewriting_left()
    {
        var lines = new Reader(_disk);
        lines.Add("a\n", known: true);
        var length = Text.Length;
        Assert.True(lines.Lines.IsOver(length - 1));
        Assert.False(lines.Lines.IsOver(length));
        lines.Rewrite(new string('x', 99) + "\n");
        var least = 2 * Text.Length;
        lines.Add(new string('y', least - Text.Length - 1) + "\n", known: true);
        Assert.False(lines.Lines.IsOver(1));
        lines.Add("z\n", known: true);
        Assert.True(lines.Lines.IsOver(1));
    }

    private sealed class Reader
    {
        internal Reader(SimulatedDisk disk) => Lines = new SharedLines(
            disk, File, line => Seen.Add(Encoding.UTF8.GetString(line.Span)), () =>
            {
                Seen.Clear();
                Forgotten++;
            });

        internal SharedLines Lines { get; }

        internal List<string> Seen { get; } = [];

        internal int Forgotten { get; private set; }

        internal void Look() => Lines.ReadNew();

        internal void Add(string text, bool known, bool sync = false)
        {
            using var held = Lines.Lock();
            Lines.ReadNew();
            if (known)
            {
                Seen.Clear();
            }

            Lines.Append(Bytes(text), sync, known);
        }

        internal void Rewrite(params string[] lines)
        {
            using var held = Lines.Lock();
            Lines.ReadNew();
            Lines.Rewrite(lines.Select(Bytes));
        }
    }
}
