using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using OfflineActions.Dev;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Chaos;

/// <summary>A broker without memory or disk space blocks publishers; the gateway still answers webhooks within its deadline.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class PublishDeadlineTests
{
    private const string Password = "a-password-for-the-webhook";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private LocalRabbitMq broker = null!;
    private SyncGatewayEmulator syncGateway = null!;
    private ServiceProcess gateway = null!;
    private HttpClient http = null!;
    private int posted;

    [OneTimeSetUp]
    public async Task Start()
    {
        broker = await LocalRabbitMq.StartAsync();
        syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        gateway = await ServiceProcess.StartAsync(new ServiceOptions
        {
            Service = "Gateway",
            Environment = new Dictionary<string, string?>
            {
                ["Bus__Url"] = broker.Url.AbsoluteUri,
                ["SyncGateway__Url"] = syncGateway.PublicUrl.AbsoluteUri,
                ["Gateway__WebhookPassword"] = Password,
            },
        });
        http = new HttpClient { BaseAddress = new Uri(gateway.Url, "/webhooks/sync-gateway/"), Timeout = TimeSpan.FromSeconds(30) };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"sync-gateway:{Password}"));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        http.Dispose();
        await gateway.DisposeAsync();
        await syncGateway.DisposeAsync();
        await broker.DisposeAsync();
    }

    [TestCase("set_disk_free_limit 900000GB", "set_disk_free_limit 50MB")]
    [TestCase("set_vm_memory_high_watermark absolute 1MB", "set_vm_memory_high_watermark 0.4")]
    public async Task While_the_broker_blocks_publishers_webhooks_get_503_in_time_and_afterwards_202(string alarm, string end)
    {
        await UntilAcceptedAsync();
        await broker.ControlAsync(alarm.Split(' '));
        await Wait.UntilAsync("a webhook gets 503", async () => (await PostAsync()).Status == 503);
        await AssertAllAreRefusedInTimeAsync();
        await broker.ControlAsync(end.Split(' '));
        await UntilAcceptedAsync();
    }

    private async Task AssertAllAreRefusedInTimeAsync()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync()));
        var last = await PostAsync();

        Assert.That(responses.Append(last).Select(response => response.Status), Has.All.EqualTo(503));
        Assert.That(responses.Append(last).Select(response => response.Took), Has.All.LessThan(Deadline));
    }

    private Task UntilAcceptedAsync() => Wait.UntilAsync("a webhook gets 202", async () =>
    {
        var (status, took) = await PostAsync();
        Assert.That(took, Is.LessThan(Deadline));
        return status == 202;
    });

    private async Task<(int Status, TimeSpan Took)> PostAsync()
    {
        var time = Stopwatch.StartNew();
        var document = $$"""{"_id":"posted-{{Interlocked.Increment(ref posted)}}","_rev":"1-abc","action":"person_request"}""";
        using var response = await http.PostAsync("db", new StringContent(document, Encoding.UTF8, "application/json"));
        return ((int)response.StatusCode, time.Elapsed);
    }
}
