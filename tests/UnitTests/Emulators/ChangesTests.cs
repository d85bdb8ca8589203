using System.Diagnostics;

namespace OfflineActions.Tests.Emulators;

/// <summary>The changes feed, byte for byte where clients depend on it.</summary>
public sealed class ChangesTests
{
    private const string Empty = "1-ca9ad22802b66f662ff171f226211d5c";

    [Test]
    public async Task The_framing_is_that_of_Sync_Gateway()
    {
        await using var emulated = await Emulated.StartAsync(guest: false);

        Assert.That((await emulated.Admin.GetAnswerAsync("db/_changes")).Text, Is.EqualTo("{\"results\":[\r\n],\n\"last_seq\":\"0\"}\n"));
        await emulated.Admin.PutAnswerAsync("db/a", "{}");
        await emulated.Admin.PutAnswerAsync("db/b", "{}");

        // The user of the test took sequence 1.
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_changes")).Text, Is.EqualTo(
            "{\"results\":[\r\n{\"seq\":2,\"id\":\"a\",\"changes\":[{\"rev\":\"" + Empty + "\"}]}\n"
            + ",{\"seq\":3,\"id\":\"b\",\"changes\":[{\"rev\":\"" + Empty + "\"}]}\n],\n\"last_seq\":\"3\"}\n"));
    }

    [Test]
    public async Task A_document_is_listed_once_at_its_newest_sequence()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", "{}");
        await emulated.Admin.PutAnswerAsync("db/b", "{}");
        var last = (string)(await emulated.Admin.GetAnswerAsync("db/_changes")).Json["last_seq"]!;
        await emulated.Admin.PutAnswerAsync($"db/a?rev={Empty}", """{"x":1}""");

        Assert.That(await IdsAsync(emulated, ""), Is.EqualTo(["b", "a"]));
        Assert.That(await IdsAsync(emulated, $"since={last}"), Is.EqualTo(["a"]));
        Assert.That(await IdsAsync(emulated, $"since=\"{last}\""), Is.EqualTo(["a"]));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_changes?since=99")).Text, Is.EqualTo("{\"results\":[\r\n],\n\"last_seq\":\"99\"}\n"));
    }

    [Test]
    public async Task Rows_can_be_limited_filtered_and_include_documents()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", """{"channels":["red","blue"],"n":1.0}""");
        await emulated.Admin.PutAnswerAsync("db/b", """{"channels":"green"}""");
        await emulated.Admin.PutAnswerAsync("db/c", "{}");
        await emulated.Admin.DeleteAnswerAsync($"db/c?rev={Empty}");

        Assert.That(await IdsAsync(emulated, "limit=1"), Is.EqualTo(["a"]));
        Assert.That(await IdsAsync(emulated, "limit=0"), Is.EqualTo(["a", "b", "c"]));
        Assert.That(await IdsAsync(emulated, "active_only=true"), Is.EqualTo(["a", "b"]));
        Assert.That(await IdsAsync(emulated, "filter=sync_gateway/bychannel&channels=blue,green"), Is.EqualTo(["a", "b"]));
        Assert.That(await IdsAsync(emulated, "filter=_doc_ids&doc_ids=[\"c\",\"a\"]"), Is.EqualTo(["a", "c"]));
        Assert.That(await IdsAsync(emulated, "filter=_doc_ids&doc_ids=b"), Is.EqualTo(["b"]));

        var row = (await emulated.Admin.GetAnswerAsync("db/_changes?include_docs=true&limit=1")).Json["results"]![0]!;
        var deleted = (await emulated.Admin.GetAnswerAsync("db/_changes?include_docs=true")).Json["results"]![2]!;
        Assert.That(row["doc"]!["n"]!.ToJsonString(), Is.EqualTo("1.0"));
        Assert.That(((bool)deleted["deleted"]!, (bool)deleted["doc"]!["_deleted"]!), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task A_post_takes_the_same_options_in_its_body()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", "{}");
        await emulated.Admin.PutAnswerAsync("db/b", "{}");

        var listed = await emulated.Admin.PostAnswerAsync("db/_changes", """{"filter":"_doc_ids","doc_ids":["b"],"since":0}""");
        var since = await emulated.Admin.PostAnswerAsync("db/_changes?since=3", """{"since":"0","limit":5}""");

        Assert.That(listed.Json["results"]!.AsArray().Select(row => (string)row!["id"]!), Is.EqualTo(["b"]));
        Assert.That(since.Json["results"]!.AsArray(), Has.Count.EqualTo(1), "the query goes first");
    }

    [TestCase("since=abc", "Invalid sequence")]
    [TestCase("since=now", "Invalid sequence")]
    [TestCase("feed=foo", "Unknown feed type")]
    [TestCase("filter=foo", "Unknown filter; try sync_gateway/bychannel or _doc_ids")]
    [TestCase("filter=sync_gateway/bychannel", "Missing 'channels' filter parameter")]
    [TestCase("filter=_doc_ids&doc_ids=a&feed=longpoll", null)]
    public async Task An_invalid_option_is_answered_400(string query, string? reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.GetAnswerAsync("db/_changes?" + query);

        Assert.That((answer.Status, (string)answer.Json["error"]!), Is.EqualTo((400, "Bad Request")));
        Assert.That(answer.Reason, reason is null ? Is.Not.Empty : Is.EqualTo(reason));
    }

    [Test]
    public async Task The_public_feed_begins_with_the_user()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", "{}");

        var rows = (await emulated.Public.GetAnswerAsync("db/_changes")).Json["results"]!.AsArray();

        Assert.That(rows[0]!.ToJsonString(), Is.EqualTo("""{"seq":1,"id":"_user/GUEST","changes":[]}"""));
        Assert.That(rows, Has.Count.EqualTo(2));
        Assert.That(await IdsAsync(emulated, ""), Is.EqualTo(["a"]), "the admin feed has no users");
    }

    [Test]
    public async Task A_longpoll_without_rows_is_answered_empty_after_its_timeout()
    {
        await using var emulated = await Emulated.StartAsync();
        var watch = Stopwatch.StartNew();

        var answer = await emulated.Admin.GetAnswerAsync("db/_changes?feed=longpoll&since=2&timeout=300");

        Assert.That(answer.Text, Is.EqualTo("{\"results\":[\r\n],\n\"last_seq\":\"2\"}\n"));
        Assert.That(watch.ElapsedMilliseconds, Is.GreaterThan(280));
    }

    [Test]
    public async Task A_write_wakes_a_longpoll_immediately()
    {
        await using var emulated = await Emulated.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "db/_changes?feed=longpoll&since=2&timeout=15000");
        using var response = await emulated.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        // The headers are sent before the first row.
        await emulated.Admin.PutAnswerAsync("db/a", "{}");
        var written = Stopwatch.StartNew();
        var text = await response.Content.ReadAsStringAsync();

        Assert.That(text, Does.Contain("\"id\":\"a\"").And.EndsWith("],\n\"last_seq\":\"3\"}\n"));
        Assert.That(written.ElapsedMilliseconds, Is.LessThan(5_000));
    }

    [Test]
    public async Task A_longpoll_with_rows_is_answered_immediately()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", "{}");

        Assert.That(await IdsAsync(emulated, "feed=longpoll&timeout=0"), Is.EqualTo(["a"]));
    }

    private static async Task<IEnumerable<string>> IdsAsync(Emulated emulated, string query) =>
        (await emulated.Admin.GetAnswerAsync("db/_changes?" + query)).Json["results"]!.AsArray().Select(row => (string)row!["id"]!);
}
