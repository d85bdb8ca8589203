using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Operator.DeadLetters.Replay;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters</c>.</summary>
internal sealed class DeadLettersCommand : Command
{
    public DeadLettersCommand(ActionCatalog actions)
        : base("dead-letters", "messages that failed (queues ending in _error) or that no consumer could read (_skipped)")
    {
        Add(new ListCommand(actions));
        Add(new ShowCommand(actions));
        Add(new ReplayCommand(actions));
        Add(new DiscardCommand(actions));
    }
}
