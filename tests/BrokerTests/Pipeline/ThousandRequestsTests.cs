using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>Many requests through real processes and a real broker. Each gets exactly one result.</summary>
[Category("Broker")]
public sealed partial class ThousandRequestsTests
{
    private const int Count = 1_000;

    [Test]
    public async Task One_worker_writes_exactly_one_result_for_each_of_a_thousand_requests()
    {
        await using var system = await PipelineSystem.StartAsync();

        var ids = await system.Database.WriteRequestsAsync(Count);

        await AssertOneResultEachAsync(system, ids);
    }

    [Test]
    public async Task Three_workers_share_a_thousand_requests_and_write_exactly_one_result_for_each()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Workers = 3 });

        var ids = await system.Database.WriteRequestsAsync(Count);

        await AssertOneResultEachAsync(system, ids);
        var shares = system.Workers.Select(worker => CountDone(worker.Output.ToString())).ToArray();
        Assert.That(shares, Has.All.GreaterThan(Count / 20));
        Assert.That(shares.Sum(), Is.EqualTo(Count));
    }

    [Test]
    public async Task Webhooks_for_all_changes_cause_no_loop()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Filtered = false });

        var ids = await system.Database.WriteRequestsAsync(50);

        await UntilSentAsync(system, webhooks: 100);
        await AssertOneResultEachAsync(system, ids);
        Assert.That(system.SyncGateway.Stats.WebhooksSent, Is.EqualTo(100));
    }

    [Test]
    public async Task A_webhook_that_is_sent_three_times_makes_one_revision()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Workers = 2 });
        system.SyncGateway.Faults.ExtraWebhooks = 2;

        var ids = await system.Database.WriteRequestsAsync(100);

        await UntilSentAsync(system, webhooks: 300);
        await AssertOneResultEachAsync(system, ids);
    }

    private static async Task UntilSentAsync(PipelineSystem system, long webhooks) =>
        Assert.That(
            await Eventually.IsAsync(() => system.SyncGateway.Stats.WebhooksSent == webhooks),
            Is.True,
            $"{system.SyncGateway.Stats.WebhooksSent} sent");

    private static async Task AssertOneResultEachAsync(PipelineSystem system, IReadOnlyList<string> ids)
    {
        await system.UntilAllAsync(ids, "person_success");
        await system.UntilQueuesAreEmptyAsync();
        await system.StopWorkersAsync();

        var documents = await system.Database.GetAsync(ids);
        Assert.That(documents.Values.Select(ReadGeneration), Has.All.EqualTo(2));
        Assert.That(documents.Values.Select(document => document["person"]?["name"]?.GetValue<string>()), Has.All.Not.Empty);
        Assert.That(ids.Select(id => system.SyncGateway.WritesOf(id)), Has.All.EqualTo(2));
        Assert.That(await Messages.CountAsync(system.BrokerUrl, (await system.QueueCountsAsync()).Keys), Is.Zero);
    }

    private static int CountDone(string log) =>
        DoneLine().Matches(log).Sum(line => int.Parse(line.Groups["count"].ValueSpan, CultureInfo.InvariantCulture));

    [GeneratedRegex("Done: (?<count>[0-9]+) of person_request")]
    private static partial Regex DoneLine();

    private static int ReadGeneration(JsonObject document) => document["_revisions"]!["start"]!.GetValue<int>();
}
