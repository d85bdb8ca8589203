namespace OfflineActions.Tests.Pipeline;

/// <summary>Requests in documents with odd ids, each way to the worker by itself.</summary>
[Category("Broker")]
public sealed class OddIdTests
{
    [Test]
    public async Task Webhook_and_worker_answer_every_request()
    {
        await using var system = await PipelineSystem.StartAsync(WithGrace("01:00:00"));

        await system.Database.WriteAllAsync(OddIds.All, """{"action":"person_request","personId":1}""");

        await system.UntilAllAsync(OddIds.All, "person_success");
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task Catch_up_and_worker_answer_every_request()
    {
        await using var system = await PipelineSystem.StartAsync(WithGrace("00:00:00.500"));
        system.SyncGateway.Faults.DropWebhooks = true;

        await system.Database.WriteAllAsync(OddIds.All, """{"action":"person_request","personId":1}""");

        await system.UntilAllAsync(OddIds.All, "person_success");
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task The_worker_writes_every_failure()
    {
        await using var system = await PipelineSystem.StartAsync();

        await system.Database.WriteAllAsync(OddIds.All, """{"action":"person_request","personId":17}""");

        await system.UntilAllAsync(OddIds.All, "person_failure");
        await system.UntilQueuedAsync("person-requested_error", OddIds.All.Count);
    }

    private static PipelineOptions WithGrace(string grace) => new()
    {
        GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = grace },
    };
}
