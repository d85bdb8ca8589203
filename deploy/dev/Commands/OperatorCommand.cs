using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev operator -- dead-letters list</c>: the operator's command line, built when it must be.</summary>
internal sealed class OperatorCommand : Command
{
    public OperatorCommand()
        : base("operator", "look after dead letters, queues and open requests; its own arguments go after --")
    {
        TreatUnmatchedTokensAsErrors = false;
        SetAction((given, cancellationToken) => DotNet.RunAsync(["run", "--project", "services/Operator", "--", .. given.UnmatchedTokens], cancellationToken));
    }
}
