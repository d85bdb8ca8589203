using System.IO.Compression;

namespace OfflineActions.Tests.Emulators;

/// <summary>Requests with a <c>Content-Encoding</c>, and parts that the client unpacks.</summary>
public sealed class RequestEncodingTests
{
    private const string Json = "content-type: application/json";

    /// <summary>The encoding is checked before the database, the user and the body.</summary>
    [TestCase("PUT /db/d", "br")]
    [TestCase("PUT /db/d", "identity")]
    [TestCase("PUT /db/d", "GZIP")]
    [TestCase("PUT /db/d", "gzip, gzip")]
    [TestCase("GET /", "deflate")]
    [TestCase("GET /db/d", "deflate")]
    [TestCase("HEAD /db/d", "deflate")]
    [TestCase("GET /none/d", "deflate")]
    [TestCase("PUT /db/_local/d", "x")]
    [TestCase("POST /db/_bulk_docs", "x")]
    [TestCase("POST /db/_session", "x")]
    public async Task A_request_in_another_encoding_than_gzip_is_not_read(string request, string encoding)
    {
        await using var emulated = await Emulated.StartAsync(guest: false);

        var answer = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, $"{request}\nContent-Encoding: {encoding}", "{}");

        const string Text = """{"error":"Unsupported Media Type","reason":"Unsupported Content-Encoding; use gzip"}""";
        Assert.That(answer.ToString(), Is.EqualTo($"415\ncontent-length: {Text.Length}\n{Json}\n\n{(request[0] == 'H' ? "" : Text)}"));
    }

    [TestCase("GET /db/_nothing", 404)]
    [TestCase("PATCH /db/d", 405)]
    [TestCase("GET /db", 301)]
    public async Task Where_nothing_would_be_done_the_encoding_does_not_matter(string request, int status)
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await RawHttp.SendAsync(emulated.Gateway.PublicUrl, $"{request}\nContent-Encoding: br")).Status, Is.EqualTo(status));
    }

    [TestCase("", "EOF")]
    [TestCase("{}", "unexpected EOF")]
    [TestCase("{\"longer\":\"than ten\"}", "gzip: invalid header")]
    public async Task A_body_that_is_not_gzip_is_an_internal_error(string body, string reason)
    {
        await using var emulated = await Emulated.StartAsync(guest: false);

        var put = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "PUT /db/d\nContent-Encoding: gzip", body);

        var text = $$"""{"error":"Internal Server Error","reason":"Internal error: {{reason}}"}""";
        Assert.That(put.ToString(), Is.EqualTo($"500\ncontent-length: {text.Length}\n{Json}\n\n{text}"));
    }

    [Test]
    public async Task A_body_in_gzip_is_read_wherever_a_body_is()
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await PutAsync("db/d", "{\"a\":1}")).Status, Is.EqualTo(201));
        Assert.That((await PutAsync("db/_local/d", "{\"a\":1}")).Status, Is.EqualTo(201));
        Assert.That((await PutAsync("db/new/a.txt", "hello")).Status, Is.EqualTo(201));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/new/a.txt")).Text, Is.EqualTo("hello"));
        Assert.That((await PutAsync("db/_user/u", """{"password":"letmein"}""")).Status, Is.EqualTo(201));
        Assert.That((await PutAsync("new/", "{}")).Status, Is.EqualTo(201));

        Task<Wire.Answer> PutAsync(string path, string body) => emulated.Admin.SendForAnswerAsync("PUT", path, "", request =>
        {
            request.Content = new ByteArrayContent(Pack(body));
            request.Content.Headers.ContentEncoding.Add("gzip");
        });
    }

    /// <summary>What is cut off is read as far as it goes, as from a connection.</summary>
    [Test]
    public async Task A_body_in_gzip_that_is_cut_off_ends_unexpectedly()
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.SendForAnswerAsync("PUT", "db/d", "", request =>
        {
            request.Content = new ByteArrayContent(Pack("{\"a\":\"" + Guid.NewGuid() + "\"}")[..^30]);
            request.Content.Headers.ContentEncoding.Add("gzip");
        });

        Assert.That(answer.Error, Is.EqualTo((400, "Bad Request", "Bad JSON: unexpected EOF")));
    }

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
