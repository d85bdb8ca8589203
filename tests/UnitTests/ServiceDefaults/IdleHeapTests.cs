using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Tests.ServiceDefaults;

public sealed class IdleHeapTests
{
    private const long Megabyte = 1_000_000;

    [Test]
    public void A_quiet_minute_after_a_burst_is_the_time_to_collect()
    {
        var quiet = new QuietAfterBurst();

        Assert.That(Ask(quiet, minute: 1, megabytes: 100), Is.False, "the burst itself");
        Assert.That(Ask(quiet, minute: 2, megabytes: 117), Is.False, "not quiet yet");
        Assert.That(Ask(quiet, minute: 3, megabytes: 118), Is.True);
        Assert.That(Ask(quiet, minute: 4, megabytes: 119), Is.False, "nothing has come since");
    }

    [Test]
    public void Without_a_burst_there_is_nothing_to_collect()
    {
        var quiet = new QuietAfterBurst();

        Assert.That(Enumerable.Range(1, 63).Select(minute => Ask(quiet, minute, minute)), Has.None.True);
        Assert.That(Ask(quiet, minute: 64, megabytes: 64), Is.True, "an hour of little work leaves as much as a burst");
    }

    [Test]
    public void While_requests_flow_nothing_is_collected()
    {
        var quiet = new QuietAfterBurst();

        Assert.That(Enumerable.Range(1, 1_000).Select(minute => Ask(quiet, minute, 100 * minute)), Has.None.True);
    }

    [Test]
    public void Bursts_one_after_the_other_are_collected_every_ten_minutes_at_most()
    {
        var quiet = new QuietAfterBurst();

        // A minute of work, a minute of rest.
        var collected = Enumerable.Range(1, 60).Where(minute => Ask(quiet, minute, (minute + 1) / 2 * 100));

        Assert.That(collected, Is.EqualTo(new[] { 2, 12, 22, 32, 42, 52 }));
    }

    [Test]
    [NonParallelizable]
    public async Task A_service_that_has_become_idle_gives_its_memory_back()
    {
        var clock = new FakeTimeProvider();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddFakeLogging();
        using var host = builder.Build();
        var log = host.Services.GetFakeLogCollector();

        await host.RunServiceAsync(() =>
        {
            Work();
            clock.Advance(TimeSpan.FromMinutes(1));
            Assert.That(log.Count, Is.Zero, "it is not idle");
            var before = GC.GetGCMemoryInfo(GCKind.FullBlocking).Index;

            clock.Advance(TimeSpan.FromMinutes(1));

            var last = GC.GetGCMemoryInfo(GCKind.FullBlocking);
            Assert.That((last.Index > before, last.Compacted), Is.EqualTo((true, true)));
            Assert.That(log.LatestRecord.Message, Does.StartWith("Idle after a burst"));
            return Task.FromResult(0);
        });

        static void Work()
        {
            for (var block = 0; block < 1_000; block++)
            {
                GC.KeepAlive(new byte[80_000]);
            }
        }
    }

    private static bool Ask(QuietAfterBurst quiet, int minute, long megabytes) =>
        quiet.HasBegun(megabytes * Megabyte, TimeSpan.FromMinutes(minute));
}
