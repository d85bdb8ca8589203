using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Leases;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;

namespace OfflineActions.Tests.Messaging;

/// <summary>A lease that is held for long.</summary>
[Category("Broker")]
public sealed class BrokerLeaseTests
{
    private const string Name = "a-lease";

    [TestCase("a value")]
    [TestCase(null, Description = "A holder that has never stored anything")]
    public async Task A_holder_that_stores_nothing_new_keeps_no_message_until_the_broker_takes_it_back(string? value)
    {
        await using var broker = await Broker.VirtualHostAsync();
        var clock = new FakeTimeProvider();
        await using var app = App(broker, clock);
        var leases = app.Services.GetRequiredService<BrokerLeases>();
        var lease = await AcquireAsync(leases, clock);
        if (value is not null)
        {
            Assert.That(await lease.StoreAsync(value, CancellationToken.None), Is.True);
        }

        // On a slow machine a candidate publishes more than one empty message before it knows that it is the holder.
        var least = value is null ? 1 : 2;
        Assert.That(await Eventually.IsAsync(async () => await PublishedAsync(broker) >= least), Is.True);
        var before = await PublishedAsync(broker);

        // The broker's limit is 30 minutes.
        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.That(await Eventually.IsAsync(async () => await PublishedAsync(broker) > before), Is.True);
        Assert.That(await Eventually.IsAsync(async () => (await broker.Management.QueueAsync(Name))?.Messages == 1), Is.True);
        Assert.That(lease.Lost.IsCancellationRequested, Is.False);
        await lease.DisposeAsync();
        await using var next = await AcquireAsync(leases, clock);
        Assert.That(next.Value, Is.EqualTo(value));
    }

    [Test]
    public async Task A_lease_that_is_lost_says_why()
    {
        await using var broker = await Broker.VirtualHostAsync();
        var clock = new FakeTimeProvider();
        await using var app = App(broker, clock);
        await using var lease = await AcquireAsync(app.Services.GetRequiredService<BrokerLeases>(), clock);

        await broker.Management.DeleteQueueAsync(Name);

        Assert.That(await Eventually.IsAsync(() => lease.Lost.IsCancellationRequested), Is.True);
        Assert.That(lease.LossReason, Is.EqualTo("its queue was deleted"));
    }

    private static WebApplication App(VirtualHost broker, TimeProvider clock)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Bus:Url"] = broker.Url.AbsoluteUri });
        builder.AddServiceDefaults(port: 0).AddMessaging(EchoCatalog.All, messaging => messaging.PublishAll());
        builder.Services.AddSingleton(clock);
        return builder.Build();
    }

    private static async Task<BrokerLease> AcquireAsync(BrokerLeases leases, FakeTimeProvider clock)
    {
        var acquired = leases.AcquireAsync(Name, _ => true, () => { }, _ => { }, CancellationToken.None);
        Assert.That(
            await Eventually.IsAsync(() =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(200));
                return acquired.IsCompleted;
            }),
            Is.True);
        return await acquired;
    }

    private static async Task<int?> PublishedAsync(VirtualHost broker) => (await broker.Management.QueueAsync(Name))?.Published;
}
