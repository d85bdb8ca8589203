using System.Text;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Topology;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OfflineActions.Messaging.Leases;

/// <summary>A lease held through one connection: when that ends, so does the lease.</summary>
internal sealed class RabbitMqLease : BrokerLease
{
    private const int NeverLimited = 1_000_000;
    private const ushort Prefetch = 1_000;

    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(10);

    /// <summary>RabbitMQ takes a message back that a consumer has held for 30 minutes, and closes its channel.</summary>
    private static readonly TimeSpan LongestHeld = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for more messages after the first one, and between two attempts to wake an abandoned queue.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenSeeds = TimeSpan.FromSeconds(30);

    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly HeldMessages held;
    private readonly string queue;
    private readonly BusTopology topology;
    private readonly LossOfLease loss;
    private readonly SemaphoreSlim oneStore = new(1);
    private readonly CancellationTokenSource disposed = new();
    private readonly Task renewing;
    private string? latest;

    private RabbitMqLease(
        IConnection connection, IChannel channel, HeldMessages held, string queue, BusTopology topology, LossOfLease loss, TimeProvider clock)
        : base(held.NewestValue())
    {
        (this.connection, this.channel, this.held, this.queue, this.topology, this.loss) = (connection, channel, held, queue, topology, loss);
        renewing = RenewAsync(clock);
    }

    public override CancellationToken Lost => loss.Token;

    public override string? LossReason => loss.Reason;

    public static async Task<RabbitMqLease> AcquireAsync(
        Func<CancellationToken, Task<IConnection>> connect,
        string queue,
        Func<string, bool> isReadable,
        Action onStandby,
        BusTopology topology,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var loss = new LossOfLease();
        IConnection? connection = null;
        try
        {
            connection = await connect(cancellationToken);
            var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            var held = new HeldMessages(channel, isReadable);
            connection.ConnectionShutdownAsync += (_, shutdown) => loss.HappenedAsync(shutdown.ReplyText);
            channel.ChannelShutdownAsync += (_, shutdown) => loss.HappenedAsync(shutdown.ReplyText);

            await DeclareAsync(channel, queue, cancellationToken);
            await channel.BasicQosAsync(prefetchSize: 0, Prefetch, global: false, cancellationToken);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, message) => held.ReceiveAsync(message);
            // RabbitMQ cancels a consumer whose queue is deleted.
            consumer.UnregisteredAsync += (_, _) => loss.HappenedAsync("its queue was deleted");
            await channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellationToken);

