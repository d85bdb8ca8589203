using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace OfflineActions.Tests.Emulators;

/// <summary>The documents of one <c>_bulk_docs</c> wake a waiting feed once.</summary>
public sealed class BatchedFeedTests
{
    private const string Three = """{"docs":[{"_id":"a"},{"_id":"b"},{"_id":"c"}]}""";
    private const string Changes = "\"changes\":[{\"rev\":\"1-ca9ad22802b66f662ff171f226211d5c\"}]}";

    private static readonly string[] Rows =
    [
        """{"seq":3,"id":"a",""" + Changes, """{"seq":4,"id":"b",""" + Changes, """{"seq":5,"id":"c",""" + Changes,
    ];

    [Test]
    public async Task A_continuous_feed_gets_them_in_one_chunk()
    {
        await using var emulated = await Emulated.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(emulated.Gateway.AdminUrl.Host, emulated.Gateway.AdminUrl.Port, deadline.Token);
        await RawHttp.WriteAsync(client.GetStream(), "GET /db/_changes?feed=continuous&since=2", null, deadline.Token);
        using var reader = new StreamReader(client.GetStream());
        while (await reader.ReadLineAsync(deadline.Token) is { Length: > 0 })
        {
        }

        var caughtUp = await ChunkAsync(reader, deadline.Token);
        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Three);
        var rows = await ChunkAsync(reader, deadline.Token);
        var again = await ChunkAsync(reader, deadline.Token);

        Assert.That((caughtUp, rows, again), Is.EqualTo(("\n", string.Join('\n', Rows) + "\n", "\n")));
    }

    [Test]
    public async Task A_websocket_gets_them_in_one_message()
    {
        await using var emulated = await Emulated.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new($"ws://{emulated.Gateway.AdminUrl.Authority}/db/_changes?feed=websocket"), deadline.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("""{"since":2}"""), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);

        var caughtUp = await MessageAsync(socket, deadline.Token);
        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Three);

        Assert.That((caughtUp, await MessageAsync(socket, deadline.Token)), Is.EqualTo(("[]", "[" + string.Join(',', Rows) + "]")));
    }

    [Test]
    public async Task A_longpoll_gets_them_all()
    {
        await using var emulated = await Emulated.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "db/_changes?feed=longpoll&since=2");
        using var response = await emulated.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Three);

        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(
            "{\"results\":[\r\n" + string.Join("\n,", Rows) + "\n],\n\"last_seq\":\"5\"}\n"));
    }

    [Test]
    public async Task A_large_one_wakes_the_feed_before_its_end()
    {
        // Each document of it waits for the full queue of webhooks: the feed must not wait as long.
        await using var receiver = await Receiver.StartAsync();
        receiver.Held = new();
        await using var emulated = await Emulated.StartAsync([new() { Url = receiver.Url }], maxProcesses: 1, waitForProcess: 60_000);
        for (var n = 0; n < 4; n++)
        {
            await emulated.Admin.PutAnswerAsync($"db/full{n}", "{}");
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var longpoll = emulated.Admin.SendForAnswerAsync("GET", "db/_changes?feed=longpoll&since=6", null, null, deadline.Token);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        var writing = emulated.Admin.SendForAnswerAsync("POST", "db/_bulk_docs", Three, null, ended.Token);

        Assert.That((await longpoll).Text, Does.Contain("\"id\":\"a\""));
        await ended.CancelAsync();
        Assert.ThrowsAsync<TaskCanceledException>(() => writing);
    }

    private static async Task<string> ChunkAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var length = Convert.ToInt32(await reader.ReadLineAsync(cancellationToken), 16);
        var text = new char[length + 2];
        await reader.ReadBlockAsync(text, cancellationToken);
        return new(text, 0, length);
    }

    private static async Task<string> MessageAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
