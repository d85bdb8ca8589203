using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Pipeline;

/// <summary>SWAPI or Sync Gateway fails. Each test has its own worker, whose circuit breakers are closed.</summary>
[Category("Broker")]
public sealed class FaultTests
{
    private PipelineSystem system = null!;

    [SetUp]
    public async Task Start() => system = await PipelineSystem.StartAsync(new PipelineOptions
    {
        Environment = new Dictionary<string, string?> { ["Bus__Delays__0"] = "00:00:00.300" },
    });

    [TearDown]
    public async Task Stop() => await system.DisposeAsync();

    [Test]
    public async Task While_SWAPI_is_down_a_request_is_deferred_and_fails_as_retryable_after_the_last_attempt()
    {
        system.Swapi.Faults.Refuse = true;
        await system.Database.PutAsync("down", """{"action":"person_request","personId":1}""");

        var document = await system.UntilStateAsync("down", "person_failure");

        var error = document["error"]!;
        Assert.That(
            ((string?)error["code"], (bool?)error["retryable"], (int?)error["attempts"]),
            Is.EqualTo(("swapi_unavailable", (bool?)true, (int?)2)));
        Assert.That((int?)document["_revisions"]!["start"], Is.EqualTo(2));
        await system.UntilQueuedAsync("person-requested_error", 1);
        Assert.That(await Messages.TakeAsync(system, "person-requested_error"), Has.Exactly(1).Matches<Message>(message =>
            (string?)message.Json["documentId"] == "down" && message.Properties.Headers!.ContainsKey("MT-Fault-Message")));
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task One_failure_of_SWAPI_is_retried_within_the_attempt()
    {
        system.Swapi.Faults.FailNext = 1;
        await system.Database.PutAsync("hiccup", """{"action":"person_request","personId":1}""");

        var document = await system.UntilStateAsync("hiccup", "person_success");

        Assert.That(Name(document), Is.EqualTo("Luke Skywalker"));
        Assert.That(system.Swapi.Stats.People[1], Is.EqualTo(2));
        Assert.That((int?)document["_revisions"]!["start"], Is.EqualTo(2));
    }

    [Test]
    public async Task A_request_succeeds_when_SWAPI_recovers_during_the_delay()
    {
        // Both rounds of the first attempt.
        system.Swapi.Faults.FailNext = 2;
        await system.Database.PutAsync("outage", """{"action":"person_request","personId":1}""");

        var document = await system.UntilStateAsync("outage", "person_success");

        Assert.That(Name(document), Is.EqualTo("Luke Skywalker"));
        Assert.That(system.Swapi.Stats.People[1], Is.EqualTo(3));
        Assert.That(system.Workers[0].Output.ToString(), Does.Contain("Deferred: person_request of outage"));
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task While_Sync_Gateway_is_down_a_request_is_deferred_without_counting_attempts_and_then_succeeds()
    {
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(1);
        await system.Database.PutAsync("waits", """{"action":"person_request","personId":1}""");
        Assert.That(await Dev.Eventually.IsAsync(() => system.Swapi.Stats.People.ContainsKey(1)), Is.True);

        system.SyncGateway.Faults.Refuse = true;
        Assert.That(
            await Dev.Eventually.IsAsync(() => system.Workers[0].Output.ToString().Split("Deferred: person_request of waits").Length > 3),
            Is.True,
            "The request is deferred more often than the number of attempts.");
        system.SyncGateway.Faults.Refuse = false;

        Assert.That(Name(await system.UntilStateAsync("waits", "person_success")), Is.EqualTo("Luke Skywalker"));
        Assert.That(system.SyncGateway.WritesOf("waits"), Is.EqualTo(2));
    }

    private static string? Name(JsonObject document) => (string?)document["person"]!["name"];
}
