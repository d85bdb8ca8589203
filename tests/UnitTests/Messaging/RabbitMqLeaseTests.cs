using Microsoft.Extensions.Time.Testing;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Leases;
using OfflineActions.Tests.Dev;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Messaging;

/// <summary>A process that asks for a lease of a broker that takes everything and confirms nothing, for example because nodes are away.</summary>
public sealed class RabbitMqLeaseTests
{
    [Test]
    public async Task A_broker_that_confirms_nothing_is_not_waited_for_without_end()
    {
        var clock = new FakeTimeProvider();
        var channel = Fake.Create<IChannel>(
            (nameof(IChannel.QueueDeclareAsync), _ => Task.FromResult(new QueueDeclareOk("a-lease", 0, 0))),
            (nameof(IChannel.BasicConsumeAsync), _ => Task.FromResult("a-consumer")),
            (nameof(IChannel.MessageCountAsync), _ => Task.FromResult(0u)),
            (nameof(IChannel.BasicPublishAsync), _ => new ValueTask(new TaskCompletionSource().Task)));
        var connection = Fake.Create<IConnection>((nameof(IConnection.CreateChannelAsync), _ => Task.FromResult(channel)));

        var acquiring = RabbitMqLease.AcquireAsync(
            _ => Task.FromResult(connection), "a-lease", _ => true, onStandby: () => { }, topology: null!, clock, CancellationToken.None);

        Assert.That(
            await Eventually.IsAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return acquiring.IsCompleted;
            }),
            Is.True);
        var error = Assert.CatchAsync(() => acquiring);
        Assert.That((BrokerError.IsExpected(error), BrokerError.Describe(error)), Is.EqualTo((true, "the broker does not answer")));
    }
}
