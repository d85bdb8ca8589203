using MassTransit;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Topology;

/// <summary>
/// Every queue of one action, and what the broker must know about it. This is the only place that decides a queue's arguments.
/// </summary>
/// <remarks>
/// <code>
/// message exchange -> work --(workers died DeliveryLimit times)--> quarantine --(again, alone)--> poison
///                      ^  \__ delay rungs __/                          error, skipped: kept for an operator
/// </code>
/// All are quorum queues, and what dead-letters does so at least once: a message is in one queue until the next one has it.
/// RabbitMQ 3.10 and 4.x, no plugin.
/// </remarks>
public sealed class ActionTopology(ActionQueues queues, IReadOnlyList<TimeSpan> delays)
{
    /// <summary>
    /// How often a message may come back because its worker died. A dying worker returns all it holds, so its innocent neighbours
    /// count too: they have a second chance in quarantine, where a message is alone.
    /// </summary>
    private const int DeliveryLimit = 5;

    /// <summary>Looking at a message in the management page counts as a delivery. -1 means drop at once to 3.10, nothing means 20 to 4.x.</summary>
    private const int NeverLimited = 1_000_000;

    private const string OneAtATime = "x-single-active-consumer";

    public IReadOnlyList<QueueDeclaration> Queues { get; } =
    [
        new(queues.Work, LimitedTo(queues.Quarantine)),
        new(queues.Quarantine, With(LimitedTo(queues.Poison), (OneAtATime, true))),
        new(queues.Poison, Kept),
        new(queues.Error, Kept),
        new(queues.Skipped, Kept),
        .. delays.Select(delay => new QueueDeclaration(
            queues.Delay(delay),
            With(DeadLetterTo(queues.Work), ("x-message-ttl", (long)delay.TotalMilliseconds), ("x-delivery-limit", NeverLimited)))),
    ];

    public QueueDeclaration this[string name] => Queues.Single(queue => queue.Name == name);

    /// <summary>
    /// MassTransit declares error and skipped queues with the arguments of the queue a message came from. This makes it use the arguments
    /// that they already have.
    /// </summary>
    internal static void UseKeptArguments(IRabbitMqQueueBindingConfigurator queue)
    {
        foreach (var argument in DeadLetterTo("").Keys.Append(OneAtATime))
        {
            queue.SetQueueArgument(argument, null);
        }

        foreach (var (argument, value) in Kept)
        {
            queue.SetQueueArgument(argument, value);
        }
    }

    private static Dictionary<string, object> Quorum => new() { ["x-queue-type"] = "quorum" };

    private static Dictionary<string, object> Kept => With(Quorum, ("x-delivery-limit", NeverLimited));

    private static Dictionary<string, object> LimitedTo(string next) => With(DeadLetterTo(next), ("x-delivery-limit", DeliveryLimit));

    // At-least-once needs reject-publish: the broker must be able to say no instead of dropping what is oldest.
    private static Dictionary<string, object> DeadLetterTo(string next) => With(
        Quorum,
        ("x-dead-letter-exchange", ""),
        ("x-dead-letter-routing-key", next),
        ("x-dead-letter-strategy", "at-least-once"),
        ("x-overflow", "reject-publish"));

    private static Dictionary<string, object> With(Dictionary<string, object> arguments, params (string Key, object Value)[] more)
    {
        foreach (var (key, value) in more)
        {
            arguments[key] = value;
        }

        return arguments;
    }
}
