using System.Net.Http.Headers;
using System.Text;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Named collections: separate documents and feeds, shared sequences, and webhooks that do not name the collection.</summary>
public sealed class CollectionTests
{
    [Test]
    public async Task Each_collection_has_its_own_documents_local_documents_and_feed()
    {
        await using var gateway = await StartAsync("shop.orders", "shop.people");
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };

        Assert.That((await client.PutAnswerAsync("db.shop.orders/d", """{"in":"orders"}""")).Status, Is.EqualTo(201));
        Assert.That((await client.PutAnswerAsync("db.people/d", """{"in":"people"}""")).Status, Is.EqualTo(201), "the scope may be left out");
        await client.PostAnswerAsync("db.people/_bulk_docs", """{"docs":[{"_id":"e"},{"_id":"_local/c"}]}""");

        Assert.That((string)(await client.GetAnswerAsync("db.orders/d")).Json["in"]!, Is.EqualTo("orders"));
        Assert.That((string)(await client.GetAnswerAsync("db.shop.people/d")).Json["in"]!, Is.EqualTo("people"));
        Assert.That(((await client.GetAnswerAsync("db.orders/e")).Status, (await client.GetAnswerAsync("db.orders/_local/c")).Status), Is.EqualTo((404, 404)));
        Assert.That((await client.GetAnswerAsync("db.people/_local/c")).Status, Is.EqualTo(200));
        Assert.That(await RowsAsync(client, "db.orders"), Is.EqualTo(["1 _user/GUEST", "2 d"]));
        Assert.That(await RowsAsync(client, "db.people"), Is.EqualTo(["1 _user/GUEST", "3 d", "4 e"]), "the sequences are the database's");
        Assert.That((await client.GetAnswerAsync("db.people/_all_docs")).Json["rows"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That((gateway.WritesOf("d", "db.shop.orders"), gateway.WritesOf("e", "db.shop.orders")), Is.EqualTo((1, 0)));
    }

    [TestCase("db/d", "db._default._default")]
    [TestCase("db/_changes", "db._default._default")]
    [TestCase("db.other/d", "db.other")]
    [TestCase("db._default._default/d", "db._default._default")]
    [TestCase("db.shop.other/d", "db.shop.other")]
    public async Task A_collection_that_is_not_configured_does_not_exist(string path, string name)
    {
        await using var gateway = await StartAsync("shop.orders");
        using var client = new HttpClient { BaseAddress = gateway.AdminUrl };

        var answer = await client.GetAnswerAsync(path);

        Assert.That(answer.Error, Is.EqualTo((404, "not_found", $"keyspace {name} not found")));
        Assert.That((await client.GetAnswerAsync("db/")).Status, Is.EqualTo(200), "the database is");
    }

    [TestCase("GET", "db.orders/")]
    [TestCase("GET", "db.shop.orders/_session")]
    [TestCase("GET", "db.shop.orders/_user/")]
    [TestCase("POST", "db.shop.orders/_ensure_full_commit")]
    [TestCase("GET", "db.a.b.c/_config")]
    public async Task What_belongs_to_the_database_has_no_collection_in_its_URL(string method, string path)
    {
        await using var gateway = await StartAsync("shop.orders");
        using var client = new HttpClient { BaseAddress = gateway.AdminUrl };

        var answer = await client.SendForAnswerAsync(method, path, method == "POST" ? "" : null);

        Assert.That(answer.Error, Is.EqualTo((400, "Bad Request", $"invalid database name \"{path.Split('/')[0]}\"")));
    }

    [Test]
    public async Task A_longpoll_wakes_only_for_its_own_collection()
    {
        await using var gateway = await StartAsync("shop.orders", "shop.people");
        using var client = new HttpClient { BaseAddress = gateway.AdminUrl };
        var waiting = client.GetAnswerAsync("db.orders/_changes?feed=longpoll&since=1&timeout=10000");

        await client.PutAnswerAsync("db.people/other", "{}");
        await client.PutAnswerAsync("db.orders/mine", "{}");

        Assert.That((await waiting).Json["results"]!.AsArray().Select(row => (string)row!["id"]!), Is.EqualTo(["mine"]));
    }

    [Test]
    public async Task Webhooks_do_not_name_the_collection_and_a_dump_separates_collections()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await StartAsync("shop.orders", "shop.people");
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };
        gateway.AddWebhook(new() { Url = receiver.Url });

