using System.Text.Json.Nodes;
using Microservices.Tests.Dev;

namespace Microservices.Tests.Pipeline;

/// <summary>Many requests through real processes and a real broker: each is answered, and each exactly once.</summary>
[Category("Broker")]
public sealed class ThousandRequestsTests
{
    private const int Count = 1_000;

    [Test]
    public async Task One_worker_answers_each_of_a_thousand_requests_exactly_once()
    {
        await using var system = await PipelineSystem.Start();

        var ids = await system.Database.WriteRequests(Count);

        await EachIsAnsweredOnce(system, ids);
    }

    [Test]
    public async Task Three_workers_share_a_thousand_requests_and_answer_each_exactly_once()
    {
        await using var system = await PipelineSystem.Start(new PipelineOptions { Workers = 3 });

        var ids = await system.Database.WriteRequests(Count);

        await EachIsAnsweredOnce(system, ids);
        var shares = system.Workers.Select(worker => worker.Output.ToString().Split("Done: person_request").Length - 1).ToArray();
        Assert.That(shares, Has.All.GreaterThan(Count / 20));
        Assert.That(shares.Sum(), Is.EqualTo(Count));
    }

    [Test]
    public async Task A_webhook_for_every_change_makes_no_loop()
    {
        await using var system = await PipelineSystem.Start(new PipelineOptions { Filtered = false });

        var ids = await system.Database.WriteRequests(50);

        await UntilSent(system, webhooks: 100);
        await EachIsAnsweredOnce(system, ids);
        Assert.That(system.SyncGateway.Stats.WebhooksSent, Is.EqualTo(100));
    }

    [Test]
    public async Task Every_webhook_sent_three_times_still_makes_one_revision()
    {
        await using var system = await PipelineSystem.Start(new PipelineOptions { Workers = 2 });
        system.SyncGateway.Faults.ExtraWebhooks = 2;

        var ids = await system.Database.WriteRequests(100);

        await UntilSent(system, webhooks: 300);
        await EachIsAnsweredOnce(system, ids);
    }

    private static async Task UntilSent(PipelineSystem system, long webhooks) =>
        Assert.That(await Eventually.Is(() => system.SyncGateway.Stats.WebhooksSent == webhooks), Is.True, $"{system.SyncGateway.Stats.WebhooksSent} sent");

    private static async Task EachIsAnsweredOnce(PipelineSystem system, IReadOnlyList<string> ids)
    {
        await system.UntilAll(ids, "person_success");
        await system.UntilQueuesAreEmpty();
        await system.StopWorkers();

        var documents = await system.Database.Get(ids);
        Assert.That(documents.Values.Select(Generation), Has.All.EqualTo(2));
        Assert.That(documents.Values.Select(document => document["person"]?["name"]?.GetValue<string>()), Has.All.Not.Empty);
        Assert.That(ids.Select(id => system.SyncGateway.WritesOf(id)), Has.All.EqualTo(2));
        Assert.That(await Messages.Count(system.BrokerUrl, (await system.QueueCounts()).Keys), Is.Zero);
    }

    private static int Generation(JsonObject document) => document["_revisions"]!["start"]!.GetValue<int>();
}
