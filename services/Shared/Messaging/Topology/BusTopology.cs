using Microsoft.Extensions.Options;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Topology;

/// <summary>All that this process needs on the broker.</summary>
internal sealed class BusTopology(MessagingBuilder messaging, IOptions<BusOptions> options)
{
    public IEnumerable<ActionTopology> Actions => messaging.Used.Select(action => Of(action.Queues));

    /// <summary>The names of all queues.</summary>
    public IReadOnlyList<string> Queues => [.. Actions.SelectMany(action => action.Queues).Select(queue => queue.Name)];

    /// <summary>A message's exchange, and the queue that whatever is published there waits in.</summary>
    public IEnumerable<(string Exchange, string Queue)> Bindings => messaging.Used.Select(action => (action.Exchange, action.Queues.Work));

    public ActionTopology Of(ActionQueues queues) => new(queues, options.Value.EffectiveDelays);
}
