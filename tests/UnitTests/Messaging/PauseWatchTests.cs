using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Tests.Dev;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Tests.Messaging;

/// <summary>What a worker makes of what the broker answers when it asks whether its action is paused.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PauseWatchTests
{
    private static readonly ActionContract Person = ActionCatalog.Default.Actions[0];
    private static readonly ActionPause Pause = new("anna", DateTimeOffset.UnixEpoch, "a test");

    private readonly TimerCount clock = new();
    private readonly FakeLogCollector logged = new();
    private readonly ActionPauses pauses = new([Person]);

    private PauseState State => pauses[Person];

    [Test]
    public async Task A_queue_whose_node_is_down_still_has_its_message()
    {
        State.Set(Pause);

        await LookAsync(() => Refused(404, "NOT_FOUND - home node 'rabbit@b' of durable queue 'person-requested_paused' in vhost '/' is down or inaccessible"));

        Assert.That(State.Pause, Is.EqualTo(Pause));
        Assert.That(State.Trouble, Does.Contain("is down or inaccessible"));
    }

    [Test]
    public async Task A_queue_that_is_not_there_pauses_nothing()
    {
        await LookAsync(() => Refused(404, "NOT_FOUND - no queue 'person-requested_paused' in vhost '/'"));

        Assert.That((State.IsKnown, State.Pause, State.Trouble), Is.EqualTo((true, default(ActionPause), default(string))));
    }

    [Test]
    public async Task Why_it_cannot_be_read_is_said_once()
    {
        const string Reason = "ACCESS_REFUSED - read access to queue 'person-requested_paused' in vhost '/' refused for user 'worker'";

        await LookAsync(() => Refused(403, Reason), () => Refused(403, Reason));

        Assert.That((State.IsKnown, State.Trouble), Is.EqualTo((false, Reason)));
        Assert.That(logged.GetSnapshot().Select(entry => entry.Message), Is.EqualTo(new[]
        {
            $"Whether person is paused cannot be read, so it stays what it was; a process that has just started consumes nothing: {Reason}",
        }));
    }

    [Test]
    public async Task Whatever_goes_wrong_the_next_look_comes_and_nothing_is_held()
    {
        var closed = await LookAsync(() => throw new InvalidOperationException("a mistake"), () => Paused());

        Assert.That((State.Pause, State.Trouble), Is.EqualTo((Pause, default(string))));
        Assert.That(closed, Is.EqualTo(2), "Each channel is closed, and the broker requeues what was read over it.");
    }

    [Test]
    public async Task A_slow_queue_whose_message_another_reader_holds_looks_empty_and_still_pauses()
    {
        var gets = 0;
        var channel = Channel(() => new QueueDeclareOk("", 0, 0), () => ++gets == 3 ? Pause : null);

        Assert.That(await PauseSwitch.FindAsync(channel, Person.Queues.Paused, CancellationToken.None), Is.EqualTo(Pause));
    }

    [Test]
    public async Task A_queue_that_stays_empty_does_not()
    {
        var channel = Channel(() => new QueueDeclareOk("", 0, 0), () => null);

        Assert.That(await PauseSwitch.FindAsync(channel, Person.Queues.Paused, CancellationToken.None), Is.Null);
    }

    private static QueueDeclareOk Paused() => new("", 1, 0);

    private static QueueDeclareOk Refused(ushort code, string text) =>
        throw new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, code, text));

    private static IChannel Channel(Func<QueueDeclareOk> declare, Func<ActionPause?> get, Action? onClosed = null) => Fake.Create<IChannel>(
        (nameof(IChannel.QueueDeclarePassiveAsync), _ => RunAsync(declare)),
        (nameof(IChannel.BasicGetAsync), _ => RunAsync(() =>
            get() is { } pause ? new BasicGetResult(1, redelivered: false, "", "", 0, new BasicProperties(), pause.ToJson()) : null)),
        (nameof(IAsyncDisposable.DisposeAsync), _ => Close(onClosed)));

    private static object Close(Action? onClosed)
    {
        onClosed?.Invoke();
        return default(ValueTask);
    }

    private static async Task<T> RunAsync<T>(Func<T> answer)
    {
        await Task.Yield();
        return answer();
    }

    /// <summary>Looks as often as there are answers of the broker.</summary>
    /// <returns>How many channels were closed.</returns>
    private async Task<int> LookAsync(params Func<QueueDeclareOk>[] answers)
    {
        using var stop = new CancellationTokenSource();
        var (looks, closed) = (0, 0);
        var connection = Fake.Create<IConnection>(
            ("get_" + nameof(IConnection.IsOpen), _ => true),
            (nameof(IConnection.CreateChannelAsync), _ => RunAsync(() => Channel(() => answers[Math.Min(looks++, answers.Length - 1)](), () => Pause, () => closed++))));
        var watch = new PauseWatch(pauses, clock, new FakeLogger<PauseWatch>(logged));

        var watching = watch.RunAsync(connection, stop.Token);
        for (var turn = 1; turn <= answers.Length; turn++)
        {
            // After each look it waits for the next one.
            Assert.That(await Eventually.IsAsync(() => clock.Timers == turn), Is.True);
            if (turn < answers.Length)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        await stop.CancelAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await watching.WaitAsync(TimeSpan.FromSeconds(5));
        return closed;
    }

    /// <summary>A clock that counts the timers that were created.</summary>
    private sealed class TimerCount : FakeTimeProvider
    {
        private int timers;

        public int Timers => Volatile.Read(ref timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref timers);
            return timer;
        }
    }
}
