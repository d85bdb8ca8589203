using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Emulators;
using OfflineActions.Emulators.Recording;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Emulators.Recording;

public sealed class RecordingTests
{
    [Test]
    public async Task What_was_recorded_is_answered_the_same_by_a_fresh_emulator()
    {
        await using var recorded = await Recorded.StartAsync();
        await UseDocumentsAsync(recorded);
        await UseSessionAsync(recorded);
        await UseFeedsAsync(recorded);
        var haveLeft = await Eventually.IsAsync(() => recorded.Text.Split("\"ended\":\"client\"").Length == 3);
        Assert.That(haveLeft, "The clients of two feeds.");
        await recorded.StopAsync();

        await using var fresh = await SyncGatewayEmulator.StartAsync();
        var (code, output) = await recorded.ReplayAsync(fresh);

        var count = RecordingFile.Read(recorded.Path).Count;
        Assert.That(output, Is.EqualTo($"{count} of {count} the same\n"), output + recorded.Text);
        Assert.That(code, Is.Zero);
        Assert.That(new[] { "\"gzip\":true", "\"base64\":", "\"messages\":" }.Select(recorded.Text.Contains), Is.All.True);
    }

    [Test]
    public async Task A_fault_of_the_other_Sync_Gateway_is_shown()
    {
        await using var recorded = await Recorded.StartAsync();
        await recorded.Public.PutAsJsonAsync("db/a", new { x = 1 });
        await recorded.Public.GetAsync("db/a");
        await recorded.StopAsync();

        await using var faulty = await Emulated.StartAsync();
        faulty.Gateway.Faults.FailNext = 1;
        var (code, output) = await recorded.ReplayAsync(faulty.Gateway);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.StartWith("#1 PUT /db/a (public)\n    status 503, recorded 201\n    header ETag: none, recorded \"1-"));
        Assert.That(output, Does.Contain("#2 GET /db/a (public)\n    status 404, recorded 200\n"));
        Assert.That(output, Does.EndWith("\n0 of 2 the same\n"));
    }

    [Test]
    public async Task A_server_that_does_not_answer_is_a_difference()
    {
        await using var recorded = await Recorded.StartAsync();
        await recorded.Public.GetAsync("db/");
        await recorded.StopAsync();

        await using var silent = await Emulated.StartAsync();
        silent.Gateway.Faults.Hang = true;
        var (code, output) = await recorded.ReplayAsync(silent.Gateway, "--patience=0.2");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Match("^#1 GET /db/ \\(public\\)\n    no end of the answer within [0-9.]+ s\n0 of 1 the same\n\\z"));
    }

    [Test]
    public async Task A_server_that_resets_the_connection_is_recorded_and_replayed()
    {
        await using var broken = await Emulated.StartAsync();
        await using var recorded = await Recorded.StartAsync(
            null, "--against", $"{broken.Gateway.PublicUrl}", "--against-admin", $"{broken.Gateway.AdminUrl}");
        broken.Gateway.Faults.Reset = true;
        Assert.ThrowsAsync<HttpRequestException>(() => recorded.Public.GetAsync("db/a"));
        await recorded.StopAsync();

        Assert.That(
            RecordingFile.Read(recorded.Path).Select(exchange => (exchange.Answer, exchange.Ended)).Distinct(),
            Is.EqualTo(new[] { ((RecordedAnswer?)null, ExchangeEnd.Server) }));
        Assert.That((await recorded.ReplayAsync(broken.Gateway)).Code, Is.Zero);
        broken.Gateway.Faults.Reset = false;
        var (_, output) = await recorded.ReplayAsync(broken.Gateway);
        Assert.That(output, Does.Contain("status 404, recorded: the connection ended without an answer"));
    }

    [Test]
    public async Task A_running_Sync_Gateway_is_recorded()
    {
        await using var running = await Emulated.StartAsync();
        await using var recorded = await Recorded.StartAsync(
            null, "--against", $"{running.Gateway.PublicUrl}", "--against-admin", $"{running.Gateway.AdminUrl}");
        await recorded.Public.PutAsJsonAsync("db/a", new { x = 1 });
        await recorded.Admin.GetAsync("db/_raw/a");
        await recorded.StopAsync();

        Assert.That(running.Gateway.WritesOf("a"), Is.EqualTo(1));
        Assert.That(
            RecordingFile.Read(recorded.Path).Select(one => (one.N, one.Port, one.Request.Method, one.Answer!.Status)),
            Is.EqualTo(new[] { (1, "public", "PUT", 201), (2, "admin", "GET", 200) }));
    }

    [Test]
    public async Task Passwords_and_sessions_are_masked_unless_they_are_wanted()
    {
        foreach (var keep in new[] { false, true })
        {
            await using var recorded = await Recorded.StartAsync(null, keep ? ["--keep-credentials"] : []);
            var session = await UseSessionAsync(recorded);
            await recorded.Admin.PutAsync("other/", Json(
                """{"event_handlers":{"document_changed":[{"handler":"webhook","url":"http://hook:open-sesame@127.0.0.1:1/"}]}}"""));
            await recorded.StopAsync();

            var file = recorded.Text;
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:open-sesame"));
            string[] secrets = ["open-sesame", basic, session];
            Assert.That(secrets.Select(secret => file.Contains(secret, StringComparison.Ordinal)), Is.All.EqualTo(keep), file);
        }
    }

    [Test]
    public async Task A_user_who_was_not_made_in_the_recording_logs_in_with_a_given_password()
    {
        var users = new Dictionary<string, string> { ["worker"] = "secret" };
        await using var recorded = await Recorded.StartAsync(new() { Guest = false, Users = users });
        recorded.Public.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("worker:secret"u8));
        await recorded.Public.GetAsync("db/");
        await recorded.Public.PostAsJsonAsync("db/_session", new { name = "worker", password = "secret" });
        await recorded.StopAsync();

        await using var other = await Emulated.StartAsync(guest: false);
        var without = await recorded.ReplayAsync(other.Gateway);
        var with = await recorded.ReplayAsync(other.Gateway, "--user", "worker:secret");

        Assert.That(without.Output, Does.Contain("status 401, recorded 200").And.EndWith("0 of 2 the same\n"));
        Assert.That(with.Output, Is.EqualTo("2 of 2 the same\n"));
    }

    [Test]
    public async Task Sequences_are_compared_unless_they_are_ignored_and_since_follows_them()
    {
        await using var recorded = await Recorded.StartAsync();
        await recorded.Public.PutAsJsonAsync("db/a", new { x = 1 });
        var last = JsonNode.Parse(await recorded.Public.GetStringAsync("db/_changes?limit=100"))!["last_seq"];
        await recorded.Public.PutAsJsonAsync("db/b", new { x = 1 });
        await recorded.Public.GetStringAsync($"db/_changes?since={last}");
        await recorded.StopAsync();

        await using var ahead = await Emulated.StartAsync();
        for (var number = 0; number < 3; number++)
        {
            await ahead.Public.PutAsJsonAsync("db/a", new { number, _rev = number == 0 ? null : await RevisionAsync(ahead.Public, "a") });
        }

        await ahead.Admin.PostAsJsonAsync("db/_purge", new { a = new[] { "*" } });
        var (_, output) = await recorded.ReplayAsync(ahead.Gateway);
        await ahead.Admin.PostAsJsonAsync("db/_purge", new { a = new[] { "*" }, b = new[] { "*" } });
        var (code, ignoring) = await recorded.ReplayAsync(ahead.Gateway, "--ignore", "sequences");

        Assert.That(output, Does.Contain("$.last_seq: \"").And.Contain("2 of 4 the same"));
        Assert.That((code, ignoring), Is.EqualTo((0, "4 of 4 the same\n")));
    }

    private static async Task<string> RevisionAsync(HttpClient client, string id) =>
        (string)JsonNode.Parse(await client.GetStringAsync($"db/{id}"))!["_rev"]!;

    private static async Task UseDocumentsAsync(Recorded recorded)
    {
        var client = recorded.Public;
        await client.PutAsJsonAsync("db/a", new { text = "ü \"quoted\"\n", number = 1.50m, more = new string('x', 1500) });
        await client.PutAsJsonAsync("db/a", new { text = "a conflict" });
        var posted = (string)JsonNode.Parse(await (await client.PostAsJsonAsync("db/", new { y = 2 })).Content.ReadAsStringAsync())!["id"]!;
        await client.GetAsync($"db/{posted}");
        using var photo = new ByteArrayContent([.. Enumerable.Range(0, 3000).Select(index => (byte)(index * 7))]);
        photo.Headers.ContentType = new("image/png");
        await client.PutAsync($"db/a/photo?rev={await RevisionAsync(client, "a")}", photo);
        await client.GetByteArrayAsync("db/a/photo");
        await client.SendAsync(new(HttpMethod.Head, "db/a"));
        await client.PostAsync("db/_bulk_docs", Json("""{"docs":[{"_id":"b"},{"_id":"c","z":null},{}]}"""));

        // Without an Accept header, the answer has parts with a random boundary.
        await client.GetAsync("db/a?attachments=true");
        await client.GetAsync("db/a?open_revs=all");
        await client.PostAsync("db/_bulk_get?attachments=true", Json("""{"docs":[{"id":"a"},{"id":"nowhere"}]}"""));

        using var packed = new HttpRequestMessage(HttpMethod.Get, "db/_all_docs?include_docs=true&keys=[%22a%22,%22b%22,%22nowhere%22]");
        packed.Headers.AcceptEncoding.Add(new("gzip"));
        await client.SendAsync(packed);
        using var chunked = new HttpRequestMessage(HttpMethod.Put, "db/d") { Content = Json("{\"chunked\":true}") };
        chunked.Headers.TransferEncodingChunked = true;
        await client.SendAsync(chunked);
        using var zipped = new ByteArrayContent(Pack("{\"zipped\":true}"u8));
        zipped.Headers.ContentEncoding.Add("gzip");
        zipped.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await client.PutAsync("db/e", zipped);
        await client.PutAsync("db/f", Json("{\"no\": JSON"));
    }

    private static StringContent Json(string text) => new(text, null, "application/json");

    private static byte[] Pack(ReadOnlySpan<byte> text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(text);
        }

        return packed.ToArray();
    }

    /// <returns>The session.</returns>
    private static async Task<string> UseSessionAsync(Recorded recorded)
    {
        await recorded.Admin.PutAsJsonAsync("db/_user/ann", new { password = "open-sesame", admin_channels = new[] { "*" } });
        using var login = await recorded.Public.PostAsJsonAsync("db/_session", new { name = "ann", password = "open-sesame" });
        var session = login.Headers.GetValues("Set-Cookie").Single().Split('=', ';')[1];
        foreach (var (name, value) in new[]
        {
            ("Cookie", $"SyncGatewaySession={session}"),
            ("Authorization", "Basic " + Convert.ToBase64String("ann:open-sesame"u8)),
            ("Authorization", "Basic " + Convert.ToBase64String("ann:wrong"u8)),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "db/_session");
            request.Headers.TryAddWithoutValidation(name, value);
            await recorded.Public.SendAsync(request);
        }

        var made = await recorded.Admin.PostAsJsonAsync("db/_session", new { name = "ann" });
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["session_id"]!;
        await recorded.Admin.GetAsync($"db/_session/{id}");
        await recorded.Admin.DeleteAsync($"db/_session/{id}");
        return session;
    }

    private static async Task UseFeedsAsync(Recorded recorded)
    {
        var last = JsonNode.Parse(await recorded.Public.GetStringAsync("db/_changes"))!["last_seq"];
        using var stop = new CancellationTokenSource();
        using var continuous = await recorded.Public.GetAsync(
            $"db/_changes?feed=continuous&since={last}", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await continuous.Content.ReadAsStreamAsync());
        var longpoll = recorded.Public.GetAsync($"db/_changes?feed=longpoll&since={last}");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new($"ws://127.0.0.1:{recorded.UrlOf("public").Port}/db/_changes?feed=websocket"), default);
        var options = Encoding.UTF8.GetBytes($$"""{"since":{{last}},"include_docs":true}""");
        await socket.SendAsync(options, WebSocketMessageType.Text, true, default);
        await socket.ReceiveAsync(new byte[4096], default);

        await recorded.Public.PutAsJsonAsync("db/wake", new { up = true });
        await longpoll;
        while (string.IsNullOrEmpty(await lines.ReadLineAsync()))
        {
            // Empty lines say that the feed has caught up.
        }

        await socket.ReceiveAsync(new byte[4096], default);
        socket.Abort();
    }
}
