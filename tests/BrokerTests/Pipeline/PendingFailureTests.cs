using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>A failure reaches the document and the error queue, also when the write is refused, lost or impossible for a while.</summary>
[Category("Broker")]
public sealed class PendingFailureTests
{
    private const string Error = "person-requested_error";
    private const string Delayed = "person-requested_delay_1h";

    private static readonly Dictionary<string, string?> TwoAttempts = new() { ["Bus__Delays__0"] = "00:00:00.300" };

    [Test]
    public async Task A_result_that_sync_gateway_refuses_becomes_a_failure()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            SyncFunction = Refuse("doc.action === 'person_success'"),
        });
        await system.Database.PutAsync("refused", """{"action":"person_request","mine":1}""");

        var document = await system.UntilStateAsync("refused", "person_failure");

        var error = document["error"]!;
        Assert.That(((string?)error["code"], (bool?)error["retryable"]), Is.EqualTo(("write_refused", (bool?)false)));
        Assert.That((string?)error["message"], Does.Contain("not like this"));
        Assert.That(
            ((int?)document["mine"], document["person"], (int?)document["_revisions"]!["start"]),
            Is.EqualTo(((int?)1, (JsonNode?)null, (int?)2)));
        await system.UntilQueuedAsync(Error, 1);
    }

    [Test]
    public async Task A_request_whose_failure_is_refused_too_moves_to_the_error_queue_and_is_not_published_again()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            SyncFunction = Refuse("doc._id === 'refused' && oldDoc"),
            Environment = new Dictionary<string, string?> { ["Bus__Delays__0"] = "00:00:00.300", ["Bus__Delays__1"] = "01:00:00" },
            GatewayEnvironment = new Dictionary<string, string?>
            {
                ["Gateway__CatchUpGrace"] = "00:00:00.500",
                ["Gateway__RepublishAfter"] = "00:00:01",
            },
        });
        await system.Database.PutAsync("refused", """{"action":"person_request"}""");
        await system.UntilQueuedAsync(Error, 1);

        // A second request waits for SWAPI. Whenever its message is lost, it is published again.
        system.Swapi.Faults.ErrorRate = 1;
        await system.Database.PutAsync("waiting", """{"action":"person_request","personId":1}""");
        await LoseMessagesAsync(times: 1);
        var failed = (await system.QueueCountsAsync())[Error];
        await LoseMessagesAsync(times: 2);

        var messages = await Messages.TakeAsync(system, Error);
        Assert.That(messages, Has.Count.EqualTo(failed));
        Assert.That(
            System.Text.Encoding.UTF8.GetString((byte[])messages[0].Properties.Headers!["MT-Fault-Message"]!),
            Does.Contain("403: not like this"));
        Assert.That((string?)(await system.Database.GetAsync("refused"))["action"], Is.EqualTo("person_request"));

        async Task LoseMessagesAsync(int times)
        {
            for (var lost = 0; lost < times; lost++)
            {
                await UntilDelayedAsync();
                await Messages.TakeAsync(system, Delayed);
            }

            await UntilDelayedAsync();
        }

        async Task UntilDelayedAsync() => Assert.That(
            await Eventually.IsAsync(async () => await Messages.CountAsync(system.BrokerUrl, [Delayed]) > 0),
            Is.True,
            "published again");
    }

    [Test]
    public async Task A_failure_that_cannot_be_written_is_written_later_and_SWAPI_is_not_called_again()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Environment = TwoAttempts });
        system.Swapi.Faults.ErrorRate = 1;
        system.SyncGateway.Faults.Kinds = [RequestKind.Write];
        await system.Database.PutAsync("undecided", """{"action":"person_request","personId":1}""");
        system.SyncGateway.Faults.ErrorRate = 1;
        await UntilDeferredAsync(system, "undecided", times: 2);
        var requests = system.Swapi.Stats.Requests;
        system.Swapi.Faults.ErrorRate = 0;
        await UntilDeferredAsync(system, "undecided", times: 5);

        system.SyncGateway.Faults.ErrorRate = 0;
        var document = await system.UntilStateAsync("undecided", "person_failure");

        Assert.That(system.Swapi.Stats.Requests, Is.EqualTo(requests));
        Assert.That((int?)document["error"]!["attempts"], Is.EqualTo(2));
        await system.UntilQueuedAsync(Error, 1);
    }

    [Test]
    public async Task A_failure_whose_write_was_not_confirmed_reaches_the_error_queue_and_is_written_once()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Environment = TwoAttempts });
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(1);
        await system.Database.PutAsync("unconfirmed", """{"action":"person_request","personId":17}""");
        system.SyncGateway.Faults.Kinds = [RequestKind.Write];
        system.SyncGateway.Faults.LoseAnswers = true;
        await UntilDeferredAsync(system, "unconfirmed", times: 1);
        system.SyncGateway.Faults.LoseAnswers = false;

        await system.UntilQueuedAsync(Error, 1);
        Assert.That(system.SyncGateway.WritesOf("unconfirmed"), Is.EqualTo(2));
        Assert.That((string?)(await system.Database.GetAsync("unconfirmed"))["error"]!["code"], Is.EqualTo("person_not_found"));
    }

    [Test]
    public async Task A_failure_whose_worker_dies_before_its_message_is_moved_reaches_the_error_queue()
    {
        await using var broker = await LocalRabbitMq.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Broker = broker });
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(1);
        await system.Database.PutAsync("orphan", """{"action":"person_request","personId":17}""");
        Assert.That(await Eventually.IsAsync(() => system.Swapi.Stats.Requests > 0), Is.True);

        // While the broker is frozen the document can be written, and the message cannot be moved.
        broker.Pause();
        await system.UntilStateAsync("orphan", "person_failure");
        await system.Workers[0].KillAsync();
        broker.Resume();
        await system.StartWorkerAsync();

        await system.UntilQueuedAsync(Error, 1);
        Assert.That(system.SyncGateway.WritesOf("orphan"), Is.EqualTo(2));
    }

    private static async Task UntilDeferredAsync(PipelineSystem system, string id, int times) => Assert.That(
        await Eventually.IsAsync(() => system.Workers[0].Output.ToString().Split($"Deferred: person_request of {id}").Length > times),
        Is.True,
        $"{id} is deferred {times} times.");

    private static string Refuse(string condition) =>
        $$"""function (doc, oldDoc) { if ({{condition}}) { throw({ forbidden: "not like this" }); } channel("all"); }""";
}
