using System.Globalization;
using Holdfast.Failures;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Agents;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Plans.Running;

/// <summary>What came of looking whether a runtime is there.</summary>
/// <param name="IsThere">Whether an attempt could start now.</param>
/// <param name="Seen">What was found: a version, a status, or what is missing; secrets masked.</param>
/// <param name="Cure">What helps; null where nothing has to.</param>
internal sealed record RuntimeHealth(bool IsThere, string Seen, string? Cure = null);

/// <summary>
/// Looks whether runtimes could work now, each within a short time of its own: a program is asked for its version, a
/// host gets a HEAD of its base without headers, so that nothing is spent and no credential leaves. Thread-safe.
/// </summary>
/// <param name="plan">The plan that has them.</param>
/// <param name="secrets">Where its secrets are read.</param>
/// <param name="runtime">Starts the programs.</param>
/// <param name="scratch">An empty folder for what they print.</param>
/// <param name="time">Paces the wait for hosts.</param>
internal sealed class RuntimeProbe(
    Plan plan, ISecretReader secrets, CommandRuntime runtime, string scratch, TimeProvider time)
{
    private const string Task = "version";
    private readonly ProgramPath _programs = new();
    private int _asked;

    internal RuntimeHealth Look(PlanRuntime asked)
    {
        var values = new Dictionary<string, string>();
        foreach (var source in plan.Secrets.Where(s => asked.Secrets.Contains(s.Name)))
        {
            if (source.Read(plan.Folder, secrets, out var problem) is not { } value)
            {
                return new RuntimeHealth(false, problem!);
            }

            values[source.Name] = value;
        }

        var mask = SecretMask.For(values.Values);
        var health = asked switch
        {
            AgentRuntimeSetting agent => OfProgram(agent, values),
            HttpRuntimeSetting http => OfHost(http),
            _ => throw new ArgumentException($"\"{asked.Name}\" is no runtime that can be asked", nameof(asked)),
        };
        return health with { Seen = mask.Mask(health.Seen) };
    }

    private RuntimeHealth OfProgram(AgentRuntimeSetting agent, Dictionary<string, string> values)
    {
        var number = Interlocked.Increment(ref _asked);
        var program = AgentCall.ProgramOf(agent);
        program = program.Contains('/') && agent.Flavor != AgentFlavor.Custom
            ? Path.GetFullPath(program, plan.Folder) : program;
        IReadOnlyList<string> environment;
        try
        {
            environment = EnvironmentOf(agent, values, number);
        }
        catch (Exception error) when (error is TemplateException or ArgumentException)
        {
            return new RuntimeHealth(false, $"its environment cannot be made: {error.Message}");
        }

        if (agent.Flavor == AgentFlavor.Custom)
        {
            // It might take the question for a prompt.
            return !OperatingSystem.IsLinux() ? new RuntimeHealth(true, $"{program}: of flavor custom, not asked")
                : _programs.Resolve(program, plan.Folder, environment, out var missing) is { } path
                    ? new RuntimeHealth(true, $"{path}: of flavor custom, not asked for a version")
                    : new RuntimeHealth(false, missing!, "install it, or name it by its path");
        }

        var spec = new CommandSpec
        {
            Run = "runtimes",
            Task = Task,
            Attempt = number,
            Argv = [program, "--version"],
            WorkingFolder = plan.Folder,
            Environment = environment,
            Folder = scratch,
            Adopt = false,
            HardTimeout = AgentVersions.Patience,
            Grace = TimeSpan.FromSeconds(1),
            EndStrays = true,
        };
        using var ended = new ManualResetEventSlim();
        Outcome? outcome = null;
        runtime.Start(spec, end =>
        {
            outcome = end;
            ended.Set();
        });
        ended.Wait();
        return Answered(spec, outcome!);
    }

    private static RuntimeHealth Answered(CommandSpec spec, Outcome outcome)
    {
        var said = outcome.ExitedWell ? AgentVersions.Answer(spec.Paths.Out) : null;
        return outcome switch
        {
            { StartError: { } error } => new(false, error, "install it, or name it by its path under \"program\""),
            { EndedBy: EndedBy.HardTimeout } => new(false,
                $"it did not tell its version within {Durations.Text(AgentVersions.Patience)}",
                "call it by hand with --version; a run starts it all the same"),
            _ when said is not null => new(true, said),
            _ => new(false,
                string.Create(CultureInfo.InvariantCulture, $"--version ended with {(outcome.ExitCode is { } code
                    ? $"exit code {code}" : $"signal {outcome.Signal}")}")
                    + (AgentVersions.Answer(spec.Paths.Err) is { } error ? $": {error}" : ", and told nothing"),
                "call it by hand with --version"),
        };
    }

    private IReadOnlyList<string> EnvironmentOf(
        AgentRuntimeSetting agent, Dictionary<string, string> values, int number)
    {
        var context = new TemplateContext
        {
            RunId = "runtimes",
            RunName = plan.Name,
            TaskName = Task,
            AttemptNumber = number,
            AttemptDirectory = scratch,
            Variable = plan.Variable,
        };
        var identity = new AttemptIdentity
        {
            Run = "runtimes",
            Attempt = new AttemptId(Task, number),
            AttemptFolder = scratch,
            Workspace = scratch,
            IdempotencyKey = Task,
        };
        return AttemptEnvironment.Build(
            AttemptEnvironment.OfThisProcess(),
            agent.Environment.Variables.Select(v => KeyValuePair.Create(v.Key, v.Value.RenderPlain(context))),
            agent.Environment.Inherit, values, identity);
    }

    private RuntimeHealth OfHost(HttpRuntimeSetting http)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = AgentVersions.Patience,
        };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Head, http.Base);
        using var patience = new CancellationTokenSource(AgentVersions.Patience, time);
        try
        {
            using var answer = client.Send(request, patience.Token);
            var status = (int)answer.StatusCode;
            return status < 500
                ? new RuntimeHealth(true, string.Create(CultureInfo.InvariantCulture, $"answers, with HTTP {status}"))
                : new RuntimeHealth(false, string.Create(CultureInfo.InvariantCulture, $"answers with HTTP {status}"),
                    FailureDefaults.Remediation(FailureClass.Unavailable));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException
            or InvalidOperationException or NotSupportedException)
        {
            if (patience.IsCancellationRequested)
            {
                return new RuntimeHealth(
                    false, $"no answer within {Durations.Text(AgentVersions.Patience)}",
                    FailureDefaults.Remediation(FailureClass.Connection));
            }

            var failure = FailureClassifier.ClassifyException(error, time.GetUtcNow());
            return new RuntimeHealth(
                false, $"{failure.Class.Word()}: {failure.Evidence.Text}", failure.Evidence.Remediation);
        }
    }
}
