using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>Catch-up with one gateway.</summary>
[Category("Broker")]
public sealed class CatchUpTests
{
    [Test]
    public async Task Requests_whose_webhooks_are_lost_are_published()
    {
        await using var world = await CatchUpWorld.StartAsync();
        world.SendWebhooks(await world.GatewayAsync());
        world.Outside.Gateway.Faults.DropWebhooks = true;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => world.AskAsync($"d{i}")));

        Assert.That(await world.HasAsync(50), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.Unique);
    }

    [Test]
    public async Task A_request_written_while_no_gateway_ran_is_published()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.AskAsync("before");
        var gateway = await world.GatewayAsync();
        await gateway.TerminateAsync();
        await world.AskAsync("between");

        await world.GatewayAsync();

        Assert.That(await Eventually.IsAsync(async () => (await world.TakeMessagesAsync()).Contains("between")), Is.True);
    }

    [Test]
    public async Task A_request_that_a_webhook_published_is_not_published_again()
    {
        await using var world = await CatchUpWorld.StartAsync();

        // A webhook that arrives later than this is published twice.
        world.SendWebhooks(await world.GatewayAsync(("CatchUpGrace", "00:00:10")));
        foreach (var burst in Enumerable.Range(0, 1_000).Chunk(100))
        {
            await Task.WhenAll(burst.Select(i => world.AskAsync($"d{i}")));
        }

        Assert.That(await world.HasAsync(1_000), Is.True);
        world.Outside.Gateway.Faults.DropWebhooks = true;
        await world.AskAsync("last");

        // Requests are published in the order of their due times: after the last one, no other is missing.
        Assert.That(await world.HasAsync(1_001), Is.True);
        Assert.That(await world.MessagesAsync(), Is.EqualTo(1_001));
    }

    [Test]
    public async Task A_request_that_is_closed_within_the_grace_is_not_published()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        await world.AnswerAsync("answered", await world.AskAsync("answered"));
        await world.Outside.Admin.DeleteAnswerAsync($"db/deleted?rev={await world.AskAsync("deleted")}");
        await world.AskAsync("open");

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "open" }));
    }

    [Test]
    public async Task The_checkpoint_waits_for_the_oldest_open_request()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        await world.AskAsync("first, done");
        Assert.That(await world.HasAsync(1), Is.True);
        var revision = await world.AskAsync("second");
        await world.Outside.Admin.PutAnswerAsync("db/other", "{}");
        var stored = (string?)(await world.StoredAsync())!["since"];

        Assert.That(await world.HasAsync(2), Is.True);
        Assert.That((string?)(await world.StoredAsync())!["since"], Is.EqualTo(stored));

        await world.Outside.Admin.DeleteAnswerAsync($"db/second?rev={revision}");
        await world.Outside.Admin.PutAnswerAsync("db/first, done?rev=" + (await world.Outside.Admin.GetAnswerAsync("db/first, done")).Json["_rev"], "{}");

        Assert.That(await world.IsPassedAsync(), Is.True);
    }

    [Test]
    public async Task A_request_in_a_slow_feed_is_published()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        world.Outside.Gateway.Faults.FeedLag = TimeSpan.FromSeconds(2);

        await world.AskAsync("late");

        Assert.That(await world.HasAsync(1), Is.True);
    }

    [Test]
    public async Task After_a_kill_without_a_checkpoint_only_open_requests_are_published_again()
    {
        await using var world = await CatchUpWorld.StartAsync();
        var gateway = await world.GatewayAsync(("CheckpointEvery", "00:10:00"), ("LeaseFor", "00:00:01"));
        var done = await world.AskAsync("done");
        await world.AskAsync("open");
        Assert.That(await world.HasAsync(2), Is.True);
        await gateway.KillAsync();
        await world.AnswerAsync("done", done);
        await world.TakeMessagesAsync();

        await world.GatewayAsync();

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "open" }));
    }

    [Test]
    public async Task Requests_of_a_database_with_several_collections_are_published_without_grace()
    {
        await using var collections = await ScriptedServer.StartAsync(CollectionsAsync);
        await using var world = await CatchUpWorld.StartAsync();
        var options = world.Options(("Keyspaces__0", "db.here"), ("Keyspaces__1", "db.there"), ("CatchUpGrace", "00:10:00"));
        await using var gateway = await ServiceProcess.StartAsync(options with
        {
            Environment = new Dictionary<string, string?>(options.Environment) { ["SyncGateway__Url"] = collections.Url.ToString() },
        });

        using var webhook = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Url, "/webhooks/sync-gateway/db.there"))
        {
            Content = new StringContent("""{"action":"person_request","_id":"of which collection?","_rev":"1-a"}""", Encoding.UTF8, "application/json"),
        };
        webhook.Headers.Authorization = CatchUpWorld.Webhooks;
        using var answer = await world.Http.SendAsync(webhook);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await world.HasAsync(2), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "in here", "in there" }));
    }

    [Test]
    public async Task Only_the_configured_channel_is_followed()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync(("Channel", "requests"));
        await world.AskAsync("elsewhere");
        var body = new JsonObject { ["action"] = "person_request", ["channels"] = "requests" };
        await world.Outside.Admin.PutAnswerAsync("db/here", body.ToJsonString());

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "here" }));
    }

    [Test]
    public async Task More_open_requests_than_the_bound_are_all_published()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => world.AskAsync($"d{i}")));

        await world.GatewayAsync(("MaxOpenRequests", "5"));

        Assert.That(await world.HasAsync(60), Is.True);
        Assert.That((await world.TakeMessagesAsync()).Distinct().Count(), Is.EqualTo(60));
    }

    /// <summary>A Sync Gateway with one request in each collection, which sends no webhooks.</summary>
    private static Task CollectionsAsync(HttpContext context)
    {
        var collection = context.Request.Path.Value!.Split('/')[1].Split('.')[^1];
        return (context.Request.Method, context.Request.Query["since"].ToString()) switch
        {
            ("PUT", _) => ScriptedServer.AnswerAsync(context, 201, """{"id":"_local/any","ok":true,"rev":"0-1"}"""),
            (_, "0") => ScriptedServer.AnswerAsync(
                context,
                200,
                $$$"""{"results":[{"id":"in {{{collection}}}","doc":{"_rev":"1-a","action":"person_request"}}],"last_seq":"1"}"""),
            (_, "1") => Task.Delay(Timeout.Infinite, context.RequestAborted),
            _ => ScriptedServer.AnswerAsync(context, 404, """{"error":"not_found","reason":"missing"}"""),
        };
    }
}
