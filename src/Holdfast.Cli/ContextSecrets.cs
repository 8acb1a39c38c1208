using Holdfast.Plans;

namespace Holdfast.Cli;

/// <summary>Secrets as this process can read them: variables of its context, and real files.</summary>
internal sealed class ContextSecrets(CommandContext context) : ISecretReader
{
    private readonly SystemSecretReader _system = new();

    public string? ReadVariable(string name) => context.Environment(name);

    public string? ReadFile(string path, int maxBytes, out string? problem) =>
        _system.ReadFile(path, maxBytes, out problem);
}
