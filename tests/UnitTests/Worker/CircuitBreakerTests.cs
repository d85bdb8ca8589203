using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
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
        var wait = breaker.WaitUntilClosedAsync(CancellationToken.None);
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
        Assert.That(breaker.WaitUntilClosedAsync(CancellationToken.None).IsCompleted, Is.True);
    }

    [Test]
    public void Waiting_ends_when_the_worker_stops()
    {
        var breaker = Create();
        Record(breaker, failures: 10);

        Assert.That(
            async () => await breaker.WaitUntilClosedAsync(new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
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
