using OfflineActions.SyncGateway;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.SyncGateway;

public sealed class LocalDocumentTests
{
    [Test]
    public async Task A_local_document_is_replaced_by_compare_and_swap()
    {
        await using var emulated = await Emulated.StartAsync();
        using var client = new TestClient(emulated.Gateway.PublicUrl);

        var missing = await client.Client.ReadLocalAsync("db", "c", CancellationToken.None);
        var first = await WriteAsync(client, null, 1);
        var clash = await WriteAsync(client, null, 2);
        var second = await WriteAsync(client, "0-1", 2);
        var stale = await WriteAsync(client, "0-1", 3);
        var read = await client.Client.ReadLocalAsync("db", "c", CancellationToken.None) as LocalReadOutcome.Found;

        Assert.That(missing, Is.TypeOf<LocalReadOutcome.Missing>());
        Assert.That(first, Is.EqualTo(new LocalWriteOutcome.Written("0-1")));
        Assert.That(clash, Is.TypeOf<LocalWriteOutcome.Conflict>());
        Assert.That(second, Is.EqualTo(new LocalWriteOutcome.Written("0-2")));
        Assert.That(stale, Is.TypeOf<LocalWriteOutcome.Conflict>());
        Assert.That((read?.Revision, read?.Body.ToString()), Is.EqualTo(("0-2", """{"n":2}""")));
    }

    [Test]
    public async Task Replacing_a_deleted_document_is_a_conflict()
    {
        await using var emulated = await Emulated.StartAsync();
        using var client = new TestClient(emulated.Gateway.PublicUrl);

        Assert.That(await WriteAsync(client, "0-7", 1), Is.TypeOf<LocalWriteOutcome.Conflict>());
    }

    [TestCase(404, "no such database")]
    [TestCase(403, "forbidden")]
    [TestCase(401, "Login required")]
    public async Task A_refused_read_or_write_is_unavailable_with_the_reason(int status, string reason)
    {
        await using var server = await ScriptedServer.AnsweringAsync(status, $$"""{"error":"x","reason":"{{reason}}"}""");
        using var client = new TestClient(server.Url);

        var read = await client.Client.ReadLocalAsync("db", "c", CancellationToken.None) as LocalReadOutcome.Unavailable;
        var written = await WriteAsync(client, "0-1", 1) as LocalWriteOutcome.Unavailable;

        Assert.That(read?.Cause.Reason, Does.Contain(reason));
        Assert.That(written?.Cause.Reason, Does.Contain(reason));
    }

    [TestCase(503)]
    [TestCase(200)]
    public async Task An_answer_that_cannot_be_used_is_unavailable(int status)
    {
        await using var server = await ScriptedServer.AnsweringAsync(status, "<html>");
        using var client = new TestClient(server.Url);

        Assert.That(await client.Client.ReadLocalAsync("db", "c", CancellationToken.None), Is.TypeOf<LocalReadOutcome.Unavailable>());
        Assert.That(await WriteAsync(client, null, 1), Is.TypeOf<LocalWriteOutcome.Unavailable>());
    }

    private static Task<LocalWriteOutcome> WriteAsync(TestClient client, string? revision, int number) =>
        client.Client.WriteLocalAsync("db", "c", revision, RawObject.Empty.With("n", number), CancellationToken.None);
}
