using System.IO.Compression;
using System.Text;

namespace OfflineActions.Tests.Emulators;

/// <summary>MIME parts: packed for clients that say they unpack them (<c>X-Accept-Part-Encoding</c>), and read with Sync Gateway's checks.</summary>
public sealed class PartEncodingTests
{
    private const string Packs = "\nX-Accept-Part-Encoding: gzip";
    private const string Lite = "\nUser-Agent: CouchbaseLite/1.2";

    [TestCase("GET /db/long?attachments=true" + Packs + "\nAccept: multipart/*", true)]
    [TestCase("GET /db/long?attachments=true\nX-Accept-Part-Encoding: deflate, gzip;q=1\nAccept: multipart/*", true)]
    [TestCase("GET /db/long?attachments=true\nAccept: multipart/*", false)]
    [TestCase("GET /db/short?attachments=true" + Packs + "\nAccept: multipart/*", false)]
    [TestCase("GET /db/long?open_revs=all" + Packs, false)]
    [TestCase("POST /db/_bulk_get" + Packs, true)]
    [TestCase("POST /db/_bulk_get", false)]
    [TestCase("POST /db/_bulk_get" + Packs + Lite, true)]
    [TestCase("POST /db/_bulk_get" + Packs + "\nAccept-Encoding: gzip", true)]
    [TestCase("POST /db/_bulk_get" + Packs + "\nAccept-Encoding: gzip" + Lite, false)]
    public async Task JSON_of_300_bytes_is_packed_for_who_asks(string request, bool packed)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/long", $$"""{"text":"{{new string('x', 300)}}"}""");
        await emulated.Admin.PutAnswerAsync("db/short", "{}");

        var answer = await RawHttp.SendAsync(
            emulated.Gateway.PublicUrl, request, request.StartsWith("POST", StringComparison.Ordinal) ? """{"docs":[{"id":"long"}]}""" : null);

        Assert.That(answer.Status, Is.EqualTo(200));
        var body = answer.Headers.Contains("content-encoding: gzip", StringComparison.Ordinal) ? Unpack(answer.Body) : answer.Body;
        const string Header = "Content-Encoding: gzip\r\nContent-Type: application/json\r\n\r\n";
        Assert.That(Encoding.Latin1.GetString(body).Contains(Header, StringComparison.Ordinal), Is.EqualTo(packed));
        if (packed)
        {
            var start = Encoding.Latin1.GetString(body).IndexOf(Header, StringComparison.Ordinal) + Header.Length;
            Assert.That(Encoding.UTF8.GetString(Unpack(body[start..])), Does.StartWith("{\"_id\":\"long\",").And.EndsWith("xxx\"}"));
        }
    }

    private const string Two = """{"_attachments":{"a":{"follows":true,"digest":"sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=","length":5},"b":{"follows":true,"digest":"sha1-witfkXg0JglCjW9RssWvTAveakI=","encoded_length":2,"length":9}}}""";

    [TestCase(Two, "hello", "hi", 201, "")]
    [TestCase(Two, "hello", null, 400, "Too few MIME parts: expected 2 attachments, got 1")]
    [TestCase(Two, "other", null, 400, "MIME part #2 doesn't match any attachment")]
    [TestCase(Two, "hello", "other", 400, "MIME part #3 doesn't match any attachment")]
    [TestCase("""{"_attachments":{"\u007f":{"follows":true,"digest":"sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=","length":6}}}""", "hello", null, 400, "Attachment length mismatch for \"\\x7f\": read 5 bytes, should be 6")]
    [TestCase("""{"_attachments":{"a":{"follows":true,"digest":"sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00="}}}""", "hello", "hi", 400, "Too many MIME parts (expected 2)")]
    [TestCase("{}", "hello", null, 400, "Too many MIME parts (expected 1)")]
    [TestCase("{", null, null, 400, "Bad JSON: unexpected EOF")]
    [TestCase("null", null, null, 400, "Document body is empty")]
    public async Task Parts_are_read_one_after_the_other(string json, string? first, string? second, int status, string reason)
    {
        await using var emulated = await Emulated.StartAsync();
        var parts = new[] { json, first, second }.OfType<string>()
            .Select((part, n) => $"--b\r\n{(n == 0 ? "Content-Type: application/json\r\n" : "")}\r\n{part}\r\n");

        var answer = await RawHttp.SendAsync(
            emulated.Gateway.AdminUrl, "PUT /db/d\nContent-Type: multipart/related; boundary=\"b\"", string.Concat(parts) + "--b--\r\n");

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        if (status != 201)
        {
            Assert.That((string?)System.Text.Json.Nodes.JsonNode.Parse(answer.Text)!["reason"], Is.EqualTo(reason));
        }
    }

    [TestCase("Content-Type: text/plain\r\n", "{}", 400, "Bad Request", "Bad JSON: 415 Invalid content type text/plain - expected application/json")]
    [TestCase("Content-Type: application/json\r\nContent-Encoding: br\r\n", "{}", 400, "Bad Request", "Bad JSON: 415 Unsupported Content-Encoding; use gzip")]
    [TestCase("Content-Encoding: gzip\r\n", "{}", 400, "Bad Request", "Bad JSON: unexpected EOF")]
    [TestCase("", "{}", 201, "", "")]
    public async Task The_first_part_is_JSON(string headers, string json, int status, string error, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.SendForAnswerAsync("PUT", "db/d", "", request =>
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($"--b\r\n{headers}\r\n{json}\r\n--b--\r\n"));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/related; boundary=b");
        });

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(status == 201 ? (status, error, reason) : answer.Error, Is.EqualTo((status, error, reason)));
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var zip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (zip.Read(buffer) is > 0 and var read)
            {
                unpacked.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException) when (unpacked.Length > 0)
        {
            // What follows the part is not part of it.
        }

        return unpacked.ToArray();
    }
}
