using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>The metrics port.</summary>
public sealed class MetricsTests
{
    [Test]
    public async Task Writes_and_sequences_are_Prometheus_metrics()
    {
        await using var gateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, MetricsPort = 0, ControlPort = null });
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };
        using var metrics = new HttpClient { BaseAddress = gateway.MetricsUrl };
        await client.PutAnswerAsync("db/a", "{}");
        await client.PutAnswerAsync("db/b", "{}");

        var answer = await metrics.GetAnswerAsync("_metrics");

        Assert.That(answer.ContentHeaders.ContentType!.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(answer.Text, Does.Contain("# TYPE sgw_database_num_doc_writes counter\nsgw_database_num_doc_writes{database=\"db\"} 2\n"));
        Assert.That(answer.Text, Does.Contain("sgw_database_sequence_assigned_count{database=\"db\"} 3\n"), "the guest took one");
        Assert.That((await metrics.GetAnswerAsync("metrics")).Text, Is.EqualTo(answer.Text));
        Assert.That((await metrics.GetAnswerAsync("_expvar")).Json["syncgateway"], Is.Not.Null);
        Assert.That((await metrics.GetAnswerAsync("_ping")).Text, Is.EqualTo("OK"));
        Assert.That((await metrics.PostAnswerAsync("_metrics", "")).Status, Is.EqualTo(405));
        Assert.That((await metrics.GetAnswerAsync("db/a")).Error, Is.EqualTo((404, "not_found", "unknown URL")));
    }

    [Test]
    public async Task The_metrics_port_is_off_by_default()
    {
        await using var gateway = await SyncGatewayEmulator.StartAsync();

        Assert.That(gateway.MetricsUrl, Is.Null);
    }
}
