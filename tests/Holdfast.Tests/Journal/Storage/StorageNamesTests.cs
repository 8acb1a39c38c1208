using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

public sealed class StorageNamesTests
{
    [Fact]
    public void Names_that_a_dead_process_left_are_passed_over()
    {
        var tried = new List<string>();
        var (temporary, file) = StorageNames.CreateTemporary("/folder/name", name =>
        {
            tried.Add(name);
            return tried.Count < 4 ? null : "created";
        });
        Assert.Equal(("created", tried[3]), (file, temporary));
        Assert.Equal(4, tried.Distinct().Count());
        Assert.All(tried, name => Assert.Matches(
            $@"^/folder/\.name\.{Environment.ProcessId}-\d+\.tmp$", name.Replace('\\', '/')));
    }

    [Fact]
    public void A_folder_full_of_leftovers_is_told_with_what_to_delete()
    {
        var tried = 0;
        var error = Assert.Throws<IOException>(() => StorageNames.CreateTemporary("/folder/name", _ =>
        {
            tried++;
            return default(string);
        }));
        Assert.Equal(StorageNames.MostTemporary, tried);
        Assert.Equal("/folder holds 1000 temporary files of name already; delete .name.*.tmp", error.Message);
    }

    [Fact]
    public void A_root_is_no_file()
    {
        Assert.Equal("/folder", StorageNames.FolderOf("/folder/name"));
        var error = Assert.Throws<IOException>(() => StorageNames.FolderOf("/"));
        Assert.Equal("/ has no folder above it", error.Message);
    }
}
