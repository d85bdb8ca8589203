using Microsoft.AspNetCore.Http;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class FeedReaderTests
{
    [Test]
    public async Task A_page_says_what_each_document_requests()
    {
        var page = await ReadPageAsync("""
            {"results":[
            {"id":"request","doc":{"_id":"request","_rev":"1-a","action":"a_request"}},
            {"id":"other","doc":{"_id":"other","_rev":"1-b"}},
            {"id":"not deleted","doc":{"_id":"not deleted","_rev":"1-c","_deleted":false,"action":"a_request"}},
            {"id":"deleted","deleted":true,"doc":{"_id":"deleted","_rev":"2-d","_deleted":true,"action":"a_request"}},
            {"id":"left","removed":["c"],"doc":{"_id":"left","_rev":"2-e","_removed":true,"action":"a_request"}},
            {"id":"no revision","doc":{"action":"a_request"}}
            ],"last_seq":"6"}
            """);

        Assert.That(page.Entries, Is.EqualTo(new[]
        {
            new FeedEntry("request", "1-a", "a_request"),
            FeedEntry.WithoutAction("other"),
            new FeedEntry("not deleted", "1-c", "a_request"),
            FeedEntry.WithoutAction("deleted"),
            FeedEntry.WithoutAction("left"),
            FeedEntry.WithoutAction("no revision"),
        }));
        Assert.That((page.Last, page.IsFull), Is.EqualTo(("6", false)));
    }

    [TestCase("null")]
    [TestCase("7")]
    [TestCase("\"text\"")]
    [TestCase("""[{"id":"inner"}]""")]
    [TestCase("{}")]
    [TestCase("""{"id":7,"doc":{"_rev":"1-a","action":"a_request"}}""")]
    [TestCase("""{"id":null}""")]
    [TestCase("""{"id":"_user/app"}""")]
    [TestCase("""{"id":""}""")]
    public async Task A_row_that_is_about_no_document_does_not_end_its_batch(string row)
    {
        var page = await ReadPageAsync($$"""
            {"results":[{{row}},{"id":"request","doc":{"_id":"request","_rev":"1-a","action":"a_request"} } ],"last_seq":"2"}
            """);

        Assert.That(page.Entries.Where(entry => entry.Action is not null), Is.EqualTo(new[] { new FeedEntry("request", "1-a", "a_request") }));
    }

    [TestCase("""{"id":"\ud800","doc":{"_rev":"1-a","action":"a_request"}}""")]
    [TestCase("""{"id":"odd","doc":{"_rev":"1-a","action":"\udc00"}}""")]
    [TestCase("""{"id":"odd","doc":{"_rev":7,"\ud800":[1],"action":"a_request"}}""")]
    [TestCase("""{"id":"odd","doc":{"_rev":"1-a","_rev":"2-b","action":{}}}""")]
    [TestCase("""{"id":"odd","doc":{"_rev":"1-a","action":"a_request","notBefore":"\ud800"}}""")]
    [TestCase("""{"id":"odd","deleted":"yes","removed":{"no":1},"doc":[1,{"_rev":"1-a"}]}""")]
    [TestCase("""{"id":"odd","doc":null}""")]
    public async Task A_row_about_an_odd_document_does_not_end_its_batch(string row)
    {
        var page = await ReadPageAsync(
            $$"""{"results":[{{row}},{"id":"request","doc":{"_id":"request","_rev":"1-a","action":"a_request"} } ],"last_seq":"2"}""",
            """{"_id":"odd","_rev":"3-c"}""");

        Assert.That(page.Entries, Has.Count.EqualTo(2));
        Assert.That(page.Entries[1], Is.EqualTo(new FeedEntry("request", "1-a", "a_request")));
    }

    [TestCase("""{"results":[null""")]
    [TestCase("""{"results":[7}""")]
    public async Task A_batch_that_broke_off_in_an_odd_row_is_unavailable(string changes)
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, changes);
        using var client = new TestClient(server.Url);

        var outcome = await new FeedReader(client.Client, "db", null).ReadAsync("0", TimeSpan.Zero, CancellationToken.None);

        Assert.That(outcome, Is.TypeOf<FeedOutcome.Unavailable>());
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task A_document_is_found_up_to_the_depth_limit_and_above(int levelsAbove)
    {
        var document = Deep.Document("deep", Document.MaxDepth + levelsAbove);

        var page = await ReadPageAsync($$"""{"results":[{"id":"deep","doc":{{document}}}],"last_seq":"1"}""");

        Assert.That(page.Entries, Is.EqualTo(new[] { new FeedEntry("deep", "1-a", "person_request") }));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task A_row_without_its_document_is_read_by_itself_up_to_the_depth_limit_and_above(int levelsAbove)
    {
        var document = Deep.Document("deep", Document.MaxDepth + levelsAbove);

        var page = await ReadPageAsync("""{"results":[{"id":"deep"}],"last_seq":"1"}""", document);

        Assert.That(page.Entries, Is.EqualTo(new[] { new FeedEntry("deep", "1-a", "person_request") }));
    }

    [Test]
    public async Task Pages_shrink_for_large_documents_down_to_rows_without_documents_and_grow_again()
    {
        await using var server = await ScriptedServer.StartAsync(context => IsFeed(context)
            ? ScriptedServer.AnswerAsync(context, 200, (context.Request.Query["since"], context.Request.Query["include_docs"]) == ("0", "true")
                ? new string('x', 2_000)
                : """{"results":[{"id":"large"}],"last_seq":"1"}""")
            : ScriptedServer.AnswerAsync(context, 200, """{"_id":"large","_rev":"1-a","action":"a_request"}"""));
        using var client = new TestClient(server.Url, null, ("MaxResponseBytes", "1000"));
        var feed = new FeedReader(client.Client, "db", null);

        var page = await feed.ReadAsync("0", TimeSpan.Zero, CancellationToken.None) as FeedOutcome.Page;
        await feed.ReadAsync("1", TimeSpan.Zero, CancellationToken.None);

        Assert.That(page?.Entries, Is.EqualTo(new[] { new FeedEntry("large", "1-a", "a_request") }));
        Assert.That(
            server.Requests.Select(request => request.Target).Where(target => target.Contains("_changes")).Select(LimitAndDocuments),
            Is.EqualTo(new[]
            {
                "500 true", "250 true", "125 true", "62 true", "31 true", "15 true", "7 true", "3 true", "1 true", "1 false", "2 true",
            }));
    }

    [TestCase(503, "busy")]
    [TestCase(401, "Login required")]
    public async Task A_feed_that_cannot_be_read_is_unavailable_with_the_reason(int status, string reason)
    {
        await using var server = await ScriptedServer.AnsweringAsync(status, $$"""{"error":"x","reason":"{{reason}}"}""");
        using var client = new TestClient(server.Url);

        var outcome = await new FeedReader(client.Client, "db", null).ReadAsync("0", TimeSpan.Zero, CancellationToken.None);

        Assert.That((outcome as FeedOutcome.Unavailable)?.Cause.Reason, Does.Contain(reason));
    }

    [Test]
    public async Task A_document_that_cannot_be_read_makes_the_page_unavailable()
    {
        await using var server = await ScriptedServer.StartAsync(context => IsFeed(context)
            ? ScriptedServer.AnswerAsync(context, 200, """{"results":[{"id":"d"}],"last_seq":"1"}""")
            : ScriptedServer.AnswerAsync(context, 429, "{}"));
        using var client = new TestClient(server.Url);

        var outcome = await new FeedReader(client.Client, "db", null).ReadAsync("0", TimeSpan.Zero, CancellationToken.None);

        Assert.That(outcome, Is.TypeOf<FeedOutcome.Unavailable>());
    }

    private static bool IsFeed(HttpContext context) => context.Request.Path.Value!.EndsWith("_changes", StringComparison.Ordinal);

    private static string LimitAndDocuments(string target)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(target[target.IndexOf('?', StringComparison.Ordinal)..]);
        return $"{query["limit"]} {query["include_docs"]}";
    }

    private static async Task<FeedOutcome.Page> ReadPageAsync(string changes, string document = "{}")
    {
        await using var server = await ScriptedServer.StartAsync((HttpContext context) =>
            ScriptedServer.AnswerAsync(context, 200, IsFeed(context) ? changes : document));
        using var client = new TestClient(server.Url);

        var outcome = await new FeedReader(client.Client, "db", null).ReadAsync("0", TimeSpan.Zero, CancellationToken.None);
        Assert.That(outcome, Is.TypeOf<FeedOutcome.Page>());
        return (FeedOutcome.Page)outcome;
    }
}
