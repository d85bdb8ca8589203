using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Catch-up under attack and with a backlog: it goes on, it is quick, and it does not publish again what has a message.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class CatchUpTests
{
    private const double MaxMessagesPerRequest = 1.05;

    [Test]
    [Case("u")]
    public Task An_app_user_overwrites_every_local_document_it_can_think_of() => ChaosCase.RunRoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.System.SyncGateway.SetFaultsAsync(new JsonObject { ["dropWebhooks"] = true });
        await chaos.System.Queues.CountPublishedFromNowAsync();
        string[] bodies =
        [
            """{"since":"999999","marker":"","holder":"me","channel":"","id":"","requests":["person_request"],"signature":"AAAA"}""",
            $$"""{"since":"{{new string('<', 7 * 1024 * 1024)}}"}""",
            string.Concat(Enumerable.Repeat("""{"a":""", 600)) + "1" + new string('}', 600),
        ];
        using var attack = new CancellationTokenSource();
        var attacker = AttackAsync(chaos.System.SyncGatewayUrl, bodies, attack.Token);
        for (var part = 1; part <= 3; part++)
        {
            await chaos.WriteRequestsAsync(parts: 3);
            await chaos.UntilFinishedAsync(chaos.Ids.Count);
        }

        await attack.CancelAsync();
        Assert.That(await attacker, Is.GreaterThan(0), "writes of the attacker that Sync Gateway took");
        await VerifyMessagesAsync(chaos);
    });

    [Test]
    [Case("v")]
    public Task The_gateway_is_killed_in_a_burst_and_everything_is_done_soon_after_it_is_back() => ChaosCase.RunRoundsAsync(
        new ChaosOptions { SwapiLatency = TimeSpan.Zero, Gateway = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "00:00:15" } },
        async chaos =>
        {
            var writing = chaos.WriteRequestsAsync();
            await chaos.UntilFinishedAsync(ChaosSettings.Documents / 10);
            await chaos.System.Gateway.KillAsync();
            await writing;
            await chaos.System.StartGatewayAsync();

            var time = System.Diagnostics.Stopwatch.StartNew();
            await chaos.UntilFinishedAsync(chaos.Ids.Count);

            // 10 s for 1,000 requests on a quiet machine, and as many again for each further 1,000; twice that on a loaded one.
            Assert.That(time.Elapsed.TotalSeconds, Is.LessThan(20.0 * Math.Max(1, ChaosSettings.Documents / 1_000.0)));
        });

    [Test]
    [Case("w")]
    [LongCase]
    public Task Requests_that_are_not_due_before_long_are_not_published_again_and_again() => ChaosCase.RunRoundsAsync(
        new ChaosOptions { Gateway = new Dictionary<string, string?> { ["Gateway__RepublishAfter"] = "00:00:03" } },
        async chaos =>
        {
            await chaos.System.Queues.CountPublishedFromNowAsync();
            var due = DateTimeOffset.UtcNow.AddSeconds(20);
            await chaos.WriteRequestsAsync(Enumerable.Range(0, ChaosSettings.Documents).ToDictionary(
                number => $"later-{number}", _ => $$"""{"action":"person_request","notBefore":"{{due:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}"""));
            await chaos.UntilFinishedAsync(1);
            Assert.That(DateTimeOffset.UtcNow, Is.GreaterThanOrEqualTo(due.AddSeconds(-1)), "nothing is done before it is due");
            await chaos.UntilFinishedAsync(chaos.Ids.Count);
            await VerifyMessagesAsync(chaos);
        });

    [Test]
    [Case("x")]
    [LongCase]
    public Task More_requests_are_open_than_are_kept_while_no_worker_runs_and_gateways_come_and_go() => ChaosCase.RunRoundsAsync(
        new ChaosOptions
        {
            Gateway = new Dictionary<string, string?> { ["Gateway__MaxOpenRequests"] = "20", ["Gateway__RepublishAfter"] = "00:00:05" },
        },
        async chaos =>
        {
            await chaos.System.Queues.CountPublishedFromNowAsync();
            await Task.WhenAll(chaos.System.Workers.Select(worker => worker.KillAsync()));
            await chaos.WriteRequestsAsync();
            await Wait.UntilAsync("every request has a message", async () => await chaos.System.Queues.GetPublishedAsync() >= chaos.Ids.Count);
            for (var restart = 0; restart < 2; restart++)
            {
                await chaos.System.Gateway.KillAsync();
                await chaos.System.StartGatewayAsync();
                await Wait.ForSecondsAsync(10);
            }

            await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(chaos.System.StartWorkerAsync));
            await chaos.UntilFinishedAsync(chaos.Ids.Count);
            await VerifyMessagesAsync(chaos);
        });

    [Test]
    [Case("y")]
    public Task Webhooks_reach_a_gateway_that_does_not_follow_the_feed() => ChaosCase.RunRoundsAsync(
        new ChaosOptions(),
        async chaos =>
        {
            // The second gateway takes the lease over, and webhooks go on reaching the first one's address.
            await chaos.System.Gateway.KillAsync();
            await chaos.System.StartGatewayAsync("follower");
            await chaos.System.StartGatewayAsync();
            await chaos.System.Queues.CountPublishedFromNowAsync();
            await chaos.WriteRequestsAsync();
            await chaos.UntilFinishedAsync(chaos.Ids.Count);
            await VerifyMessagesAsync(chaos);
        });

    [Test]
    [Case("z")]
    public Task An_operator_purges_every_queue_of_the_action() => ChaosCase.RunRoundsAsync(
        new ChaosOptions { Gateway = new Dictionary<string, string?> { ["Gateway__RepublishAfter"] = "00:00:05" } },
        async chaos =>
        {
            await chaos.System.Queues.CountPublishedFromNowAsync();
            await Task.WhenAll(chaos.System.Workers.Select(worker => worker.KillAsync()));
            await chaos.WriteRequestsAsync();
            await Wait.UntilAsync("every request has a message", async () => await chaos.System.Queues.GetPublishedAsync() >= chaos.Ids.Count);
            Assert.That(await chaos.System.Queues.PurgeAsync(), Is.GreaterThanOrEqualTo(chaos.Ids.Count));

            await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(chaos.System.StartWorkerAsync));
            await chaos.UntilFinishedAsync(chaos.Ids.Count);
        });

    private static async Task VerifyMessagesAsync(ChaosCase chaos) => Assert.That(
        await chaos.System.Queues.GetPublishedAsync(),
        Is.LessThanOrEqualTo(MaxMessagesPerRequest * chaos.Ids.Count),
        $"messages published for {chaos.Ids.Count} requests");

    /// <returns>How many writes were taken.</returns>
    private static async Task<int> AttackAsync(Uri syncGateway, string[] bodies, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(syncGateway, "db/_local/") };
        var taken = 0;
        for (var turn = 0; !cancellationToken.IsCancellationRequested; turn++)
        {
            foreach (var name in new[] { "offline-actions-checkpoint", "offline-actions-catch-up_db", "offline-actions-lease" })
            {
                var body = JsonNode.Parse(bodies[turn % bodies.Length], documentOptions: new() { MaxDepth = 1_000 })!.AsObject();
                using var old = await http.GetAsync(name, CancellationToken.None);
                if (old.IsSuccessStatusCode)
                {
                    var revision = JsonNode.Parse(await old.Content.ReadAsStringAsync(CancellationToken.None), documentOptions: new() { MaxDepth = 1_000 })!["_rev"];
                    body["_rev"] = revision!.DeepClone();
                }

                var json = body.ToJsonString(new() { MaxDepth = 1_000 });
                using var answer = await http.PutAsync(name, new StringContent(json, System.Text.Encoding.UTF8, "application/json"), CancellationToken.None);
                taken += answer.IsSuccessStatusCode ? 1 : 0;
            }

            await Task.Delay(500, CancellationToken.None);
        }

        return taken;
    }
}
