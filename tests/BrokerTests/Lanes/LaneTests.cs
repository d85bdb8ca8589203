using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Queues;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pausing;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.LaneSharing;

/// <summary>Two lanes of one action, with processes and a real broker.</summary>
[Category("Broker")]
public sealed class LaneTests
{
    private const int Backlog = 5_000;
    private const string Bulk = """{"action":"person_request","priority":"bulk","personId":1}""";

    private static readonly ActionQueues Queues = ActionCatalog.Default.GetByMessage<PersonRequested>().Queues;
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    [Test]
    public async Task The_document_chooses_the_lane_by_webhook_and_by_catch_up([Values] bool isByCatchUp)
    {
        await using var system = await PipelineSystem.StartAsync(new()
        {
            Workers = 0,
            GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "00:00:00.5" },
        });
        if (isByCatchUp)
        {
            await system.Gateway.TerminateAsync();
        }

        await system.Database.PutAsync("bulk", Bulk);
        await system.Database.PutAsync("escaped", """{"action":"person_request","priority":"b\u0075lk"}""");
        string[] interactive = ["\"now\"", "\"Bulk\"", "\"\"", "1", "null", "[\"bulk\"]"];
        foreach (var (priority, number) in interactive.Select((priority, number) => (priority, number)))
        {
            await system.Database.PutAsync($"interactive-{number}", $$"""{"action":"person_request","priority":{{priority}}}""");
        }

        if (isByCatchUp)
        {
            await system.StartGatewayAsync();
        }

