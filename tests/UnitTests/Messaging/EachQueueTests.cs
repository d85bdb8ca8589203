using System.Collections.Concurrent;
using OfflineActions.Messaging.Topology;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Tests.Messaging;

/// <summary>How queues are declared when the broker refuses one, or does not answer.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EachQueueTests
{
    private const string Odd = "queue 3";

    private static readonly QueueDeclaration[] Queues =
        [.. Enumerable.Range(0, 20).Select(number => new QueueDeclaration($"queue {number}", new Dictionary<string, object>()))];

    private readonly ConcurrentBag<string> tried = [];

    [Test]
    public void A_queue_that_is_refused_does_not_keep_the_others_from_their_turn()
    {
        var work = DoAsync(() => throw new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, 406, "other arguments")));

        Assert.ThrowsAsync<OperationInterruptedException>(() => work);
        Assert.That(tried, Is.EquivalentTo(Queues.Select(queue => queue.Name)));
        Assert.That(EachQueue.WasNotAnswered(work), Is.False);
    }

    /// <summary>20 queues, each of which waits 10 s, would be minutes until the next attempt with another node.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void A_broker_that_does_not_answer_is_not_asked_for_each_queue(bool isCanceled)
    {
        // RabbitMQ's client reports its own timeouts in both ways.
        var work = DoAsync(() => throw (isCanceled ? new OperationCanceledException() : new TimeoutException()), every: true);

        Assert.CatchAsync(() => work);
        Assert.That(tried, Has.Count.EqualTo(EachQueue.ChannelsAtATime));
        Assert.That(EachQueue.WasNotAnswered(work), Is.True);
    }

    private Task DoAsync(Action fail, bool every = false)
    {
        var connection = Fake.Create<IConnection>((nameof(IConnection.CreateChannelAsync), _ => Task.FromResult(Fake.Create<IChannel>())));
        return EachQueue.DoAsync(
            connection,
            Queues,
            async (_, queue, _) =>
            {
                await Task.Yield();
                tried.Add(queue.Name);
                if (every || queue.Name == Odd)
                {
                    fail();
                }
            },
            CancellationToken.None);
    }
}
