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

        Record(breaker, failures: 1);

        Assert.That(breaker.IsOpen, Is.True);
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
            async () => await breaker.EnterAsync(isAlone: false, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task After_the_pause_only_a_few_are_attempted_and_twice_as_many_after_each_success()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));

        var waiting = Enumerable.Range(0, 256).Select(_ => EnterAsync(breaker)).ToArray();
        Assert.That(waiting.Count(each => each.IsCompleted), Is.EqualTo(16));

        breaker.Record(isFailure: false, isSuccess: true);
        Assert.That(await Eventually.IsAsync(() => waiting.Count(each => each.IsCompleted) == 32), Is.True);
        for (var success = 0; success < 3; success++)
        {
            breaker.Record(isFailure: false, isSuccess: true);
        }

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public void What_says_nothing_about_the_action_lets_no_more_of_them_begin()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));
        var waiting = Enumerable.Range(0, 256).Select(_ => EnterAsync(breaker)).ToArray();

        breaker.Record(isFailure: false, isSuccess: false);

        Assert.That(() => waiting.Count(each => each.IsCompleted), Is.EqualTo(16).After(200, 20));
    }

    [Test]
    public async Task One_that_is_alone_waits_for_the_pause_and_for_nobody_else()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        var alone = breaker.EnterAsync(isAlone: true, CancellationToken.None);
        Assert.That(alone.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromMinutes(1));
        var others = Enumerable.Range(0, 20).Select(_ => EnterAsync(breaker)).ToArray();

        await alone.WaitAsync(TimeSpan.FromSeconds(20));
        await breaker.EnterAsync(isAlone: true, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(others.Count(each => each.IsCompleted), Is.InRange(1, 16));
    }

    [Test]
    public async Task Who_gives_up_at_the_moment_of_its_turn_leaves_the_turn_to_another()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));
        var running = Enumerable.Range(0, 16).Select(_ => EnterAsync(breaker)).ToArray();
        using var impatient = new CancellationTokenSource();
        var first = breaker.EnterAsync(isAlone: false, impatient.Token);
        var second = EnterAsync(breaker);

        breaker.Leave();
        await impatient.CancelAsync();
        await Task.WhenAny(first).WaitAsync(TimeSpan.FromSeconds(20));
        if (first.IsCompletedSuccessfully)
        {
            breaker.Leave();
        }

        await second.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(running, Has.All.Property(nameof(Task.IsCompleted)).True);
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
    public async Task When_those_few_fail_too_all_others_wait_for_the_next_pause_to_end()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));
        var waiting = Enumerable.Range(0, 17).Select(_ => EnterAsync(breaker)).ToArray();

        foreach (var _ in waiting.Where(each => each.IsCompleted).ToArray())
        {
            breaker.Record(isFailure: true, isSuccess: false);
            breaker.Leave();
        }

        Assert.That((breaker.IsOpen, waiting.Count(each => each.IsCompleted)), Is.EqualTo((true, 16)));
        await Eventually.IsAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return waiting[^1].IsCompleted;
        });
        Assert.That(waiting[^1].IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task A_trial_that_ends_without_an_outcome_makes_room_for_another()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));
        var waiting = Enumerable.Range(0, 17).Select(_ => EnterAsync(breaker)).ToArray();

        breaker.Leave();

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(20));
    }

    private CircuitBreaker Create() =>
        new(
            Options.Create(new WorkerOptions { CircuitBreakerAttempts = 10, CircuitBreakerPause = TimeSpan.FromMinutes(1) }),
            clock,
            new FakeLogger<CircuitBreaker>());

    private static Task<int> EnterAsync(CircuitBreaker breaker) => breaker.EnterAsync(isAlone: false, CancellationToken.None);

    private static void Record(CircuitBreaker breaker, int failures, int successes = 0)
    {
        for (var attempt = 0; attempt < successes + failures; attempt++)
        {
            breaker.Record(isFailure: attempt >= successes, isSuccess: attempt < successes);
        }
    }
}
