using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Gateway;

/// <summary>The gateway while its broker is frozen or gone. The fixture has a broker of its own.</summary>
[Category("Broker")]
public sealed class BrokerOutageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private LocalRabbitMq broker = null!;
    private GatewayProcess gateway = null!;
    private int documents;

    [OneTimeSetUp]
    public async Task Start()
    {
        broker = await LocalRabbitMq.StartAsync();
        gateway = await GatewayProcess.StartAsync(broker.Url);
        await broker.WaitUntilStoredAsync("person-requested");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await gateway.DisposeAsync();
        await broker.DisposeAsync();
    }

    [Test]
    public async Task While_the_broker_is_frozen_webhooks_are_refused_in_time_and_accepted_again_afterwards()
    {
        Assert.That(await AcceptedAsync(), Is.True);

        broker.Pause();
        try
        {
            await EveryWebhookIsRefusedInTimeAsync();
            Assert.That(await gateway.StatusAsync("/health/live"), Is.EqualTo(HttpStatusCode.OK));
        }
        finally
        {
            broker.Resume();
        }

        Assert.That(await Eventually.IsAsync(AcceptedAsync), Is.True, gateway.Output.Last(30));
    }

    [Test]
    public async Task A_broker_that_does_not_answer_for_75_seconds_ends_no_gateway()
    {
        broker.Pause();
        try
        {
            var frozen = Stopwatch.StartNew();
            await Eventually.IsAsync(async () => await gateway.StatusAsync("/health/ready") is HttpStatusCode.ServiceUnavailable);
            using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (frozen.Elapsed < TimeSpan.FromSeconds(75) && await tick.WaitForNextTickAsync())
            {
                Assert.That(await gateway.StatusAsync("/health/live"), Is.EqualTo(HttpStatusCode.OK));
            }
        }
        finally
        {
            broker.Resume();
        }

        Assert.That(await Eventually.IsAsync(AcceptedAsync), Is.True, gateway.Output.Last(30));
        Assert.That(
            await Eventually.IsAsync(async () => await gateway.StatusAsync("/health/ready") is HttpStatusCode.OK),
            Is.True,
            gateway.Output.Last(30));
    }

    [Test]
    public async Task While_the_broker_is_gone_webhooks_are_refused_the_gateway_lives_and_is_not_ready()
    {
        Assert.That(await Eventually.IsAsync(AcceptedAsync), Is.True);

        await broker.KillAsync();
        await EveryWebhookIsRefusedInTimeAsync();

        Assert.That(await gateway.StatusAsync("/health/live"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await Eventually.IsAsync(async () => await gateway.StatusAsync("/health/ready") is HttpStatusCode.ServiceUnavailable), Is.True);

        await broker.RestartAsync();

        Assert.That(await Eventually.IsAsync(AcceptedAsync), Is.True, gateway.Output.Last(30));
        Assert.That(await Eventually.IsAsync(async () => await gateway.StatusAsync("/health/ready") is HttpStatusCode.OK), Is.True, gateway.Output.Last(30));
    }

    private async Task EveryWebhookIsRefusedInTimeAsync()
    {
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync()));

        Assert.That(watch.Elapsed, Is.LessThan(Patience));
        foreach (var answer in answers)
        {
            using (answer)
            {
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
                Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
                Assert.That((string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["detail"], Does.Contain("broker"));
            }
        }
    }

    private async Task<bool> AcceptedAsync()
    {
        using var answer = await PostAsync();
        return answer.StatusCode is HttpStatusCode.Accepted;
    }

    private Task<HttpResponseMessage> PostAsync() =>
        gateway.PostAsync($$"""{"action":"person_request","_id":"{{Interlocked.Increment(ref documents)}}","_rev":"1-a"}""");
}
