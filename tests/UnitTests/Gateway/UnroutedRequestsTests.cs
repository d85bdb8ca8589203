using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Tests.Gateway;

public sealed class UnroutedRequestsTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly FakeLogger<UnroutedRequests> log = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [OneTimeTearDown]
    public void Dispose() => services.Dispose();

    [Test]
    public void An_unknown_request_is_logged_once_an_hour_for_each_name_and_counted_every_time()
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        using var counted = new MetricCollector<long>(meters, "OfflineActions.Gateway", "offline_actions.requests.unrouted");
        var unrouted = new UnroutedRequests(clock, new PublishingTelemetry(meters, ActionCatalog.Default), ActionCatalog.Default, log);

        unrouted.Note("persom_request", "a");
        unrouted.Note("persom_request", "b");
        unrouted.Note("ehco_request", "c");
        clock.Advance(TimeSpan.FromMinutes(61));
        unrouted.Note("persom_request", "d");

        Assert.That(
            log.Collector.GetSnapshot().Select(entry => entry.Message.Split(' ')[2].TrimEnd(',')),
            Is.EqualTo(new[] { "persom_request", "ehco_request", "persom_request" }));
        Assert.That(log.LatestRecord.Message, Does.Contain("not in the catalog: person_request, image_text_request."));
        Assert.That(counted.GetMeasurementSnapshot().Sum(measurement => measurement.Value), Is.EqualTo(4));
    }
}
