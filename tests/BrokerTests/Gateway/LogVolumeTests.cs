using System.Net;
using System.Text;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Gateway;

/// <summary>What an outage of the broker writes to the log. The fixture has a broker of its own.</summary>
[Category("Broker")]
public sealed class LogVolumeTests
{
    private const int MaxBytes = 50_000;
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_minute_without_a_broker_under_webhooks_writes_less_than_50_kB()
    {
        await using var broker = await LocalRabbitMq.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(broker.Url);
        await broker.WaitUntilStoredAsync("person-requested");
        var before = gateway.Output.ToString().Length;

        await broker.KillAsync();
        using var over = new CancellationTokenSource(Outage);
        var refused = (await Task.WhenAll(Enumerable.Range(0, 10).Select(client => PostUntilAsync(gateway, client, over.Token)))).Sum();

        var written = gateway.Output.ToString()[before..];
        Assert.That(refused, Is.GreaterThan(100));
        Assert.That(Encoding.UTF8.GetByteCount(written), Is.LessThan(MaxBytes), () => written[..Math.Min(written.Length, 5_000)]);
        Assert.That(written, Does.Contain("Not published").And.Contain("Topology not declared"));

        await broker.RestartAsync();
        Assert.That(
            await Eventually.IsAsync(async () => await gateway.StatusAsync("/health/ready") is HttpStatusCode.OK),
            Is.True,
            gateway.Output.Last(30));
    }

    private static async Task<int> PostUntilAsync(GatewayProcess gateway, int client, CancellationToken over)
    {
        var refused = 0;
        while (!over.IsCancellationRequested)
        {
            using var answer = await gateway.PostAsync($$"""{"action":"person_request","_id":"{{client}}-{{refused}}","_rev":"1-a"}""");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            refused++;
        }

        return refused;
    }
}
