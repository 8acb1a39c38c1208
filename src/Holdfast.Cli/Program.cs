using Holdfast.Runs;

namespace Holdfast.Cli;

internal static class Program
{
    internal static int Main(string[] args)
    {
        Rehearsal.BeginFor(args);
        CommandContext context;
        try
        {
            context = CommandContext.OfProcess();
        }
        catch (IOException)
        {
            // The one thing of the system that it asks for and that may not be there.
            Console.Error.WriteLine(
                "holdfast: the folder that this was called in is gone; go to another one, and call again");
            return ExitCodes.Usage;
        }

        return CommandLine.Run(args, context);
    }
}
