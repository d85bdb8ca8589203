using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.OperatorPage;
using OfflineActions.Tests.Pausing;
using OfflineActions.Tests.Pipeline;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Tests.Production;

/// <summary>
/// The whole system on a broker with the files of <c>deploy/rabbitmq</c>, each service as its own user: everything works, and what a user
/// has no business with is refused.
/// </summary>
[Category("Broker")]
public sealed class ProductionBrokerTests
{
    private const string Work = "person-requested";

    private ProductionBroker broker = null!;
    private PipelineSystem system = null!;
    private OperatorPageHost page = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        broker = await ProductionBroker.StartAsync();
        system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Production = broker,
            Environment = new Dictionary<string, string?>
            {
                ["Bus__Delays__0"] = "00:00:01",
                ["Bus__Delays__1"] = "00:00:02",
                ["Bus__PresenceInterval"] = "00:00:01",
            },
            GatewayEnvironment = new Dictionary<string, string?>(broker.EnvironmentOf("gateway"))
            {
                ["Bus__DeclareQueues"] = "false",
                ["Gateway__CatchUpGrace"] = "00:00:01",
            },
            WorkerEnvironment = broker.EnvironmentOf("worker"),
        });
        var user = broker.OptionsOf("operator");
        page = await OperatorPageHost.StartAsync(
            system.SyncGateway.PublicUrl,
            user.Url,
            ("Bus:User", user.User),
            ("Bus:Password", user.Password),
            ("Bus:Tls:CaFile", user.Tls.CaFile),
            ("Bus:Tls:CertificateFile", user.Tls.CertificateFile),
            ("Bus:Tls:KeyFile", user.Tls.KeyFile),
            ("Bus:Delays:0", "00:00:01"),
            ("Bus:Delays:1", "00:00:02"),
            ("Operator:Users:0", "anna:act:a password to act"),
            ("Operator:Management", broker.ManagementUrl.AbsoluteUri));
        page.Http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("anna:a password to act"u8));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await (page?.DisposeAsync() ?? default);
        await (system?.DisposeAsync() ?? default);
        await (broker?.DisposeAsync() ?? default);
    }

    [TearDown]
    public void ShowWhatWasRefused()
    {
        if (TestContext.CurrentContext.Result.FailCount > 0)
        {
            TestContext.Out.WriteLine(string.Join('\n', FindRefusals().Distinct().TakeLast(20)));
            TestContext.Out.WriteLine($"{system.Gateway.Output.Last(15)}\n{system.Workers[0].Output.Last(15)}");
        }
    }

    [Test, Order(1)]
    public async Task A_request_of_either_lane_comes_back_as_a_result()
    {
        await system.Database.PutAsync("interactive", """{"action":"person_request"}""");
        await system.Database.PutAsync("bulk", """{"action":"person_request","priority":"bulk"}""");

        await system.UntilAllAsync(["interactive", "bulk"], "person_success");
        Assert.That(File.ReadAllText(broker.LogFile), Does.Not.Contain("access_refused").And.Not.Contain("ACCESS_REFUSED"));
    }

    [Test, Order(2)]
    public async Task A_request_waits_in_a_delay_queue_and_comes_back()
    {
        var soon = DateTimeOffset.UtcNow.AddSeconds(3);
        await system.Database.PutAsync("later", $$"""{"action":"person_request","notBefore":"{{soon:O}}"}""");
        await system.Database.PutAsync("later-bulk", $$"""{"action":"person_request","priority":"bulk","notBefore":"{{soon:O}}"}""");

        await system.UntilAllAsync(["later", "later-bulk"], "person_success");
        foreach (var lane in new[] { Work, $"{Work}_bulk" })
        {
            Assert.That(
                await Eventually.IsAsync(async () => (await broker.Management.QueuesAsync()).Any(queue =>
                    queue.Name.StartsWith($"{lane}_delay_", StringComparison.Ordinal) && queue.Published > 0)),
                Is.True,
                $"No message of {lane} was delayed.");
        }
    }

    [Test, Order(2)]
    public async Task A_failed_request_is_in_the_error_queue_and_is_replayed_and_discarded()
    {
        await system.Database.PutAsync("nobody", """{"action":"person_request","personId":4711}""");
        await system.UntilAllAsync(["nobody"], "person_failure");
        await system.UntilQueuedAsync($"{Work}_error", 1);

        var job = await page.RunJobAsync("/api/dead-letters/replay", new { filter = new { }, confirm = 1 });

        Assert.That($"{job}", Does.Contain("reopened"));
        await system.UntilAsync(
            ["nobody"],
            document => (string?)document["action"] == "person_failure"
                && ((string)document["_rev"]!).StartsWith("4-", StringComparison.Ordinal));
        await system.UntilQueuedAsync($"{Work}_error", 1);
        await page.RunJobAsync("/api/dead-letters/discard", new { filter = new { }, confirm = 1 });
        await system.UntilQueuedAsync($"{Work}_error", 0);
    }

    [Test, Order(3)]
    public async Task A_message_in_quarantine_is_done_and_one_in_the_poison_queue_ends()
    {
        await system.StopWorkersAsync();
        var kept = await system.Database.PutAsync("kept", """{"action":"person_request"}""");
        var poison = await system.Database.PutAsync("poison", """{"action":"person_request"}""");
        await system.PublishAsync($"{Work}_poison", "poison", poison);
        await system.PublishAsync($"{Work}_quarantine", "kept", kept);
        await ClearAsync(Work);
        await system.StartWorkerAsync(broker.EnvironmentOf("worker"));

        await system.UntilAllAsync(["kept"], "person_success");
        await system.UntilAllAsync(["poison"], "person_failure");
        await system.UntilQueuedAsync($"{Work}_error", 1);
        await page.RunJobAsync("/api/dead-letters/discard", new { filter = new { }, confirm = 1 });
        await system.UntilQueuedAsync($"{Work}_error", 0);
    }

    [Test, Order(4)]
    public async Task A_gateway_takes_lease_and_checkpoint_over_and_publishes_what_was_missed()
    {
        await system.UntilQueuedAsync("offline-actions-catch-up_db", 1);
        await system.Gateway.TerminateAsync();
        await system.Database.PutAsync("missed", """{"action":"person_request"}""");

        await system.StartGatewayAsync();

        await system.UntilAllAsync(["missed"], "person_success");
        // While a checkpoint is replaced there are two.
        await system.UntilQueuedAsync("offline-actions-catch-up_db", 1);
    }

    [Test, Order(4)]
    public async Task A_checkpoint_that_a_worker_forges_stops_no_gateway()
    {
        await system.Gateway.TerminateAsync();
        await using (var connection = await broker.ConnectAsync("worker"))
        {
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
            var properties = new BasicProperties { Persistent = true, Headers = new Dictionary<string, object?> { ["offline-actions-generation"] = 1L << 40 } };
            await channel.BasicPublishAsync("", "offline-actions-catch-up_db", true, properties, """{"marker":"x","places":[]}"""u8.ToArray());
        }

        await system.Database.PutAsync("forged", """{"action":"person_request"}""");

        await system.StartGatewayAsync();

        await system.UntilAllAsync(["forged"], "person_success");
    }

    [Test, Order(5)]
    public async Task An_action_is_paused_and_resumed()
    {
        await PostAsync("pause", new { reason = "SWAPI is being moved", confirm = "person" });
        Assert.That(await Eventually.IsAsync(async () => (await broker.Management.QueueAsync(Work))!.Consumers == 0), Is.True);
        await system.Database.PutAsync("waiting", """{"action":"person_request"}""");
        await system.UntilQueuedAsync(Work, 1);

        await PostAsync("resume", new { confirm = "person" });

        await system.UntilAllAsync(["waiting"], "person_success");
    }

    [Test, Order(6)]
    public async Task The_page_knows_every_service_and_what_the_management_api_says()
    {
        await page.UntilAsync("/api/services", services => new[] { "gateway", "worker" }.All(name =>
            services.AsArray().Any(service => (string?)service!["presence"]!["service"] == name)));
        await page.UntilAsync("/api/overview", state =>
            state["actions"]![0]!["queues"]!.AsArray().All(queue => queue!["held"] is not null));
    }

    [Test, Order(7)]
    public void Nothing_that_a_service_needs_was_refused() => Assert.That(FindRefusals(), Is.Empty);

    [Test, Order(7)]
    public Task A_delay_queue_tries_again_after_ten_seconds() =>
        broker.ControlAsync("eval", "{ok, 10000} = application:get_env(rabbit, dead_letter_worker_publisher_confirm_timeout).");

    [TestCaseSource(nameof(Refusals)), Order(8)]
    public async Task A_user_is_refused(string user, string what, Func<IChannel, Task> act)
    {
        await using var connection = await broker.ConnectAsync(user);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));

        var error = Assert.CatchAsync<Exception>(() => act(channel), what)!;

        var reason = (error as OperationInterruptedException)?.ShutdownReason ?? channel.CloseReason;
        Assert.That(reason?.ReplyCode, Is.EqualTo(Constants.AccessRefused), $"{user}: {what}: {error}");
    }

    [TestCase("gateway"), TestCase("worker"), TestCase("operator"), Order(9)]
    public async Task A_user_may_use_no_other_virtual_host_and_administrate_nothing(string user)
    {
        await broker.ControlAsync("add_vhost", $"other-{user}");
        using var http = new HttpClient(broker.CreateHandler()) { BaseAddress = broker.ManagementUrl };
        http.DefaultRequestHeaders.Authorization =
            new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{ProductionBroker.PasswordOf(user)}")));

        foreach (var (name, virtualHost) in new[] { (user, $"other-{user}"), (user, "/"), ("guest", ProductionBroker.VirtualHost) })
        {
            // The client returns a connection that the broker has refused to open; only using it fails.
            var error = Assert.CatchAsync(
                async () =>
                {
                    await using var connection = await broker.ConnectAsync(name, virtualHost);
                    await using var channel = await connection.CreateChannelAsync();
                },
                $"{name} in {virtualHost}");
            Assert.That($"{error}", Does.Match("NOT_ALLOWED - (access to )?vhost|ACCESS_REFUSED"));
        }

        var isOperator = user == "operator";
        foreach (var path in new[] { "api/queues/offline-actions", "api/nodes" })
        {
            Assert.That(
                await StatusAsync(http, HttpMethod.Get, path), Is.EqualTo(isOperator ? HttpStatusCode.OK : HttpStatusCode.Unauthorized), path);
        }

        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "api/users"), (HttpMethod.Get, "api/definitions"), (HttpMethod.Put, "api/vhosts/mine"),
            (HttpMethod.Get, $"api/queues/other-{user}"), (HttpMethod.Delete, $"api/queues/offline-actions/{Work}"),
            (HttpMethod.Delete, $"api/queues/offline-actions/{Work}/contents"),
        })
        {
            Assert.That((int)await StatusAsync(http, method, path), Is.InRange(400, 404), $"{method} {path}");
        }
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        (string User, string What, Func<IChannel, Task> Act)[] all =
        [
            .. new[] { Work, $"{Work}_bulk", $"{Work}_error", $"{Work}_delay_1s" }.Select(queue =>
                ("gateway", $"consume {queue}", new Func<IChannel, Task>(channel => channel.BasicGetAsync(queue, autoAck: false)))),
            ("gateway", "purge the work queue", channel => channel.QueuePurgeAsync(Work)),
            ("gateway", "delete the work queue", channel => channel.QueueDeleteAsync(Work)),
            ("gateway", "delete the error queue", channel => channel.QueueDeleteAsync($"{Work}_error")),
            ("gateway", "read presence", channel => channel.QueueDeclareAsync($"offline-actions-presence-{new string('a', 32)}")),
            ("gateway", "declare a queue of its own", channel => channel.QueueDeclareAsync("mine")),
            ("worker", "delete the checkpoint", channel => channel.QueueDeleteAsync("offline-actions-catch-up_db")),
            ("worker", "purge the checkpoint", channel => channel.QueuePurgeAsync("offline-actions-catch-up_db")),
            ("worker", "read the checkpoint", channel => channel.BasicGetAsync("offline-actions-catch-up_db", autoAck: false)),
            ("worker", "delete a marker", channel => channel.ExchangeDeleteAsync($"offline-actions-marker-{new string('a', 32)}_{Work}")),
            ("worker", "declare a queue of its own", channel => channel.QueueDeclareAsync("mine")),
            ("operator", "consume the work queue", channel => channel.BasicGetAsync(Work, autoAck: false)),
            ("operator", "purge the work queue", channel => channel.QueuePurgeAsync(Work)),
            ("operator", "delete the error queue", channel => channel.QueueDeleteAsync($"{Work}_error")),
            ("operator", "bind the work queue", channel => channel.QueueBindAsync(Work, "amq.fanout", "")),
            .. new[] { "", $"{Work}_error", $"{Work}_delay_1s", "offline-actions-presence" }.Select(exchange =>
                ("operator", $"publish to '{exchange}'", new Func<IChannel, Task>(channel => PublishAsync(channel, exchange)))),
            ("operator", "publish to the message's exchange", channel => PublishAsync(channel, "Contracts:PersonRequested")),
            ("operator", "read the checkpoint", channel => channel.BasicGetAsync("offline-actions-catch-up_db", autoAck: false)),
            ("operator", "declare a queue of its own", channel => channel.QueueDeclareAsync("mine")),
        ];
        return all.Select(one => new TestCaseData(one.User, one.What, one.Act).SetArgDisplayNames(one.User, one.What));
    }

    private static Task PublishAsync(IChannel channel, string exchange) =>
        channel.BasicPublishAsync(exchange, routingKey: "", mandatory: true, new byte[1]).AsTask();

    private IEnumerable<string> FindRefusals() =>
        File.ReadLines(broker.LogFile).Where(line => line.Contains("refused", StringComparison.OrdinalIgnoreCase));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>Waits for the messages that the gateway has published, and removes them.</summary>
    private async Task ClearAsync(string queue)
    {
        await system.UntilQueuedAsync(queue, 2);
        await using var connection = await broker.ConnectAsync("worker");
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueuePurgeAsync(queue);
    }

    private async Task PostAsync(string what, object request)
    {
        using var answer = await page.Http.PostAsJsonAsync($"/api/actions/person/{what}", request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, body);
        Assert.That((bool?)JsonNode.Parse(body)!["changed"], Is.True, body);
    }
}
