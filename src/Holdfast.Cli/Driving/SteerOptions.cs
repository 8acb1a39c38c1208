using System.CommandLine;
using System.Security.Cryptography;
using Holdfast.Runs;

namespace Holdfast.Cli.Driving;

/// <summary>What every steering command has in common.</summary>
internal sealed class SteerOptions
{
    internal static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private const int MaxTimeoutSeconds = 3_600;

    private readonly TimeSpan _usual;
    private readonly Option<int?> _timeout;

    private readonly Option<string?> _requestId = new("--request-id")
    {
        Description = "Names the request: asked again under the same name, it is carried out once.",
        HelpName = "ID",
    };

    internal SteerOptions(TimeSpan? usual = null)
    {
        _usual = usual ?? DefaultTimeout;
        _timeout = new Option<int?>("--timeout")
        {
            Description = $"Seconds to wait for the answer of the run's driver ({_usual.TotalSeconds:0}).",
            HelpName = "SECONDS",
        };
        _timeout.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var seconds)
                && seconds is < 1 or > MaxTimeoutSeconds)
            {
                result.AddError($"--timeout is {seconds}; it can be 1 to {MaxTimeoutSeconds} seconds.");
            }
        });
    }

    internal IReadOnlyList<Symbol> Symbols => [_timeout, _requestId];

    internal TimeSpan Timeout(ParseResult parsed) =>
        parsed.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : _usual;

    internal SteeringRequest Request(ParseResult parsed, SteeringCommand command, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var id = parsed.GetValue(_requestId) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return Runs.Workspaces.RunFolder.IsGoodId(id)
            ? new SteeringRequest(id, command, Environment.UserName) { At = now, Until = now + Timeout(parsed) }
            : throw new CliFailure(
                "bad_request_id", ExitCodes.Usage,
                $"--request-id \"{id}\" cannot name a request; use up to 100 letters, digits, '-', '_' and '.'");
    }
}
