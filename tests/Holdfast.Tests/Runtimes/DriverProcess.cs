using System.Runtime.CompilerServices;
using System.Text.Json;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;

namespace Holdfast.Tests.Runtimes;

/// <summary>
/// The test program as another process: started with a first argument of its own it is a driver, or a guard, and
/// never reaches the tests. So that a kill -9 hits a real driver without an executable more.
/// </summary>
public static class DriverProcess
{
    public const string Word = "--as-driver";
    public const string GuardWord = "--as-guard";

    [ModuleInitializer]
    internal static void Turn()
    {
        var words = Environment.GetCommandLineArgs();
        if (words.Length == 4 && words[1] == Word)
        {
            Drive(words[2], words[3]);
        }
        else if (words.Length == 3 && words[1] == GuardWord)
        {
            _ = GuardDuty.Run(GuardDuty.FindAttempts(words[2]), () => false, TimeProvider.System);
            Environment.Exit(0);
        }
    }

    private static void Drive(string order, string guarded)
    {
        var spec = JsonSerializer.Deserialize<CommandSpec>(File.ReadAllText(order))!;
        using var guard = guarded.Length == 0
            ? null
            : Guard.Start(
                ["dotnet", typeof(DriverProcess).Assembly.Location, GuardWord, guarded],
                [.. from e in EntriesOfEnvironment() select e],
                "/");
        using var runtime = CommandRuntime.Create();
        using var ended = new ManualResetEventSlim();
        runtime.Start(spec, _ => ended.Set());
        ended.Wait(TimeSpan.FromMinutes(2));
        Environment.Exit(99);
    }

    private static IEnumerable<string> EntriesOfEnvironment()
    {
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            yield return $"{entry.Key}={entry.Value}";
        }
    }
}
