using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Dev;

namespace Microservices.Tests.Chaos;

/// <summary>Whatever the broker does, a webhook is answered within its time, and it is 202 only for what the broker has.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class PublishDeadlineTests
{
    private const string Password = "a-password-for-the-webhook";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private LocalRabbitMq broker = null!;
    private ServiceProcess gateway = null!;
    private HttpClient http = null!;
    private int posted;

    [OneTimeSetUp]
    public async Task Start()
    {
        broker = await LocalRabbitMq.Start();
        gateway = await ServiceProcess.Start(new ServiceOptions
        {
            Service = "Gateway",
            Environment = new Dictionary<string, string?>
            {
                ["Bus__Url"] = broker.Url.AbsoluteUri,
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
        await broker.DisposeAsync();
    }

    [Test, Order(1)]
    public async Task A_broker_that_stands_is_202() => Assert.That((await Post()).Status, Is.EqualTo(202));

    [Test, Order(2)]
    public async Task A_frozen_broker_is_503_in_time_and_202_when_it_goes_on()
    {
        broker.Pause();
        await EachIsRefusedInTime();
        broker.Resume();
        await IsTakenAgain();
    }

    [Test, Order(3)]
    public async Task A_broker_without_disk_space_is_503_in_time_and_202_when_there_is_some()
    {
        await broker.Control("set_disk_free_limit", "900000GB");
        await Scenario.Until("it is refused", async () => (await Post()).Status == 503);
        await EachIsRefusedInTime();
        await broker.Control("set_disk_free_limit", "50MB");
        await IsTakenAgain();
    }

    [Test, Order(4)]
    public async Task A_broker_without_memory_is_503_in_time_and_202_when_there_is_some()
    {
        await broker.Control("set_vm_memory_high_watermark", "absolute", "1MB");
        await Scenario.Until("it is refused", async () => (await Post()).Status == 503);
        await EachIsRefusedInTime();
        await broker.Control("set_vm_memory_high_watermark", "0.4");
        await IsTakenAgain();
    }

    [Test, Order(5)]
    public async Task A_stopped_broker_is_503_in_time_and_202_when_it_is_back_without_the_gateway_being_started_again()
    {
        await broker.QueueStored(ChaosQueues.Names.Skipped);
        await broker.Kill();
        await EachIsRefusedInTime();
        await broker.Restart();
        await IsTakenAgain();
    }

    private async Task EachIsRefusedInTime()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Post()));
        var alone = await Post();

        Assert.That(answers.Append(alone).Select(answer => answer.Status), Has.All.EqualTo(503));
        Assert.That(answers.Append(alone).Select(answer => answer.Took), Has.All.LessThan(Deadline));
    }

    private Task IsTakenAgain() => Scenario.Until("a webhook is taken again", async () =>
    {
        var (status, took) = await Post();
        Assert.That(took, Is.LessThan(Deadline));
        return status == 202;
    });

    private async Task<(int Status, TimeSpan Took)> Post()
    {
        var time = Stopwatch.StartNew();
        var document = $$"""{"_id":"posted-{{Interlocked.Increment(ref posted)}}","_rev":"1-abc","action":"person_request"}""";
        using var answer = await http.PostAsync("db", new StringContent(document, Encoding.UTF8, "application/json"));
        return ((int)answer.StatusCode, time.Elapsed);
    }
}
