using System.Diagnostics;

namespace Holdfast.EndToEnd.Packaging;

/// <summary>
/// A small checkout with the real <c>holdfast</c> script and a compiler that is a shell script: it tells when it
/// begins, waits when it is asked to, and so makes every order of events reproducible.
/// </summary>
internal sealed class Checkout : IDisposable
{
    // "publish" copies the source into the "assembly"; anything else runs one, and does what its first argument says.
    private const string Compiler = """
        #!/bin/sh
        [ "$1" = --version ] && { echo 10.0.0; exit; }
        if [ "$1" = restore ]; then
            echo restore >>"$FAKE/restores"
            [ ! -e "$FAKE/no-pack" ]
            exit
        fi
        if [ "$1" = publish ]; then
            case "$*" in *Ahead=true*) echo ahead >>"$FAKE/kinds" ;; *) echo plain >>"$FAKE/kinds" ;; esac
            while [ "$1" != --artifacts-path ]; do shift; done
            mkdir "$FAKE/busy" || echo overlap >>"$FAKE/log"
            echo build >>"$FAKE/log"
            [ -p "$FAKE/begun" ] && { echo begun >"$FAKE/begun"; read line <"$FAKE/go"; }
            rmdir "$FAKE/busy"
            [ -f src/Holdfast/Broken.cs ] &&
                { echo "src/Holdfast/Broken.cs(3,7): error CS1002: ; expected [/x/y.csproj]"; exit 1; }
            mkdir -p "$2/publish/Holdfast.Cli/release"
            cat src/Holdfast/Source.cs >"$2/publish/Holdfast.Cli/release/Holdfast.Cli.dll"
            exit 0
        fi
        dll=$1
        case $2 in
            exit) exit "$3" ;;
            kill) kill -s "$3" $$ ;;
            source) cat "$dll" ;;
            where) pwd ;;
            path) printf %s "$dll" ;;
            pid) printf %s $$ ;;
            input) cat ;;
            hold) echo holding; read line; exit 0 ;;
            *) shift; printf '[%s]' "$@" ;;
        esac
        """;

    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("holdfast it's ü ");

    internal Checkout()
    {
        Root = Path.Combine(_temporary.FullName, "a checkout");
        Fake = Directory.CreateDirectory(Path.Combine(_temporary.FullName, "fake")).FullName;
        Write("src/Holdfast.Cli/Holdfast.Cli.csproj", "<Project />");
        Write("src/Holdfast/Source.cs", "first");
        Write("Directory.Build.props", "<Project />");
        File.Copy(Path.Combine(RealRoot, "holdfast"), Path.Combine(Root, "holdfast"));
        File.WriteAllText(Path.Combine(Fake, "dotnet"), Compiler);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(Fake, "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The repository that these tests were built from.</summary>
    internal static string RealRoot { get; } = FindRoot();

    internal string Root { get; private set; }

    internal string Temporary => _temporary.FullName;

    internal string Fake { get; }

    internal int Builds => Log.Count(line => line == "build");

    /// <summary>Every build, and every time that one began while another was under way.</summary>
    internal string[] Log => File.Exists(LogPath) ? File.ReadAllLines(LogPath) : [];

    internal string[] BuildFolders =>
        [.. Directory.GetDirectories(Path.Combine(Root, "artifacts/build")).Select(f => Path.GetFileName(f)!)];

    /// <summary>How often the compiler pack was asked for.</summary>
    internal int Restores => LinesOf("restores").Length;

    /// <summary>Each build: <c>ahead</c> of time, or <c>plain</c>.</summary>
    internal string[] Kinds => LinesOf("kinds");

    private string LogPath => Path.Combine(Fake, "log");

    internal void Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>From now on no feed has the compiler pack.</summary>
    internal void LosePack() => File.WriteAllText(Path.Combine(Fake, "no-pack"), "");

    internal void Delete(string path) => File.Delete(Path.Combine(Root, path));

    internal void MoveTo(string name)
    {
        var there = Path.Combine(_temporary.FullName, name);
        Directory.Move(Root, there);
        Root = there;
    }

    /// <summary>From now on a build tells that it has begun and waits until it is let go.</summary>
    internal async Task GateBuilds()
    {
        foreach (var pipe in new[] { "begun", "go" })
        {
            Assert.Equal(0, (await Ran.Of("mkfifo", [Path.Combine(Fake, pipe)], Fake)).Code);
        }
    }

    internal void OpenGate()
    {
        File.Delete(Path.Combine(Fake, "begun"));
        File.Delete(Path.Combine(Fake, "go"));
    }

    /// <summary>Ends when a build has begun; a pipe is opened when its other end is.</summary>
    internal Task BuildBegun() =>
        Task.Run(() => File.ReadAllText(Path.Combine(Fake, "begun"))).WaitAsync(TimeSpan.FromMinutes(1));

    internal Task LetBuildGo() =>
        Task.Run(() => File.AppendAllText(Path.Combine(Fake, "go"), "go\n")).WaitAsync(TimeSpan.FromMinutes(1));

    internal Process Start(params string[] arguments) =>
        Ran.Start(Path.Combine(Root, "holdfast"), arguments, Root, Environment);

    internal async Task<Ran> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return await Ran.EndOf(process);
    }

    internal IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["PATH"] = Fake + ":" + System.Environment.GetEnvironmentVariable("PATH"),
        ["FAKE"] = Fake,
    };

    public void Dispose() => _temporary.Delete(recursive: true);

    private string[] LinesOf(string name) =>
        File.Exists(Path.Combine(Fake, name)) ? File.ReadAllLines(Path.Combine(Fake, name)) : [];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no Holdfast.slnx above {AppContext.BaseDirectory}");
    }
}
