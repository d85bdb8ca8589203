using System.IO.Compression;

namespace OfflineActions.Tests.Emulators;

/// <summary>The headers of Sync Gateway 3.1.2, all of them except <c>Date</c>, <c>Server</c> and <c>Connection</c>.</summary>
public sealed class ExactHeaderTests
{
    private const string Json = "content-type: application/json";
    private const string Uncached = "cache-control: private, max-age=0, no-cache, no-store";
    private const string Revision = "1-ca9ad22802b66f662ff171f226211d5c";
    private const string Digest = "etag: \"sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=\"";

    [TestCase("HEAD /", 200, "")]
    [TestCase("HEAD /db/", 200, "")]
    [TestCase("HEAD /db/d", 200, $"etag: \"{Revision}\"")]
    [TestCase("HEAD /db/d\nAccept-Encoding: gzip", 200, $"etag: \"{Revision}\"")]
    [TestCase("HEAD /db/_session", 200, "")]
    [TestCase("HEAD /db/_local/l", 200, "")]
    [TestCase("HEAD /db/none", 404, "content-length: 40\n" + Json)]
    [TestCase("HEAD /db/_all_docs", 200, "content-length: 117\n" + Json)]
    [TestCase("HEAD /db", 301, "content-type: text/html; charset=utf-8\nlocation: /db/")]
    [TestCase("HEAD /_ping", 200, "content-length: 2\ncontent-type: text/plain; charset=UTF-8")]
    public async Task HEAD_has_a_type_only_where_the_body_of_GET_would_be_written_in_parts(string request, int status, string headers)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");
        await emulated.Admin.PutAnswerAsync("db/_local/l", "{}");