        await client.PutAnswerAsync("db.orders/d", """{"n":1}""");
        await client.PutAnswerAsync("db.people/d", """{"n":2}""");
        Assert.That(() => receiver.Requests, Has.Count.EqualTo(2).After(5_000, 20));
        await gateway.RestartAsync(gateway.Dump());

        Assert.That(receiver.Bodies, Has.All.StartsWith("{\"n\":").And.All.Contains("\"_id\":\"d\"").And.None.Contains("orders"));
        Assert.That((int)(await client.GetAnswerAsync("db.orders/d")).Json["n"]!, Is.EqualTo(1));
        Assert.That((int)(await client.GetAnswerAsync("db.people/d")).Json["n"]!, Is.EqualTo(2));
    }

    [Test]
    public async Task Two_collections_of_a_dump_cannot_share_a_sequence()
    {
        await using var gateway = await StartAsync("shop.orders", "shop.people");
        const string Rows = """{"documents":[{"id":"d","sequence":9,"expires":0,"revisions":[{"id":"1-a","parent":null,"leaf":true,"deleted":false,"body":{},"attachments":[]}]}],"locals":[]}""";

        var error = Assert.ThrowsAsync<System.Text.Json.JsonException>(
            () => gateway.RestartAsync(Encoding.UTF8.GetBytes($$"""{"db.shop.orders":{{Rows}},"db.shop.people":{{Rows}}}""")));

        Assert.That(error!.Message, Is.EqualTo("sequence 9 occurs twice"));
    }

    [Test]
    public async Task A_database_is_given_scopes_functions_and_users_for_each_collection()
    {
        await using var emulated = await Emulated.StartAsync();
        var created = await emulated.Admin.PutAnswerAsync("two/", """
            {"bucket":"two","scopes":{"shop":{"collections":{
              "orders":{},
              "people":{"sync":"function (doc) { if (doc.bad) { throw({forbidden: 'no'}); } channel(doc.for); access('ann', doc.lets); }"}}}}}
            """);
        await emulated.Admin.PutAnswerAsync("two/_user/ann", """{"password":"letmein","collection_access":{"shop":{"orders":{"admin_channels":["orders"]}}}}""");
        await emulated.Admin.PutAnswerAsync("two.orders/o", "{}");
        await emulated.Admin.PutAnswerAsync("two.people/p", """{"for":"A"}""");

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        Assert.That((await emulated.Admin.PutAnswerAsync("two.people/x", """{"bad":true}""")).Error, Is.EqualTo((403, "Forbidden", "no")));
        Assert.That((await AnnAsync(emulated, "two.orders/o")).Status, Is.EqualTo(200), "without a function a document is in the channel of its collection's name");
        Assert.That((await AnnAsync(emulated, "two.people/p")).Status, Is.EqualTo(403));

        await emulated.Admin.PutAnswerAsync("two.people/q", """{"lets":"A"}""");
        var user = (await emulated.Admin.GetAnswerAsync("two/_user/ann")).Json["collection_access"]!["shop"]!;

        Assert.That((await AnnAsync(emulated, "two.people/p")).Status, Is.EqualTo(200));
        Assert.That(user["orders"]!.ToJsonString(), Is.EqualTo("""{"admin_channels":["orders"],"all_channels":["!","orders"]}"""));
        Assert.That(user["people"]!.ToJsonString(), Is.EqualTo("""{"all_channels":["!","A"]}"""));
        Assert.That((await emulated.Admin.PutAnswerAsync("three/", """{"scopes":{"a":{},"b":{}}}""")).Reason, Is.EqualTo("databases.three.scopes has more than one scope"));
    }

    private static Task<Wire.Answer> AnnAsync(Emulated emulated, string path) => emulated.Public.SendForAnswerAsync("GET", path, null, request =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:letmein"))));

    private static Task<SyncGatewayEmulator> StartAsync(params string[] collections) =>
        SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null, Collections = collections });

    private static async Task<IEnumerable<string>> RowsAsync(HttpClient client, string keyspace) =>
        (await client.GetAnswerAsync(keyspace + "/_changes")).Json["results"]!.AsArray().Select(row => $"{row!["seq"]} {row["id"]}");
}
