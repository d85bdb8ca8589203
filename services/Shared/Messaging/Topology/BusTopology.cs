using Microsoft.Extensions.Options;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Topology;

/// <summary>The queues and bindings that this process declares.</summary>
internal sealed class BusTopology(MessagingBuilder messaging, IOptions<BusOptions> options)
{
    public IEnumerable<ActionTopology> Actions => messaging.Used.Select(action => Get(action.Queues));

    /// <summary>The names of the queues whose loss means that requests may be lost.</summary>
    public IReadOnlyList<string> QueuesOfRequests => [.. Actions.SelectMany(action => action.QueuesOfRequests)];

    /// <summary>Each message's exchange and the work queue that is bound to it.</summary>
    public IEnumerable<(string Exchange, string Queue)> Bindings => messaging.Used.Select(action => (action.Exchange, action.Queues.Work));

    /// <summary>The queues of one action.</summary>
    public ActionTopology Get(ActionQueues queues) => new(queues, options.Value.EffectiveDelays);
}
