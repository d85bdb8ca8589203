using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Continuous and websocket feeds, and the feed faults that a cluster can show.</summary>
public sealed class FeedTests
{
    [Test]
    public async Task A_continuous_feed_sends_a_line_per_row_and_an_empty_line_when_it_has_caught_up()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", "{}");
        using var request = new HttpRequestMessage(HttpMethod.Get, "db/_changes?feed=continuous&limit=3");
        using var response = await emulated.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        var first = await lines.ReadLineAsync();
        var caughtUp = await lines.ReadLineAsync();
        await emulated.Admin.PutAnswerAsync("db/b", "{}");
        var second = await lines.ReadLineAsync();
        var again = await lines.ReadLineAsync();
        await emulated.Admin.PutAnswerAsync("db/c", "{}");
        var rest = await lines.ReadToEndAsync();

        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/octet-stream"));
        Assert.That(first, Is.EqualTo("""{"seq":2,"id":"a","changes":[{"rev":"1-ca9ad22802b66f662ff171f226211d5c"}]}""").Or.Contains("\"id\":\"a\""));
        Assert.That((caughtUp, (string)JsonNode.Parse(second!)!["id"]!, again), Is.EqualTo(("", "b", "")));
        Assert.That(rest, Does.StartWith("{\"seq\":").And.EndsWith("]}\n"), "the limit ends it");
    }

    [Test]
    public async Task A_websocket_feed_reads_its_options_from_the_first_message()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", """{"channels":"red"}""");
        await emulated.Admin.PutAnswerAsync("db/b", """{"channels":"blue"}""");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(emulated.Gateway.PublicUrl) { Scheme = "ws", Path = "db/_changes", Query = "feed=websocket" }.Uri, default);

        await socket.SendAsync("""{"include_docs":true,"filter":"sync_gateway/bychannel","channels":"red"}"""u8.ToArray(), WebSocketMessageType.Text, true, default);
        var rows = await ReceiveAsync(socket);
        var caughtUp = await ReceiveAsync(socket);
        await emulated.Admin.PutAnswerAsync("db/c", """{"channels":["red"]}""");
        var next = JsonNode.Parse(await ReceiveAsync(socket))!.AsArray();

        Assert.That(JsonNode.Parse(rows)!.AsArray().Select(row => (string)row!["id"]!), Is.EqualTo(["_user/GUEST", "a"]));
        Assert.That(caughtUp, Is.EqualTo("[]"));
        Assert.That((string)next.Single()!["doc"]!["_id"]!, Is.EqualTo("c"));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_changes?feed=websocket")).Status, Is.EqualTo(400), "a plain request is no websocket");
    }

    [Test]
    public async Task After_a_skipped_sequence_rows_have_compound_sequences_until_it_appears()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", "{}");
        emulated.Gateway.Faults = new() { SkipSequences = 1, SkippedFor = TimeSpan.FromMinutes(1) };
        await emulated.Admin.PutAnswerAsync("db/late", "{}");
        await emulated.Admin.PutAnswerAsync("db/b", "{}");

        var gap = (await emulated.Admin.GetAnswerAsync("db/_changes")).Json;
        emulated.Gateway.Faults.SkippedFor = TimeSpan.Zero;
        var filled = (await emulated.Admin.GetAnswerAsync($"db/_changes?feed=longpoll&timeout=10000&since={gap["last_seq"]}")).Json;

        Assert.That(gap["results"]!.AsArray().Select(row => (string)row!["id"]!), Is.EqualTo(["a", "b"]));
        Assert.That(((string)gap["results"]![1]!["seq"]!, (string)gap["last_seq"]!), Is.EqualTo(("3::5", "3::5")));
        Assert.That(filled["results"]!.AsArray().Select(row => (string)row!["id"]!).Distinct(), Does.Contain("late"));
        Assert.That((string)(await emulated.Admin.GetAnswerAsync("db/_changes?since=3::5")).Json["last_seq"]!, Is.EqualTo("5"), "what follows the gap comes again");
    }

    [Test]
    public async Task Faults_repeat_rows_return_single_rows_or_freeze_the_feed()
    {
        await using var emulated = await Emulated.StartAsync();
        foreach (var id in new[] { "a", "b", "c" })
        {
            await emulated.Admin.PutAnswerAsync("db/" + id, "{}");
        }

        emulated.Gateway.Faults = new() { RedeliverRows = 2 };
        var again = await IdsAsync(emulated, "since=5");
        emulated.Gateway.Faults = new() { SingleRowLongpolls = true };
        var single = await IdsAsync(emulated, "feed=longpoll");
        emulated.Gateway.Faults = new() { FreezeFeed = true };
        await IdsAsync(emulated, "since=5");
        await emulated.Admin.PutAnswerAsync("db/d", "{}");
        var frozen = await IdsAsync(emulated, "since=5");
        var waiting = IdsAsync(emulated, "since=5&feed=longpoll&timeout=10000");
        emulated.Gateway.Faults.FreezeFeed = false;

        Assert.That((again, single, frozen), Is.EqualTo((new[] { "b", "c" }, new[] { "a" }, Array.Empty<string>())));
        Assert.That(await waiting, Is.EqualTo(["d"]));
    }

    [Test]
    public async Task Feeds_end_normally_when_the_database_goes_offline()
    {
        await using var emulated = await Emulated.StartAsync();
        var longpoll = emulated.Admin.GetAnswerAsync("db/_changes?feed=longpoll&since=9&timeout=0");
        Assert.That(() => emulated.Gateway.Stats.Requests[RequestKind.Changes], Is.EqualTo(1).After(5_000, 20));

        await emulated.Admin.PostAnswerAsync("db/_offline", "");

        Assert.That((await longpoll).Text, Does.EndWith("],\n\"last_seq\":\"9\"}\n"));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Error, Is.EqualTo((503, "Service Unavailable", "DB is currently under maintenance")));
    }

    private static async Task<string[]> IdsAsync(Emulated emulated, string query) =>
        [.. (await emulated.Admin.GetAnswerAsync("db/_changes?" + query)).Json["results"]!.AsArray().Select(row => (string)row!["id"]!)];

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[16_384];
        var message = await socket.ReceiveAsync(buffer, deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, message.Count);
    }
}
