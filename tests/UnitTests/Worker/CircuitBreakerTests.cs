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
    public void It_comes_on_when_nearly_everything_fails_and_lets_go_after_the_pause()
    {
        var brake = Create();

        Note(brake, failures: 10);

        Assert.That(brake.IsOpen, Is.True);
        var wait = brake.WaitUntilClosedAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(wait.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(() => wait.IsCompleted, Is.True.After(5_000, 10));
    }

    [Test]
    public void It_comes_on_again_when_the_first_try_after_the_pause_fails_too()
    {
        var brake = Create();
        Note(brake, failures: 10);
        clock.Advance(TimeSpan.FromMinutes(1));

        Note(brake, failures: 1);

        Assert.That(brake.IsOpen, Is.True);
    }

    [TestCase(9, 0)]
    [TestCase(9, 1)]
    [TestCase(5, 5)]
    public void A_few_tries_or_a_few_successes_among_them_are_no_reason(int failures, int successes)
    {
        var brake = Create();

        Note(brake, failures, successes);

        Assert.That(brake.IsOpen, Is.False);
        Assert.That(brake.WaitUntilClosedAsync(CancellationToken.None).IsCompleted, Is.True);
    }

    [Test]
    public void A_worker_that_stops_does_not_wait()
    {
        var brake = Create();
        Note(brake, failures: 10);

        Assert.That(async () => await brake.WaitUntilClosedAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private CircuitBreaker Create() =>
        new(Options.Create(new WorkerOptions { CircuitBreakerAttempts = 10, CircuitBreakerPause = TimeSpan.FromMinutes(1) }), clock, new FakeLogger<CircuitBreaker>());

    private static void Note(CircuitBreaker brake, int failures, int successes = 0)
    {
        for (var note = 0; note < successes + failures; note++)
        {
            brake.Record(failure: note >= successes);
        }
    }
}
