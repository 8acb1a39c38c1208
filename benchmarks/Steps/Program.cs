using System.Globalization;
using Holdfast;

// FOLDER COUNT make: does that many steps and ends as if it were killed.
// FOLDER COUNT again: is told of them, and says when its next step begins.
var (folder, count, what) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), args[2]);
await using var workspace = await Workspace.OpenAsync(Path.Combine(folder, Workspace.FolderName));
await workspace.RunAsync("long", async run =>
{
    for (var i = 0; i < count; i++)
    {
        var number = i;
        await run.StepAsync($"step {number}", _ => Task.FromResult(number));
    }

    if (what == "again")
    {
        await run.StepAsync("next", async _ =>
        {
            await Console.Out.WriteLineAsync("now");

            // The run stays as it is for the next round.
            Environment.Exit(0);
        });
    }

    Environment.Exit(0);
});
return 1;
