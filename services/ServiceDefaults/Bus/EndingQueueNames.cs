using Contracts;
using MassTransit;

namespace ServiceDefaults.Bus;

/// <summary>Whichever of its queues a message comes from, it ends in the one error queue, or the one for skipped messages, of its action.</summary>
internal sealed class EndingQueueNames(IEnumerable<ActionQueues> actions) : IErrorQueueNameFormatter, IDeadLetterQueueNameFormatter
{
    public string FormatErrorQueueName(string queueName) => Owner(queueName).Error;

    public string FormatDeadLetterQueueName(string queueName) => Owner(queueName).Skipped;

    // A queue of MassTransit's own, such as a bus endpoint, is an action of that name as far as this goes.
    private ActionQueues Owner(string queueName) =>
        actions.FirstOrDefault(action => queueName == action.Quarantine || queueName == action.Poison) ?? new ActionQueues(queueName);
}
