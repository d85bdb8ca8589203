using Microsoft.Extensions.Logging;
using OfflineActions.Messaging.Topology;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Pausing;

/// <summary>Looks every second whether an action that this process consumes is paused.</summary>
/// <remarks>
/// It uses a channel on the connection of <see cref="TopologyDeclarer"/>, so it goes on after each reconnect, and looks before MassTransit is
/// let in. A look is one short question as long as nothing changes.
/// </remarks>
internal sealed class PauseWatch(ActionPauses pauses, TimeProvider clock, ILogger<PauseWatch> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Looks until the connection ends or the token fires. A look that fails changes nothing, and the next one comes.</summary>
    public async Task RunAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var channel = default(IChannel);
        try
        {
            while (pauses.States.Count > 0 && connection.IsOpen && !cancellationToken.IsCancellationRequested)
            {
                foreach (var state in pauses.States)
                {
                    channel = await TryLookAsync(connection, channel, state, cancellationToken);
                }

                await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            await CloseAsync(channel);
        }
    }

    /// <returns>The channel for the next look; null when it needs another one.</returns>
    private async Task<IChannel?> TryLookAsync(
        IConnection connection, IChannel? channel, PauseState state, CancellationToken cancellationToken)
    {
        try
        {
            channel ??= await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await LookAsync(channel, state, cancellationToken);
            state.ClearTrouble();
            return channel;
        }
        catch (OperationInterruptedException error) when (BrokerError.IsMissing(error))
        {
            // No queue, no message. The queue is declared in a moment.
            state.Set(null);
        }
        catch (Exception error)
        {
            // Every exception: nobody else looks, and without a look a pause neither begins nor ends here. What is wrong with the whole
            // connection the topology says, which is declared on it. What concerns this queue alone, for example its rights, nobody else says.
            var reason = BrokerError.Describe(error);
            if (!cancellationToken.IsCancellationRequested && state.SetTrouble(reason) && connection.IsOpen)
            {
                log.PauseNotRead(state.Action, reason);
            }
        }

        await CloseAsync(channel);
        return null;
    }

    /// <summary>What a look still holds goes back to the queue with its channel.</summary>
    private static async Task CloseAsync(IChannel? channel)
    {
        try
        {
            await (channel?.DisposeAsync() ?? default);
        }
        catch (Exception error) when (BrokerError.IsExpected(error))
        {
            // It has ended with its connection.
        }
    }

    private static async Task LookAsync(IChannel channel, PauseState state, CancellationToken cancellationToken)
    {
        var queue = state.Contract.Queues.Paused;
        var seen = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        if (!state.IsKnown || seen.MessageCount > 0 != state.Pause is not null)
        {
            state.Set(await PauseSwitch.FindAsync(channel, queue, cancellationToken));
        }
    }
}
