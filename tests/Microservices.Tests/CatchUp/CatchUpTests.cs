using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dev;
using Microservices.Tests.Dev;
using Microservices.Tests.Emulators;
using Microservices.Tests.SyncGateway;
using Microsoft.AspNetCore.Http;

namespace Microservices.Tests.CatchUp;

/// <summary>What catch-up is for, with one gateway.</summary>
[Category("Broker")]
public sealed class CatchUpTests
{
    [Test]
    public async Task Requests_whose_webhooks_are_lost_are_published_all_the_same()
    {
        await using var world = await CatchUpWorld.Start();
        world.SendWebhooks(await world.Gateway());
        world.Outside.Gateway.Faults.DropWebhooks = true;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => world.Ask($"d{i}")));

        Assert.That(await world.Has(50), Is.True);
        Assert.That(await world.TakeMessages(), Is.Unique);
    }

    [Test]
    public async Task What_was_written_while_no_gateway_ran_is_published()
    {
        await using var world = await CatchUpWorld.Start();
        await world.Ask("before");
        var gateway = await world.Gateway();
        await gateway.Terminate();
        await world.Ask("between");

        await world.Gateway();

        Assert.That(await Eventually.Is(async () => (await world.TakeMessages()).Contains("between")), Is.True);
    }

    [Test]
    public async Task What_the_webhook_published_is_not_published_again()
    {
        await using var world = await CatchUpWorld.Start();

        // A webhook that a busy machine delivers later than this is published twice, and rightly so.
        world.SendWebhooks(await world.Gateway(("CatchUpGrace", "00:00:10")));
        foreach (var burst in Enumerable.Range(0, 1_000).Chunk(100))
        {
            await Task.WhenAll(burst.Select(i => world.Ask($"d{i}")));
        }

        Assert.That(await world.Has(1_000), Is.True);
        world.Outside.Gateway.Faults.DropWebhooks = true;
        await world.Ask("last");

        // Due times are kept in order: once the last one is there, the others had their turn.
        Assert.That(await world.Has(1_001), Is.True);
        Assert.That(await world.Messages(), Is.EqualTo(1_001));
    }

    [Test]
    public async Task A_request_that_ends_within_the_grace_is_not_published()
    {
        await using var world = await CatchUpWorld.Start();
        await world.Gateway();
        await world.Answer("answered", await world.Ask("answered"));
        await world.Outside.Admin.Delete($"db/deleted?rev={await world.Ask("deleted")}");
        await world.Ask("open");

        Assert.That(await world.Has(1), Is.True);
        Assert.That(await world.TakeMessages(), Is.EqualTo(new[] { "open" }));
    }

    [Test]
    public async Task The_checkpoint_waits_for_the_oldest_open_request()
    {
        await using var world = await CatchUpWorld.Start();
        await world.Gateway();
        await world.Ask("first, done");
        Assert.That(await world.Has(1), Is.True);
        var revision = await world.Ask("second");
        await world.Outside.Admin.Put("db/other", "{}");
        var stored = (string?)(await world.Stored())!["since"];

        Assert.That(await world.Has(2), Is.True);
        Assert.That((string?)(await world.Stored())!["since"], Is.EqualTo(stored));

        await world.Outside.Admin.Delete($"db/second?rev={revision}");
        await world.Outside.Admin.Put("db/first, done?rev=" + (await world.Outside.Admin.Get("db/first, done")).Json["_rev"], "{}");

        Assert.That(await world.IsPassed(), Is.True);
    }

    [Test]
    public async Task A_slow_feed_loses_nothing()
    {
        await using var world = await CatchUpWorld.Start();
        await world.Gateway();
        world.Outside.Gateway.Faults.FeedLag = TimeSpan.FromSeconds(2);

        await world.Ask("late");

        Assert.That(await world.Has(1), Is.True);
    }

    [Test]
    public async Task A_gateway_killed_before_it_wrote_a_checkpoint_publishes_again_what_is_open()
    {
        await using var world = await CatchUpWorld.Start();
        var gateway = await world.Gateway(("CheckpointEvery", "00:10:00"), ("LeaseFor", "00:00:01"));
        var done = await world.Ask("done");
        await world.Ask("open");
        Assert.That(await world.Has(2), Is.True);
        await gateway.Kill();
        await world.Answer("done", done);
        await world.TakeMessages();

        await world.Gateway();

        Assert.That(await world.Has(1), Is.True);
        Assert.That(await world.TakeMessages(), Is.EqualTo(new[] { "open" }));
    }

    [Test]
    public async Task A_database_with_several_collections_is_followed_at_once_since_its_webhooks_name_none()
    {
        await using var collections = await ScriptedServer.Start(Collections);
        await using var world = await CatchUpWorld.Start();
        var options = world.Options(("Keyspaces__0", "db.here"), ("Keyspaces__1", "db.there"), ("CatchUpGrace", "00:10:00"));
        await using var gateway = await ServiceProcess.Start(options with
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
        Assert.That(await world.Has(2), Is.True);
        Assert.That(await world.TakeMessages(), Is.EqualTo(new[] { "in here", "in there" }));
    }

    [Test]
    public async Task Only_the_channel_that_is_named_is_followed()
    {
        await using var world = await CatchUpWorld.Start();
        await world.Gateway(("Channel", "requests"));
        await world.Ask("elsewhere");
        var body = new JsonObject { ["action"] = "person_request", ["channels"] = "requests" };
        await world.Outside.Admin.Put("db/here", body.ToJsonString());

        Assert.That(await world.Has(1), Is.True);
        Assert.That(await world.TakeMessages(), Is.EqualTo(new[] { "here" }));
    }

    [Test]
    public async Task More_open_requests_than_are_kept_in_mind_are_all_published()
    {
        await using var world = await CatchUpWorld.Start();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => world.Ask($"d{i}")));

        await world.Gateway(("MaxOpenRequests", "5"));

        Assert.That(await world.Has(60), Is.True);
        Assert.That((await world.TakeMessages()).Distinct().Count(), Is.EqualTo(60));
    }

    /// <summary>A Sync Gateway with a request in each of its collections, no change of which it tells by itself.</summary>
    private static Task Collections(HttpContext context)
    {
        var collection = context.Request.Path.Value!.Split('/')[1].Split('.')[^1];
        return (context.Request.Method, context.Request.Query["since"].ToString()) switch
        {
            ("PUT", _) => ScriptedServer.Answer(context, 201, """{"id":"_local/any","ok":true,"rev":"0-1"}"""),
            (_, "0") => ScriptedServer.Answer(
                context,
                200,
                $$$"""{"results":[{"id":"in {{{collection}}}","doc":{"_rev":"1-a","action":"person_request"}}],"last_seq":"1"}"""),
            (_, "1") => Task.Delay(Timeout.Infinite, context.RequestAborted),
            _ => ScriptedServer.Answer(context, 404, """{"error":"not_found","reason":"missing"}"""),
        };
    }
}
