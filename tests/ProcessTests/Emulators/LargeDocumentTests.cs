using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Large documents: Sync Gateway has no limit with in-memory storage, and 20 MiB with Couchbase Server.</summary>
[NonParallelizable]
public sealed class LargeDocumentTests
{
    private const int Production = 20 << 20;

    [Test]
    public async Task In_memory_a_document_of_any_size_is_accepted()
    {
        await using var gateway = await SyncGatewayEmulator.StartAsync();
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };

        // More than the default limit of the web server, 30,000,000 bytes.
        var written = await client.PutAnswerAsync("db/large", Document(36 << 20));

        Assert.That(written.Status, Is.EqualTo(201), written.Text);
        Assert.That((await client.GetAnswerAsync("db/large")).Text, Has.Length.GreaterThan(36 << 20));
    }

    [Test]
    public async Task With_the_limit_of_production_a_document_above_20_MiB_is_rejected()
    {
        await using var gateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null, LargestDocument = Production });
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };

        Assert.That((await client.PutAnswerAsync("db/fits", Document(Production))).Status, Is.EqualTo(201));
        Assert.That((await client.PutAnswerAsync("db/large", Document(Production + 1))).Error, Is.EqualTo((413, "Request Entity Too Large", "Document too large!")));
        Assert.That((await client.GetAnswerAsync("db/large")).Error, Is.EqualTo((404, "not_found", "missing")));

        var rows = (await client.PostAnswerAsync("db/_bulk_docs", $$"""{"docs":[{"_id":"small"},{{Document(Production + 1)}}]}""")).Json.AsArray();
        Assert.That(((string)rows[0]!["id"]!, (int)rows[1]!["status"]!, (string)rows[1]!["reason"]!), Is.EqualTo(("small", 413, "Document too large!")));
    }

    [Test]
    public async Task An_attachment_above_20_MiB_is_always_rejected()
    {
        await using var gateway = await SyncGatewayEmulator.StartAsync();
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };

        var answer = await client.PutAnswerAsync("db/d/a", new string('a', Production + 1));

        Assert.That(answer.Error, Is.EqualTo((413, "Request Entity Too Large", "Attachment too large")));
    }

    /// <summary>A document of exactly <paramref name="bytes"/> bytes.</summary>
    private static string Document(int bytes) => $$"""{"text":"{{new string('x', bytes - 11)}}"}""";
}
