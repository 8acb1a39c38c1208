namespace Holdfast.Cli;

internal static class Program
{
    internal static int Main(string[] args) => CommandLine.Run(args, CommandContext.OfProcess());
}
