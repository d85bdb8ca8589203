using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.SyncGateway;

/// <summary>Documents with odd ids, which an app has written with <c>_bulk_docs</c>, where the path does not matter.</summary>
public sealed class OddIdTests
{
    private Emulated outside = null!;
    private TestClient client = null!;

    [SetUp]
    public async Task Start()
    {
        outside = await Emulated.StartAsync();
        client = new TestClient(outside.Gateway.PublicUrl);
        var documents = OddIds.All.Select(id => new JsonObject { ["_id"] = id, ["action"] = "person_request" });
        var answer = await outside.Public.PostAnswerAsync("db/_bulk_docs", new JsonObject { ["docs"] = new JsonArray([.. documents]) }.ToJsonString());
        Assert.That(answer.Json.AsArray().Select(row => (string?)row!["reason"]), Is.All.Null);
    }

    [TearDown]
    public async Task Stop()
    {
        client.Dispose();
        await outside.DisposeAsync();
    }

    [TestCaseSource(typeof(OddIds), nameof(OddIds.All))]
    public async Task A_document_is_read_and_its_revision_replaced(string id)
    {
        var read = await client.Client.ReadAsync("db", id, CancellationToken.None);

        Assert.That((read as ReadOutcome.Found)?.Document.Id, Is.EqualTo(id), $"{read}");
        var document = ((ReadOutcome.Found)read).Document;
        Assert.That(await client.Client.WriteAsync("db", document with { Body = RawObject.Empty.With("done", true) }, CancellationToken.None), Is.TypeOf<WriteOutcome.Written>());
        Assert.That(((ReadOutcome.Found)await client.Client.ReadAsync("db", id, CancellationToken.None)).Document.Body.Contains("done"), Is.True);
    }

    [Test]
    public async Task The_feed_has_every_request()
    {
        var page = (FeedOutcome.Page)await new FeedReader(client.Client, "db", null).ReadAsync("0", TimeSpan.Zero, CancellationToken.None);

        Assert.That(page.Entries.Where(entry => entry.Action is "person_request").Select(entry => entry.Id), Is.EquivalentTo(OddIds.All));
    }

    [Test]
    public async Task A_request_is_noted_as_unanswerable([ValueSource(typeof(OddIds), nameof(OddIds.All))] string id)
    {
        var unanswerable = new UnanswerableRequests(client.Client, Microsoft.Extensions.Options.Options.Create(new SyncGatewayOptions()));

        await unanswerable.AddAsync("db", id, "1-a", CancellationToken.None);

        Assert.That(await unanswerable.ContainsAsync("db", id, "1-a", CancellationToken.None), Is.True);
    }
}
