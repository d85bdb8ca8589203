using System.Text;
using Microsoft.AspNetCore.Http;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class FeedTests
{
    private static readonly ChangesQuery Query = new() { Since = "12::15", Limit = 7, Wait = TimeSpan.FromSeconds(20) };

    [Test]
    public async Task Rows_are_in_order_and_contain_their_documents_unchanged()
    {
        var batch = await ReadBatchAsync("""
            {"results":[
            {"seq":5,"id":"a","doc":{"_id":"a","_rev":"1-a","n":1.0},"changes":[{"rev":"1-a"}]}
            ,{"seq":"5::7","id":"b","deleted":true,"changes":[{"rev":"2-b"}]}
            ,{"seq":8,"id":"c","removed":["red"],"doc":{"_id":"c","_removed":true,"_rev":"2-c"},"changes":[]}
            ,{"seq":9,"id":"d","changes":[{"rev":"1-d"}]}
            ],
            "last_seq":"5::9"}
            """);

        Assert.That(
            batch.Rows.Select(row => (row.Id, row.IsRemoved, row.Document is { } document ? Encoding.UTF8.GetString(document.Span) : null)),
            Is.EqualTo(new (string, bool, string?)[]
            {
                ("a", false, """{"_id":"a","_rev":"1-a","n":1.0}"""),
                ("b", true, null),
                ("c", true, """{"_id":"c","_removed":true,"_rev":"2-c"}"""),
                ("d", false, null),
            }));
        Assert.That(batch.Last, Is.EqualTo("5::9"));
    }

    [TestCase("""{"results":[],"last_seq":17}""", "17")]
    [TestCase("""{"last_seq":"0","results":[],"new":{"results":[1]}}""", "0")]
    public async Task The_token_is_returned_unchanged(string answer, string token) =>
        Assert.That((await ReadBatchAsync(answer)).Last, Is.EqualTo(token));

    [Test]
    public async Task A_row_about_a_user_is_left_out() =>
        Assert.That((await ReadBatchAsync("""{"results":[{"seq":1,"id":"_user/GUEST","changes":[]}],"last_seq":"1"}""")).Rows, Is.Empty);

    [Test]
    public async Task A_document_of_any_depth_does_not_hide_the_next_row()
    {
        var deep = new string('[', 9_000) + new string(']', 9_000);

        var batch = await ReadBatchAsync($$$"""{"results":[{"id":"deep","doc":{"x":{{{deep}}}}},{"id":"b","doc":{"half":"\ud800"}}],"last_seq":"2"}""");

        Assert.That(batch.Rows.Select(row => row.Id), Is.EqualTo(new[] { "deep", "b" }));
    }

    [Test]
    public async Task A_query_sends_every_parameter()
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, """{"results":[],"last_seq":"0"}""");
        using var client = new TestClient(server.Url);

        await client.Client.ReadChangesAsync("db.scope.people", Query, CancellationToken.None);
        await client.Client.ReadChangesAsync("db", Query with { Channel = "a&b c", WithDocuments = false }, CancellationToken.None);

        Assert.That(server.Requests.Select(request => request.Target), Is.EqualTo(new[]
        {
            "/db.scope.people/_changes?feed=longpoll&since=12%3A%3A15&limit=7&timeout=20000&include_docs=true",
            "/db/_changes?feed=longpoll&since=12%3A%3A15&limit=7&timeout=20000&include_docs=false&filter=sync_gateway%2Fbychannel&channels=a%26b%20c",
        }));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"results":[]}""")]
    [TestCase("""{"results":{},"last_seq":"1"}""")]
    [TestCase("""{"results":[],"last_seq":null}""")]
    [TestCase("""{"results":[{"id":"a"}]""")]
    [TestCase("""{"results":[],"last_seq":"1"}{}""")]
    public async Task An_answer_without_a_whole_batch_is_unavailable(string answer) =>
        Assert.That(await ReadAsync(200, answer), Is.TypeOf<ChangesOutcome.Unavailable>());

    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(400)]
    public async Task A_refused_feed_is_unavailable_with_the_reason(int status) =>
        Assert.That(
            (await ReadAsync(status, """{"error":"x","reason":"because"}""") as ChangesOutcome.Unavailable)?.Cause.Reason,
            Does.Contain("because").And.Contain("db"));

    [Test]
    public async Task An_answer_beyond_the_size_limit_is_too_long()
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, new string('x', 2_000));
        using var client = new TestClient(server.Url, null, ("MaxResponseBytes", "1000"));

        Assert.That(await client.Client.ReadChangesAsync("db", Query, CancellationToken.None), Is.TypeOf<ChangesOutcome.TooLong>());
    }

    [Test]
    public async Task The_wait_for_a_change_is_added_to_the_timeout()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await Task.Delay(600, context.RequestAborted);
            await ScriptedServer.AnswerAsync(context, 200, """{"results":[],"last_seq":"0"}""");
        });
        using var client = new TestClient(server.Url, null, ("Timeout", "00:00:00.3"));

        var held = await client.Client.ReadChangesAsync("db", Query, CancellationToken.None);
        var brief = await client.Client.ReadChangesAsync("db", Query with { Wait = TimeSpan.FromMilliseconds(1) }, CancellationToken.None);

        Assert.That(held, Is.TypeOf<ChangesOutcome.Batch>());
        Assert.That(brief, Is.TypeOf<ChangesOutcome.Unavailable>());
    }

    private static async Task<ChangesOutcome> ReadAsync(int status, string body)
    {
        await using var server = await ScriptedServer.StartAsync((HttpContext context) => ScriptedServer.AnswerAsync(context, status, body));
        using var client = new TestClient(server.Url);

        return await client.Client.ReadChangesAsync("db", Query, CancellationToken.None);
    }

    private static async Task<ChangesOutcome.Batch> ReadBatchAsync(string body)
    {
        var outcome = await ReadAsync(200, body);
        Assert.That(outcome, Is.TypeOf<ChangesOutcome.Batch>());
        return (ChangesOutcome.Batch)outcome;
    }
}
