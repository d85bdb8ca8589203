using MassTransit;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Topology;

/// <summary>
/// Every queue of one action with its arguments. No other code decides the arguments of a queue.
/// </summary>
/// <remarks>
/// <code>
/// message exchange -> work --(delivery limit)--> quarantine, one at a time --(delivery limit)--> poison
///                      ^  \__ delay queues __/      ^               error, skipped: kept for an operator
///                     bulk --(delivery limit)------/                paused: a message in it pauses the action
///                      ^  \__ its delay queues __/
/// </code>
/// All are quorum queues that dead-letter at least once: a message stays in its queue until the next queue has it. This works without
/// plugins on RabbitMQ 3.10 and 4.x.
/// </remarks>
public sealed class ActionTopology(ActionQueues queues, IReadOnlyList<TimeSpan> delays)
{
    /// <summary>
    /// How many redeliveries a message may have. All unacknowledged messages of a worker that dies are redelivered, so messages that did
    /// not kill it reach the limit, too. In quarantine only one message at a time is unacknowledged.
    /// </summary>
    private const int DeliveryLimit = 5;

    /// <summary>
    /// Viewing a message on the management page counts as a delivery. RabbitMQ 3.10 drops messages at once with a limit of -1, and 4.x
    /// has a limit of 20 when none is set.
    /// </summary>
    private const int Unlimited = 1_000_000;

    private const string SingleActiveConsumer = "x-single-active-consumer";

    /// <summary>All queues of the action.</summary>
    public IReadOnlyList<QueueDeclaration> Queues { get; } =
    [
        .. Lanes.All.Select(lane => new QueueDeclaration(queues.WorkOf(lane), LimitedTo(queues.Quarantine))),
        new(queues.Quarantine, With(LimitedTo(queues.Poison), (SingleActiveConsumer, true))),
        new(queues.Poison, Kept),
        new(queues.Error, Kept),
        new(queues.Skipped, Kept),
        new(queues.Paused, Kept),
        .. Lanes.All.SelectMany(lane => delays.Select(delay => new QueueDeclaration(
            queues.Delay(delay, lane),
            With(DeadLetterTo(queues.WorkOf(lane)), ("x-message-ttl", (long)delay.TotalMilliseconds), ("x-delivery-limit", Unlimited))))),
    ];

    /// <summary>The queues whose messages are about requests that are still open.</summary>
    public IEnumerable<string> QueuesOfOpenRequests => QueuesOfRequests.Where(name => name != queues.Error && name != queues.Skipped);

    /// <summary>The queues whose messages are about requests: all but the paused queue.</summary>
    public IEnumerable<string> QueuesOfRequests => Queues.Select(queue => queue.Name).Where(name => name != queues.Paused);

    /// <summary>The queue with this name.</summary>
    public QueueDeclaration this[string name] => Queues.Single(queue => queue.Name == name);

    /// <summary>
    /// MassTransit declares error and skipped queues with the arguments of the queue a message came from. This makes it use the arguments
    /// that they already have.
    /// </summary>
    internal static void UseKeptArguments(IRabbitMqQueueBindingConfigurator queue)
    {
        foreach (var argument in DeadLetterTo("").Keys.Append(SingleActiveConsumer))
        {
            queue.SetQueueArgument(argument, null);
        }

        foreach (var (argument, value) in Kept)
        {
            queue.SetQueueArgument(argument, value);
        }
    }

    private static Dictionary<string, object> Quorum => new() { ["x-queue-type"] = "quorum" };

    private static Dictionary<string, object> Kept => With(Quorum, ("x-delivery-limit", Unlimited));

    private static Dictionary<string, object> LimitedTo(string next) => With(DeadLetterTo(next), ("x-delivery-limit", DeliveryLimit));

    // The strategy at-least-once requires reject-publish: a full queue must refuse messages instead of dropping the oldest.
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

/// <summary>The declaration of a queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its arguments. The broker refuses the declaration when the queue exists with other arguments.</param>
public sealed record QueueDeclaration(string Name, IReadOnlyDictionary<string, object> Arguments);
