using Holdfast.Tests.House;

namespace Holdfast.Tests.Approvals;

/// <summary>
/// Texts that people see, kept as files beside the tests. A changed text fails with the first line that differs; after
/// a
/// look at it, <c>HOLDFAST_APPROVE=1 ./test</c> writes the files anew. A file that is missing fails too.
/// </summary>
internal static class Approved
{
    private const string Folder = "tests/Holdfast.Tests/Approvals/texts";

    internal static void Matches(string name, string seen)
    {
        var path = Path.Combine(Repository.Root.FullName, Folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("HOLDFAST_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, seen);
            return;
        }

        Assert.True(File.Exists(path),
            $"{name} was never approved; look at it and run with HOLDFAST_APPROVE=1:\n{seen}");
        Assert.Equal(File.ReadAllText(path), seen);
    }
}