            await WaitForFirstMessageAsync(channel, queue, held, onStandby, clock, loss, cancellationToken);
            await Task.Delay(Gather, clock, cancellationToken);
            return new RabbitMqLease(connection, channel, held, queue, topology, loss, clock);
        }
        catch
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            throw;
        }
    }

    public override async Task<bool> StoreAsync(string value, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        await oneStore.WaitAsync(cancellationToken);
        try
        {
            latest = value;
            return await ReplaceAsync(cancellationToken);
        }
        finally
        {
            oneStore.Release();
        }
    }

    public override async Task<QueuedMessages?> CountMessagesAsync(
        ActionContract action, Action<string> onUnknown, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onUnknown);
        using var deadline = Deadline(cancellationToken);
        try
        {
            // A channel of its own: a missing queue closes the channel, and the lease must not end with it.
            await using var asking = await connection.CreateChannelAsync(cancellationToken: deadline.Token);
            var count = 0L;
            foreach (var name in topology.Get(action.Queues).QueuesOfOpenRequests)
            {
                count += (await asking.QueueDeclarePassiveAsync(name, deadline.Token)).MessageCount;
            }

            var paused = await asking.QueueDeclarePassiveAsync(action.Queues.Paused, deadline.Token);
            return new QueuedMessages(count, paused.MessageCount > 0 || paused.ConsumerCount > 0);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && BrokerError.IsExpected(error))
        {
            // A lease that is lost says why itself.
            if (!Lost.IsCancellationRequested)
            {
                onUnknown(BrokerError.Describe(error));
            }

            return null;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
        disposed.Dispose();
        oneStore.Dispose();
    }

    private static Task<QueueDeclareOk> DeclareAsync(IChannel channel, string queue, CancellationToken cancellationToken) => channel.QueueDeclareAsync(
        queue,
        durable: true,
        exclusive: false,
        autoDelete: false,
        new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-single-active-consumer"] = true,
            // Each handover counts as a delivery of the value.
            ["x-delivery-limit"] = NeverLimited,
        },
        cancellationToken: cancellationToken);

    /// <summary>
    /// RabbitMQ does not tell a consumer that it has become the active one; a message does. In a queue without any, nobody would ever know.
    /// So each candidate publishes an empty message when the queue looks empty; a holder acknowledges it unread.
    /// </summary>
    private static async Task WaitForFirstMessageAsync(
        IChannel channel, string queue, HeldMessages held, Action onStandby, TimeProvider clock, LossOfLease loss, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(loss.Token, cancellationToken);
        var isStandingBy = false;
        while (!held.First.IsCompleted)
        {
            if (await channel.MessageCountAsync(queue, ended.Token) == 0)
            {
                // A broker without a quorum for the queue confirms nothing, and says nothing.
                using var limit = new CancellationTokenSource(OperationTimeout, clock);
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, limit.Token);
                await PublishAsync(channel, queue, generation: 0, "", deadline.Token);
            }

            using var wait = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
            var first = await Task.WhenAny(held.First, Task.Delay(isStandingBy ? BetweenSeeds : 5 * Gather, clock, wait.Token));
            await wait.CancelAsync();
            ended.Token.ThrowIfCancellationRequested();
            if (first != held.First && !isStandingBy)
            {
                isStandingBy = true;
                onStandby();
            }
        }
    }

    private static async Task PublishAsync(IChannel channel, string queue, long generation, string value, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            ContentType = "application/json",
            Headers = new Dictionary<string, object?> { [HeldMessages.GenerationHeader] = generation },
        };
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes(value), cancellationToken).AsTask()
            .WaitAsync(cancellationToken);
    }

    /// <summary>Publishes what is stored anew before the broker takes it back, for a holder that has nothing new to store.</summary>
    private async Task RenewAsync(TimeProvider clock)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Lost, disposed.Token);
        using var turn = new PeriodicTimer(LongestHeld, clock);
        try
        {
            while (await turn.WaitForNextTickAsync(ended.Token))
            {
                await oneStore.WaitAsync(ended.Token);
                try
                {
                    await ReplaceAsync(ended.Token);
                }
                finally
                {
                    oneStore.Release();
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The lease is over.
        }
        catch (Exception error)
        {
            // Without renewal the lease would end unnoticed.
            await loss.HappenedAsync("the stored value could not be renewed: " + error.Message);
        }
    }

    /// <summary>Publishes the latest value, and then acknowledges what was held before. Without a value this is an empty message.</summary>
    private async Task<bool> ReplaceAsync(CancellationToken cancellationToken)
    {
        using var deadline = Deadline(cancellationToken);
        try
        {
            var before = held.Tags();
            var value = latest ?? held.NewestValue();
            var generation = value is null ? 0 : held.NextGeneration();
            await PublishAsync(channel, queue, generation, value ?? "", deadline.Token);
            await held.AcknowledgeAsync(before, generation, deadline.Token);
            return true;
        }
        catch (Exception error) when (BrokerError.IsExpected(error)
            && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // Another process may be the holder by now.
            await loss.HappenedAsync("the broker failed while the value was stored: " + BrokerError.Describe(error));
            return false;
        }
    }

    private CancellationTokenSource Deadline(CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(Lost, cancellationToken);
        deadline.CancelAfter(OperationTimeout);
        return deadline;
    }
}
