using Holdfast.Cli;

namespace Holdfast.Tests.Cli.Driving;

/// <summary>The command line in this process, with writers in memory and an environment of its own.</summary>
internal sealed class CliBench : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    internal string Folder { get; } = Directory.CreateTempSubdirectory("holdfast-cli-").FullName;

    internal Dictionary<string, string> Environment { get; } = [];

    internal string Out => _out.ToString();

    internal string Error => _error.ToString();

    internal CommandContext Context => new()
    {
        Out = _out,
        Error = _error,
        Environment = name => Environment.GetValueOrDefault(name),
        CurrentFolder = Folder,
    };

    internal int Run(params string[] args)
    {
        _out.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
        return CommandLine.Run(args, Context);
    }

    internal void Write(string name, string content) => File.WriteAllText(Path.Combine(Folder, name), content);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
