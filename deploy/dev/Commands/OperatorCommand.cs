using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev operator -- dead-letters list</c>: builds and runs the Operator, a command line for dead letters and queues.</summary>
internal sealed class OperatorCommand : Command
{
    public OperatorCommand()
        : base("operator", "Manage dead letters, queues and open requests; the Operator's own arguments go after --")
    {
        TreatUnmatchedTokensAsErrors = false;
        SetAction((parseResult, cancellationToken) =>
            DotNet.RunAsync(["run", "--project", "services/Operator", "--", .. parseResult.UnmatchedTokens], cancellationToken));
    }
}