        await system.UntilQueuedAsync(Queues.Bulk, 2);
        await system.UntilQueuedAsync(Queues.Work, interactive.Length);
        await system.StartWorkerAsync();
        await system.UntilAllAsync(["bulk", "escaped", "interactive-0"], "person_success");
        await system.UntilQueuesAreEmptyAsync();
        Assert.That((string?)(await system.Database.GetAsync("bulk"))["priority"], Is.EqualTo("bulk"));
    }

    [Test]
    public async Task While_5000_bulk_requests_wait_interactive_ones_are_as_quick_as_before_and_bulk_goes_on_meanwhile()
    {
        await using var system = await PipelineSystem.StartAsync();
        var latency = new Latency(system.Database);
        await latency.MeasureAsync("warm", 30);
        var alone = await latency.MeasureAsync("alone", 100);
        var bulk = await QueueBulkAsync(system);

        var meanwhile = await latency.MeasureAsync("meanwhile", 100);

        var waiting = await CountAsync(system, Queues.Bulk);
        TestContext.Out.WriteLine($"{waiting} of {Backlog} bulk requests still waited then.");
        Latency.AssertBelowTwice(alone, meanwhile);
        using var stop = new CancellationTokenSource();
        var asking = latency.AskUntilAsync("more", stop.Token);
        await system.UntilAllAsync(bulk, "person_success", TimeSpan.FromMinutes(3));
        await stop.CancelAsync();
        TestContext.Out.WriteLine($"{await asking} interactive requests were answered until bulk was done.");
        Assert.That(waiting, Is.LessThan(Backlog));
        Assert.That(bulk.Select(id => system.SyncGateway.WritesOf(id)), Has.All.EqualTo(2));
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task A_delayed_bulk_request_returns_to_its_lane()
    {
        await using var system = await PipelineSystem.StartAsync(new()
        {
            Environment = new Dictionary<string, string?> { ["Bus__Delays__0"] = $"{Delay}" },
            WorkerEnvironment = new Dictionary<string, string?> { ["Swapi__Rounds"] = "1", ["Swapi__Cache"] = "false" },
        });
        system.Swapi.Faults.Html = true;
        await system.Database.PutAsync("bulk", Bulk);
        Assert.That(
            await Eventually.IsAsync(async () => await CountAsync(system, Queues.Delay(Delay, Lane.Bulk)) == 1), Is.True);
        Assert.That(await CountAsync(system, Queues.Delay(Delay)), Is.Zero);

        await system.StopWorkersAsync();
        await system.UntilQueuedAsync(Queues.Bulk, 1);
        system.Swapi.Faults.Html = false;
        await system.StartWorkerAsync();

        await system.UntilStateAsync("bulk", "person_success");
    }

    [Test]
    public async Task A_pause_stops_both_lanes()
    {
        await using var system = await PipelineSystem.StartAsync();
        await SetPausedAsync(system, isPaused: true);
        await system.Database.PutAsync("bulk", Bulk);
        await system.Database.PutAsync("interactive", """{"action":"person_request"}""");
        await system.UntilQueuedAsync(Queues.Bulk, 1);
        await system.UntilQueuedAsync(Queues.Work, 1);
        Assert.That(await system.CountConsumersAsync(Queues.Bulk), Is.Zero);

        await SetPausedAsync(system, isPaused: false);

        await system.UntilAllAsync(["bulk", "interactive"], "person_success");
    }

    [Test]
    public async Task A_broker_that_is_killed_or_lost_costs_neither_lane_a_request([Values] bool isLost)
    {
        await using var broker = await LocalRabbitMq.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new()
        {
            Broker = broker,
            GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "00:00:01" },
        });
        await SetPausedAsync(system, isPaused: true);
        string[] bulk = [.. Enumerable.Range(0, 100).Select(number => $"bulk-{number}")];
        await system.Database.WriteAllAsync(bulk, Bulk);
        var interactive = await system.Database.WriteRequestsAsync(50);
        Assert.That(await Eventually.IsAsync(async () => (await CountAsync(system, Queues.Bulk), await CountAsync(system, Queues.Work)) == (100, 50)), Is.True);

        if (isLost)
        {
            await system.Broker.DeleteQueueAsync(Queues.Bulk);
            Assert.That(
                await Eventually.IsAsync(async () => await system.Broker.QueueAsync(Queues.Bulk) is { Messages: 100 }, TimeSpan.FromMinutes(1)),
                Is.True,
                "Every open request is published again, into its lane.");
        }
        else
        {
            await broker.RestartAsync();
            // A queue that replays its log looks empty for a moment.
            Assert.That(await Eventually.IsAsync(async () => await system.Broker.QueueAsync(Queues.Bulk) is { Messages: 100 }), Is.True);
        }

        await SetPausedAsync(system, isPaused: false);

        await system.UntilAllAsync([.. bulk, .. interactive], "person_success", TimeSpan.FromMinutes(2));
        Assert.That(bulk.Concat(interactive).Select(id => system.SyncGateway.WritesOf(id)), Has.All.EqualTo(2));
    }

    /// <summary>A device comes back with many requests. The workers take them only when all are queued.</summary>
    private static async Task<IReadOnlyList<string>> QueueBulkAsync(PipelineSystem system)
    {
        await SetPausedAsync(system, isPaused: true);
        string[] ids = [.. Enumerable.Range(0, Backlog).Select(number => $"bulk-{number}")];
        foreach (var chunk in ids.Chunk(500))
        {
            await system.Database.WriteAllAsync(chunk, Bulk);
        }

        Assert.That(
            await Eventually.IsAsync(async () => await CountAsync(system, Queues.Bulk) >= Backlog, TimeSpan.FromMinutes(1)),
            Is.True);
        await SetPausedAsync(system, isPaused: false);
        Assert.That(await Eventually.IsAsync(async () => await CountAsync(system, Queues.Bulk) < Backlog), Is.True);
        return ids;
    }

    private static Task<long> CountAsync(PipelineSystem system, string queue) => Messages.CountAsync(system.BrokerUrl, [queue]);

    private static async Task SetPausedAsync(PipelineSystem system, bool isPaused)
    {
        await using (var connection = await BrokerConnection.OpenAsync(system.BrokerUrl, "test", CancellationToken.None))
        {
            Task change = isPaused
                ? PauseSwitch.PauseAsync(connection, Queues, new ActionPause("anna", DateTimeOffset.UnixEpoch, "a test"), CancellationToken.None)
                : PauseSwitch.ResumeAsync(connection, Queues, CancellationToken.None);
            await change;
        }

        Assert.That(
            await Eventually.IsAsync(async () => await system.CountConsumersAsync(Queues.Bulk) == 0 == isPaused), Is.True);
    }
}
