using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.ServiceDefaults;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

public sealed class DelayedRedeliveryTests
{
    private static readonly Redelivery AnyRedelivery = new(TimeSpan.FromSeconds(10), new RetryState(0, 0, null));

    private readonly FakeTimeProvider clock = new();

    [Test]
    public async Task A_message_that_no_delay_queue_takes_for_ten_minutes_is_handed_back_and_never_fails()
    {
        var delivery = new FakeDelivery(failures: int.MaxValue);
        var started = clock.GetTimestamp();
        var redelivering = RedeliverAsync(delivery);

        await AdvanceUntilAsync(redelivering, TimeSpan.FromSeconds(1));

        Assert.That(async () => await redelivering, Throws.InstanceOf<MessageRequeuedException>());
        Assert.That(
            clock.GetElapsedTime(started), Is.InRange(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12)),
            "Long, because each hand-back counts towards the delivery limit, and well below the broker's 30 minutes.");
    }

    [Test]
    public async Task A_message_is_kept_while_its_delay_queue_is_away_for_some_minutes()
    {
        var delivery = new FakeDelivery(failures: 15);
        var redelivering = RedeliverAsync(delivery);

        await AdvanceUntilAsync(redelivering, TimeSpan.FromSeconds(1));

        Assert.That(redelivering.IsCompletedSuccessfully, Is.True);
        Assert.That(delivery.Sends, Is.EqualTo(16));
    }

    [Test]
    public async Task A_copy_says_when_it_is_due_counted_from_when_it_was_sent()
    {
        var delivery = new FakeDelivery(failures: 3);
        await AdvanceUntilAsync(RedeliverAsync(delivery), TimeSpan.FromMilliseconds(500));

        var due = DateTimeOffset.FromUnixTimeMilliseconds((long)delivery.Headers![RetryHeaders.DueAt]);

        Assert.That(due - clock.GetUtcNow(), Is.InRange(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task The_messages_that_wait_for_the_same_delay_queue_log_one_line_a_minute_without_a_stack()
    {
        var log = new FakeLogger<DelayedRedelivery>();
        var redelivery = new DelayedRedelivery(Options.Create(new BusOptions()), clock, new RepeatedEvents(clock), log);
        var deliveries = Enumerable.Range(0, 20).Select(_ => new FakeDelivery(failures: int.MaxValue)).ToArray();
        var redelivering = Task.WhenAll(deliveries.Select(delivery => redelivery.RedeliverAsync(delivery, AnyRedelivery)));

        await AdvanceUntilAsync(redelivering, TimeSpan.FromSeconds(1));

        Assert.That(async () => await redelivering, Throws.InstanceOf<MessageRequeuedException>());
        var lines = log.Collector.GetSnapshot();
        Assert.That(lines.Count(line => line.Id.Id == 2007), Is.InRange(2, 13), "A line a minute for 10 to 12 minutes.");
        Assert.That(lines.Count(line => line.Id.Id == 2010), Is.InRange(1, 3), "All are handed back within two minutes.");
        Assert.That(lines.Select(line => line.Exception), Is.All.Null);
        Assert.That(lines.Select(line => line.Message), Is.All.Contains("No delay queue takes it."));
        Assert.That(lines[1].Message, Does.Match(@"\([1-9]\d* more were not logged\)\z"));
    }

    private Task RedeliverAsync(Delivery delivery) =>
        new DelayedRedelivery(Options.Create(new BusOptions()), clock, new RepeatedEvents(clock), new FakeLogger<DelayedRedelivery>())
            .RedeliverAsync(delivery, AnyRedelivery);

    /// <summary>Lets the time pass, in steps that are shorter than every pause, until the task is done.</summary>
    private async Task AdvanceUntilAsync(Task task, TimeSpan step)
    {
        for (var steps = 0; !task.IsCompleted; steps++)
        {
            Assert.That(steps, Is.LessThan(3_600), "It ends within an hour.");
            clock.Advance(step);

            // What the step has woken runs on this thread or another one.
            await Task.Yield();
        }
    }
}
