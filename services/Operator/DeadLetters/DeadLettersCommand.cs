using System.CommandLine;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters</c>: the messages that were given up.</summary>
internal sealed class DeadLettersCommand : Command
{
    public DeadLettersCommand()
        : base("dead-letters", "the messages that ended in failure (queues ending in _error) or that nobody understood (_skipped)")
    {
        Add(new ListCommand());
        Add(new ShowCommand());
        Add(new ReplayCommand());
        Add(new DiscardCommand());
    }
}
