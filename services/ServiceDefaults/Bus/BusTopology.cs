using Contracts;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Bus;

/// <summary>All that this process needs on the broker.</summary>
internal sealed class BusTopology(MessagingBuilder bus, IOptions<BusOptions> options)
{
    public IEnumerable<ActionTopology> Actions => bus.Messages.Values.Distinct().Select(Of);

    /// <summary>The names of all queues.</summary>
    public IReadOnlyList<string> Queues => [.. Actions.SelectMany(action => action.Queues).Select(queue => queue.Name)];

    /// <summary>A message's exchange, and the queue that whatever is published there waits in.</summary>
    public IEnumerable<(string Exchange, string Queue)> Bindings =>
        bus.Messages.Select(message => (ExchangeOf(message.Key), message.Value.Work));

    /// <summary>The exchange MassTransit publishes a message to.</summary>
    public static string ExchangeOf(Type message) => $"{message.Namespace}:{message.Name}";

    public ActionTopology Of(ActionQueues queues) => new(queues, options.Value.EffectiveDelays);
}
