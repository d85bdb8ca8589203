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
        var wait = breaker.EnterAsync(CancellationToken.None);
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
        Assert.That(breaker.EnterAsync(CancellationToken.None).IsCompleted, Is.True);
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
    public async Task After_the_pause_only_a_few_are_attempted_until_one_does_not_fail()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));

        var waiting = Enumerable.Range(0, 256).Select(_ => breaker.EnterAsync(CancellationToken.None)).ToArray();
        Assert.That(waiting.Count(each => each.IsCompleted), Is.EqualTo(16));

        breaker.Record(isFailure: false);
        breaker.Leave();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task When_those_few_fail_too_all_others_wait_for_the_next_pause_to_end()
    {
        var breaker = Create();
        Record(breaker, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));
        var waiting = Enumerable.Range(0, 17).Select(_ => breaker.EnterAsync(CancellationToken.None)).ToArray();

        foreach (var _ in waiting.Where(each => each.IsCompleted).ToArray())
        {
            breaker.Record(isFailure: true);
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
        var waiting = Enumerable.Range(0, 17).Select(_ => breaker.EnterAsync(CancellationToken.None)).ToArray();

        breaker.Leave();

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(20));
    }

    private CircuitBreaker Create() =>
        new(
            Options.Create(new WorkerOptions { CircuitBreakerAttempts = 10, CircuitBreakerPause = TimeSpan.FromMinutes(1) }),
            clock,
            new FakeLogger<CircuitBreaker>());

    private static void Record(CircuitBreaker breaker, int failures, int successes = 0)
    {
        for (var attempt = 0; attempt < successes + failures; attempt++)
        {
            breaker.Record(isFailure: attempt >= successes);
        }
    }
}
