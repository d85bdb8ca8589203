using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>What catch-up is for, with one gateway.</summary>
[Category("Broker")]
public sealed class CatchUpTests
{
    [Test]
    public async Task Requests_whose_webhooks_are_lost_are_published_all_the_same()
    {
        await using var world = await CatchUpWorld.StartAsync();
        world.SendWebhooks(await world.GatewayAsync());
        world.Outside.Gateway.Faults.DropWebhooks = true;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => world.AskAsync($"d{i}")));

        Assert.That(await world.HasAsync(50), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.Unique);
    }

    [Test]
    public async Task What_was_written_while_no_gateway_ran_is_published()
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
    public async Task What_the_webhook_published_is_not_published_again()
    {
        await using var world = await CatchUpWorld.StartAsync();

        // A webhook that a busy machine delivers later than this is published twice, and rightly so.
        world.SendWebhooks(await world.GatewayAsync(("CatchUpGrace", "00:00:10")));
        foreach (var burst in Enumerable.Range(0, 1_000).Chunk(100))
        {
            await Task.WhenAll(burst.Select(i => world.AskAsync($"d{i}")));
        }

        Assert.That(await world.HasAsync(1_000), Is.True);
        world.Outside.Gateway.Faults.DropWebhooks = true;
        await world.AskAsync("last");

        // Due times are kept in order: once the last one is there, the others had their turn.
        Assert.That(await world.HasAsync(1_001), Is.True);
        Assert.That(await world.MessagesAsync(), Is.EqualTo(1_001));
    }

    [Test]
    public async Task A_request_that_ends_within_the_grace_is_not_published()
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
        var gateway = await world.GatewayAsync();
        var before = await world.LastSequenceAsync();
        var first = await world.AskAsync("first");
        Assert.That(await world.HasAsync(1), Is.True);
        var second = await world.AskAsync("second");
        Assert.That(await world.HasAsync(2), Is.True);
        await gateway.TerminateAsync();
        Assert.That(int.Parse((string)(await world.StoredAsync())!["places"]![0]!["since"]!), Is.LessThanOrEqualTo(before));

        await world.AnswerAsync("first", first);
        await world.AnswerAsync("second", second);
        await world.TakeMessagesAsync();
        var answered = await world.LastSequenceAsync();
        gateway = await world.GatewayAsync();
        await world.AskAsync("third");
        Assert.That(await world.HasAsync(1), Is.True);
        await gateway.TerminateAsync();

        Assert.That(int.Parse((string)(await world.StoredAsync())!["places"]![0]!["since"]!), Is.GreaterThanOrEqualTo(answered));
    }

    [Test]
    public async Task A_slow_feed_loses_nothing()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        world.Outside.Gateway.Faults.FeedLag = TimeSpan.FromSeconds(2);

        await world.AskAsync("late");

        Assert.That(await world.HasAsync(1), Is.True);
    }

    [Test]
    public async Task A_gateway_killed_before_it_wrote_a_checkpoint_publishes_again_what_is_open()
    {
        await using var world = await CatchUpWorld.StartAsync();
        var gateway = await world.GatewayAsync(("CheckpointEvery", "00:10:00"));
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
    public async Task A_database_with_several_collections_is_followed_at_once_since_its_webhooks_name_none()
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
    public async Task Only_the_channel_that_is_named_is_followed()
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
    public async Task More_open_requests_than_are_kept_are_all_published_once()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => world.AskAsync($"d{i}")));

        await world.GatewayAsync(("MaxOpenRequests", "5"));

        Assert.That(await world.HasAsync(60), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Has.Count.EqualTo(60).And.Unique);
    }

    [TestCase("5")]
    [TestCase("100000")]
    public async Task A_backlog_whose_messages_are_in_the_queue_is_not_published_again(string limit)
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => world.AskAsync($"d{i}")));
        Assert.That(await world.HasAsync(60), Is.True);
        await world.StopGatewaysAsync();

        // A new one knows nothing of what the first one published. The marker request shows that it has read the feed and published.
        await world.GatewayAsync(("MaxOpenRequests", limit), ("CatchUpGrace", "00:00:00"));
        world.SendWebhooks(await world.GatewayAsync());
        await world.AskAsync("marker");
        Assert.That(await world.HasAsync(61), Is.True);

        Assert.That(await world.StaysAtAsync(61), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Has.Count.EqualTo(61).And.Unique);
    }

    [Test]
    public async Task Webhooks_at_a_gateway_that_does_not_follow_the_feed_are_not_published_again()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync(("CatchUpGrace", "00:00:01"));
        var standby = await world.GatewayAsync();
        Assert.That(await Eventually.IsAsync(() => standby.Output.ToString().Contains("another gateway follows")), Is.True);
        world.SendWebhooks(standby);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => world.AskAsync($"d{i}")));

        Assert.That(await world.HasAsync(200), Is.True);
        Assert.That(await world.StaysAtAsync(200), Is.True);
    }

    [Test]
    public async Task A_request_that_is_not_due_for_long_is_not_published_again_and_again()
    {
        await using var world = await CatchUpWorld.StartAsync();
        world.SendWebhooks(await world.GatewayAsync(("RepublishAfter", "00:00:02"), ("CatchUpGrace", "00:00:01")));
        foreach (var number in Enumerable.Range(0, 20))
        {
            await world.Outside.Admin.PutAnswerAsync(
                $"db/d{number}", $$"""{"action":"person_request","notBefore":"{{DateTimeOffset.UtcNow.AddDays(30):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""");
        }

        Assert.That(await world.HasAsync(20), Is.True);
        await world.TakeMessagesAsync();

        Assert.That(await world.StaysAtAsync(0), Is.True);
    }

    /// <summary>A Sync Gateway with a request in each of its collections, no change of which it tells by itself.</summary>
    private static Task CollectionsAsync(HttpContext context)
    {
        var collection = context.Request.Path.Value!.Split('/')[1].Split('.')[^1];
        return (context.Request.Method, context.Request.Query["since"].ToString()) switch
        {
            (_, "") when context.Request.Path.Value.EndsWith('/') => ScriptedServer.AnswerAsync(
                context, 200, """{"db_name":"db","instance_start_time":1,"state":"Online"}"""),
            (_, "0") => ScriptedServer.AnswerAsync(
                context,
                200,
                $$$"""{"results":[{"id":"in {{{collection}}}","doc":{"_rev":"1-a","action":"person_request"}}],"last_seq":"1"}"""),
            (_, "1") => Task.Delay(Timeout.Infinite, context.RequestAborted),
            _ => ScriptedServer.AnswerAsync(context, 404, """{"error":"not_found","reason":"missing"}"""),
        };
    }
}
