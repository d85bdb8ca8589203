using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Operator;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Pausing;

/// <summary>An operator pauses the person action of real workers, and resumes it.</summary>
[Category("Broker")]
public sealed class PauseTests
{
    private const string Work = "person-requested";
    private const string Paused = "person-requested_paused";

    /// <summary>How long a worker may go on after the pause.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(3);

    [Test]
    public async Task Under_load_nothing_more_is_taken_after_three_seconds_and_everything_is_done_once_after_the_end()
    {
        await using var system = await PipelineSystem.StartAsync(new() { Workers = 2, WorkerEnvironment = Slow });
        system.Swapi.Faults.Latency = TimeSpan.FromMilliseconds(500);
        var ids = await system.Database.WriteRequestsAsync(500);
        Assert.That(await Eventually.IsAsync(() => system.SyncGateway.Stats.WebhooksSent >= ids.Count), Is.True);
        Assert.That(await Eventually.IsAsync(async () => await CountDoneAsync(system) > 10), Is.True);

        await PauseAsync(system);
        await system.UntilNothingIsTakenAsync(LongestStop);
        Assert.That(await Eventually.IsAsync(async () => (await system.Broker.QueueAsync(Work))!.Unacknowledged == 0), Is.True, "What was held is finished.");

        var (ready, done) = (await ReadyAsync(system), await CountDoneAsync(system));
        Assert.That(ready, Is.GreaterThan(0), "There must be something left to take.");
        Assert.That(
            await Eventually.IsAsync(async () => await ReadyAsync(system) < ready || await CountDoneAsync(system) != done, LongestStop),
            Is.False,
            "Nothing is taken, and nothing is done.");

        system.Swapi.Faults.Latency = TimeSpan.Zero;
        await ResumeAsync(system);
        await system.UntilAllAsync(ids, "person_success", TimeSpan.FromMinutes(2));
        await system.UntilQueuesAreEmptyAsync();
        Assert.That(ids.Select(id => system.SyncGateway.WritesOf(id)), Has.All.EqualTo(2), "Each was answered once.");
    }

