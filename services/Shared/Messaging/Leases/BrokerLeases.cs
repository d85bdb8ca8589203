using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Messaging.Leases;

/// <summary>
/// Leases that RabbitMQ hands over by itself. A lease is a quorum queue with a single active consumer: the active one is the holder, and
/// the messages that it keeps unacknowledged are what the lease remembers. When the holder dies, RabbitMQ gives both to the next.
/// </summary>
/// <remarks>
/// A killed holder is replaced at once, a frozen one when the broker misses its heartbeats (two of 10 s). A broker that is wiped forgets the
/// lease's value together with its queues. App users reach none of this. In memory a process is alone, and holds every lease at once.
/// </remarks>
public sealed class BrokerLeases
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly IOptions<BusOptions> options;
    private readonly BusTopology topology;
    private readonly TimeProvider clock;

    internal BrokerLeases(IOptions<BusOptions> options, BusTopology topology, TimeProvider clock) =>
        (this.options, this.topology, this.clock) = (options, topology, clock);

    /// <summary>Waits until this process holds the lease. A broker that cannot be used is tried again until it can.</summary>
    /// <param name="name">The lease, which is also the name of its queue.</param>
    /// <param name="isReadable">Whether a text is one that a holder may have stored. Any other message in the queue is dropped.</param>
    /// <param name="onStandby">Called each time this process starts to wait for another holder.</param>
    /// <param name="onUnavailable">Called with a reason each time the broker cannot be used.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BrokerLease> AcquireAsync(
        string name, Func<string, bool> isReadable, Action onStandby, Action<string> onUnavailable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isReadable);
        ArgumentNullException.ThrowIfNull(onStandby);
        ArgumentNullException.ThrowIfNull(onUnavailable);
        if (options.Value.Transport is BusTransport.InMemory)
        {
            return new InMemoryLease();
        }

        while (true)
        {
            try
            {
                return await RabbitMqLease.AcquireAsync(
                    token => SeparateConnection.OpenAsync(options.Value, name, timeout: null, Heartbeat, token),
                    name,
                    isReadable,
                    onStandby,
                    topology,
                    clock,
                    cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && BrokerError.IsExpected(error))
            {
                onUnavailable(BrokerError.Describe(error));
                await Task.Delay(BetweenAttempts, clock, cancellationToken);
            }
        }
    }
}

/// <summary>A lease that this process holds until it is disposed, or until <see cref="Lost"/> fires.</summary>
public abstract class BrokerLease : IAsyncDisposable
{
    private protected BrokerLease(string? value) => Value = value;

    /// <summary>What the last holder stored; null when nothing is stored, for example because the broker is a new one.</summary>
    public string? Value { get; }

    /// <summary>Fires when another process may hold the lease.</summary>
    public abstract CancellationToken Lost { get; }

    /// <summary>Why it is lost, for an operator; null before.</summary>
    public abstract string? LossReason { get; }

    /// <summary>Replaces the stored text. It stays stored for as long as the lease is held, however long that is.</summary>
    /// <param name="value">The text, which is not empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the broker has confirmed it. If not, the lease is over; the broker may have the text all the same.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public abstract Task<bool> StoreAsync(string value, CancellationToken cancellationToken);

    /// <summary>
    /// How many messages about open requests wait in the queues of an action, delays included, and whether the action is paused; null when
    /// the broker does not say. Messages that a consumer holds are not counted.
    /// </summary>
    /// <param name="action">The action.</param>
    /// <param name="onUnknown">Called with a reason when the broker does not say.</param>
    /// <param name="cancellationToken">Gives up. Without it, that takes 10 s at most.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public abstract Task<QueuedMessages?> CountMessagesAsync(
        ActionContract action, Action<string> onUnknown, CancellationToken cancellationToken);

    /// <summary>Gives the lease up; the next holder has it at once.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>The messages about open requests in the queues of an action.</summary>
/// <param name="Count">How many wait.</param>
/// <param name="ArePaused">Whether no worker takes any, because the action is paused.</param>
public sealed record QueuedMessages(long Count, bool ArePaused);
