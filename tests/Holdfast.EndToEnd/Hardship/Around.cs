using Holdfast.EndToEnd.Packaging;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Programs of the system around the command: tracers, terminals, mounts.</summary>
internal static class Around
{
    internal static string Cli { get; } = Path.Combine(AppContext.BaseDirectory, "Holdfast.Cli.dll");

    /// <summary>The command as a line for a POSIX shell.</summary>
    internal static string Line(string arguments) => $"dotnet '{Cli}' {arguments}";

    /// <summary>Skips the test, told in the summary, where a program is missing; a build server has them all.</summary>
    internal static void Needs(string program) => Assert.SkipWhen(
        !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, program))),
        $"\"{program}\" is not installed; .ci/run installs it");

    /// <summary>Mounts need root; a build server runs as root.</summary>
    internal static void NeedsRoot(string why) =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", $"{why} needs root on Linux");

    /// <summary>A line that becomes another user without any right of root's; skips the test where none can.</summary>
    internal static async Task<string> AsNobody(Holding at)
    {
        const string Nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/tmp ";
        NeedsRoot("another user");
        Needs("setpriv");
        var reads = await Shell(at, $"chmod 755 . && {Nobody} test -r '{Cli}'");
        Assert.SkipUnless(reads.Code == 0, $"another user cannot read {Cli}; check out below a folder open to all");
        return Nobody;
    }

    /// <summary>Runs a shell script in the folder of a test, and returns its end.</summary>
    internal static async Task<Ended> Shell(Holding at, string script)
    {
        var ran = await Ran.Of("/bin/sh", ["-c", script], at.Folder);
        return new Ended(ran.Code, ran.Out, ran.Error);
    }

    /// <summary>Whether a process lives; a zombie does not.</summary>
    internal static bool Lives(string pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid.Trim()}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Every file below a folder, by path.</summary>
    internal static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true,
            AttributesToSkip = 0 });
}
