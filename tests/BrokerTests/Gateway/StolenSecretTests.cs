using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Gateway;

/// <summary>
/// Who has the password of the webhook or of the broker can say that documents request something. The documents are asked, so that nothing
/// comes of it.
/// </summary>
[Category("Broker")]
public sealed class StolenSecretTests
{
    private PipelineSystem system = null!;

    [SetUp]
    public async Task Start() => system = await PipelineSystem.StartAsync(new PipelineOptions
    {
        // Only what a test publishes becomes a message.
        GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "01:00:00" },
    });

    [TearDown]
    public async Task Stop() => await system.DisposeAsync();

    [Test]
    public async Task A_webhook_for_a_document_that_requests_nothing_changes_nothing()
    {
        var revision = await system.Database.PutAsync("note", """{"mine":1}""");
        using var http = new HttpClient { BaseAddress = system.Gateway.Url };
        http.DefaultRequestHeaders.Authorization = GatewayProcess.Basic("sync-gateway", PipelineSystem.WebhookPassword);

        foreach (var (id, forged) in new[] { ("note", revision), ("nobody", "1-abc") })
        {
            using var content = new StringContent(
                $$"""{"action":"person_request","personId":4,"_id":"{{id}}","_rev":"{{forged}}"}""", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(GatewayProcess.Path, content);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), "The gateway believes it.");
        }

        await NothingHappensAsync(revision);
    }

    [Test]
    public async Task A_message_for_a_document_that_requests_nothing_changes_nothing()
    {
        var revision = await system.Database.PutAsync("note", """{"mine":1}""");

        foreach (var (id, forged) in new[] { ("note", revision), ("nobody", "1-abc") })
        {
            var message = new JsonObject
            {
                ["keyspace"] = "db",
                ["documentId"] = id,
                ["revision"] = forged,
                ["requestedAt"] = "2026-01-01T00:00:00Z",
                ["action"] = "person_request",
                ["person"] = new JsonObject { ["name"] = "Nobody" },
            };
            Assert.That(await system.Broker.PublishAsync("Contracts:PersonRequested", "", message.ToJsonString()), Is.True);
        }

        await NothingHappensAsync(revision);
    }

    private async Task NothingHappensAsync(string revision)
    {
        await system.UntilQueuesAreEmptyAsync();

        var document = await system.Database.GetAsync("note");
        Assert.That(((string?)document["_rev"], system.SyncGateway.WritesOf("note")), Is.EqualTo((revision, 1)));
        Assert.That(await system.Database.ExistsAsync("nobody"), Is.False);
        Assert.That(system.Swapi.Stats.Requests, Is.Zero);
    }
}
