using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Topology;

/// <summary>Does something for each of many queues, several at the same time: the broker works on them side by side.</summary>
internal static class EachQueue
{
    /// <summary>How many at the same time. A broker may limit the channels of a user.</summary>
    public const int ChannelsAtATime = 4;

    /// <summary>
    /// Does <paramref name="step"/> for each queue. A queue that the broker refuses does not keep the others from their turn. A broker that does
    /// not answer does, because each of many queues would wait for it.
    /// </summary>
    /// <param name="connection">The broker. After an error without an answer it has channels that are still open.</param>
    /// <param name="queues">The queues.</param>
    /// <param name="step">What to do, on a channel that others may have used before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationInterruptedException">The broker refused a queue. The others are done.</exception>
    /// <exception cref="OperationCanceledException">The broker did not answer, or <paramref name="cancellationToken"/> fired.</exception>
    public static Task DoAsync(
        IConnection connection,
        IEnumerable<QueueDeclaration> queues,
        Func<IChannel, QueueDeclaration, CancellationToken, Task> step,
        CancellationToken cancellationToken)
    {
        var left = new ConcurrentQueue<QueueDeclaration>(queues);
        return Task.WhenAll(Enumerable.Range(0, ChannelsAtATime).Select(_ => DoAsync(connection, left, step, cancellationToken)));
    }

    /// <summary>Whether <paramref name="work"/>, which has ended, failed in another way than by a refusal.</summary>
    public static bool WasNotAnswered(Task work) =>
        work.IsCanceled || work.Exception?.InnerExceptions.Any(error => error is not OperationInterruptedException) is true;

    private static async Task DoAsync(
        IConnection connection,
        ConcurrentQueue<QueueDeclaration> left,
        Func<IChannel, QueueDeclaration, CancellationToken, Task> step,
        CancellationToken cancellationToken)
    {
        if (!left.TryDequeue(out var queue))
        {
            return;
        }

        // Not disposed after an error: that would wait for the broker once more. The broker has closed it, or it ends with its connection.
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            do
            {
                await step(channel, queue, cancellationToken);
            }
            while (left.TryDequeue(out queue));
        }
        catch (OperationInterruptedException)
        {
            // A refusal closes the channel, so the next queue gets another one.
            await DoAsync(connection, left, step, cancellationToken);
            throw;
        }

        await channel.DisposeAsync();
    }
}
