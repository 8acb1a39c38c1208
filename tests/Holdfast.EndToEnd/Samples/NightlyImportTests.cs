using System.Globalization;
using Holdfast.EndToEnd.Packaging;

namespace Holdfast.EndToEnd.Samples;

/// <summary>The hosted service, killed in the middle again and again, as a machine would do it.</summary>
public sealed class NightlyImportTests : IDisposable
{
    private const int Files = 40;
    private const int Rows = 25;
    private readonly string _folder = Directory.CreateTempSubdirectory("night-").FullName;

    private string Incoming => Path.Combine(_folder, "incoming");

    private string Imported => Path.Combine(_folder, "imported");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Killed_after_some_files_it_goes_on_and_no_row_is_there_twice()
    {
        Directory.CreateDirectory(Incoming);
        for (var file = 0; file < Files; file++)
        {
            await File.WriteAllLinesAsync(
                Path.Combine(Incoming, $"part-{file:D2}.csv"), Enumerable.Range(0, Rows).Select(row => $"{file},{row}"),
                TestContext.Current.CancellationToken);
        }

        var told = new List<string>();
        foreach (var kill in new[] { 1, 4, 9, 3 })
        {
            told.AddRange(await StartAndKillAfter(kill));
        }

        var last = await Ran.Of("dotnet", [Sample.Of("NightlyImport"), Incoming, Imported, "--now"], _folder);
        Assert.True(last.Code == 0, last.Error + last.Out);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{Files} files, {Files * Rows} rows"), last.Out,
            StringComparison.Ordinal);
        told.AddRange(last.Out.Split('\n').Where(line => line.StartsWith("imported ", StringComparison.Ordinal)));

        // A file whose end nobody saw may be told twice, its rows are there once.
        Assert.InRange(told.Count, Files, Files + 4);
        var all = await File.ReadAllLinesAsync(
            Path.Combine(Imported, "rows.csv"), TestContext.Current.CancellationToken);
        var rows = all.Where(row => row[0] != '#').ToList();
        Assert.Equal(Files * Rows, rows.Count);
        Assert.Equal(Files * Rows, rows.Distinct().Count());
    }

    [Fact]
    public async Task Arguments_that_it_does_not_know_are_refused()
    {
        var ran = await Ran.Of("dotnet", [Sample.Of("NightlyImport"), "a", "b", "--later"], _folder);
        Assert.Equal((2, "usage: NightlyImport INCOMING IMPORTED [--now]"), (ran.Code, ran.Error.Trim()));
    }

    private async Task<List<string>> StartAndKillAfter(int files)
    {
        using var process = Ran.Start(
            "dotnet", [Sample.Of("NightlyImport"), Incoming, Imported, "--now"], _folder);
        var told = new List<string>();
        while (told.Count < files
            && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("imported ", StringComparison.Ordinal))
            {
                told.Add(line);
            }
        }

        process.Kill();
        var rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
        told.AddRange(rest.Split('\n').Where(line => line.StartsWith("imported ", StringComparison.Ordinal)));
        return told;
    }
}
