using System.Text.Json.Nodes;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>What happens to a document between its message and its worker. Workers start when their test wants them.</summary>
[Category("Broker")]
public sealed class MeanwhileTests
{
    private const string Work = "person-requested";

    private PipelineSystem system = null!;

    [SetUp]
    public async Task Start() => system = await PipelineSystem.StartAsync(new PipelineOptions
    {
        Workers = 0,

        // Each message here is one the test knows of.
        GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "01:00:00" },
    });

    [TearDown]
    public async Task Stop() => await system.DisposeAsync();

    [Test]
    public async Task A_request_that_was_cancelled_answered_or_deleted_meanwhile_is_left_alone()
    {
        string[] ids = ["cancelled", "no-action", "answered", "deleted"];
        var revisions = new Dictionary<string, string>();
        foreach (var id in ids)
        {
            revisions[id] = await system.Database.PutAsync(id, """{"action":"person_request"}""");
        }

        await system.UntilQueuedAsync(Work, ids.Length);
        await system.Database.PutAsync("cancelled", """{"action":"never mind"}""", revisions["cancelled"]);
        await system.Database.PutAsync("no-action", """{"mine":1}""", revisions["no-action"]);
        await system.Database.PutAsync("answered", """{"action":"person_success","person":{"name":"by hand"}}""", revisions["answered"]);
        await system.Database.DeleteAsync("deleted", revisions["deleted"]);
        await system.StartWorkerAsync();
        await system.UntilQueuesAreEmptyAsync();

        Assert.That(ids.Select(id => system.SyncGateway.WritesOf(id)), Has.All.EqualTo(2));
        Assert.That(system.Swapi.Stats.Requests, Is.Zero);
    }

    [Test]
    public async Task A_request_that_was_edited_meanwhile_is_answered_as_it_is_now()
    {
        var revision = await system.Database.PutAsync("edited", """{"action":"person_request","personId":1}""");
        await system.UntilQueuedAsync(Work, 1);
        await system.Database.PutAsync("edited", """{"action":"person_request","personId":4}""", revision);
        await system.UntilQueuedAsync(Work, 2);

        await system.StartWorkerAsync();
        var document = await system.EndedAsync("edited", "person_success");
        await system.UntilQueuesAreEmptyAsync();

        Assert.That((string?)document["person"]!["name"], Is.EqualTo("Darth Vader"));
        Assert.That(system.SyncGateway.WritesOf("edited"), Is.EqualTo(3));
        Assert.That(system.Swapi.Stats.People.Keys, Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public async Task An_edit_while_the_worker_is_at_it_survives_and_swapi_is_not_asked_again()
    {
        await system.StartWorkerAsync(new Dictionary<string, string?> { ["Swapi__Cache"] = "false" });
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(1);
        var revision = await system.Database.PutAsync("edited", """{"action":"person_request","personId":1,"note":"old"}""");
        Assert.That(await Eventually.IsAsync(() => system.Swapi.Stats.People.ContainsKey(1)), Is.True);

        // The edit asks too; here it is the first message's worker that has to see it.
        system.SyncGateway.Faults.DropWebhooks = true;
        await system.Database.PutAsync("edited", """{"action":"person_request","personId":1,"note":"new"}""", revision);
        var document = await system.EndedAsync("edited", "person_success");

        Assert.That((string?)document["note"], Is.EqualTo("new"));
        Assert.That((string?)document["person"]!["name"], Is.EqualTo("Luke Skywalker"));
        Assert.That((int?)document["_revisions"]!["start"], Is.EqualTo(3));
        Assert.That(system.Swapi.Stats.People[1], Is.EqualTo(1));
    }

    [Test]
    public async Task An_edit_of_what_the_answer_depends_on_is_obeyed_while_the_worker_is_at_it()
    {
        await system.StartWorkerAsync();
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(1);
        var revision = await system.Database.PutAsync("edited", """{"action":"person_request","personId":1}""");
        Assert.That(await Eventually.IsAsync(() => system.Swapi.Stats.People.ContainsKey(1)), Is.True);

        system.SyncGateway.Faults.DropWebhooks = true;
        await system.Database.PutAsync("edited", """{"action":"person_request","personId":4}""", revision);

        Assert.That((string?)(await system.EndedAsync("edited", "person_success"))["person"]!["name"], Is.EqualTo("Darth Vader"));
        Assert.That(system.SyncGateway.WritesOf("edited"), Is.EqualTo(3));
    }

    [Test]
    public async Task The_same_message_three_times_from_any_client_makes_one_revision()
    {
        system.SyncGateway.Faults.DropWebhooks = true;
        var revision = await system.Database.PutAsync("thrice", """{"action":"person_request"}""");
        var message = new JsonObject
        {
            ["keyspace"] = "db",
            ["documentId"] = "thrice",
            ["revision"] = revision,
            ["requestedAt"] = "2026-01-01T00:00:00Z",
        };
        for (var copies = 0; copies < 3; copies++)
        {
            var routed = await system.Broker.PublishAsync(
                "Contracts:PersonRequested", "", message.ToJsonString(), new JsonObject { ["content_type"] = "application/json" });
            Assert.That(routed, Is.True);
        }

        await system.UntilQueuedAsync(Work, 3);
        await system.StartWorkerAsync();
        var document = await system.EndedAsync("thrice", "person_success");
        await system.UntilQueuesAreEmptyAsync();

        Assert.That((int?)document["_revisions"]!["start"], Is.EqualTo(2));
        Assert.That(system.SyncGateway.WritesOf("thrice"), Is.EqualTo(2));
    }

    [Test]
    public async Task What_was_published_before_any_worker_ever_ran_is_not_lost()
    {
        var ids = await system.Database.WriteRequestsAsync(20);
        await system.UntilQueuedAsync(Work, ids.Count);

        await system.StartWorkerAsync();

        await system.UntilAllAsync(ids, "person_success");
        await system.UntilQueuesAreEmptyAsync();
    }
}