        var answer = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, request);

        Assert.That(answer.ToString(), Is.EqualTo($"{status}\n{headers}\n\n"));
    }

    [TestCase("", 200, "content-length: 5", "hello")]
    [TestCase("Range: bytes=1-3", 206, "content-length: 3\ncontent-range: bytes 1-3/5", "ell")]
    [TestCase("Range: bytes=3-99", 206, "content-length: 2\ncontent-range: bytes 3-4/5", "lo")]
    [TestCase("Range: bytes=-2", 206, "content-length: 2\ncontent-range: bytes 3-4/5", "lo")]
    [TestCase("Range: bytes=0-", 200, "content-length: 5", "hello")]
    [TestCase("Range: bytes=-9", 200, "content-length: 5", "hello")]
    [TestCase("Range: bytes=-", 200, "content-length: 5", "hello")]
    [TestCase("Range: bytes=3-1", 200, "content-length: 5", "hello")]
    [TestCase("Range: bytes=0-1,3-4", 200, "content-length: 5", "hello")]
    [TestCase("Range: chars=0-1", 200, "content-length: 5", "hello")]
    public async Task An_attachment_accepts_ranges(string range, int status, string length, string text)
    {
        await using var emulated = await Emulated.StartAsync();
        await PutHelloAsync(emulated);

        var line = range.Length > 0 ? "\n" + range : "";
        var got = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/d/a.txt" + line);
        var head = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "HEAD /db/d/a.txt" + line);

        var headers = $"accept-ranges: bytes\n{length}\ncontent-type: text/plain\n{Digest}";
        Assert.That(got.ToString(), Is.EqualTo($"{status}\n{headers}\n\n{text}"));
        Assert.That(head.ToString(), Is.EqualTo($"{status}\n{headers}\n\n"));
    }

    [TestCase("bytes=9-")]
    [TestCase("bytes=5-6")]
    [TestCase("bytes=-0")]
    public async Task A_range_outside_an_attachment_is_an_error(string range)
    {
        await using var emulated = await Emulated.StartAsync();
        await PutHelloAsync(emulated);

        var answer = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/d/a.txt\nRange: " + range);

        const string Text = """{"error":"Requested Range Not Satisfiable","reason":""}""";
        Assert.That(answer.ToString(), Is.EqualTo($"416\naccept-ranges: bytes\ncontent-length: {Text.Length}\n{Json}\n\n{Text}"));
    }

    [TestCase("AAEC", "application/octet-stream")]
    [TestCase("aGVsbG8=", "text/plain; charset=utf-8")]
    [TestCase("iVBORw0KGgo=", "image/png")]
    [TestCase("H4sIAAAA", "application/x-gzip")]
    [TestCase("PGh0bWw+PC9odG1sPg==", "text/html; charset=utf-8")]
    public async Task The_content_of_an_attachment_without_a_type_is_examined(string base64, string type)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{\"_attachments\":{\"a\":{\"data\":\"" + base64 + "\"}}}");

        var answer = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/d/a\nAccept-Encoding: gzip");

        Assert.That(answer.Headers.Split('\n'), Does.Contain("content-type: " + type).And.Contain("content-disposition: attachment"));
        Assert.That(answer.Body, Is.EqualTo(Convert.FromBase64String(base64)), "never compressed");
    }

    [Test]
    public async Task An_attachment_that_is_put_without_a_type_is_binary()
    {
        await using var emulated = await Emulated.StartAsync();
        await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "PUT /db/d/a", "hello");

        var answer = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/d/a");

        Assert.That(answer.ToString(), Is.EqualTo($"200\naccept-ranges: bytes\ncontent-length: 5\ncontent-type: application/octet-stream\n{Digest}\n\nhello"));
    }

    [TestCase("OPTIONS /db/d", 204, "GET, HEAD, PUT, DELETE", "")]
    [TestCase("OPTIONS /", 204, "GET, HEAD", "")]
    [TestCase("OPTIONS /db/_changes", 204, "GET, HEAD, POST", "")]
    [TestCase("POST /db/d", 405, "GET, HEAD, PUT, DELETE", "content-length: 42\n" + Json + "\n")]
    public async Task Without_CORS_settings_the_public_port_allows_no_origin_in_words(string request, int status, string allow, string type)
    {
        await using var emulated = await Emulated.StartAsync();

        var open = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, request + "\nOrigin: http://app");
        var same = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, request);
        var admin = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, request + "\nOrigin: http://app");

        Assert.That($"{open.Status}\n{open.Headers}", Is.EqualTo(
            $"{status}\naccess-control-allow-credentials: true\naccess-control-allow-headers: \naccess-control-allow-methods: {allow}\n"
            + $"access-control-allow-origin: \naccess-control-max-age: 0\nallow: {allow}\n{type}".TrimEnd('\n')));
        Assert.That($"{same.Status}\n{same.Headers}", Is.EqualTo($"{status}\nallow: {allow}\n{type}".TrimEnd('\n')));
        Assert.That($"{admin.Status}\n{admin.Headers.Split('\n')[0]}", Is.EqualTo($"{status}\nallow: {allow}"));
    }

    [TestCase("GET /db/d", 404)]
    [TestCase("GET /db/_unknown", 404)]
    [TestCase("GET /none/d", 401)]
    [TestCase("PUT /db/new", 400)]
    public async Task An_origin_is_answered_whatever_the_status(string request, int status)
    {
        await using var emulated = await Emulated.StartAsync();

        var open = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, request + "\nOrigin: http://app", "");

        Assert.That(open.Status, Is.EqualTo(status));
        Assert.That(open.Headers, Does.StartWith("access-control-allow-credentials: true\naccess-control-allow-headers: \naccess-control-allow-origin: \ncontent-length: "));
    }

    [TestCase("feed=normal", $"{Uncached}\ncontent-length: 109\n{Json}")]
    [TestCase("feed=longpoll", $"{Uncached}\n{Json}\ntransfer-encoding: chunked")]
    [TestCase("filter=_doc_ids&doc_ids=d", $"{Uncached}\ncontent-length: 109\n{Json}")]
    [TestCase("feed=continuous&limit=1", $"{Uncached}\ncontent-type: application/octet-stream\ntransfer-encoding: chunked")]
    public async Task A_feed_is_never_cached(string query, string headers)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");

        var answer = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/_changes?" + query);

        Assert.That($"{answer.Status}\n{answer.Headers}", Is.EqualTo("200\n" + headers));
    }

    [TestCase("GET /db/_changes", true)]
    [TestCase("GET /db/_changes?feed=longpoll", true)]
    [TestCase("POST /db/_changes\nContent-Type: application/json", true)]
    [TestCase("GET /db/_all_docs", true)]
    [TestCase("GET /db/d?open_revs=all\nAccept: application/json", true)]
    [TestCase("GET /db/d?open_revs=all", true)]
    [TestCase("GET /db/t/a.txt", true)]
    [TestCase("GET /_ping", true)]
    [TestCase("POST /db/_bulk_get\nUser-Agent: CouchbaseLite/1.3 (test)", true)]
    [TestCase("GET /db/_changes?feed=continuous&limit=1", false)]
    [TestCase("GET /db/d", false)]
    [TestCase("GET /db/none", false)]
    [TestCase("POST /db/_bulk_get", false)]
    [TestCase("POST /db/_bulk_get\nUser-Agent: CouchbaseLite/1.1", false)]
    public async Task Answers_are_compressed_when_they_are_asked_for(string request, bool compressed)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");
        await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "PUT /db/t/a.txt\nContent-Type: text/plain", "hello");
        var body = request.Contains("POST", StringComparison.Ordinal) ? """{"docs":[{"id":"d"}]}""" : null;

        var plain = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, request, body);
        var zipped = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, request + "\nAccept-Encoding: gzip", body);

        Assert.That(zipped.Headers.Split('\n').Contains("content-encoding: gzip"), Is.EqualTo(compressed), zipped.Headers);
        if (compressed)
        {
            var text = await new StreamReader(new GZipStream(new MemoryStream(zipped.Body), CompressionMode.Decompress)).ReadToEndAsync();
            Assert.That(WithoutBoundary(text), Is.EqualTo(WithoutBoundary(plain.Text)));
        }
    }

    [TestCase("GET /db/_changes")]
    [TestCase("GET /db/_all_docs")]
    [TestCase("GET /db/d0?open_revs=all&revs=true\nAccept: application/json")]
    public async Task Long_answers_that_are_written_in_parts_are_chunked(string request)
    {
        await using var emulated = await Emulated.StartAsync();
        for (var n = 0; n < 40; n++)
        {
            await emulated.Admin.PutAnswerAsync($"db/d{n}", $$"""{"text":"{{new string('x', 2_100)}}"}""");
        }

        var answer = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, request);
        var single = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/d0");

        Assert.That(answer.Headers, Does.EndWith(Json + "\ntransfer-encoding: chunked"));
        Assert.That(answer.Body, Has.Length.GreaterThan(2_048));
        Assert.That(single.Headers, Does.StartWith("content-length: "));
    }

    private static Task<RawAnswer> PutHelloAsync(Emulated emulated) =>
        RawHttp.SendAsync(emulated.Gateway.AdminUrl, "PUT /db/d/a.txt\nContent-Type: text/plain", "hello");

    private static string WithoutBoundary(string text) => text.StartsWith("--", StringComparison.Ordinal)
        ? text.Replace(text.Split("\r\n")[0][2..], "", StringComparison.Ordinal)
        : text;
}
