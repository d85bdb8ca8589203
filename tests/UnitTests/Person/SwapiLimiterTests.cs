using System.Diagnostics;
using Microsoft.Extensions.Options;
using OfflineActions.Worker.Actions.Person;

namespace OfflineActions.Tests.Person;

public sealed class SwapiLimiterTests
{
    [Test]
    public async Task Requests_are_sent_no_faster_than_the_limit()
    {
        using var limiter = new SwapiLimiter(Options.Create(new SwapiOptions { RequestsPerSecond = 50 }));
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => limiter.AcquireAsync(CancellationToken.None)));

        // Ten gaps of 20 ms; a timer may be early by its resolution, never by a gap.
        Assert.That(watch.Elapsed, Is.GreaterThan(TimeSpan.FromMilliseconds(180)));
    }

    [Test]
    public void Without_a_limit_no_request_waits()
    {
        using var limiter = new SwapiLimiter(Options.Create(new SwapiOptions()));

        Assert.That(Enumerable.Range(0, 1_000).All(_ => limiter.AcquireAsync(CancellationToken.None).IsCompletedSuccessfully), Is.True);
    }

    [TestCase(0.1, 1)]
    [TestCase(2, 10)]
    [TestCase(100, 500)]
    public void The_worker_processes_only_as_many_requests_as_the_limit_allows_in_five_seconds(double rate, int expected) =>
        Assert.That(
            new SwapiOptions { RequestsPerSecond = rate, BaseAddresses = [new Uri("http://swapi.test/api/")] }.MaxConcurrency, Is.EqualTo(expected));

    [Test]
    public void Public_instances_are_asked_for_few_persons_at_the_same_time_and_others_for_as_many_as_the_worker_processes()
    {
        Assert.That(new SwapiOptions().MaxConcurrency, Is.EqualTo(16));
        Assert.That(new SwapiOptions { RequestsPerSecond = 50 }.MaxConcurrency, Is.EqualTo(16));
        Assert.That(new SwapiOptions { RequestsPerSecond = 2 }.MaxConcurrency, Is.EqualTo(10));
        Assert.That(new SwapiOptions { BaseAddresses = [new Uri("http://swapi.test/api/")] }.MaxConcurrency, Is.Null);
    }
}
