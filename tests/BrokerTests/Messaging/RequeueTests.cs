using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Messaging.Publishing;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Messaging;

/// <summary>A processor gives a message back.</summary>
[Category("Broker")]
public sealed class RequeueTests
{
    [Test]
    public async Task A_message_that_is_given_back_is_delivered_again_and_never_in_the_error_queue()
    {
        await using var broker = await Broker.VirtualHostAsync();
        var processor = new GivesBackOnce();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Bus:Url"] = broker.Url.AbsoluteUri,
            ["Logging:LogLevel:Default"] = "Warning",
        });
        builder.AddServiceDefaults(port: 0).AddMessaging(
            EchoCatalog.All, messaging => messaging.PublishAll().Consume<EchoRequested>(_ => processor, _ => processor, _ => processor, (_, _) => 1));
        await using var app = builder.Build();
        await app.StartAsync();
        var publisher = app.Services.GetRequiredService<MessagePublisher>();
        var message = EchoCatalog.Echo.CreateMessage("db", "d", "1-a", DateTimeOffset.UnixEpoch);

        Assert.That(
            await Eventually.IsAsync(async () =>
                await publisher.PublishAsync(
                    EchoCatalog.Echo, Lane.Interactive, message, trace: null, TimeSpan.FromSeconds(5), CancellationToken.None) is null),
            Is.True);

        Assert.That(await Eventually.IsAsync(() => processor.Redelivered.Count >= 2), Is.True);
        Assert.That(processor.Redelivered.Take(2), Is.EqualTo(new[] { false, true }));
        Assert.That(await Messages.CountAsync(broker.Url, [EchoCatalog.Echo.Queues.Error]), Is.Zero);
    }

    private sealed class GivesBackOnce : IMessageProcessor
    {
        public ConcurrentQueue<bool> Redelivered { get; } = new();

        public Task ProcessAsync(Delivery delivery)
        {
            Redelivered.Enqueue(delivery.IsRedelivered);
            return delivery.IsRedelivered
                ? Task.CompletedTask
                : throw new MessageRequeuedException("Not now.", new InvalidOperationException());
        }
    }
}
