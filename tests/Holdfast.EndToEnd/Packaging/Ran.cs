using System.Diagnostics;

namespace Holdfast.EndToEnd.Packaging;

/// <summary>What a program ended with. A signal is told as 128 + its number, as shells do.</summary>
internal sealed record Ran(int Code, string Out, string Error)
{
    // Far more than any of these takes on a busy machine; what hangs is ended and fails its test.
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);

    internal static Process Start(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? more = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    internal static async Task<Ran> EndOf(Process process, string input = "")
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        var error = process.StandardError.ReadToEndAsync(bound.Token);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that ended without reading its input is judged by its exit code like any other.
        }

        try
        {
            await process.WaitForExitAsync(bound.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    internal static async Task<Ran> Of(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? more = null)
    {
        using var process = Start(program, arguments, folder, more);
        return await EndOf(process);
    }
}
