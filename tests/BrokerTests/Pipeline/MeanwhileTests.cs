using System.Text.Json.Nodes;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>The document changes between its message and the write of the worker. Each test starts its workers itself.</summary>
[Category("Broker")]
public sealed class MeanwhileTests
{
    private const string Work = "person-requested";

    private PipelineSystem system = null!;

    [SetUp]
    public async Task Start() => system = await PipelineSystem.StartAsync(new PipelineOptions
    {
        Workers = 0,

        // Catch-up publishes nothing, so that each test knows all messages.
        GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "01:00:00" },
    });

    [TearDown]
    public async Task Stop() => await system.DisposeAsync();

    [Test]
    public async Task A_request_that_was_cancelled_answered_or_deleted_meanwhile_is_not_written()
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
    public async Task A_request_that_was_edited_meanwhile_gets_the_result_for_its_current_inputs()
    {
        var revision = await system.Database.PutAsync("edited", """{"action":"person_request","personId":1}""");
        await system.UntilQueuedAsync(Work, 1);
        await system.Database.PutAsync("edited", """{"action":"person_request","personId":4}""", revision);
        await system.UntilQueuedAsync(Work, 2);

        await system.StartWorkerAsync();
        var document = await system.UntilStateAsync("edited", "person_success");
        await system.UntilQueuesAreEmptyAsync();

        Assert.That((string?)document["person"]!["name"], Is.EqualTo("Darth Vader"));
        Assert.That(system.SyncGateway.WritesOf("edited"), Is.EqualTo(3));
        Assert.That(system.Swapi.Stats.People.Keys, Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public async Task An_edit_during_the_action_survives_and_SWAPI_is_not_called_again()
    {
        await system.StartWorkerAsync(new Dictionary<string, string?> { ["Swapi__Cache"] = "false" });
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(1);
        var revision = await system.Database.PutAsync("edited", """{"action":"person_request","personId":1,"note":"old"}""");
        Assert.That(await Eventually.IsAsync(() => system.Swapi.Stats.People.ContainsKey(1)), Is.True);

        // The edit is a request, too. Without its webhook the worker of the first message must notice the edit.
        system.SyncGateway.Faults.DropWebhooks = true;
        await system.Database.PutAsync("edited", """{"action":"person_request","personId":1,"note":"new"}""", revision);
        var document = await system.UntilStateAsync("edited", "person_success");

        Assert.That((string?)document["note"], Is.EqualTo("new"));
        Assert.That((string?)document["person"]!["name"], Is.EqualTo("Luke Skywalker"));
        Assert.That((int?)document["_revisions"]!["start"], Is.EqualTo(3));
        Assert.That(system.Swapi.Stats.People[1], Is.EqualTo(1));
    }

    [Test]
    public async Task An_edit_of_an_input_during_the_action_changes_the_result()
    {
        await system.StartWorkerAsync();
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(1);
        var revision = await system.Database.PutAsync("edited", """{"action":"person_request","personId":1}""");
        Assert.That(await Eventually.IsAsync(() => system.Swapi.Stats.People.ContainsKey(1)), Is.True);

        system.SyncGateway.Faults.DropWebhooks = true;
        await system.Database.PutAsync("edited", """{"action":"person_request","personId":4}""", revision);

        Assert.That((string?)(await system.UntilStateAsync("edited", "person_success"))["person"]!["name"], Is.EqualTo("Darth Vader"));
        Assert.That(system.SyncGateway.WritesOf("edited"), Is.EqualTo(3));
    }

    [Test]
    public async Task Three_copies_of_a_message_make_one_revision()
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
        var document = await system.UntilStateAsync("thrice", "person_success");
        await system.UntilQueuesAreEmptyAsync();

        Assert.That((int?)document["_revisions"]!["start"], Is.EqualTo(2));
        Assert.That(system.SyncGateway.WritesOf("thrice"), Is.EqualTo(2));
    }

    [TestCase("many")]
    [TestCase(true)]
    [TestCase(1.5)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    public async Task A_message_whose_headers_an_operator_damaged_is_processed(object header)
    {
        system.SyncGateway.Faults.DropWebhooks = true;
        var revision = await system.Database.PutAsync("damaged", """{"action":"person_request"}""");
        string[] names = ["failures", "waits", "not-before", "interrupted", "note", "deferred-at"];
        var routed = await system.Broker.PublishAsync(
            "Contracts:PersonRequested",
            "",
            new JsonObject { ["keyspace"] = "db", ["documentId"] = "damaged", ["revision"] = revision, ["requestedAt"] = "2026-01-01T00:00:00Z" }.ToJsonString(),
            new JsonObject
            {
                ["content_type"] = "application/json",
                ["headers"] = new JsonObject(names.Select(name => $"offline-actions-{name}").Append("traceparent")
                    .Select(name => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create(header)))),
            });
        Assert.That(routed, Is.True);

        await system.StartWorkerAsync();

        await system.UntilStateAsync("damaged", "person_success");
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task Messages_that_were_published_before_the_first_worker_started_are_processed()
    {
        var ids = await system.Database.WriteRequestsAsync(20);
        await system.UntilQueuedAsync(Work, ids.Count);

        await system.StartWorkerAsync();

        await system.UntilAllAsync(ids, "person_success");
        await system.UntilQueuesAreEmptyAsync();
    }
}
