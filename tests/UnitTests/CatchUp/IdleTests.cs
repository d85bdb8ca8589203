using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A process that has nothing to do sleeps.</summary>
public sealed class IdleTests
{
    [Test]
    public async Task A_gateway_and_a_worker_with_an_empty_feed_hardly_wake_up()
    {
        await using var outside = await Emulated.StartAsync();
        var clock = new CountingClock();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Bus:Transport"] = "InMemory",
            ["Gateway:WebhookPassword"] = "a password for tests",
            ["SyncGateway:Url"] = outside.Gateway.PublicUrl.ToString(),
        });
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddServiceDefaults(0).AddGateway().AddWorker().AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());
        await using var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.That(
            await Eventually.IsAsync(async () => (await http.GetStringAsync("/health/ready")).Contains("Every keyspace is followed", StringComparison.Ordinal)),
            Is.True);
        var before = clock.Fired;

        // Shorter than the 30 s after which Sync Gateway would have to answer.
        const int Seconds = 25;
        for (var step = 0; step < 10 * Seconds && clock.Fired - before < 2 * Seconds; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));

            // A loop that a timer has woken up sleeps again, and with that it sets the next timer.
            Assert.That(await Eventually.IsAsync(() => clock.AreAllLoopsAsleep, TimeSpan.FromSeconds(10)), Is.True);
        }

        Assert.That(clock.Fired - before, Is.LessThan(2 * Seconds));
    }

    /// <summary>Counts how often a timer fires.</summary>
    private sealed class CountingClock : FakeTimeProvider
    {
        private int fired;
        private int awake;

        public int Fired => Volatile.Read(ref fired);

        public bool AreAllLoopsAsleep => Volatile.Read(ref awake) <= 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var isPeriodic = period != Timeout.InfiniteTimeSpan;
            if (!isPeriodic && Volatile.Read(ref awake) > 0)
            {
                Interlocked.Decrement(ref awake);
            }

            return base.CreateTimer(
                argument =>
                {
                    Interlocked.Increment(ref fired);
                    Interlocked.Add(ref awake, isPeriodic ? 0 : 1);
                    callback(argument);
                },
                state,
                dueTime,
                period);
        }
    }
}
