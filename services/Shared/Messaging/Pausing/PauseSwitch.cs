using OfflineActions.Contracts;
using OfflineActions.Messaging.Queues;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Pausing;

/// <summary>Pauses and resumes an action: workers take none of its messages while a message is in its paused queue.</summary>
/// <remarks>
/// Who reads that message holds it for a moment, and the queue looks empty meanwhile. So an action is paused, too, while the empty queue has
/// a consumer: a quorum queue counts everybody who holds a message as one.
/// </remarks>
public static class PauseSwitch
{
    private const int MaxLooks = 20;

    /// <summary>How often in a row the queue must look empty. Of many readers at once each holds the message, and no other sees it.</summary>
    private const int EmptyLooks = 3;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ResumeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Reads whether an action is paused.</summary>
    /// <returns>Who paused it, since when and why; null when it is not paused, or its queue is missing.</returns>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    public static Task<ActionPause?> FindAsync(BrokerConnection broker, ActionQueues queues, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(queues);
        return broker.UseChannelAsync<ActionPause?>(
            async channel =>
            {
                try
                {
                    return await FindAsync(channel, queues.Paused, cancellationToken);
                }
                catch (OperationInterruptedException error) when (BrokerError.IsMissing(error))
                {
                    return null;
                }
            },
            cancellationToken);
    }

    /// <summary>Pauses an action. An action that is paused already stays as it is.</summary>
    /// <returns>The pause that holds now, and whether it is a new one.</returns>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used, or has no such queue yet.</exception>
    public static async Task<(ActionPause Pause, bool IsNew)> PauseAsync(
        BrokerConnection broker, ActionQueues queues, ActionPause pause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pause);
        if (await FindAsync(broker, queues, cancellationToken) is { } already)
        {
            return (already, false);
        }

        await using var publisher = await broker.OpenPublisherAsync(cancellationToken);
        var properties = new BasicProperties { ContentType = "application/json", Persistent = true };
        await publisher.PublishAsync(queues.Paused, new QueueMessage(properties, pause.ToJson()), cancellationToken);
        return (pause, true);
    }

    /// <summary>Resumes an action.</summary>
    /// <returns>The pause that has ended; null when the action was not paused.</returns>
    /// <exception cref="BrokerUnavailableException">
    /// The broker cannot be used, or another client keeps the message, so that the action is still paused.
    /// </exception>
    public static async Task<ActionPause?> ResumeAsync(BrokerConnection broker, ActionQueues queues, CancellationToken cancellationToken)
    {
        var first = await FindAsync(broker, queues, cancellationToken);
        if (first is null)
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ResumeTimeout);
        do
        {
            // A purge leaves what somebody reads at this moment.
            await broker.UseChannelAsync(channel => channel.QueuePurgeAsync(queues.Paused, cancellationToken), cancellationToken);
            if (await FindAsync(broker, queues, cancellationToken) is null)
            {
                return first;
            }

            await Task.Delay(BetweenLooks, cancellationToken);
        }
        while (!deadline.IsCancellationRequested);
        throw new BrokerUnavailableException(
            $"Still paused: another client keeps the message in {queues.Paused}, or publishes it again. Close that client, and resume again.",
            new TimeoutException());
    }

    /// <summary>Reads whether an action is paused.</summary>
    /// <exception cref="OperationInterruptedException">For example: there is no such queue, and the channel is closed.</exception>
    internal static async Task<ActionPause?> FindAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        var empty = 0;
        for (var looks = 0; looks < MaxLooks; looks++)
        {
            var seen = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            // Also when it looks empty: a queue whose leader does not answer at once, because the broker starts or is slow, says so too. To get a
            // message asks the leader, and fails when there is none; but it gets none while another reader holds it. So one look proves nothing.
            if (await ReadAsync(channel, queue, cancellationToken) is { } pause)
            {
                return pause;
            }

            empty = seen is { MessageCount: 0, ConsumerCount: 0 } ? empty + 1 : 0;
            if (empty == EmptyLooks)
            {
                return null;
            }

            await Task.Delay(BetweenLooks, cancellationToken);
        }

        return ActionPause.Unknown;
    }

    private static async Task<ActionPause?> ReadAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        if (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is not { } message)
        {
            return null;
        }

        var pause = ActionPause.Read(message.Body);
        await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, cancellationToken);
        return pause;
    }
}