    [Test]
    public async Task The_quarantine_queue_is_paused_too_and_messages_from_delay_queues_wait()
    {
        // The delay is longer than a pause takes on a busy machine: it must still run when the worker has let go of its queues.
        await using var system = await PipelineSystem.StartAsync(new() { Environment = new Dictionary<string, string?> { ["Bus__Delays__0"] = "00:00:15" } });
        system.Swapi.Faults.ErrorRate = 1;
        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");
        await system.UntilQueuedAsync("person-requested_delay_15s", 1);
        await PauseAsync(system);
        await system.UntilNothingIsTakenAsync(LongestStop);
        system.Swapi.Faults = new();
        await system.PublishAsync("person-requested_quarantine", "leia", await system.Database.PutAsync("leia", """{"action":"other"}"""));

        await system.UntilQueuedAsync(Work, 1);
        Assert.That(await Eventually.IsAsync(async () => (await system.Broker.QueueAsync("person-requested_quarantine"))?.Ready == 1), Is.True);
        await ResumeAsync(system);

        await system.UntilStateAsync("luke", "person_success");
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task What_takes_longer_than_the_drain_timeout_goes_back_to_the_queue_and_is_done_after_the_end()
    {
        await using var system = await PipelineSystem.StartAsync(new() { Environment = new Dictionary<string, string?> { ["Bus__DrainTimeout"] = "00:00:02" } });
        await PauseAsync(system);
        await system.UntilNothingIsTakenAsync(LongestStop);
        await system.Database.PutAsync("luke", """{"action":"person_request"}""");
        Assert.That(await Eventually.IsAsync(async () => await ReadyAsync(system) == 1), Is.True);
        system.SyncGateway.Faults = new() { Hang = true };
        await ResumeAsync(system);
        Assert.That(await Eventually.IsAsync(async () => await ReadyAsync(system) == 0), Is.True, "A worker holds it, and waits for Sync Gateway.");

        await PauseAsync(system);

        Assert.That(await Eventually.IsAsync(async () => await ReadyAsync(system) == 1, TimeSpan.FromSeconds(10)), Is.True);
        system.SyncGateway.Faults = new();
        await ResumeAsync(system);
        await system.UntilStateAsync("luke", "person_success");
        Assert.That(system.SyncGateway.WritesOf("luke"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_worker_that_starts_while_paused_is_ready_and_takes_nothing()
    {
        await using var system = await PipelineSystem.StartAsync(new() { Workers = 0 });
        var ids = await system.Database.WriteRequestsAsync(20);
        Assert.That(await Eventually.IsAsync(async () => await ReadyAsync(system) == 20), Is.True);
        await PauseAsync(system, "SWAPI is being moved");

        var worker = await system.StartWorkerAsync();

        Assert.That(await Eventually.IsAsync(async () => await system.CountConsumersAsync(Work) > 0, LongestStop), Is.False);
        Assert.That(await system.CountDeliveriesAsync(Work), Is.Zero, "Not one message was delivered.");
        Assert.That(await worker.HealthAsync("ready"), Does.Contain("person is paused since ").And.Contain("SWAPI is being moved").And.StartWith("200 "));
        Assert.That(worker.Output.ToString(), Does.Contain("person is paused since ").And.Contain("SWAPI is being moved"));
        Assert.That(await worker.TerminateAsync(TimeSpan.FromSeconds(10)), Is.Zero, "It stops quickly and in order.");

        await system.StartWorkerAsync();
        await ResumeAsync(system);
        await system.UntilAllAsync(ids, "person_success");
    }

    [Test]
    public async Task It_says_in_one_line_that_it_pauses_and_in_one_that_it_goes_on_and_stays_ready()
    {
        await using var system = await PipelineSystem.StartAsync();
        var worker = system.Workers[0];
        for (var round = 1; round <= 3; round++)
        {
            await PauseAsync(system, $"round {round}");
            Assert.That(await Eventually.IsAsync(() => worker.Output.ToString().Contains($"round {round}. This process takes none", StringComparison.Ordinal)), Is.True, $"{worker.Output}");
            Assert.That(await worker.HealthAsync("ready"), Does.StartWith("200 "));
            Assert.That(await worker.HealthAsync("live"), Does.StartWith("200 "));
            await ResumeAsync(system);
            Assert.That(await Eventually.IsAsync(() => CountLines(worker, "person is resumed") == round), Is.True);
            await system.Database.PutAsync($"luke-{round}", """{"action":"person_request"}""");
            await system.UntilStateAsync($"luke-{round}", "person_success");
        }

        Assert.That(CountLines(worker, "person is paused"), Is.EqualTo(3));
        Assert.That(await system.CountConsumersAsync(Work), Is.EqualTo(1));
    }

    [Test]
    public async Task Any_message_that_somebody_publishes_by_hand_pauses([Values("", "stop please", """{"by":7,"reason":["x"]}""")] string body)
    {
        await using var system = await PipelineSystem.StartAsync();

        Assert.That(await system.Broker.PublishAsync("", Paused, body, new JsonObject { ["delivery_mode"] = 2 }), Is.True);

        Assert.That(await Eventually.IsAsync(async () => await system.CountConsumersAsync(Work) == 0, LongestStop), Is.True);
        var (exitCode, output) = await RunAsync(system, "pause", "person", "--reason", "again");
        Assert.That((exitCode, output), Is.EqualTo((0, "person is paused already, since an unknown time by unknown: unknown. Nothing was changed.\n")));
        Assert.That(await Eventually.IsAsync(() => system.Workers[0].Output.ToString().Contains("paused since an unknown time by unknown", StringComparison.Ordinal)), Is.True);
        await ResumeAsync(system);
        Assert.That(await Eventually.IsAsync(async () => await system.CountConsumersAsync(Work) == 1), Is.True);
    }

    [Test]
    public async Task Two_operators_who_pause_at_the_same_time_pause_once_and_one_resume_ends_it()
    {
        await using var system = await PipelineSystem.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => RunAsync(system, "pause", "person", "--reason", $"operator {number}")));

        await system.UntilNothingIsTakenAsync(LongestStop);
        await ResumeAsync(system);
        Assert.That(await Messages.CountAsync(system.BrokerUrl, [Paused]), Is.Zero);
        Assert.That(await Eventually.IsAsync(async () => await system.CountConsumersAsync(Work) == 1), Is.True);
    }

    [Test]
    public async Task Who_reads_the_message_ends_no_pause_and_a_resume_waits_for_him()
    {
        await using var system = await PipelineSystem.StartAsync();
        await PauseAsync(system);
        await system.UntilNothingIsTakenAsync(LongestStop);
        await using var connection = await new ConnectionFactory { Uri = system.BrokerUrl }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();

        var message = await channel.BasicGetAsync(Paused, autoAck: false);

        Assert.That(message, Is.Not.Null);
        Assert.That(await Eventually.IsAsync(async () => await system.CountConsumersAsync(Work) > 0, LongestStop), Is.False, "It is still paused.");
        Assert.That((await RunAsync(system, "pause", "person", "--reason", "again")).Output, Does.StartWith("person is paused already"));
        Assert.That((await RunAsync(system, "resume", "person")).ExitCode, Is.EqualTo(3), "Nobody can remove it now.");
        await channel.BasicNackAsync(message!.DeliveryTag, multiple: false, requeue: true);
        await ResumeAsync(system);
        Assert.That(await Eventually.IsAsync(async () => await system.CountConsumersAsync(Work) == 1), Is.True);
    }

    [Test]
    public async Task The_gateway_does_not_publish_again_what_waits_in_a_paused_queue()
    {
        await using var system = await PipelineSystem.StartAsync(new()
        {
            GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__RepublishAfter"] = "00:00:05", ["Gateway__CatchUpGrace"] = "00:00:01" },
        });
        await PauseAsync(system);
        await system.UntilNothingIsTakenAsync(LongestStop);
        var ids = await system.Database.WriteRequestsAsync(20);
        Assert.That(await Eventually.IsAsync(async () => await ReadyAsync(system) == 20), Is.True);
        await system.Gateway.TerminateAsync();
        await system.StartGatewayAsync();

        Assert.That(
            await Eventually.IsAsync(async () => await ReadyAsync(system) != 20, TimeSpan.FromSeconds(20)),
            Is.False,
            "The first probe would come after 5 s.");

        await ResumeAsync(system);
        await system.UntilAllAsync(ids, "person_success");
    }

    private static IReadOnlyDictionary<string, string?> Slow { get; } = new Dictionary<string, string?>
    {
        ["Worker__Concurrency"] = "4",
        ["Swapi__Cache"] = "false",
    };

    private static int CountLines(ServiceProcess process, string text) =>
        process.Output.ToString().Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task<int> CountDoneAsync(PipelineSystem system) =>
        (await system.Database.AllAsync()).Values.Count(document => (string?)document["action"] == "person_success");

    private static Task<long> ReadyAsync(PipelineSystem system) => Messages.CountAsync(system.BrokerUrl, [Work]);

    private static async Task PauseAsync(PipelineSystem system, string reason = "a test")
    {
        var (exitCode, output) = await RunAsync(system, "pause", "person", "--reason", reason);
        Assert.That((exitCode, output), Is.EqualTo((0, "person is paused. Workers stop taking its messages within about a second.\n")));
    }

    private static async Task ResumeAsync(PipelineSystem system)
    {
        var (exitCode, output) = await RunAsync(system, "resume", "person");
        Assert.That((exitCode, output[..21]), Is.EqualTo((0, "person is resumed. It")));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(PipelineSystem system, params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync([.. arguments, "--bus", system.BrokerUrl.AbsoluteUri], output, error);
        return (exitCode, output.ToString().Replace("\r\n", "\n", StringComparison.Ordinal));
    }
}
