using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal.Reading;

public sealed class NameTableTests
{
    [Fact]
    public void A_name_is_made_once_however_many_came_between()
    {
        var table = new NameTable();
        var names = Enumerable.Range(0, 3_000).Select(n => $"task-{n}").ToList();
        var first = names.ConvertAll(name => table.Get(Encoding.UTF8.GetBytes(name)));
        Assert.Equal(names, first);
        Assert.All(first, name => Assert.Same(name, table.Get(Encoding.UTF8.GetBytes(name))));
    }

    [Fact]
    public void Names_are_told_apart_by_their_bytes_and_read_without_their_escapes()
    {
        var table = new NameTable();
        Assert.Equal("", table.Get([]));
        Assert.Equal("a\"b\n", table.Get("a\\\"b\\n"u8));
        Assert.Equal("übung", table.Get("übung"u8));
        Assert.Same(table.Get("a\\\"b\\n"u8), table.Get("a\\\"b\\n"u8));
        Assert.Same(table.Get([]), table.Get([]));
    }
}
