using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Tests.Dev;
using OfflineActions.Worker;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider clock = new();

    [Test]
    public void It_opens_when_nearly_all_attempts_fail_and_closes_after_the_pause()
    {
        var breaker = Create();

        Record(breaker, failures: 10);

        Assert.That(breaker.IsOpen, Is.True);
        var wait = EnterAsync(breaker);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(wait.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(() => wait.IsCompleted, Is.True.After(5_000, 10));
    }

    [Test]
    public void It_opens_again_when_the_first_attempt_after_the_pause_fails_too()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));

        breaker.Record(entered: 1, isSuccess: false);

        Assert.That(breaker.IsOpen, Is.True);
    }

    [Test]
    public void It_is_half_open_from_the_end_of_a_pause_until_as_many_may_try_as_after_a_start()
    {
        var breaker = Create();
        Assert.That(breaker.HalfOpenLimit, Is.Null, "It has never paused.");
        Record(breaker, failures: 10);
        Assert.That(breaker.HalfOpenLimit, Is.Null, "It is open.");
        clock.Advance(TimeSpan.FromMinutes(1));
        var limits = new List<int?>();
        for (var success = 0; success <= 4; success++)
        {
            limits.Add(breaker.HalfOpenLimit);
            breaker.Record(entered: 1, isSuccess: true);
        }

        Assert.That(limits, Is.EqualTo(new int?[] { 1, 2, 4, 8, null }));
    }

    [TestCase(9, 0)]
    [TestCase(9, 1)]
    [TestCase(5, 5)]
    public void It_stays_closed_after_few_attempts_or_with_some_successes_among_them(int failures, int successes)
    {
        var breaker = Create();

        Record(breaker, failures, successes);

        Assert.That(breaker.IsOpen, Is.False);
        Assert.That(EnterAsync(breaker).IsCompleted, Is.True);
    }

    [Test]
    public void Waiting_ends_when_the_worker_stops()
    {
        var breaker = Create();
        Record(breaker, failures: 10);

        Assert.That(
            async () => await breaker.EnterAsync(new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task After_the_pause_one_is_attempted_and_twice_as_many_after_each_success()
    {
        var breaker = CreateAfterPause();
        var waiting = Enumerable.Range(0, 256).Select(_ => EnterAsync(breaker)).ToArray();
        Assert.That(waiting.Count(each => each.IsCompleted), Is.EqualTo(1));

        for (var expected = 2; expected <= 256; expected *= 2)
        {
            breaker.Record(entered: 1, isSuccess: true);
            var now = expected;
            Assert.That(await Eventually.IsAsync(() => waiting.Count(each => each.IsCompleted) == now), Is.True);
        }
    }

    [Test]
    public async Task A_worker_that_starts_begins_with_a_few()
    {
        var breaker = Create();
        var waiting = Enumerable.Range(0, 40).Select(_ => EnterAsync(breaker)).ToArray();
        Assert.That(waiting.Count(each => each.IsCompleted), Is.EqualTo(16));

        breaker.Record(entered: 0, isSuccess: true);

        Assert.That(await Eventually.IsAsync(() => waiting.Count(each => each.IsCompleted) == 32), Is.True);
    }

    [Test]
    public async Task Who_has_waited_longest_goes_first_and_nobody_overtakes()
    {
        var breaker = CreateAfterPause();
        await EnterAsync(breaker);
        var waiting = Enumerable.Range(0, 3).Select(_ => EnterAsync(breaker)).ToArray();

        for (var first = 0; first < waiting.Length; first++)
        {
            breaker.Leave();
            var newcomer = EnterAsync(breaker);
            await waiting[first].WaitAsync(TimeSpan.FromSeconds(20));
            Assert.That(waiting[(first + 1)..].Append(newcomer).Select(each => each.IsCompleted), Has.All.False);
        }
    }

    [Test]
    public async Task What_began_before_the_pause_changes_nothing()
    {
        var breaker = CreateAfterPause();
        await EnterAsync(breaker);
        var next = EnterAsync(breaker);

        breaker.Record(entered: 0, isSuccess: true);
        breaker.Record(entered: 0, isSuccess: false);

        Assert.That((breaker.IsOpen, next.IsCompleted), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Who_gives_up_leaves_the_turn_to_another([Range(1, 50)] int _)
    {
        var breaker = CreateAfterPause();
        await EnterAsync(breaker);
        using var impatient = new CancellationTokenSource();
        var first = breaker.EnterAsync(impatient.Token);
        var second = EnterAsync(breaker);

        await Task.WhenAll(Task.Run(breaker.Leave), impatient.CancelAsync());
        await Task.WhenAny(first).WaitAsync(TimeSpan.FromSeconds(20));
        if (first.IsCompletedSuccessfully)
        {
            breaker.Leave();
        }

        await second.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task Who_has_entered_before_a_pause_is_not_attempted_after_it()
    {
        var breaker = Create();
        var entered = await EnterAsync(breaker);
        Assert.That(breaker.IsStillAllowed(entered), Is.True);

        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(breaker.IsStillAllowed(entered), Is.False);
    }

    [Test]
    public async Task When_the_one_fails_too_all_others_wait_for_the_next_pause_to_end()
    {
        var breaker = CreateAfterPause();
        var entered = await EnterAsync(breaker);
        var waiting = EnterAsync(breaker);

        breaker.Record(entered, isSuccess: false);
        breaker.Leave();

        Assert.That((breaker.IsOpen, waiting.IsCompleted), Is.EqualTo((true, false)));
        Assert.That(
            await Eventually.IsAsync(() =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return waiting.IsCompleted;
            }),
            Is.True);
        Assert.That(await waiting, Is.EqualTo(entered + 1));
    }

    [Test]
    public async Task An_attempt_that_says_nothing_makes_room_for_another()
    {
        var breaker = CreateAfterPause();
        await EnterAsync(breaker);
        var waiting = EnterAsync(breaker);
        Assert.That(waiting.IsCompleted, Is.False);

        breaker.Leave();

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private CircuitBreaker CreateAfterPause()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        Assert.That(breaker.IsOpen, Is.True);
        clock.Advance(TimeSpan.FromMinutes(1));
        return breaker;
    }

    private CircuitBreaker Create() =>
        new(
            Options.Create(new WorkerOptions { CircuitBreakerAttempts = 10, CircuitBreakerPause = TimeSpan.FromMinutes(1) }),
            clock,
            new FakeLogger<CircuitBreaker>());

    private static Task<int> EnterAsync(CircuitBreaker breaker) => breaker.EnterAsync(CancellationToken.None);

    private static void Record(CircuitBreaker breaker, int failures, int successes = 0)
    {
        for (var attempt = 0; attempt < successes + failures; attempt++)
        {
            breaker.Record(entered: 0, isSuccess: attempt < successes);
        }
    }
}
