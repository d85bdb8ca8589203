using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using OfflineActions.Dev;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Chaos;

/// <summary>A broker that takes nothing more, out of memory or disk space, stops its clients in the middle of a word; webhooks are answered in time.</summary>
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
    public async Task A_broker_that_has_run_out_of_room_is_503_in_time_and_202_when_there_is_some(string alarm, string end)
    {
        await IsTakenAgainAsync();
        await broker.ControlAsync(alarm.Split(' '));
        await Scenario.UntilAsync("it is refused", async () => (await PostAsync()).Status == 503);
        await EachIsRefusedInTimeAsync();
        await broker.ControlAsync(end.Split(' '));
        await IsTakenAgainAsync();
    }

    private async Task EachIsRefusedInTimeAsync()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync()));
        var alone = await PostAsync();

        Assert.That(answers.Append(alone).Select(answer => answer.Status), Has.All.EqualTo(503));
        Assert.That(answers.Append(alone).Select(answer => answer.Took), Has.All.LessThan(Deadline));
    }

    private Task IsTakenAgainAsync() => Scenario.UntilAsync("a webhook is taken again", async () =>
    {
        var (status, took) = await PostAsync();
        Assert.That(took, Is.LessThan(Deadline));
        return status == 202;
    });

    private async Task<(int Status, TimeSpan Took)> PostAsync()
    {
        var time = Stopwatch.StartNew();
        var document = $$"""{"_id":"posted-{{Interlocked.Increment(ref posted)}}","_rev":"1-abc","action":"person_request"}""";
        using var answer = await http.PostAsync("db", new StringContent(document, Encoding.UTF8, "application/json"));
        return ((int)answer.StatusCode, time.Elapsed);
    }
}
