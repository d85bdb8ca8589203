using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pausing;

namespace OfflineActions.Tests.Pipeline;

/// <summary>What a device sees of a request that is delayed, and that this makes no message.</summary>
[Category("Broker")]
public sealed class ProgressTests
{
    private static readonly IReadOnlyDictionary<string, string?> Delays = new Dictionary<string, string?>
    {
        ["Bus__Delays__0"] = "00:00:06",
        ["Bus__Delays__1"] = "00:00:07",
        ["Bus__Delays__2"] = "00:00:08",
    };

    private static readonly IReadOnlyDictionary<string, string?> Eager = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "00:00:00.300" };

    // Each attempt asks once.
    private static readonly IReadOnlyDictionary<string, string?> Noted =
        new Dictionary<string, string?> { ["Worker__ProgressFrom"] = "00:00:01", ["Swapi__Rounds"] = "1" };

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_delayed_request_shows_its_attempts_and_has_one_message_all_the_time(bool areWebhooksLost)
    {
        await using var system = await PipelineSystem.StartAsync(
            new PipelineOptions { Environment = Delays, GatewayEnvironment = Eager, WorkerEnvironment = Noted });
        system.Swapi.Faults.FailNext = 2;
        system.SyncGateway.Faults.DropWebhooks = areWebhooksLost;

        await system.Database.PutAsync("delayed", """{"action":"person_request","personId":4}""");

        var first = await UntilAttemptsAsync(system, 1);
        await AssertOneMessageUntilAsync(system, DateTimeOffset.Parse((string)first["progress"]!["nextAttemptAt"]!));
        await UntilAttemptsAsync(system, 2);
        var done = await system.UntilStateAsync("delayed", "person_success");
        Assert.That((string?)first["progress"]!["code"], Is.EqualTo("swapi_unavailable"));
        Assert.That((string?)first["progress"]!["message"], Is.Not.Empty);
        Assert.That(done.ContainsKey("progress"), Is.False);
        Assert.That(system.SyncGateway.WritesOf("delayed"), Is.EqualTo(1 + 2 + 1), "The request, two notes, the result.");
        await system.UntilQueuesAreEmptyAsync();
        Assert.That(await Eventually.IsAsync(async () => await system.CountDeliveriesAsync("person-requested") == 3), Is.True);
    }

    [Test]
    public async Task A_gateway_that_restarts_meanwhile_publishes_no_second_message()
    {
        await using var system = await PipelineSystem.StartAsync(
            new PipelineOptions { Environment = Delays, GatewayEnvironment = Eager, WorkerEnvironment = Noted });
        system.Swapi.Faults.FailNext = 2;
        await system.Database.PutAsync("delayed", """{"action":"person_request","personId":4}""");
        await UntilAttemptsAsync(system, 1);

        await system.Gateway.KillAsync();
        await system.StartGatewayAsync();

        await system.UntilStateAsync("delayed", "person_success");
        Assert.That(system.SyncGateway.WritesOf("delayed"), Is.EqualTo(1 + 2 + 1));
        await system.UntilQueuesAreEmptyAsync();
        Assert.That(await Eventually.IsAsync(async () => await system.CountDeliveriesAsync("person-requested") == 3), Is.True);
    }

    [Test]
    public async Task A_time_that_the_app_wrote_far_in_the_future_keeps_no_request_waiting()
    {
        await using var system = await PipelineSystem.StartAsync(
            new PipelineOptions { Environment = Delays, GatewayEnvironment = Eager, WorkerEnvironment = Noted });

        await system.Database.PutAsync(
            "forged", """{"action":"person_request","personId":4,"progress":{"nextAttemptAt":"9999-12-31T23:59:59Z"}}""");

        var done = await system.UntilStateAsync("forged", "person_success");
        Assert.That(done.ContainsKey("progress"), Is.False);
    }

    /// <summary>As with a busy Sync Gateway, or with a worker whose clock is slow.</summary>
    [Test]
    public async Task Webhooks_that_come_when_the_next_attempt_is_over_make_no_more_attempts()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Environment = new Dictionary<string, string?> { ["Bus__Delays__0"] = "00:00:01", ["Bus__Delays__1"] = "00:01:00" },
            WorkerEnvironment = Noted,
        });
        (system.Swapi.Faults.ErrorRate, system.SyncGateway.Faults.DropWebhooks) = (1, true);
        await system.Database.PutAsync("delayed", """{"action":"person_request","personId":4}""");
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sync-gateway:{PipelineSystem.WebhookPassword}")));
        var posts = new List<Task>();
        var seen = new HashSet<string>();

        for (var end = DateTimeOffset.UtcNow.AddSeconds(20); DateTimeOffset.UtcNow < end; await Task.Delay(50))
        {
            var document = await system.Database.GetAsync("delayed");
            if (seen.Add((string)document["_rev"]!))
            {
                posts.Add(PostLateAsync(document.ToJsonString()));
            }
        }

        await Task.WhenAll(posts);
        Assert.That(system.SyncGateway.WritesOf("delayed"), Is.EqualTo(1 + 2), "The request and two notes.");

        async Task PostLateAsync(string document)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            using var content = new StringContent(document, Encoding.UTF8, "application/json");
            (await http.PostAsync(new Uri(system.Gateway.Url, "/webhooks/sync-gateway/db"), content)).EnsureSuccessStatusCode();
        }
    }

    private static async Task<JsonObject> UntilAttemptsAsync(PipelineSystem system, int attempts)
    {
        await system.UntilAsync(["delayed"], document => (int?)document["progress"]?["attempts"] == attempts);
        return await system.Database.GetAsync("delayed");
    }

    private static async Task AssertOneMessageUntilAsync(PipelineSystem system, DateTimeOffset time)
    {
        var queues = (await system.QueueCountsAsync()).Keys;
        Assert.That(await Eventually.IsAsync(async () => await Messages.CountAsync(system.BrokerUrl, queues) == 1), Is.True);
        while (DateTimeOffset.UtcNow < time - TimeSpan.FromSeconds(1))
        {
            Assert.That(await Messages.CountAsync(system.BrokerUrl, queues), Is.EqualTo(1));
        }
    }
}
